/* socket/buffers: the kernel has no memory for it. */
#include <errno.h>

#include <ipcdiag/explain_socket.h>

static bool examine(struct finding *f, const struct change *c, const struct world *w)
{
	const struct socket *s = c->file ? c->file->socket : NULL;
	bool netlink = s && s->domain && slice_in_words(slice_of(s->domain), "AF_NETLINK PF_NETLINK");
	(void)w;
	if (netlink) {
		finding_say_cause(f,
			"the kernel sent more netlink messages than the receive buffer holds: some are lost, and "
			"the program must ask for the whole state anew");
		finding_add_fix(f,
			"raise SO_RCVBUF of the netlink socket (SO_RCVBUFFORCE, net.core.rmem_max), and read it faster");
	} else if (c->call && strcmp(c->call, "sendmsg") == 0 && c->error == ENOBUFS) {
		finding_say_cause(f,
			"the control data of the message (ancillary data) is larger than net.core.optmem_max "
			"allows, or an interface queue is full");
		finding_add_check(f, "sysctl net.core.optmem_max");
		finding_add_fix(
			f, "send less control data (fewer descriptors at a time), or raise net.core.optmem_max");
	}
	socket_remember(f, c);
	return true;
}

const struct rule rule_socket_buffers = {
	.id = "socket/buffers",
	.severity = SEVERITY_ERROR,
	.aim = AIM_LIMIT,
	.title = "no buffer space for a socket",
	.about = "ENOBUFS or ENOMEM on a socket call: socket memory, queues or control data over their limit.",
	.match =
		{{CHANGE_CALL,
			 "socket socketpair accept accept4 bind listen connect send sendto sendmsg sendmmsg recv recvfrom recvmsg setsockopt",
			 "ENOBUFS ENOMEM", "socket unknown"},
			{CHANGE_CALL, "write writev read readv", "ENOBUFS", "socket"}},
	.recovery = RECOVERY_SAME,
	.message = "{process} got {errno} from {call}: the kernel has no buffer space for it<<, {times} times>>",
	.cause = "the limits of socket memory or of a queue are reached",
	.check = {"cat /proc/net/sockstat", "ss -tunapm",
		"sysctl net.ipv4.tcp_mem net.ipv4.udp_mem net.core.wmem_max net.core.rmem_max", "free -m"},
	.fix = {"wait a little and send again", "find who holds much unread data (Recv-Q in ss), and read or close it"},
	.why = "Data that is sent and not yet read lives in kernel memory, which has limits for each socket and for all together.",
	.references = {"socket(7)", "send(2)", "netlink(7)"},
	.example = "sendmsg(3, {msg_name=NULL, msg_namelen=0, msg_iov=[{iov_base=\"a\", iov_len=1}], msg_iovlen=1, "
		   "msg_control=0x7f10, msg_controllen=400000, "
		   "msg_flags=0}, 0) = -1 ENOBUFS (No buffer space available)",
	.examine = examine,
	.settle = socket_settle,
};
