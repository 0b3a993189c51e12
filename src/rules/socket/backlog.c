/* socket/backlog: the listener is there, and its queue is full. */
#include <ipcdiag/explain_socket.h>

enum { MEMO_POLLED };

static bool waits_for_connect(const struct wait *v)
{
	return v->kind == WAIT_CONNECT || (v->kind == WAIT_POLL && v->file && v->file->socket && v->file->socket->state == SOCKET_CONNECTING);
}

/* A connect to a listener of the trace that gets EAGAIN (Unix), times out, or stays open. */
static bool examine(struct finding *f, const struct change *c, const struct world *w)
{
	struct open_file *polled = c->event ? socket_polled_connecting(c) : NULL;
	const struct socket *s = polled ? polled->socket : c->file ? c->file->socket : NULL;
	if (c->kind == CHANGE_BLOCKED ? !waits_for_connect(c->wait->wait) : c->error == 0 && !polled)
		return false;
	socket_set_address(f, c, s);
	const struct endpoint_address *a = socket_target(f, s);
	struct listener l = socket_find_listener(w, a, c->step);
	bool there = l.how == LISTENING_NOW && l.binding->file;
	if (!there && !(a && a->family == FAMILY_UNIX && c->kind == CHANGE_CALL && c->error))
		return false;
	finding_set_memo(f, MEMO_POLLED, polled != NULL);
	socket_keep_connecting(f, polled);
	if (s && s->connect != c->step)
		finding_add_evidence(f, s->connect, "the connection is begun");
	socket_remember(f, c);
	return true;
}

static void say_how(struct finding *f, const struct listener *l)
{
	const struct step *first = l->binding->first_accept;
	bool late = first && first->order > finding_step(f)->order;
	finding_set_number(f, "accepted", (int64_t)l->binding->accepted);
	if (late) {
		explain_place(f, "accept_at", first);
		finding_add_evidence(f, first, "the first accept");
		finding_say_cause(f, "the queue of {listener} (listen with a backlog of {backlog} at {listen_at}) is full: its first accept comes only at "
				     "{accept_at}");
	} else if (!first) {
		finding_say_cause(f, "the queue of {listener} (listen with a backlog of {backlog} at {listen_at}) is full, and it never calls accept");
	} else {
		finding_say_cause(f, "the queue of {listener} (listen with a backlog of {backlog} at {listen_at}) is full: it accepts too slowly ({accepted} "
				     "accepted in all)");
	}
}

static void settle(struct finding *f, const struct world *w)
{
	struct listener l = socket_find_listener(w, socket_kept_target(f), finding_step(f));
	if (finding_memo(f, MEMO_POLLED) && !socket_still_connecting(f)) {
		finding_cancel(f);
		return;
	}
	if (!f->error)
		finding_say_message(f, "{process} gets no answer from {address} in {call}: connections wait before accept<<, {times} times>>");
	explain_listener(f, &l);
	if (l.how == LISTENING_NOW)
		say_how(f, &l);
	socket_weigh_attempt(f);
}

const struct rule rule_socket_backlog = {
	.id = "socket/backlog",
	.severity = SEVERITY_ERROR,
	.title = "accept queue full",
	.about = "Connections are dropped or delayed before accept: a Unix connect gets EAGAIN, or a connect to a listener of the trace is not answered "
		 "because its queue is full.",
	.match = {{CHANGE_CALL, "connect", "EAGAIN ETIMEDOUT", "socket unknown"},
		  {CHANGE_CALL, "getsockopt", "ETIMEDOUT", "socket unknown"},
		  {CHANGE_CALL, "poll ppoll select _newselect pselect6 epoll_wait epoll_pwait epoll_pwait2", "0", NULL},
		  {CHANGE_BLOCKED, NULL, NULL, NULL}},
	.recovery = RECOVERY_ANY,
	.message = "{process} could not connect to {address}: the queue of its listener is full<< ({errno})>><<, {times} times>>",
	.cause = "the listener is not in this trace; its queue of connections that wait for accept is full",
	.check = {"ss -ltn 'sport = :{port}'   # Recv-Q (waiting) against Send-Q (the backlog)", "ss -xl src {path}   # Recv-Q against Send-Q", "ss -s",
		  "nstat -az TcpExtListenOverflows TcpExtListenDrops", "sysctl net.core.somaxconn"},
	.fix = {"call listen() with a larger backlog, for example 128 or SOMAXCONN", "$ sudo sysctl -w net.core.somaxconn=4096",
		"accept faster: let the server do nothing slow between two accepts, or use several threads"},
	.why = "Connections that the kernel has made wait in the listener's queue until accept() takes them. The queue holds backlog + 1 of them (at most "
	       "net.core.somaxconn); past that TCP drops new ones silently, so that clients wait and try again, and a Unix connect blocks or gets EAGAIN.",
	.references = {"listen(2)", "accept(2)", "connect(2)", "ss(8)"},
	.example = "listen(3, 2) = 0\n"
		   "connect(6, {sa_family=AF_UNIX, sun_path=\"busy.sock\"}, 110) = -1 EAGAIN (Resource temporarily unavailable)",
	.examine = examine,
	.settle = settle,
};
