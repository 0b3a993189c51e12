/* socket/reset: the other end threw the connection away. */
#include <ipcdiag/explain_socket.h>

static bool examine(struct finding *f, const struct change *c, const struct world *w)
{
	(void)w;
	socket_remember_peer(f, c);
	socket_remember(f, c);
	if (c->file && c->file->socket)
		explain_connect(f, c->file->socket);
	return true;
}

static void say_why(struct finding *f, enum departure how)
{
	const struct channel *c = finding_channel(f);
	switch (how) {
	case DEPARTURE_LINGER:
		finding_say_cause(f,
			"{peer} {peer_gone}, with SO_LINGER set to 0 seconds ({linger_at}): such a close is a reset");
		finding_add_fix(
			f, "leave SO_LINGER alone in {peer}, so that its close sends the rest and an orderly end");
		break;
	case DEPARTURE_UNREAD:
		finding_say_cause(f,
			"{peer} {peer_gone} without reading {unread} bytes that were sent to it<< ({sent_at})>>: a "
			"close with unread data sends a reset");
		finding_add_fix(f,
			"let {peer} read what was sent (to the end of the request, or to end of file) before it closes");
		break;
	case DEPARTURE_CLOSED:
		finding_say_cause(f,
			"{peer} {peer_gone}; data came for it after that, or was unread then: the kernel answers with a reset");
		break;
	default:
		if (c && c->kind == CHANNEL_SOCKETPAIR)
			finding_say_cause(f,
				"the other end of the socket pair made at {made_at} was closed with unread data, "
				"most likely by the end of the child process that "
				"held it; the trace does not show that process (-f would)");
	}
}

static void settle(struct finding *f, const struct world *w)
{
	(void)w;
	say_why(f, explain_peer(f));
	if (socket_weigh(f) == FATE_OPEN && socket_made_calls_since(f, (int64_t)f->count + 2))
		f->severity = SEVERITY_WARNING; /* it lives on, as far as the trace shows */
	socket_set_times(f);
}

const struct rule rule_socket_reset = {
	.id = "socket/reset",
	.severity = SEVERITY_ERROR,
	.aim = AIM_PEER,
	.title = "connection reset by the peer",
	.about =
		"ECONNRESET: the other end closed with unread data or with SO_LINGER 0, crashed, or something on the path cut the "
		"connection. A note where the program "
		"goes on.",
	.match = {{CHANGE_CALL, NULL, "ECONNRESET", NULL}},
	.recovery = RECOVERY_NONE,
	.needs = "-f",
	.message =
		"{process} lost its connection<< to {address}>> in {call}: the other end reset it ({errno})<<, {times} times>>",
	.cause =
		"the other end is not in this trace: it closed with unread data, crashed, or a firewall or load balancer cut the "
		"connection",
	.check = {"ss -tanp | grep -F {address}", "sudo tcpdump -ni any 'host {host} and tcp[tcpflags] & tcp-rst != 0'",
		"strace -f -e trace=network,desc -p {peer_pid}"},
	.fix = {"look at why the other end hung up: its log, its exit status",
		"treat ECONNRESET as the end of this connection: close it, connect anew and repeat what is safe "
		"to repeat"},
	.why = "An orderly close lets the reader see end of file. A reset says that data was lost: the other end was gone, or did "
	       "not want what was sent.",
	.references = {"tcp(7)", "unix(7)", "socket(7)", "recv(2)"},
	.example = "20 write(3, \"request\", 7) = 7\n"
		   "20 read(3,  <unfinished ...>\n"
		   "21 close(4) = 0\n"
		   "20 <... read resumed>0x7ffd, 64) = -1 ECONNRESET (Connection reset by peer)",
	.examine = examine,
	.settle = settle,
};
