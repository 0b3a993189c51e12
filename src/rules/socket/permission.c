/* socket/permission: the kernel does not let this process. */
#include <ipcdiag/explain_socket.h>

static void say_socket(struct finding *f, const struct event *e)
{
	finding_set(f, "kind", e->type);
	finding_set(f, "protocol", e->protocol);
	finding_say_message(
		f, "{process} may not make a socket of the kind {kind}, {protocol} ({errno})<<, {times} times>>");
	finding_say_cause(f,
		"raw and packet sockets need the capability CAP_NET_RAW<< (the process runs as uid {uid})>>; a "
		"seccomp filter or a security module "
		"(SELinux, AppArmor) can forbid others");
	finding_add_check(f, "grep Cap /proc/{pid}/status");
	finding_add_check(f, "sysctl net.ipv4.ping_group_range");
	finding_add_fix(f, "$ sudo setcap cap_net_raw+ep PROGRAM");
	finding_add_fix(f, "for ping: socket(AF_INET, SOCK_DGRAM, IPPROTO_ICMP), allowed by net.ipv4.ping_group_range");
}

static void say_bind(struct finding *f, const struct endpoint_address *a)
{
	finding_say_message(f, "{process} may not bind<< to {address}>> ({errno})<<, {times} times>>");
	if (a && a->port > 0 && a->port < 1024) {
		finding_say_cause(f,
			"ports below 1024 (net.ipv4.ip_unprivileged_port_start) need root or the capability "
			"CAP_NET_BIND_SERVICE<<; the process runs "
			"as uid {uid}>>");
		finding_add_check(f, "sysctl net.ipv4.ip_unprivileged_port_start");
		finding_add_check(f, "grep Cap /proc/{pid}/status");
		finding_add_fix(f, "use a port from 1024 on, for example 8080");
		finding_add_fix(f, "$ sudo setcap cap_net_bind_service+ep PROGRAM");
		finding_add_fix(f,
			"AmbientCapabilities=CAP_NET_BIND_SERVICE in the systemd unit, or let systemd make the socket");
		finding_add_fix(f, "$ sudo sysctl -w net.ipv4.ip_unprivileged_port_start={port}");
		return;
	}
	finding_say_cause(f,
		"the port is not a privileged one: a security module forbids it (SELinux, AppArmor, a Landlock or seccomp sandbox)");
	finding_add_check(f, "sudo ausearch -m avc -ts recent");
	finding_add_check(f, "sudo dmesg | grep -i -e apparmor -e denied");
}

static void say_unix(struct finding *f)
{
	finding_say_cause(f,
		"{process}<<, which runs as uid {uid},>> has no write permission on the socket file {path}, or no "
		"search permission on a folder on the "
		"way to it");
	finding_add_check(f, "ls -l -- {path}");
	finding_add_check(f, "namei -l -- {path}");
	finding_add_check(f, "id");
	finding_add_check(f, "stat -c '%U %G %a' -- {path}");
	finding_add_fix(
		f, "add the user to the group that owns the socket (sudo usermod -aG GROUP USER), and log in again");
	finding_add_fix(f, "or let the server make it with a wider mode (its umask, SocketMode= in a systemd unit)");
}

static bool is_broadcast(const struct endpoint_address *a)
{
	return a && a->family == FAMILY_INET && slice_ends(slice_of(a->host), SLICE(".255"));
}

static void say_inet(struct finding *f, const struct endpoint_address *a)
{
	if (is_broadcast(a)) {
		finding_say_cause(f, "{host} is a broadcast address, and SO_BROADCAST is not set on the socket");
		finding_add_fix(f,
			"setsockopt(fd, SOL_SOCKET, SO_BROADCAST, &(int){1}, sizeof(int)) before sending to a broadcast address");
	} else {
		finding_say_cause(f,
			"the kernel does not let packets out<< to {address}>>: a firewall rule of this host, a "
			"\"prohibit\" route, or a security module "
			"(SELinux, AppArmor, a sandbox)");
		finding_add_fix(f, "allow it in the firewall or the sandbox of this host");
	}
	finding_add_check(f, "ip route get {host}");
	finding_add_check(f, "sudo nft list ruleset");
	finding_add_check(f, "sudo iptables -L -n -v");
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
	if (kind == EVENT_SOCKET)
		say_socket(f, c->event);
	else if (kind == EVENT_BIND)
		say_bind(f, a);
	else if (a && a->family == FAMILY_UNIX)
		say_unix(f);
	else
		say_inet(f, a);
	socket_remember(f, c);
	return true;
}

static void settle(struct finding *f, const struct world *w)
{
	socket_weigh_attempt(f, w);
}

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
	.cause = "the process lacks the right to do this",
	.why = "The kernel checks who asks: file permissions for Unix sockets, capabilities for raw sockets and low ports, and "
	       "whatever firewalls and security "
	       "modules are set up.",
	.references = {"capabilities(7)", "ip(7)", "unix(7)", "raw(7)"},
	.example =
		"socket(AF_INET, SOCK_STREAM, IPPROTO_IP) = 3\n"
		"bind(3, {sa_family=AF_INET, sin_port=htons(80), sin_addr=inet_addr(\"0.0.0.0\")}, 16) = -1 EACCES (Permission denied)",
	.examine = examine,
	.settle = settle,
};
