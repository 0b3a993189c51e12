/* socket/not-listening: accept on a socket that does not listen. */
#include <errno.h>

#include <ipcdiag/explain_socket.h>

static bool examine(struct finding *f, const struct change *c, const struct world *w)
{
	const struct socket *s = c->file ? c->file->socket : NULL;
	(void)w;
	if (c->error == EOPNOTSUPP)
		finding_say_cause(f,
			"a socket of this type has no connections: only SOCK_STREAM and SOCK_SEQPACKET sockets can listen");
	else if (s && s->state == SOCKET_LISTENING)
		return false; /* a bad argument then */
	if (s && s->binding)
		finding_add_evidence(f, s->binding->bind, "it is bound");
	if (c->file)
		finding_add_evidence(f, c->file->made, "the socket is made");
	socket_remember(f, c);
	return true;
}

const struct rule rule_socket_not_listening = {
	.id = "socket/not-listening",
	.severity = SEVERITY_ERROR,
	.aim = AIM_OWN,
	.title = "accept without listen",
	.about =
		"accept on a socket for which listen was not called (EINVAL), or whose type has no connections (EOPNOTSUPP).",
	.match = {{CHANGE_CALL, "accept accept4", "EINVAL EOPNOTSUPP", NULL},
		{CHANGE_CALL, "listen", "EOPNOTSUPP", NULL}},
	.recovery = RECOVERY_ANY,
	.message = "{process} called {call} on fd {fd}, which does not listen ({errno})<<, {times} times>>",
	.cause = "listen() was not called on this socket, or it is another socket than the program thinks",
	.check = {"ss -ltnp", "ls -l /proc/{pid}/fd/{fd}"},
	.fix = {"call socket(), bind(), listen() and then accept(), and check the result of each"},
	.why = "Only listen() turns a socket into one that takes connections; accept() has a queue to take from only after that.",
	.references = {"accept(2)", "listen(2)"},
	.example = "socket(AF_INET, SOCK_STREAM, IPPROTO_IP) = 3\n"
		   "accept(3, NULL, NULL) = -1 EINVAL (Invalid argument)",
	.examine = examine,
	.settle = socket_settle,
};
