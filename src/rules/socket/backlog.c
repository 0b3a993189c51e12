/* socket/backlog: the listener is there, and its queue is full. */
#include <errno.h>

#include <ipcdiag/explain_socket.h>

enum { MEMO_HOW, MEMO_EARLY };
enum { HOW_DELAYED = 100 };

/* Seconds of a connect that was not answered at first. */
static const double long_connect = 0.9;

/* listen() with room for next to nobody: worth knowing, no more. */
static bool examine_listen(struct finding *f, const struct change *c)
{
	enum { SMALL = 1 };
	if (c->error || c->event->size < 0 || c->event->size > SMALL)
		return false;
	f->severity = SEVERITY_NOTE;
	finding_set_number(f, "backlog", c->event->size);
	finding_say_message(f,
		"{process} listens<< on {address}>> with a backlog of {backlog}: few clients can wait there at a time");
	finding_say_cause(
		f, "the queue holds backlog + 1 connections; nothing in this trace shows that it was too short");
	finding_set_memo(f, MEMO_EARLY, 1);
	return true;
}

/* TCP sends the first packet of a connection again after one second: a connect to this host that takes longer was
 * dropped once.
 */
static bool examine_delay(struct finding *f, const struct change *c, const struct listener *l)
{
	double lasted = socket_lasted(c);
	if (l->how != LISTENING_NOW || l->binding->address.family == FAMILY_UNIX || lasted < long_connect)
		return false;
	f->severity = SEVERITY_WARNING;
	finding_set_number(f, "seconds", (int64_t)(lasted + 0.5));
	finding_say_message(f,
		"{process} needed about {seconds} s to connect to {address}: its first packets were dropped<<, {times} times>>");
	finding_set_memo(f, MEMO_HOW, HOW_DELAYED);
	return true;
}

static bool examine_silence(struct finding *f, const struct change *c, const struct listener *l)
{
	const struct endpoint_address *a = finding_address(f);
	enum silence how = socket_silence(c);
	bool there = l->how == LISTENING_NOW && l->binding->file;
	bool local = c->error == EAGAIN && a && a->family == FAMILY_UNIX;
	if (how == SILENCE_NONE || how == SILENCE_REPORTED || (!there && !local))
		return false;
	if (how == SILENCE_POLLED || how == SILENCE_BLOCKED)
		finding_say_message(f,
			"{process} gets no answer from {address} in {call}: connections wait there for accept<<, {times} times>>");
	finding_set_memo(f, MEMO_HOW, how);
	explain_connect(f, c->file ? c->file->socket : NULL);
	socket_remember(f, c);
	return true;
}

/* Most connects work at once. */
static bool applies(const struct change *c, const struct world *w)
{
	(void)w;
	return !c->event || c->event->kind != EVENT_CONNECT || c->error || socket_lasted(c) >= long_connect;
}

static bool examine(struct finding *f, const struct change *c, const struct world *w)
{
	if (c->event && c->event->kind == EVENT_LISTEN)
		return examine_listen(f, c);
	struct listener l = socket_find_listener(w, f);
	if (c->event && c->event->kind == EVENT_CONNECT && !c->error)
		return examine_delay(f, c, &l);
	return examine_silence(f, c, &l);
}

static void say_how(struct finding *f, const struct listener *l)
{
	struct step *first = l->binding->first_accept;
	bool late = first && first->order > finding_step(f)->order;
	finding_set_number(f, "accepted", (int64_t)l->binding->accepted);
	if (late) {
		explain_place(f, "accept_at", first);
		finding_add_evidence(f, first, "the first accept");
		finding_say_cause(f,
			"the queue of {listener} (listen with a backlog of {backlog} at {listen_at}) is full: its "
			"first accept comes only at "
			"{accept_at}");
	} else if (!first) {
		finding_say_cause(f,
			"the queue of {listener} (listen with a backlog of {backlog} at {listen_at}) is full, and "
			"it never calls accept");
	} else {
		finding_say_cause(f,
			"the queue of {listener} (listen with a backlog of {backlog} at {listen_at}) is full: it "
			"accepts too slowly ({accepted} "
			"accepted in all)");
	}
}

static void settle(struct finding *f, const struct world *w)
{
	const struct open_file *file = finding_file(f);
	struct listener l = socket_find_listener(w, f);
	if (finding_memo(f, MEMO_EARLY))
		return;
	if (finding_memo(f, MEMO_HOW) == SILENCE_POLLED && file && file->socket &&
		file->socket->state != SOCKET_CONNECTING) {
		finding_cancel(f);
		return;
	}
	explain_listener(f, &l);
	if (l.how == LISTENING_NOW || l.how == LISTENING_GONE)
		say_how(f, &l);
	socket_set_times(f);
}

const struct rule rule_socket_backlog = {
	.id = "socket/backlog",
	.severity = SEVERITY_ERROR,
	.aim = AIM_OWN,
	.title = "accept queue full",
	.about =
		"Connections are dropped or delayed before accept: a Unix connect gets EAGAIN, or a connect to a listener of the "
		"trace is not answered "
		"because its queue is full. A backlog of 0 or 1 is a note by itself.",
	.match = {{CHANGE_CALL, "connect", "0 EAGAIN ETIMEDOUT", "socket unknown"}, {CHANGE_CALL, "listen", "0", NULL},
		{CHANGE_CALL, "getsockopt", "ETIMEDOUT", "socket unknown"},
		{CHANGE_CALL, "poll ppoll select _newselect pselect6 epoll_wait epoll_pwait epoll_pwait2", "0",
			"socket"},
		{CHANGE_BLOCKED, NULL, NULL, NULL}},
	.recovery = RECOVERY_ANY,
	.message =
		"{process} could not connect to {address}: the queue of its listener is full<< ({errno})>><<, {times} times>>",
	.cause = "the listener is not in this trace; its queue of connections that wait for accept is full",
	.check = {"ss -ltn 'sport = :{port}'   # Recv-Q (waiting) against Send-Q (the backlog)",
		"ss -xl src {path}   # Recv-Q against Send-Q", "ss -s",
		"nstat -az TcpExtListenOverflows TcpExtListenDrops", "sysctl net.core.somaxconn"},
	.fix = {"call listen() with a larger backlog, for example 128 or SOMAXCONN",
		"$ sudo sysctl -w net.core.somaxconn=4096",
		"accept faster: let the server do nothing slow between two accepts, or use several threads"},
	.why = "Connections that the kernel has made wait in the listener's queue until accept() takes them. The queue holds backlog "
	       "+ 1 of them (at most "
	       "net.core.somaxconn); past that TCP drops new ones silently, so that clients wait and try again, and a Unix connect "
	       "blocks or gets EAGAIN.",
	.references = {"listen(2)", "accept(2)", "connect(2)", "ss(8)"},
	.example =
		"listen(3, 2) = 0\n"
		"connect(6, {sa_family=AF_UNIX, sun_path=\"busy.sock\"}, 110) = -1 EAGAIN (Resource temporarily unavailable)",
	.applies = applies,
	.examine = examine,
	.settle = settle,
};
