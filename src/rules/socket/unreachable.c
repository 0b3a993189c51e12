/* socket/unreachable: no route. */
#include <ipcdiag/explain_socket.h>

static bool examine(struct finding *f, const struct change *c, const struct world *w)
{
	const struct socket *s = c->file ? c->file->socket : NULL;
	(void)w;
	socket_remember(f, c);
	explain_connect(f, s);
	/* getaddrinfo() connects datagram sockets only to learn which addresses have a route */
	finding_set_memo(f, 0, s && !s->stream && c->event->kind == EVENT_CONNECT);
	return true;
}

static void settle(struct finding *f, const struct world *w)
{
	const struct endpoint_address *a = finding_address(f);
	if (a && a->family == FAMILY_INET6) {
		finding_add_check(f, "ip -6 route get {host}");
		finding_add_check(f, "ip -6 route");
	}
	enum fate o = socket_weigh_attempt(f, w);
	if (finding_memo(f, 0) && !(o == FATE_FAILED && socket_blamed(f)))
		f->severity = SEVERITY_NOTE;
}

const struct rule rule_socket_unreachable = {
	.id = "socket/unreachable",
	.severity = SEVERITY_ERROR,
	.aim = AIM_OWN,
	.title = "no route to the host or network",
	.about =
		"A connect or send had no way to its address: ENETUNREACH (no route to the network), EHOSTUNREACH (the last hop "
		"gets no answer, or a "
		"router says no), ENETDOWN, EHOSTDOWN. An IPv6 address without a route is quiet where the IPv4 one works.",
	.match = {{CHANGE_CALL, NULL, "ENETUNREACH EHOSTUNREACH ENETDOWN EHOSTDOWN ENONET", "socket unknown"}},
	.recovery = RECOVERY_ANY,
	.message = "{process} could not reach<< {address}>>: no route to it ({errno})<<, {times} times>>",
	.cause =
		"the routing table of this machine (or of this network namespace) has no way to<< {host}>> that works; the trace "
		"does not show routes",
	.check = {"ip route get {host}", "ip route", "ip -brief link", "ping {host}", "ip neigh show {host}"},
	.fix = {"bring the interface up or add the missing route (a default route, a VPN that is down)",
		"correct the address, if it is the wrong one"},
	.why = "Before a packet leaves, the kernel looks for a route. Without one it fails at once with ENETUNREACH; if the route "
	       "ends at a neighbour that does "
	       "not answer, or at a router that says no, it is EHOSTUNREACH.",
	.references = {"connect(2)", "ip(7)", "ip-route(8)"},
	.example =
		"socket(AF_INET, SOCK_STREAM, IPPROTO_IP) = 3\n"
		"connect(3, {sa_family=AF_INET, sin_port=htons(443), sin_addr=inet_addr(\"192.0.2.10\")}, 16) = -1 ENETUNREACH "
		"(Network is unreachable)",
	.examine = examine,
	.settle = settle,
};
