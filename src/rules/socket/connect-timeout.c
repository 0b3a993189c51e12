/* socket/connect-timeout: no answer at all. */
#include <ipcdiag/explain_socket.h>

static bool examine(struct finding *f, const struct change *c, const struct world *w)
{
	const struct socket *s = c->file ? c->file->socket : NULL;
	enum silence how = socket_silence(c);
	if (how == SILENCE_NONE || how == SILENCE_REPORTED)
		return false;
	struct listener l = socket_find_listener(w, f);
	if (l.how == LISTENING_NOW && l.binding->file)
		return false; /* socket/backlog tells it */
	if (how == SILENCE_POLLED)
		finding_say_message(f,
			"{process} waited in {call} for its connection to {address}, and no answer came in time<<, {times} times>>");
	else if (how == SILENCE_BLOCKED)
		finding_say_message(
			f, "{process} waits in {call} for its connection<< to {address}>>, and no answer comes");
	else if (s && s->state == SOCKET_CONNECTED)
		finding_say_message(f,
			"{process} lost its connection<< to {address}>>: the other side no longer answers ({errno})");
	if (how != SILENCE_FAILED)
		f->confidence = CONFIDENCE_LIKELY;
	if (how == SILENCE_BLOCKED)
		f->severity = SEVERITY_WARNING;
	finding_set_memo(f, 0, how);
	explain_connect(f, s);
	socket_remember(f, c);
	return true;
}

static void settle(struct finding *f, const struct world *w)
{
	const struct open_file *file = finding_file(f);
	(void)w;
	enum silence how = (enum silence)finding_memo(f, 0);
	if (how == SILENCE_POLLED && file && file->socket && file->socket->state != SOCKET_CONNECTING) {
		finding_cancel(f); /* it came about after all, or failed with an error that says more */
		return;
	}
	if (how == SILENCE_BLOCKED)
		return;
	socket_set_times(f);
}

const struct rule rule_socket_connect_timeout = {
	.id = "socket/connect-timeout",
	.severity = SEVERITY_ERROR,
	.aim = AIM_OWN,
	.title = "connection timed out",
	.about =
		"A connect got no answer (ETIMEDOUT), or does not return, or poll gave up waiting for it: packets are dropped on "
		"the way, or the host "
		"is down. Also an established connection that the kernel gave up.",
	.match = {{CHANGE_CALL, "connect getsockopt read readv recv recvfrom recvmsg write writev send sendto sendmsg",
			  "ETIMEDOUT", "socket unknown"},
		{CHANGE_CALL, "poll ppoll select _newselect pselect6 epoll_wait epoll_pwait epoll_pwait2", "0",
			"socket"},
		{CHANGE_BLOCKED, NULL, NULL, NULL}},
	.recovery = RECOVERY_ANY,
	.message = "{process} could not connect<< to {address}>>: no answer came ({errno})<<, {times} times>>",
	.cause =
		"nothing answers<< at {address}>>: a firewall drops the packets, the host is down, or the route or the address is "
		"wrong; what happens "
		"out there is not in this trace",
	.check = {"ping {host}", "nc -vz {host} {port}", "ip route get {host}",
		"sudo tcpdump -ni any host {host} and port {port}", "sysctl net.ipv4.tcp_syn_retries"},
	.fix = {"open port {port} in the firewalls between here and {host}, and start the host and its server",
		"use a shorter time limit in the client: a non-blocking connect with poll(), SO_SNDTIMEO or TCP_USER_TIMEOUT"},
	.why = "The first packet of a connection is sent again and again, with growing pauses, tcp_syn_retries times (6 by default: "
	       "about two minutes). "
	       "If a host refused the connection it would say so at once; silence means that the packets, or their answers, get lost.",
	.references = {"connect(2)", "tcp(7)", "ip-route(8)"},
	.example =
		"socket(AF_INET, SOCK_STREAM, IPPROTO_IP) = 3\n"
		"connect(3, {sa_family=AF_INET, sin_port=htons(3306), sin_addr=inet_addr(\"10.2.0.9\")}, 16) = -1 ETIMEDOUT "
		"(Connection timed out)",
	.examine = examine,
	.settle = settle,
};
