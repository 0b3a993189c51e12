/* socket/accept-blocked: a server that waits for clients. */
#include <ipcdiag/explain_socket.h>

static bool examine(struct finding *f, const struct change *c, const struct world *w)
{
	const struct socket *s = c->file ? c->file->socket : NULL;
	(void)w;
	if (c->wait->wait->kind != WAIT_ACCEPT)
		return false;
	const struct binding *b = s ? s->binding : NULL;
	explain_listener(f, &(struct listener){.how = LISTENING_NOW, .binding = s ? s->binding : NULL});
	if (b && b->accepted)
		finding_set_number(f, "accepted", (int64_t)b->accepted);
	const struct failed_connect *t = b && !b->accepted ? socket_astray(w, b) : NULL;
	if (!t)
		return true;
	f->severity = SEVERITY_WARNING;
	f->confidence = CONFIDENCE_LIKELY;
	explain_astray(f, t);
	finding_say_cause(f,
		"{client} tried {client_address} instead (at {client_at}, {client_error}): client and server have "
		"different addresses");
	finding_add_fix(f, "make client and server agree: {client_address} against {address}");
	return true;
}

const struct rule rule_socket_accept_blocked = {
	.id = "socket/accept-blocked",
	.severity = SEVERITY_NOTE,
	.title = "accept waits for a client",
	.about =
		"An accept that does not return: no client came. Normal for an idle server (a note); a warning when a client of the "
		"trace tried another "
		"address.",
	.match = {{CHANGE_BLOCKED, "accept accept4", NULL, NULL}},
	.message = "{process} waits in {call} for a client<< on {address}>><< ({accepted} came before)>>",
	.cause = "no other client in this trace connects there; a server waits like this when it has nothing to do",
	.check = {"ss -ltnp 'sport = :{port}'", "nc -vz {host} {port}", "ss -xlp src {path}", "ip -brief addr"},
	.fix = {"nothing, if the server just has no clients; else compare the address that the clients use with {address}",
		"let clients of other machines reach it: bind 0.0.0.0 (or ::) instead of 127.0.0.1, and look at firewalls"},
	.why = "accept() returns when a connection is in the listener's queue. Clients that use another port or address, or that a "
	       "firewall keeps away, never "
	       "get into it.",
	.references = {"accept(2)", "listen(2)", "ss(8)"},
	.example = "listen(3, 3) = 0\n"
		   "accept(3, NULL, NULL) = ? ERESTARTSYS (To be restarted if SA_RESTART is set)\n"
		   "--- SIGINT {si_signo=SIGINT, si_code=SI_USER, si_pid=2030, si_uid=0} ---",
	.examine = examine,
};
