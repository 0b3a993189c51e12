/* socket/connect-refused: the address was reached, and nobody listens there. */
#include <ipcdiag/explain_socket.h>

static bool examine(struct finding *f, const struct change *c, const struct world *w)
{
	const struct socket *s = c->file ? c->file->socket : NULL;
	bool polled = socket_silence(c) == SILENCE_REPORTED;
	(void)w;
	if (socket_is_missed_by_nobody(finding_address(f)) || (!c->error && !polled))
		return false;
	socket_remember(f, c);
	finding_set_memo(f, 0, polled);
	if (polled)
		finding_say_message(f,
			"the connection that {process} was making to {address} failed: {call} reports POLLERR or POLLHUP");
	else if (c->event->kind == EVENT_SEND && c->event->address.family != FAMILY_NONE)
		finding_say_message(
			f, "{process} could not send to {address}: nobody listens there ({errno})<<, {times} times>>");
	else if (s && !s->stream)
		finding_say_message(
			f, "{process} was told in {call} that nobody takes its datagrams to {address} ({errno})");
	else if (c->event->kind != EVENT_CONNECT)
		finding_say_message(f,
			"the connection that {process} was making<< to {address}>> was refused; it learned so in {call} ({errno})");
	explain_connect(f, s);
	return true;
}

static void say_nobody(struct finding *f, const struct endpoint_address *a)
{
	const struct open_file *file = finding_file(f);
	if (!a)
		finding_say_cause(f,
			"the peer, or a firewall in between, answered with a reset; the trace does not show which "
			"address the socket was to be connected to: the "
			"connect call is not in it");
	else if (file && file->socket && !file->socket->stream)
		finding_say_cause(f,
			"an ICMP \"port unreachable\" came back for an earlier datagram: no program has bound {address}");
	else if (a->family == FAMILY_UNIX && a->abstract)
		finding_say_cause(f,
			"no process in this trace binds the abstract name {address}; such a name goes with its socket");
	else if (a->family == FAMILY_UNIX)
		finding_say_cause(f,
			"the file {path} exists, but no process in this trace listens on it: most likely a stale "
			"socket file that an ended "
			"server left behind");
	else if (address_is_local(a))
		finding_say_cause(f,
			"no process in this trace binds {address}: the server is not running, or it listens elsewhere");
	else
		finding_say_cause(f,
			"host {host} answered that nothing listens on port {port} there, or a firewall rejects the connection; what "
			"runs on that host is not in this trace");
}

static void say_why(struct finding *f, const struct listener *l)
{
	switch (l->how) {
	case LISTENING_NEVER:
		finding_say_cause(f,
			"{listener} bound {listener_address} at {bind_at} but never called listen(), so the kernel "
			"refuses connections to it");
		finding_add_fix(f, "call listen() after bind() in {listener}");
		break;
	case LISTENING_LATER:
		finding_say_cause(f,
			"start-up race: the server {listener} binds {listener_address} at {bind_at}<< and listens "
			"at {listen_at}>>, after this "
			"attempt, and the client did not try again");
		finding_add_fix(f,
			"let the client wait until the server is ready: try again after a pause, or have the server "
			"tell that it listens");
		break;
	case LISTENING_GONE:
		finding_say_cause(f,
			"{listener} had listened on {listener_address}<< since {listen_at}>>, but it "
			"{listener_end}<<; somebody listens there "
			"again from {again_at} on>>");
		finding_add_fix(f, "find out why {listener} stopped: it {listener_end}");
		break;
	case LISTENING_OTHER_HOST:
		if (!address_is_local(finding_address(f)))
			f->confidence = CONFIDENCE_LIKELY;
		finding_say_cause(f,
			"wrong address: {listener} listens on the same port, but only on {listener_address} (since "
			"{listen_at}), which does "
			"not take connections to {address}");
		finding_add_fix(
			f, "connect to {listener_address}, or let {listener} bind {host} or the wildcard address");
		break;
	case LISTENING_OTHER_PORT:
		f->confidence = CONFIDENCE_LIKELY;
		finding_say_cause(f,
			"nobody in this trace binds {address}; {listener} listens on {listener_address} (since "
			"{listen_at}): the client or the "
			"server has the wrong address");
		finding_add_fix(f, "make client and server agree: {address} against {listener_address}");
		break;
	case LISTENING_NOW:
		f->confidence = CONFIDENCE_POSSIBLE;
		finding_say_cause(f,
			"{listener} listens on {listener_address} since {listen_at}, and still the connection was "
			"refused: a firewall rule, "
			"another network namespace, or a listener that was just closing");
		break;
	default:
		say_nobody(f, finding_address(f));
	}
}

static void settle(struct finding *f, const struct world *w)
{
	struct listener l = socket_find_listener(w, f);
	if (finding_memo(f, 0) && finding_file(f)->socket->state != SOCKET_CONNECTING) {
		finding_cancel(f); /* it asked with SO_ERROR, or met the error in another call */
		return;
	}
	if (finding_memo(f, 0)) {
		f->confidence = CONFIDENCE_LIKELY;
		finding_add_fix(f, "ask with getsockopt(SO_ERROR) why it failed");
	}
	if (socket_is_startup_race(f, &l)) {
		finding_cancel(f);
		return;
	}
	if (l.how == LISTENING_OTHER_PORT && socket_serves(f) && l.binding->process->name == finding_process(f)->name)
		l = (struct listener){0}; /* that is where it serves itself */
	explain_listener(f, &l);
	say_why(f, &l);
	socket_set_times(f);
	if (f->count >= 20 && socket_pause(f) < 0.02)
		finding_add_fix(f, "pause between the attempts (they come without one), and give up after some");
}

const struct rule rule_socket_connect_refused = {
	.id = "socket/connect-refused",
	.severity = SEVERITY_ERROR,
	.aim = AIM_OWN,
	.title = "connection refused",
	.about =
		"A connect reached its address, and nobody listens there (ECONNREFUSED): at once, or later in SO_ERROR or in the "
		"next send or "
		"receive of a socket whose connect was begun with EINPROGRESS. A Unix socket file without a listener refuses too.",
	.match = {{CHANGE_CALL, NULL, "ECONNREFUSED", NULL}, {CHANGE_CALL, "poll ppoll", "0", "socket"}},
	.recovery = RECOVERY_ANY,
	.message = "{process} could not connect<< to {address}>>: nobody listens there ({errno})<<, {times} times>>",
	.check = {"ping {host}", "telnet {host} {port}", "nc -vz {host} {port}", "ss -ltnp 'sport = :{port}'",
		"ls -l -- {path}", "ss -xlp src {path}", "sudo lsof -- {path}"},
	.fix = {"start the server that shall listen on {address}",
		"correct the address and port on one of the two sides",
		"let the client try again with a pause until the server is ready"},
	.why = "A connection needs a program that has called bind() and listen() on exactly this address and port (0.0.0.0 stands "
	       "for all addresses, "
	       "127.0.0.1 and ::1 only for themselves). If there is none the kernel of the target refuses at once: the host is up "
	       "and reached, the "
	       "service is not there.",
	.references = {"connect(2)", "listen(2)", "tcp(7)", "unix(7)", "ss(8)"},
	.example =
		"socket(AF_INET, SOCK_STREAM, IPPROTO_IP) = 3\n"
		"connect(3, {sa_family=AF_INET, sin_port=htons(80), sin_addr=inet_addr(\"192.168.1.100\")}, 16) = -1 ECONNREFUSED "
		"(Connection refused)\n"
		"exit_group(1) = ?\n"
		"+++ exited with 1 +++",
	.examine = examine,
	.settle = settle,
};
