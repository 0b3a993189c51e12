/* socket/no-destination: a datagram without an address. */
#include <ipcdiag/explain_socket.h>

static bool examine(struct finding *f, const struct change *c, const struct world *w)
{
	(void)w;
	if (c->file) {
		explain_place(f, "made_at", c->file->made);
		finding_add_evidence(f, c->file->made, "the socket is made");
	}
	socket_remember(f, c);
	return true;
}

const struct rule rule_socket_no_destination = {
	.id = "socket/no-destination",
	.severity = SEVERITY_ERROR,
	.aim = AIM_OWN,
	.title = "datagram without a destination",
	.about = "A send without an address on a datagram socket that is not connected (EDESTADDRREQ).",
	.match = {{CHANGE_CALL, NULL, "EDESTADDRREQ", "socket unknown"}},
	.recovery = RECOVERY_SAME,
	.message = "{process} sent on the datagram socket fd {fd} without saying to whom ({errno})<<, {times} times>>",
	.cause = "the socket<< (made at {made_at})>> was not connected, and the call names no destination",
	.check = {"ss -uanp", "ls -l /proc/{pid}/fd/{fd}"},
	.fix = {"give the address to sendto() or sendmsg(), or call connect() once on the socket",
		"check that an earlier connect() did not fail unseen"},
	.why = "A datagram socket has no partner of its own: each datagram needs an address, or connect() sets one for all of them.",
	.references = {"send(2)", "udp(7)", "unix(7)"},
	.example = "socket(AF_INET, SOCK_DGRAM, IPPROTO_IP) = 3\n"
		   "sendto(3, \"x\", 1, 0, NULL, 0) = -1 EDESTADDRREQ (Destination address required)",
	.examine = examine,
	.settle = socket_settle,
};
