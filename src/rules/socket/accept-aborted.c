/* socket/accept-aborted: the client left before accept. */
#include <ipcdiag/explain_socket.h>

static bool examine(struct finding *f, const struct change *c, const struct world *w)
{
	(void)w;
	explain_listener(f,
		&(struct listener){
			.how = LISTENING_NOW, .binding = c->file && c->file->socket ? c->file->socket->binding : NULL});
	socket_remember(f, c);
	return true;
}

const struct rule rule_socket_accept_aborted = {
	.id = "socket/accept-aborted",
	.severity = SEVERITY_ERROR,
	.title = "connection aborted before accept",
	.about =
		"accept got ECONNABORTED: the client reset the connection while it waited in the queue. A server that goes on "
		"accepting is fine.",
	.match = {{CHANGE_CALL, "accept accept4", "ECONNABORTED EPROTO", NULL}},
	.recovery = RECOVERY_ANY,
	.message =
		"{process} got {errno} from {call}<< on {address}>>: a client left before it was accepted<<, {times} times>>",
	.cause =
		"the client (or something on the path) reset the connection while it waited in the queue; the server itself did "
		"nothing wrong, and it has only "
		"to call accept again",
	.check = {"ss -ltn 'sport = :{port}'",
		"sudo tcpdump -ni any 'tcp port {port} and tcp[tcpflags] & tcp-rst != 0'",
		"nstat -az TcpEstabResets TcpExtListenDrops"},
	.fix = {"go on: treat ECONNABORTED like EINTR and call accept() again",
		"look at the client (does it give up early?) and at load balancers, scanners and "
		"health checks on the path",
		"accept faster, if connections wait long in the queue"},
	.why = "Between the kernel's making of a connection and accept() there is time, and the client may leave in it. accept() "
	       "tells this one loss; the "
	       "listener and all other connections are not touched.",
	.references = {"accept(2)"},
	.example = "listen(3, 3) = 0\n"
		   "accept(3, NULL, NULL) = -1 ECONNABORTED (Software caused connection abort)\n"
		   "exit_group(1) = ?\n"
		   "+++ exited with 1 +++",
	.examine = examine,
	.settle = socket_settle,
};
