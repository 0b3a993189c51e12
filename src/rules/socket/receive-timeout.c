/* socket/receive-timeout: a time limit ran out, and the program gave up over it. */
#include <errno.h>

#include <ipcdiag/explain_socket.h>

enum { LONG = 5 /* seconds; shorter waits are the beat of an event loop */ };

/* The descriptor, when the poll looks at one alone, for reading. */
static int64_t polled_alone(const struct event *e)
{
	size_t position = 0;
	struct slice note, events, others;
	int64_t fd, other;
	if (!event_next_polled(e, &position, &fd, &note, &events) ||
		event_next_polled(e, &position, &other, &note, &others))
		return -1;
	return slice_find(events, SLICE("IN"), 0) != SIZE_MAX || slice_is(events, "in") ? fd : -1;
}

/* The one descriptor that was waited for in vain, if data could have come over it. */
static struct descriptor *waited_for(const struct change *c)
{
	int64_t fd = c->event->ret == 0 && c->event->seconds >= LONG ? polled_alone(c->event) : -1;
	struct descriptor *d = fd >= 3 ? process_descriptor(c->process, fd) : NULL;
	const struct open_file *file = d ? d->file : NULL;
	bool receives =
		file && (file->object == OBJECT_UNKNOWN || (file->socket && file->socket->state == SOCKET_CONNECTED));
	return receives ? d : NULL;
}

/* EAGAIN on a socket that blocks: only a time limit on receiving makes that. */
static bool is_limited(const struct change *c)
{
	const struct socket *s = c->file ? c->file->socket : NULL;
	return s && s->state == SOCKET_CONNECTED && c->file->made && !c->file->nonblock && !c->event->dontwait &&
		(socket_lasted(c) < 0 || socket_lasted(c) > 0.01);
}

static bool applies(const struct change *c, const struct world *w)
{
	(void)w;
	return c->error ? is_limited(c) : waited_for(c) != NULL;
}

static bool examine(struct finding *f, const struct change *c, const struct world *w)
{
	(void)w;
	socket_remember(f, c);
	if (c->error)
		return true;
	const struct descriptor *d = waited_for(c);
	const struct socket *s = d->file->socket;
	finding_say_message(f,
		"{process} waited {seconds} s in {call} for data on fd {fd}<< from {address}>>, in vain<<, {times} times>>");
	finding_set_number(f, "fd", d->fd);
	finding_set_number(f, "seconds", (int64_t)c->event->seconds);
	if (s) {
		explain_address(f, &s->peer);
		finding_set_memo(f, 0, s->stream ? 0 : s->peer.port);
	}
	return true;
}

/* A name server that does not answer costs its clients seconds even when the next one does. */
static void settle_name_server(struct finding *f)
{
	f->severity = SEVERITY_WARNING;
	socket_set_times(f);
	finding_say_cause(f,
		"the name server {host} does not answer, or its answers are lost: each look-up waits this long "
		"before it tries again or asks the next one");
	finding_add_check(f, "dig @{host} example.org");
	finding_add_check(f, "cat /etc/resolv.conf");
	finding_add_fix(f,
		"correct the nameserver lines in /etc/resolv.conf, or let UDP port 53 to {host} through the firewall");
}

static void settle(struct finding *f, const struct world *w)
{
	enum { DNS = 53 };
	(void)w;
	if (finding_memo(f, 0) == DNS) {
		settle_name_server(f);
		return;
	}
	if (!socket_ended_soon(f)) {
		finding_cancel(f);
		return;
	}
	socket_set_times(f);
	explain_end(f, "process", finding_process(f));
	finding_set_text(f, "end", finding_get(f, "process_end"));
}

const struct rule rule_socket_receive_timeout = {
	.id = "socket/receive-timeout",
	.severity = SEVERITY_ERROR,
	.title = "no data within the time limit",
	.about =
		"A poll or select for one descriptor ran out after five seconds or more, or a receive came back with EAGAIN because "
		"of SO_RCVTIMEO, and the program "
		"ended with an error soon after.",
	.match = {{CHANGE_CALL, "poll ppoll select _newselect pselect6", "0", NULL},
		{CHANGE_CALL, "read readv recv recvfrom recvmsg", "EAGAIN", "socket"}},
	.recovery = RECOVERY_NONE,
	.message =
		"{process} got no data from {call} on fd {fd}<< ({address})>> within the socket's time limit ({errno})<<, {times} "
		"times>>",
	.cause = "the other end did not speak in time, and the program gave up over it<<: it {end}>>",
	.check = {"ping {host}", "ss -tnpo 'dport = :{port}'", "strace -f -yy -e trace=network,desc -p {pid}"},
	.fix = {"look at the other end: is it slow, stuck, or waiting for more of the request?",
		"look at the network between the two: packets lost, a VPN or NAT entry that "
		"timed out",
		"raise the time limit (SO_RCVTIMEO, the timeout of poll), or try again"},
	.why = "A time limit turns a silent partner into an error that the program can handle; it does not say whether the partner "
	       "is slow, gone, or waiting itself.",
	.references = {"poll(2)", "socket(7)", "recv(2)"},
	.example = "read(4, \"\\0\\0\\0\\34\", 8184) = 4\n"
		   "select(5, [4], [], NULL, {30, 0}) = 0 (Timeout)\n"
		   "read(4, \"\", 8184) = 0\n"
		   "exit_group(12) = ?\n"
		   "+++ exited with 12 +++",
	.applies = applies,
	.examine = examine,
	.settle = settle,
};
