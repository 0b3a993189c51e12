/* socket/broken: sending to nobody. */
#include <ipcdiag/explain_socket.h>

enum { MEMO_STATE = 0 };

static bool is_send(const struct event *e)
{
	return e->kind == EVENT_SEND;
}

/* On a descriptor of unknown kind only a send says that it is a socket; write belongs to pipe/broken then. */
static bool examine(struct finding *f, const struct change *c, const struct world *w)
{
	const struct socket *s = c->file ? c->file->socket : NULL;
	(void)w;
	if (c->object != OBJECT_SOCKET && !is_send(c->event))
		return false;
	finding_set_memo(f, MEMO_STATE, s ? s->state : SOCKET_CONNECTED);
	socket_remember_peer(f, c);
	socket_remember(f, c);
	if (s && s->state != SOCKET_CONNECTED && !c->channel) {
		finding_add_evidence(f, c->file->made, "the socket is made");
		explain_connect(f, s);
	}
	return true;
}

static void say_why(struct finding *f, enum departure how)
{
	switch (how) {
	case DEPARTURE_OWN_SHUTDOWN:
		finding_say_cause(f,
			"the program itself shut the socket down for writing ({shut_at}), and sends on it after that");
		finding_add_fix(f, "call shutdown(SHUT_WR) only after the last send");
		break;
	case DEPARTURE_SHUTDOWN:
		finding_say_cause(f, "the other end said with shutdown(SHUT_RD) ({shut_at}) that it reads no more");
		break;
	case DEPARTURE_UNREAD:
		finding_say_cause(f,
			"{peer} {peer_gone}: nobody holds the other end of the connection<< made at {made_at}>>, "
			"and {unread} bytes sent on it were never read");
		break;
	case DEPARTURE_CLOSED:
	case DEPARTURE_LINGER:
		finding_say_cause(
			f, "{peer} {peer_gone}: nobody holds the other end of the connection<< made at {made_at}>>");
		break;
	default:
		break;
	}
}

static void say_never_connected(struct finding *f)
{
	f->severity = SEVERITY_ERROR;
	finding_say_message(
		f, "{process} sent on fd {fd}, a socket that is not connected, and got {errno}<<, {times} times>>");
	finding_say_cause(f,
		finding_memo(f, MEMO_STATE) == SOCKET_FAILED
			? "its connect had failed, and the program went on with it; a send on a stream socket without a connection is "
			  "EPIPE"
			: "connect was never called on it, or not seen; a send on a stream socket without a connection is EPIPE");
	finding_add_fix(f, "check the result of connect() before sending");
}

/* A peer that crashed is worth telling even when the program gets over it; so is a program that goes on sending into
 * the void. */
static void weigh(struct finding *f)
{
	enum { MANY = 10 };
	const struct process *peer = socket_peer_process(f);
	enum fate o = socket_weigh(f);
	bool crashed = peer && peer->end == END_KILLED && peer->signal &&
		slice_in_words(slice_of(peer->signal), "SIGSEGV SIGABRT SIGBUS SIGFPE SIGILL SIGSYS");
	if (o == FATE_WENT_ON && f->count > MANY)
		f->severity = SEVERITY_ERROR;
	else if (o == FATE_WENT_ON && crashed)
		f->severity = SEVERITY_WARNING;
}

static void settle(struct finding *f, const struct world *w)
{
	enum departure how = explain_peer(f);
	(void)w;
	weigh(f);
	socket_set_times(f);
	if (finding_memo(f, MEMO_STATE) != SOCKET_CONNECTED && !finding_channel(f))
		say_never_connected(f);
	else
		say_why(f, how);
}

const struct rule rule_socket_broken = {
	.id = "socket/broken",
	.severity = SEVERITY_ERROR,
	.aim = AIM_PEER,
	.title = "send to a socket whose other end is gone",
	.about =
		"EPIPE on a socket: the other end has closed or ended, one of the two was shut down, or the socket was never "
		"connected. With SIGPIPE at its default the "
		"program dies of it. A note where the program takes it in its stride.",
	.match = {{CHANGE_CALL, "send sendto sendmsg sendmmsg write writev pwritev2 sendfile splice tee", "EPIPE",
		"socket unknown"}},
	.recovery = RECOVERY_NONE,
	.needs = "-f",
	.message =
		"{process} sent<< to {address}>> on fd {fd}, and nobody is left to read it ({errno})<<, {times} times>>",
	.cause =
		"the other end is gone; the trace does not show who held it (-f follows children, -yy names connections)",
	.check = {"ss -tanp | grep -F {address}", "strace -f -e trace=network,desc -p {pid}",
		"ls -l /proc/{pid}/fd/{fd}"},
	.fix = {"keep the other end open until everything is sent, or find out why it ended",
		"send with MSG_NOSIGNAL or ignore SIGPIPE, treat EPIPE as the end of the connection, and stop sending"},
	.why = "The kernel knows that nobody can read what is sent. It tells the sender with SIGPIPE, which ends a program that does "
	       "not expect it, and with EPIPE.",
	.references = {"send(2)", "shutdown(2)", "signal(7)", "socketpair(2)"},
	.example = "20 socketpair(AF_UNIX, SOCK_STREAM, 0, [3, 4]) = 0\n"
		   "20 close(4) = 0\n"
		   "20 sendto(3, \"two\", 3, 0, NULL, 0) = -1 EPIPE (Broken pipe)",
	.examine = examine,
	.settle = settle,
};
