/* socket/not-connected: an operation that needs a connection. */
#include <ipcdiag/explain_socket.h>

static bool examine(struct finding *f, const struct change *c, const struct world *w)
{
	const struct socket *s = c->file ? c->file->socket : NULL;
	bool asks = c->event->kind == EVENT_PEERNAME;
	(void)w;
	if (c->event->kind == EVENT_SHUTDOWN ||
		(asks && s && (s->state != SOCKET_NEW || s->local.family != FAMILY_NONE)))
		return false; /* a look at a listener, or tidying up after a failure */
	if (c->file)
		finding_add_evidence(f, c->file->made, "the socket is made");
	if (s && s->state == SOCKET_LISTENING)
		finding_say_cause(
			f, "this is the listening socket; data goes over the descriptor that accept() returns");
	else if (s && s->state == SOCKET_CONNECTING)
		finding_say_cause(f, "the non-blocking connect of this socket is not done yet");
	else if (s && s->state == SOCKET_FAILED)
		finding_say_cause(f, "its connect had failed, and the program went on with it");
	explain_connect(f, s);
	finding_set_memo(f, 0, asks);
	finding_set_memo(f, 1, s && s->state == SOCKET_FAILED);
	socket_remember(f, c);
	return true;
}

static void settle(struct finding *f, const struct world *w)
{
	const struct open_file *file = finding_file(f);
	(void)w;
	enum fate o = socket_weigh(f);
	socket_set_times(f);
	bool made_here = file && file->made;
	if (finding_memo(f, 0) && !socket_ended_over(f) && !(o == FATE_OPEN && made_here))
		finding_cancel(f);
	else if (finding_memo(f, 1))
		f->severity = SEVERITY_NOTE; /* the failed connect is told already */
}

const struct rule rule_socket_not_connected = {
	.id = "socket/not-connected",
	.severity = SEVERITY_ERROR,
	.title = "socket is not connected",
	.about =
		"A call that needs a connection on a socket that has none (ENOTCONN). Looks at listeners and shutdown after a "
		"failure are quiet.",
	.match = {{CHANGE_CALL, NULL, "ENOTCONN", "socket unknown"}},
	.recovery = RECOVERY_SAME,
	.message = "{process} called {call} on fd {fd}, which is not connected ({errno})<<, {times} times>>",
	.cause = "connect() was not called on this socket, or it failed",
	.check = {"ss -tanp", "ls -l /proc/{pid}/fd/{fd}"},
	.fix = {"connect the socket first and check the result; on a server use the descriptor that accept() returns"},
	.why = "A stream socket can send, receive and name its peer only between connect() or accept() and the end of the connection.",
	.references = {"connect(2)", "getpeername(2)", "recv(2)", "send(2)"},
	.example = "socket(AF_INET, SOCK_STREAM, IPPROTO_IP) = 3\n"
		   "recvfrom(3, 0x7ffd94fe74d0, 4, 0, NULL, NULL) = -1 ENOTCONN (Transport endpoint is not connected)",
	.examine = examine,
	.settle = settle,
};
