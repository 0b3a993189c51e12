/* socket/permission: the kernel does not let this process. */
#include <ipcdiag/explain_socket.h>

static bool is_broadcast(const struct endpoint_address *a)
{
	return a && a->family == FAMILY_INET && slice_ends(slice_of(a->host), SLICE(".255"));
}

static bool examine(struct finding *f, const struct change *c, const struct world *w)
{
	const struct endpoint_address *a = finding_address(f);
	enum event_kind kind = c->event->kind;
	(void)w;
	if (kind == EVENT_BIND && a && a->family == FAMILY_UNIX)
		return false; /* socket/path */
	if (socket_is_missed_by_nobody(a) ||
		(kind == EVENT_SOCKET && slice_in_words(c->event->domain, "AF_NETLINK PF_NETLINK")))
		return false;
	if (c->process && c->process->uid >= 0) {
		finding_set_number(f, "uid", c->process->uid);
		finding_add_evidence(f, c->process->uid_step, "the user changes");
	}
	if (kind == EVENT_SOCKET) {
		finding_set(f, "kind", c->event->type);
		finding_set(f, "protocol", c->event->protocol);
	}
	finding_set_text(f, "broadcast", is_broadcast(a) ? "yes" : NULL);
	socket_remember(f, c);
	return true;
}

#define DENIALS "sudo ausearch -m avc -ts recent", "sudo dmesg | grep -i -e apparmor -e denied"

static const struct cause causes[] = {
	{"call=socket",
		"raw and packet sockets need the capability CAP_NET_RAW<< (the process runs as uid {uid})>>; a seccomp "
		"filter or a security module (SELinux, AppArmor) can forbid others",
		"{process} may not make a socket of the kind {kind}, {protocol} ({errno})<<, {times} times>>",
		.check = {"grep -e Cap -e Seccomp: /proc/{pid}/status", "sysctl net.ipv4.ping_group_range"},
		.fix = {"give the program's file the capability: setcap cap_net_raw+ep, as root",
			"for ping: socket(AF_INET, SOCK_DGRAM, IPPROTO_ICMP), allowed by net.ipv4.ping_group_range"},
		.why = "A raw or packet socket sees and forges packets of others, so the kernel wants a capability for it."},
	{"call=bind port>0 port<1024",
		"ports below 1024 (net.ipv4.ip_unprivileged_port_start) need root or the capability "
		"CAP_NET_BIND_SERVICE<<; the process runs as uid {uid}>>",
		"{process} may not bind<< to {address}>> ({errno})<<, {times} times>>",
		.check = {"sysctl net.ipv4.ip_unprivileged_port_start", "grep Cap /proc/{pid}/status"},
		.fix = {"use a port from 1024 on, for example 8080",
			"give the program's file the capability: setcap cap_net_bind_service+ep, as root",
			"AmbientCapabilities=CAP_NET_BIND_SERVICE in the systemd unit, or let systemd make the socket",
			"$ sudo sysctl -w net.ipv4.ip_unprivileged_port_start={port}"},
		.why = "Low ports belong to the services of the system; a user's program must not be able to pose as one."},
	{"call=bind",
		"the port is not a privileged one: a security module forbids it (SELinux, AppArmor, a Landlock or seccomp "
		"sandbox)",
		"{process} may not bind<< to {address}>> ({errno})<<, {times} times>>", .check = {DENIALS},
		.fix = {"allow it in the policy of that module (for SELinux: semanage port -a)"},
		.confidence = "likely"},
	{"scope=abstract",
		"an abstract name has no file and no mode: a security module (AppArmor, SELinux) or a sandbox (Landlock, "
		"seccomp) forbids the connection",
		.check = {DENIALS}, .fix = {"allow it in the profile or sandbox of this process"},
		.why = "Anybody in the same network namespace may connect to an abstract name, unless a security module "
		       "says no.",
		.confidence = "likely"},
	{"family=unix errno=EPERM",
		"a missing file permission on {path} would be EACCES: EPERM comes from a seccomp filter, a sandbox or a "
		"security module (AppArmor, SELinux)",
		.check = {"grep Seccomp: /proc/{pid}/status", DENIALS},
		.fix = {"allow it in the profile, filter or sandbox of this process"}, .confidence = "likely"},
	{"family=unix",
		"{process}<<, which runs as uid {uid},>> has no write permission on the socket file {path}, or no search "
		"permission on a folder on the way to it; where both are given, a security module (AppArmor, SELinux) "
		"forbids it",
		.check = {"namei -l -- {path}", "ls -l -- {path}", "sudo dmesg | grep -i -e apparmor -e denied"},
		.fix = {"add the user to the group that owns the socket (sudo usermod -aG GROUP USER), and log in again",
			"or let the server make it with a wider mode (its umask, SocketMode= in a systemd unit)"},
		.why = "connect() on a Unix socket needs write permission on its file and search permission on all "
		       "folders of its path (unix(7))."},
	{"broadcast=yes", "{host} is a broadcast address, and SO_BROADCAST is not set on the socket",
		.check = {"ip route get {host}"},
		.fix = {"setsockopt(fd, SOL_SOCKET, SO_BROADCAST, &(int){1}, sizeof(int)) before sending to a broadcast "
			"address"},
		.why = "The kernel sends broadcasts only for sockets that ask for it with SO_BROADCAST (ip(7))."},
	{"",
		"the kernel does not let packets out<< to {address}>>: a firewall rule of this host, a \"prohibit\" "
		"route, or a security module (SELinux, AppArmor, a sandbox)",
		.check = {"ip route get {host}", "sudo nft list ruleset", "sudo iptables -L -n -v"},
		.fix = {"allow it in the firewall or the sandbox of this host"}, .confidence = "likely"},
	{0},
};

const struct rule rule_socket_permission = {
	.id = "socket/permission",
	.severity = SEVERITY_ERROR,
	.aim = AIM_OWN,
	.title = "socket operation not permitted",
	.about =
		"EACCES or EPERM: a raw socket without CAP_NET_RAW, a port below 1024 without CAP_NET_BIND_SERVICE, a Unix socket "
		"whose file mode keeps the "
		"process out, a broadcast without SO_BROADCAST, a firewall.",
	.match = {{CHANGE_CALL, "socket bind listen connect send sendto sendmsg sendmmsg getsockopt", "EACCES EPERM",
			  "socket unknown"},
		{CHANGE_CALL, "write writev", "EACCES EPERM", "socket"}},
	.recovery = RECOVERY_ANY,
	.message = "{process} was not allowed to {call}<< {address}>> ({errno})<<, {times} times>>",
	.causes = causes,
	.why = "The kernel checks who asks: file permissions for Unix sockets, capabilities for raw sockets and low ports, and "
	       "whatever firewalls and security "
	       "modules are set up.",
	.references = {"capabilities(7)", "ip(7)", "unix(7)", "raw(7)"},
	.example =
		"socket(AF_INET, SOCK_STREAM, IPPROTO_IP) = 3\n"
		"bind(3, {sa_family=AF_INET, sin_port=htons(80), sin_addr=inet_addr(\"0.0.0.0\")}, 16) = -1 EACCES (Permission denied)",
	.examine = examine,
	.settle = socket_settle,
};
