/* socket/unreachable: no route. */
#include <ipcdiag/explain_socket.h>

/* A connect that waited, data that went out, an error that came later: then there is a route, and the error is an
 * answer to a packet. A call that failed within a millisecond was turned down by this machine's own table. */
static void set_way(struct finding *f, const struct change *c)
{
	const struct open_file *file = c->file;
	double lasted = socket_lasted(c);
	bool later = c->event->kind != EVENT_CONNECT && c->event->kind != EVENT_SEND;
	bool worked = file && (file->sent || file->received);
	if (later || worked)
		finding_set_text(f, "way", "seen");
	else if (lasted >= 0 && lasted < 0.001)
		finding_set_text(f, "way", "none");
	else if (lasted >= 0)
		finding_set_text(f, "way", "waited");
}

static bool examine(struct finding *f, const struct change *c, const struct world *w)
{
	const struct socket *s = c->file ? c->file->socket : NULL;
	(void)w;
	socket_remember(f, c);
	explain_connect(f, s);
	set_way(f, c);
	/* getaddrinfo() connects datagram sockets only to learn which addresses have a route */
	finding_set_memo(f, 0, s && !s->stream && c->event->kind == EVENT_CONNECT);
	return true;
}

static const struct cause causes[] = {
	{"errno=ENETDOWN",
		"the network interface that the route to it uses, or that the socket is bound to, is down or has gone",
		.check = {"ip -brief link", "ip route get {host}"},
		.fix = {"bring the interface up, or send over another one"}},
	{"way=seen|waited",
		"there is a route: a packet went out, and the error is the answer to it. A router or a firewall sent an "
		"ICMP \"unreachable\" (a REJECT rule does), or the next hop did not answer the request for its link "
		"address (ARP, neighbour discovery): that host is down or not in this network",
		.check = {"ip route get {host}", "ip neigh show", "ping -c 3 -W 2 {host}"},
		.fix = {"look whether {host} is switched on and in the network that the route leads to",
			"let the firewall on the way (or on {host}) accept<< port {port}>>"},
		.why = "EHOSTUNREACH and ENETUNREACH that come after a packet was sent are reports of others: the last "
		       "hop gets no answer, or a router says no.",
		.confidence = "likely"},
	{"errno=EHOSTUNREACH way=none",
		"the call failed at once, without a packet: a route of the type \"unreachable\" covers {host} on this "
		"machine (or in this network namespace)",
		.check = {"ip route get {host}", "ip route show type unreachable"},
		.fix = {"remove that route, or add a better one (VPN and container software set such routes while they are down)"},
		.confidence = "likely"},
	{"errno=EHOSTUNREACH",
		"a router or a firewall answered with ICMP \"unreachable\" (a REJECT rule does), or the next hop did not "
		"answer the request for its link address (ARP, neighbour discovery); the trace does not show which "
		"(strace -T would show whether the call waited)",
		.check = {"ip route get {host}", "ip neigh show", "ping -c 3 -W 2 {host}"},
		.fix = {"look whether {host} is switched on and in the network that the route leads to",
			"let the firewall on the way (or on {host}) accept<< port {port}>>"},
		.confidence = "likely"},
	{"family=inet6",
		"this machine (or this network namespace) has no IPv6 route<< to {host}>>: most often it has no IPv6 default "
		"route because the network offers none",
		.check = {"ip -6 route get {host}", "ip -6 route", "ip -6 -brief addr"},
		.fix = {"use the IPv4 address of the host, or let the program try the next address of getaddrinfo()",
			"get an IPv6 address and default route (router advertisements, DHCPv6, VPN)"},
		.confidence = "likely"},
	{"errno=ENETUNREACH",
		"the routing table of this machine (or of this network namespace) has no route<< to {host}>>: most often "
		"the default route is missing because an interface or a VPN is down",
		.check = {"ip route get {host}", "ip route", "ip -brief link"},
		.fix = {"bring the interface up or add the missing route (a default route, a VPN that is down)",
			"correct the address, if it is the wrong one"},
		.confidence = "likely"},
	{0},
};

const struct rule rule_socket_unreachable = {
	.id = "socket/unreachable",
	.severity = SEVERITY_ERROR,
	.aim = AIM_OWN,
	.title = "host or network unreachable",
	.about =
		"A connect or send did not reach its address: ENETUNREACH (no route to the network), EHOSTUNREACH (the last hop "
		"gets no answer, or a "
		"router says no), ENETDOWN, EHOSTDOWN. An IPv6 address without a route is quiet where the IPv4 one works.",
	.match = {{CHANGE_CALL, NULL, "ENETUNREACH EHOSTUNREACH ENETDOWN EHOSTDOWN ENONET", "socket unknown"}},
	.recovery = RECOVERY_ANY,
	.message = "{process} could not reach<< {address}>> ({errno})<<, {times} times>>",
	.causes = causes,
	.why = "Before a packet leaves, the kernel looks for a route. Without one it fails at once with ENETUNREACH; if the route "
	       "ends at a neighbour that does "
	       "not answer, or at a router that says no, it is EHOSTUNREACH.",
	.references = {"connect(2)", "ip(7)", "ip-route(8)"},
	.example =
		"socket(AF_INET, SOCK_STREAM, IPPROTO_IP) = 3\n"
		"connect(3, {sa_family=AF_INET, sin_port=htons(443), sin_addr=inet_addr(\"192.0.2.10\")}, 16) = -1 ENETUNREACH "
		"(Network is unreachable)",
	.examine = examine,
	.settle = socket_settle,
};
