/* socket/address-unavailable: not an address of this host, or no port left. */
#include <errno.h>

#include <ipcdiag/explain_socket.h>

static bool examine(struct finding *f, const struct change *c, const struct world *w)
{
	const struct endpoint_address *a = finding_address(f);
	(void)w;
	if (c->error == EAGAIN && (!a || a->family == FAMILY_UNIX))
		return false; /* socket/backlog */
	socket_remember(f, c);
	if (c->process && c->process->table)
		finding_set_number(f, "open",
			(int64_t)(c->process->table->made[OBJECT_SOCKET] - c->process->table->gone[OBJECT_SOCKET]));
	return true;
}

#define NO_IPV6                                                                                                        \
	"IPv6 is switched off on the loopback interface of this machine (or of this network namespace): it has no "    \
	"address ::1 then, as in containers by default"

static const struct cause causes[] = {
	{"call=bind family=inet6 scope=loopback", NO_IPV6,
		.check = {"ip -6 addr show dev lo", "sysctl net.ipv6.conf.lo.disable_ipv6"},
		.fix = {"bind to 127.0.0.1, where IPv6 is not used",
			"$ sudo sysctl -w net.ipv6.conf.lo.disable_ipv6=0"},
		.confidence = "likely"},
	{"call=bind family=inet6 scope=link-local",
		"{host} is not an address of the interface that the call names (sin6_scope_id), or it is still tentative: "
		"the kernel has not finished looking for duplicates of it",
		.check = {"ip -6 addr show to {host}", "ip -6 addr show tentative"},
		.fix = {"name the interface of the address in sin6_scope_id (fe80::1%eth0)",
			"start the server when the address is no longer tentative (network-online.target)"},
		.confidence = "likely"},
	{"call=bind family=inet6",
		"{host} is not an address of this machine (or of this network namespace) at that moment: it belongs to "
		"another host, its interface is not up yet, it is still tentative, or IPv6 is switched off",
		.check = {"ip -6 addr show to {host}", "ip -6 addr show tentative",
			"sysctl net.ipv6.conf.all.disable_ipv6"},
		.fix = {"bind to an address that `ip -6 -brief addr` lists, or to :: for all",
			"start the server after the interface is up (network-online.target)",
			"$ sudo sysctl -w net.ipv6.ip_nonlocal_bind=1   # only for an address that comes later (failover)"}},
	{"call=bind",
		"<<{host} is not an address of this machine (or of this network namespace) at that moment: it belongs to "
		"another host, or its interface is not up yet>>",
		.check = {"ip -brief addr", "ip addr show to {host}"},
		.fix = {"bind to an address that `ip -brief addr` lists, or to 0.0.0.0 or :: for all",
			"start the server after the interface is up (network-online.target)",
			"$ sudo sysctl -w net.ipv4.ip_nonlocal_bind=1   # only for an address that comes later (failover)"}},
	{"family=inet6 scope=loopback", NO_IPV6,
		"{process} could not connect to {address}: this machine does not have that address ({errno})<<, {times} times>>",
		.check = {"ip -6 addr show dev lo", "sysctl net.ipv6.conf.lo.disable_ipv6"},
		.fix = {"connect to 127.0.0.1, or let the program try the next address of getaddrinfo()",
			"$ sudo sysctl -w net.ipv6.conf.lo.disable_ipv6=0"},
		.why = "A connection needs a local address. With IPv6 switched off there is none that could reach ::1.",
		.confidence = "likely"},
	{"family=inet6",
		"this machine (or this network namespace) has no IPv6 address that can serve as the sender's: IPv6 is "
		"switched off, or its addresses are still tentative; or all local ports for this destination are in use",
		"{process} got no local address for<< {address}>> ({errno})<<, {times} times>>",
		.check = {"ip -6 route get {host}", "ip -6 -brief addr", "sysctl net.ipv6.conf.all.disable_ipv6"},
		.fix = {"use the IPv4 address, or let the program try the next address of getaddrinfo()",
			"switch IPv6 on, and wait until its addresses are no longer tentative"},
		.confidence = "likely"},
	{"",
		"all ephemeral ports that could lead<< to {address}>> are in use or in TIME_WAIT<<; this process holds "
		"{open} sockets>>; or the local address that the socket is bound to has no way there",
		"{process} got no local port for a connection<< to {address}>> ({errno})<<, {times} times>>",
		.check = {"sysctl net.ipv4.ip_local_port_range", "ss -tan state time-wait | wc -l", "ss -s"},
		.fix = {"keep connections open and use them again, instead of one for each request",
			"$ sudo sysctl -w net.ipv4.ip_local_port_range='1024 65535'"},
		.why = "connect() needs a free local port for each (address, port) pair that it talks to; a closed "
		       "connection keeps its port for a minute in TIME_WAIT.",
		.confidence = "likely"},
	{0},
};

const struct rule rule_socket_address_unavailable = {
	.id = "socket/address-unavailable",
	.severity = SEVERITY_ERROR,
	.aim = AIM_OWN,
	.title = "address not available",
	.about =
		"EADDRNOTAVAIL: bind to an address that no interface of this host has, or connect when no ephemeral port is left.",
	.match = {{CHANGE_CALL, "bind connect sendto sendmsg getsockopt", "EADDRNOTAVAIL", NULL},
		{CHANGE_CALL, "connect", "EAGAIN", "socket unknown"}},
	.recovery = RECOVERY_ANY,
	.message =
		"{process} could not bind<< to {address}>>: no interface of this host has that address ({errno})<<, {times} times>>",
	.causes = causes,
	.why = "bind() takes only addresses that belong to this host, since packets for others would never arrive here.",
	.references = {"bind(2)", "connect(2)", "ip(7)"},
	.example =
		"socket(AF_INET, SOCK_STREAM, IPPROTO_IP) = 3\n"
		"bind(3, {sa_family=AF_INET, sin_port=htons(8080), sin_addr=inet_addr(\"10.9.8.7\")}, 16) = -1 EADDRNOTAVAIL "
		"(Cannot assign requested address)",
	.examine = examine,
	.settle = socket_settle,
};
