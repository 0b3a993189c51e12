/* socket/connect-timeout: no answer at all. */
#include <ipcdiag/explain_socket.h>

enum { HOW_FAILED, HOW_POLLED, HOW_BLOCKED, HOW_LOST };

/* A wait on a socket that is still connecting. */
static bool waits_for_connect(const struct change *c)
{
	const struct socket *s = c->wait->wait->file ? c->wait->wait->file->socket : NULL;
	return c->wait->wait->kind == WAIT_CONNECT || (c->wait->wait->kind == WAIT_POLL && s && s->state == SOCKET_CONNECTING);
}

static bool examine(struct finding *f, const struct change *c, const struct world *w)
{
	struct open_file *polled = c->event ? socket_polled_connecting(c) : NULL;
	const struct socket *s = polled ? polled->socket : c->file ? c->file->socket : NULL;
	if (c->kind == CHANGE_BLOCKED && !waits_for_connect(c))
		return false;
	if (c->kind == CHANGE_CALL && c->error == 0 && !polled)
		return false;
	socket_set_address(f, c, s);
	struct listener l = socket_find_listener(w, socket_target(f, s), c->step);
	if (l.how == LISTENING_NOW && l.binding->file)
		return false; /* socket/backlog tells it */
	finding_set_memo(f, 0, c->kind == CHANGE_BLOCKED ? HOW_BLOCKED : polled ? HOW_POLLED
				: s && s->state == SOCKET_CONNECTED ? HOW_LOST : HOW_FAILED);
	socket_keep_connecting(f, polled);
	if (s && s->connect != c->step)
		finding_add_evidence(f, s->connect, "the connection is begun");
	socket_remember(f, c);
	return true;
}

static void say_how(struct finding *f)
{
	switch (finding_memo(f, 0)) {
	case HOW_POLLED:
		f->confidence = CONFIDENCE_LIKELY;
		finding_say_message(f, "{process} waited in {call} for its connection<< to {address}>>, and no answer came in time<<, {times} times>>");
		break;
	case HOW_BLOCKED:
		f->confidence = CONFIDENCE_LIKELY;
		finding_say_message(f, "{process} waits in {call} for its connection<< to {address}>>, and no answer comes");
		break;
	case HOW_LOST:
		finding_say_message(f, "{process} lost its connection<< to {address}>>: the other side no longer answers ({errno})");
		break;
	default:
		break;
	}
}

static void settle(struct finding *f, const struct world *w)
{
	(void)w;
	if (finding_memo(f, 0) == HOW_POLLED && !socket_still_connecting(f)) {
		finding_cancel(f); /* it came about after all, or failed with an error that says more */
		return;
	}
	say_how(f);
	enum severity own = f->severity;
	enum outcome o = socket_weigh_attempt(f);
	if (o == OUTCOME_RECOVERED && finding_memo(f, 0) == HOW_FAILED && own > SEVERITY_NOTE)
		f->severity = SEVERITY_WARNING; /* a time-out costs seconds even when the next address works */
	if (finding_memo(f, 0) == HOW_BLOCKED)
		f->severity = SEVERITY_WARNING;
}

const struct rule rule_socket_connect_timeout = {
	.id = "socket/connect-timeout",
	.severity = SEVERITY_ERROR,
	.title = "connection timed out",
	.about = "A connect got no answer (ETIMEDOUT), or does not return, or poll gave up waiting for it: packets are dropped on the way, or the host "
		 "is down. Also an established connection that the kernel gave up.",
	.match = {{CHANGE_CALL, "connect getsockopt read readv recv recvfrom recvmsg write writev send sendto sendmsg", "ETIMEDOUT", "socket unknown"},
		  {CHANGE_CALL, "poll ppoll select _newselect pselect6 epoll_wait epoll_pwait epoll_pwait2", "0", NULL},
		  {CHANGE_BLOCKED, NULL, NULL, NULL}},
	.recovery = RECOVERY_ANY,
	.message = "{process} could not connect<< to {address}>>: no answer came ({errno})<<, {times} times>>",
	.cause = "nothing answers<< at {address}>>: a firewall drops the packets, the host is down, or the route or the address is wrong; what happens "
		 "out there is not in this trace",
	.check = {"ping {host}", "nc -vz {host} {port}", "ip route get {host}", "sudo tcpdump -ni any host {host} and port {port}",
		  "sysctl net.ipv4.tcp_syn_retries"},
	.fix = {"open port {port} in the firewalls between here and {host}, and start the host and its server",
		"use a shorter time limit in the client: a non-blocking connect with poll(), SO_SNDTIMEO or TCP_USER_TIMEOUT"},
	.why = "The first packet of a connection is sent again and again, with growing pauses, tcp_syn_retries times (6 by default: about two minutes). "
	       "If a host refused the connection it would say so at once; silence means that the packets, or their answers, get lost.",
	.references = {"connect(2)", "tcp(7)", "ip-route(8)"},
	.example = "socket(AF_INET, SOCK_STREAM, IPPROTO_IP) = 3\n"
		   "connect(3, {sa_family=AF_INET, sin_port=htons(3306), sin_addr=inet_addr(\"10.2.0.9\")}, 16) = -1 ETIMEDOUT (Connection timed out)",
	.examine = examine,
	.settle = settle,
};
