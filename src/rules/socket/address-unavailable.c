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
	if (c->event->kind == EVENT_BIND)
		return true;
	finding_say_message(
		f, "{process} got no local port for a connection<< to {address}>> ({errno})<<, {times} times>>");
	finding_say_cause(f,
		"all ephemeral ports that could lead<< to {address}>> are in use or in TIME_WAIT<<; this process "
		"holds {open} sockets>>; or the "
		"local address that the socket is bound to has no way there");
	finding_add_check(f, "sysctl net.ipv4.ip_local_port_range");
	finding_add_check(f, "ss -tan state time-wait | wc -l");
	finding_add_check(f, "ss -s");
	finding_add_fix(f, "keep connections open and use them again, instead of one for each request");
	finding_add_fix(f, "$ sudo sysctl -w net.ipv4.ip_local_port_range='1024 65535'");
	if (c->process && c->process->table)
		finding_set_number(f, "open",
			(int64_t)(c->process->table->made[OBJECT_SOCKET] - c->process->table->gone[OBJECT_SOCKET]));
	return true;
}

static void settle(struct finding *f, const struct world *w)
{
	socket_weigh_attempt(f, w);
}

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
	.cause =
		"{host} is not an address of this machine (or of this network namespace) at that moment: another host's address, an "
		"interface that is not "
		"up yet, or IPv6 that is switched off",
	.check = {"ip -brief addr", "ip addr show to {host}", "sysctl net.ipv6.conf.all.disable_ipv6"},
	.fix = {"bind to an address that `ip -brief addr` lists, or to 0.0.0.0 or :: for all",
		"$ sudo sysctl -w net.ipv4.ip_nonlocal_bind=1   # only for an address that comes later (failover)",
		"start the server after the interface is up (network-online.target)"},
	.why = "bind() takes only addresses that belong to this host, since packets for others would never arrive here. connect() "
	       "needs a free local port "
	       "for each (address, port) pair that it talks to; a closed connection keeps its port for a minute in TIME_WAIT.",
	.references = {"bind(2)", "connect(2)", "ip(7)"},
	.example =
		"socket(AF_INET, SOCK_STREAM, IPPROTO_IP) = 3\n"
		"bind(3, {sa_family=AF_INET, sin_port=htons(8080), sin_addr=inet_addr(\"10.9.8.7\")}, 16) = -1 EADDRNOTAVAIL "
		"(Cannot assign requested address)",
	.examine = examine,
	.settle = settle,
};
