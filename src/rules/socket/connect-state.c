/* socket/connect-state: connect on a socket that is connected or connecting. */
#include <errno.h>

#include <ipcdiag/explain_socket.h>

static bool examine(struct finding *f, const struct change *c, const struct world *w)
{
	const struct socket *s = c->file ? c->file->socket : NULL;
	(void)w;
	if (c->connected)
		return false; /* asked on purpose: it is the news that the connection is up */
	if (s && s->connect) {
		explain_place(f, "connect_at", s->connect);
		explain_connect(f, s);
	}
	if (c->error == EALREADY) {
		finding_say_message(f,
			"{process} called {call} again<< to {address}>> while the first connect is still under "
			"way ({errno})<<, {times} times>>");
		finding_say_cause(f,
			"the socket is non-blocking and its connect<< of {connect_at}>> goes on in the background (EINPROGRESS)");
		finding_add_fix(f, "wait for it with poll(POLLOUT), then read SO_ERROR with getsockopt()");
	} else {
		finding_add_fix(f, "make a new socket for a new connection");
	}
	socket_remember(f, c);
	return true;
}

static void settle(struct finding *f, const struct world *w)
{
	const struct open_file *file = finding_file(f);
	(void)w;
	bool up = file && file->socket && file->socket->state == SOCKET_CONNECTED;
	if (f->error && errno_number(slice_of(f->error)) == EALREADY && up) {
		finding_cancel(f); /* asked again and again until it was up */
		return;
	}
	socket_set_times(f);
}

const struct rule rule_socket_connect_state = {
	.id = "socket/connect-state",
	.severity = SEVERITY_ERROR,
	.aim = AIM_OWN,
	.title = "connect on a connected or connecting socket",
	.about =
		"A second connect on a socket that is connected (EISCONN) or whose non-blocking connect is not done (EALREADY). "
		"Asking that way whether the connection "
		"is up is fine.",
	.match = {{CHANGE_CALL, "connect sendto sendmsg", "EISCONN EALREADY", NULL}},
	.recovery = RECOVERY_SAME,
	.message =
		"{process} called {call} on fd {fd}, which is connected already<< to {address}>> ({errno})<<, {times} times>>",
	.cause = "the first connect<< ({connect_at})>> has worked; a stream socket is connected once in its life",
	.check = {"ss -tnp 'dport = :{port}'", "ls -l /proc/{pid}/fd/{fd}"},
	.fix = {"call connect() once for each socket, and keep track of its state"},
	.why = "A non-blocking connect() returns EINPROGRESS and goes on by itself: poll() for writing tells when it is done, "
	       "SO_ERROR tells how. Another connect() before "
	       "that is EALREADY, after it EISCONN.",
	.references = {"connect(2)", "poll(2)", "getsockopt(2)"},
	.example =
		"connect(4, {sa_family=AF_INET, sin_port=htons(4100), sin_addr=inet_addr(\"127.0.0.1\")}, 16) = 0\n"
		"connect(4, {sa_family=AF_INET, sin_port=htons(4100), sin_addr=inet_addr(\"127.0.0.1\")}, 16) = -1 EISCONN "
		"(Transport endpoint is already connected)",
	.examine = examine,
	.settle = settle,
};
