/* socket/receive-blocked: waiting for the other end of a connection to speak. */
#include <ipcdiag/explain_socket.h>

static bool is_receive(const struct change *c)
{
	enum wait_kind kind = c->wait->wait->kind;
	const struct socket *s = c->file ? c->file->socket : NULL;
	bool receives = c->object == OBJECT_SOCKET ||
		(c->object == OBJECT_UNKNOWN && slice_in_words(slice_of(c->call), "recv recvfrom recvmsg recvmmsg"));
	if (!receives || (s && (s->state == SOCKET_LISTENING || s->state == SOCKET_CONNECTING)))
		return false;
	return kind == WAIT_READ || kind == WAIT_POLL;
}

static bool later(const struct step *a, const struct step *b)
{
	return a && (!b || a->order > b->order);
}

/* Has this side asked for something, and nothing came since? One that connected and never sent waits for a greeting;
 * one that accepted waits for requests. */
static bool expects_answer(const struct change *c)
{
	const struct side *own = c->channel ? &c->channel->side[c->file->side] : NULL;
	bool pair = own && c->channel->kind == CHANNEL_SOCKETPAIR;
	if (!own || (c->file->side == 1 && !pair))
		return false;
	if (later(own->last_io, own->last_receive))
		return true;
	return !pair && !own->last_io && !own->last_receive;
}

static void explain_last_words(struct finding *f, const struct change *c)
{
	const struct side *own = &c->channel->side[c->file->side], *other = &c->channel->side[!c->file->side];
	explain_place(f, "sent_at", own->last_io);
	explain_place(f, "received_at", own->last_receive);
	finding_add_evidence(f, own->last_io, "the last that it sent");
	finding_add_evidence(f, own->last_receive, "the last that it received");
	if (other->known && other->receive_bytes >= own->bytes && own->bytes)
		finding_add_evidence(f, other->last_receive, "the other end read it");
}

/* A server that has answered and waits for the next request of a client that sleeps is idle. */
static void say_asleep(struct finding *f, const struct change *c, bool expects)
{
	const struct wait_report *r = c->wait;
	bool idle = !expects && c->channel && c->file->side == 1 && c->channel->side[1].last_io;
	f->severity = expects ? SEVERITY_ERROR : idle ? SEVERITY_NOTE : SEVERITY_WARNING;
	explain_doing(f, "ender", r->ender, r->ender_step, r->ender_wait);
	if (idle)
		finding_say_cause(f,
			"{ender} holds the other end and has asked for nothing since the last answer<< "
			"({sent_at})>>: it {ender_does}");
	else
		finding_say_cause(f,
			"{ender} holds the other end and has to speak next, but it {ender_does}<<; the last words from here were "
			"sent at {sent_at}>>");
}

static void say_nobody(struct finding *f, const struct change *c)
{
	f->severity = SEVERITY_ERROR;
	if (c->wait->ender)
		explain_doing(f, "ender", c->wait->ender, c->wait->ender_step, c->wait->ender_wait);
	explain_unseen(f, c->wait->wait, c->process);
	finding_say_cause(f,
		finding_get(f, "unseen")
			? "{unseen}<<; behind this wait: {behind}>>"
			: "nobody who is alive can send anything on this connection any more<<; {ender} {ender_does}>>");
}

static void say_present(struct finding *f, const struct change *c, bool expects)
{
	explain_peer_holder(f, c->channel, !c->file->side);
	explain_doing(f, "ender", c->wait->ender, c->wait->ender_step, c->wait->ender_wait);
	f->severity = expects && c->wait->verdict == VERDICT_IDLE ? SEVERITY_WARNING : SEVERITY_NOTE;
	finding_say_cause(f,
		expects ? "{peer} holds the other end (fd {peer_fd}) and has to answer what was sent at {sent_at}<<; it {ender_does}>>"
			: "{peer} holds the other end (fd {peer_fd}) and has not asked for anything since<<; it {ender_does}>>");
}

static void say_outside(struct finding *f, const struct change *c, bool expects)
{
	bool serves = c->channel && c->file->side == 1;
	/* A poll that was open when strace came: whether anything is due the trace cannot know; most such processes are
	 * servers. */
	bool came_later = c->wait->attached && c->wait->wait->kind == WAIT_POLL &&
		(!c->file || (!c->file->sent && !c->file->received));
	bool quiet = c->channel && !expects && (serves || c->channel->side[c->file->side].last_receive);
	f->severity = quiet || came_later ? SEVERITY_NOTE : SEVERITY_WARNING;
	f->confidence = CONFIDENCE_LIKELY;
	if (quiet)
		finding_say_cause(f,
			"the other end is not in this trace and has sent nothing since {received_at}: an idle connection");
	finding_add_check(f, "strace -f -yy -e trace=network,desc -p {pid}");
}

static bool examine(struct finding *f, const struct change *c, const struct world *w)
{
	const struct wait_report *r = c->wait;
	(void)w;
	if (!is_receive(c) || r->verdict == VERDICT_CYCLE || r->verdict == VERDICT_SELF || r->verdict == VERDICT_NONE)
		return false;
	bool expects = expects_answer(c);
	socket_drop_unnamed(f);
	explain_connection(f, c->channel);
	if (c->channel)
		explain_last_words(f, c);
	if (r->behind_count)
		explain_waits(f, r);
	if (r->verdict == VERDICT_ASLEEP)
		say_asleep(f, c, expects);
	else if (r->verdict == VERDICT_NOBODY)
		say_nobody(f, c);
	else if (r->verdict == VERDICT_OUTSIDE || !c->channel)
		say_outside(f, c, expects);
	else
		say_present(f, c, expects);
	return true;
}

const struct rule rule_socket_receive_blocked = {
	.id = "socket/receive-blocked",
	.severity = SEVERITY_WARNING,
	.title = "receive that does not return",
	.about =
		"A recv, read or poll on a connected socket waits, and nothing comes: the peer sleeps or can no longer answer "
		"(error), is not in the trace (warning), or the "
		"connection is just idle (note).",
	.match = {{CHANGE_BLOCKED, NULL, NULL, "socket unknown"}},
	.needs = "-f",
	.message = "{process} waits in {call} on fd {fd} for data<< from {address}>>, and none comes",
	.cause =
		"the other end is not in this trace<<; the last that was sent from here is at {sent_at}>><<, the last that came at "
		"{received_at}>>: it has not answered, its answer "
		"is incomplete, or the network lost it",
	.check = {"ss -tnpo 'dport = :{port}'", "ss -xp | grep -F -w {pid}", "strace -f -p {ender_pid}",
		"cat /proc/{ender_pid}/stack"},
	.fix = {"look at the end that has to speak next: does it wait for more (a missing newline, length or flush), or has it hung?",
		"set a time limit: poll() with a timeout, or SO_RCVTIMEO",
		"for connections that may die silently: SO_KEEPALIVE or TCP_USER_TIMEOUT"},
	.why = "A blocking receive returns only when data comes or the other end closes. As long as somebody holds that end open and "
	       "is silent, it waits.",
	.references = {"recv(2)", "poll(2)", "socket(7)"},
	.example =
		"20 connect(4, {sa_family=AF_INET, sin_port=htons(9000), sin_addr=inet_addr(\"127.0.0.1\")}, 16) = 0\n"
		"20 write(4, \"QUERY 1\\n\", 8) = 8\n"
		"20 recvfrom(4,  <unfinished ...>",
	.examine = examine,
};
