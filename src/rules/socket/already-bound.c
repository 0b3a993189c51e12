/* socket/already-bound: a second bind of one socket. */
#include <ipcdiag/explain_socket.h>

static bool examine(struct finding *f, const struct change *c, const struct world *w)
{
	const struct socket *s = c->file ? c->file->socket : NULL;
	(void)w;
	if (!s || s->state == SOCKET_NEW)
		return false;
	if (s->binding) {
		explain_place(f, "bind_at", s->binding->bind);
		finding_add_evidence(f, s->binding->bind, "it is bound");
	} else {
		explain_connect(f, s);
	}
	socket_remember(f, c);
	return true;
}

const struct rule rule_socket_already_bound = {
	.id = "socket/already-bound",
	.severity = SEVERITY_ERROR,
	.aim = AIM_OWN,
	.title = "second bind of a socket",
	.about = "bind on a socket that has an address already, from an earlier bind or connect (EINVAL).",
	.match = {{CHANGE_CALL, "bind", "EINVAL", "socket"}},
	.recovery = RECOVERY_SAME,
	.message = "{process} called bind on fd {fd}, which has an address already ({errno})",
	.cause = "the socket got its address before<< (bound at {bind_at})>>; an address cannot be changed",
	.check = {"ss -tulnp", "ls -l /proc/{pid}/fd/{fd}"},
	.fix = {"make a new socket for the second address, and call bind() before connect()"},
	.why = "A socket is bound once in its life: by bind(), or by the kernel at the first connect() or send.",
	.references = {"bind(2)", "ip(7)"},
	.example =
		"bind(3, {sa_family=AF_INET, sin_port=htons(7200), sin_addr=inet_addr(\"127.0.0.1\")}, 16) = 0\n"
		"bind(3, {sa_family=AF_INET, sin_port=htons(7201), sin_addr=inet_addr(\"127.0.0.1\")}, 16) = -1 EINVAL (Invalid "
		"argument)",
	.examine = examine,
	.settle = socket_settle,
};
