/* socket/buffers: the kernel has no memory for it. */
#include <ipcdiag/explain_socket.h>

static bool examine(struct finding *f, const struct change *c, const struct world *w)
{
	(void)w;
	socket_remember(f, c);
	return true;
}

static const struct cause causes[] = {
	{"family=netlink call=recvmsg|recvfrom|recv|read",
		"the kernel sent more netlink messages than the receive buffer holds: some are lost, and the program must "
		"ask for the whole state anew (netlink(7))",
		.check = {"cat /proc/net/netlink", "sysctl net.core.rmem_max"},
		.fix = {"ask for the complete state again after ENOBUFS (a new dump request)",
			"raise SO_RCVBUF of the netlink socket (SO_RCVBUFFORCE, net.core.rmem_max), and read it faster"},
		.why = "Netlink messages of the kernel do not wait: what does not fit into the receive buffer is dropped, "
		       "and the next receive reports it with ENOBUFS."},
	{"family=packet errno=ENOBUFS",
		"the transmit queue of the network interface is full: frames are sent faster than it takes them, or it "
		"has no carrier",
		.check = {"ip -s link", "tc -s qdisc"},
		.fix = {"wait and send again; send at the speed of the interface",
			"raise txqueuelen of the interface, or see that its link is up"},
		.why = "A packet socket hands frames straight to the interface's queue. When the queue drops one, the "
		       "send reports it with ENOBUFS.",
		.confidence = "likely"},
	{"family=unix errno=ENOBUFS call=sendmsg|sendmmsg",
		"the control data of the message (ancillary data, such as descriptors) is larger than net.core.optmem_max "
		"allows",
		.check = {"sysctl net.core.optmem_max"},
		.fix = {"send less control data with one message (fewer descriptors at a time); check msg_controllen"},
		.why = "Control data is copied into kernel memory before the message is sent; net.core.optmem_max "
		       "limits it for each socket.",
		.confidence = "likely"},
	{0},
};

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
	.causes = causes,
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
