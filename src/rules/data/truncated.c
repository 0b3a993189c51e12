/* data/truncated: a message came cut. */
#include <ipcdiag/explain_pipe.h>

static bool examine(struct finding *f, const struct change *c, const struct world *w)
{
	const struct event *e = c->event;
	(void)w;
	if (!e->truncated || e->peek)
		return false;
	if (e->ret >= 0)
		finding_set_number(f, "got", e->ret);
	explain_channel(f, c->channel);
	if (c->channel && c->file)
		finding_add_evidence(
			f, c->channel->side[file_other_side(c->file)].last_io, "the last message that was sent");
	return true;
}

static void settle(struct finding *f, const struct world *w)
{
	(void)w;
	if (f->count > 1)
		finding_set_number(f, "times", (int64_t)f->count);
}

const struct rule rule_data_truncated = {
	.id = "data/truncated",
	.severity = SEVERITY_WARNING,
	.title = "message cut to the size of the buffer",
	.about =
		"recvmsg returned MSG_TRUNC: the datagram was longer than the buffer, and the rest of it is lost. Looking ahead (MSG_PEEK) to learn the length is fine.",
	.match = {{CHANGE_CUT, NULL, NULL, NULL}},
	.message = "{process} got a message on fd {fd} cut<< to {got} bytes>> (MSG_TRUNC)<<, {times} times>>",
	.cause = "the message was longer than the buffer of {call}; the kernel threw the rest of it away",
	.check = {"strace -f -e trace=sendto,sendmsg,recvfrom,recvmsg -s 64 -p {pid}", "ss -uanp"},
	.fix = {"use a buffer as large as the longest message that the protocol allows (UDP: 65535 bytes)",
		"ask for the length first: recv(fd, buffer, length, MSG_PEEK | MSG_TRUNC) returns that of the whole message"},
	.why = "A datagram or record is read by one call as a whole. What does not fit is dropped, not kept for the next call as with a stream; the flag MSG_TRUNC in "
	       "msg_flags is the only sign.",
	.references = {"recv(2)", "udp(7)", "unix(7)"},
	.example =
		"recvmsg(4, {msg_name=NULL, msg_namelen=0, msg_iov=[{iov_base=\"\\0\"..., iov_len=100}], msg_iovlen=1, msg_controllen=0, "
		"msg_flags=MSG_TRUNC}, 0) = 100",
	.examine = examine,
	.settle = settle,
};
