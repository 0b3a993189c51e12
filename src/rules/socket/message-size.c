/* socket/message-size: a datagram that is too long. */
#include <ipcdiag/explain_socket.h>

static bool examine(struct finding *f, const struct change *c, const struct world *w)
{
	const struct socket *s = c->file ? c->file->socket : NULL;
	bool local = s && s->domain &&
		slice_in_words(slice_of(s->domain), "AF_UNIX PF_UNIX AF_LOCAL PF_LOCAL AF_FILE PF_FILE");
	(void)w;
	if (c->event->asked >= 0)
		finding_set_number(f, "bytes", c->event->asked);
	if (local || (c->channel && c->channel->kind != CHANNEL_INET)) {
		finding_say_cause(f,
			"the datagram<< of {bytes} bytes>> is longer than the send buffer of the Unix socket "
			"(SO_SNDBUF, at most net.core.wmem_max)");
		finding_add_check(f, "sysctl net.core.wmem_max net.core.wmem_default");
		finding_add_fix(f, "raise SO_SNDBUF with setsockopt() (and net.core.wmem_max), or use SOCK_STREAM");
	}
	socket_remember(f, c);
	return true;
}

const struct rule rule_socket_message_size = {
	.id = "socket/message-size",
	.severity = SEVERITY_ERROR,
	.aim = AIM_OWN,
	.title = "datagram too long",
	.about =
		"A datagram does not fit (EMSGSIZE): over 65507 bytes of UDP payload, over the path's MTU with fragmentation "
		"forbidden, or over the send buffer of a Unix "
		"socket.",
	.match = {{CHANGE_CALL, "send sendto sendmsg sendmmsg write writev sendfile splice", "EMSGSIZE",
		"socket unknown"}},
	.recovery = RECOVERY_SAME,
	.message =
		"{process} sent<< {bytes} bytes>> in one message<< to {address}>>, more than it can hold ({errno})<<, {times} times>>",
	.cause =
		"UDP carries at most 65507 bytes in an IPv4 datagram (65535 less the headers); with IP_MTU_DISCOVER the limit is "
		"the MTU of the path",
	.check = {"ip -brief link", "ip route get {host}", "ping -M do -s 1472 -c 1 {host}"},
	.fix = {"send smaller messages (below about 1400 bytes none needs to be cut up on the way), or use a stream socket"},
	.why = "A datagram arrives whole or not at all, so the kernel does not take one that cannot be sent whole.",
	.references = {"send(2)", "udp(7)", "unix(7)"},
	.example = "socket(AF_INET, SOCK_DGRAM, IPPROTO_IP) = 3\n"
		   "sendto(3, \"\\0\\0\\0\\0\"..., 70000, 0, {sa_family=AF_INET, sin_port=htons(8125), "
		   "sin_addr=inet_addr(\"127.0.0.1\")}, 16) = -1 EMSGSIZE (Message too long)",
	.examine = examine,
	.settle = socket_settle,
};
