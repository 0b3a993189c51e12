/* socket/not-a-socket: a socket call on something else. */
#include <ipcdiag/explain_socket.h>

static bool examine(struct finding *f, const struct change *c, const struct world *w)
{
	enum event_kind kind = c->event->kind;
	(void)w;
	if (kind == EVENT_PEERNAME || kind == EVENT_SOCKNAME || kind == EVENT_GETSOCKOPT)
		return false; /* that is how programs find out what standard input is */
	if (c->object != OBJECT_UNKNOWN)
		finding_set_text(f, "what", object_name(c->object));
	if (c->file && c->file->path)
		finding_set_text(f, "path", c->file->path);
	if (c->file)
		finding_add_evidence(f, c->file->made, "fd {fd} is opened");
	if (c->fd >= 0 && c->fd <= 2 && (!c->file || c->object != OBJECT_SOCKET))
		finding_say_cause(f,
			"fd {fd} is a standard descriptor<< (a {what})>>, not what socket() returned: the variable holds another "
			"number than the "
			"program thinks, as after `if ((fd = socket(...) < 0))`, which stores the result of the comparison");
	socket_remember(f, c);
	return true;
}

const struct rule rule_socket_not_a_socket = {
	.id = "socket/not-a-socket",
	.severity = SEVERITY_ERROR,
	.aim = AIM_OWN,
	.title = "socket call on something that is no socket",
	.about =
		"ENOTSOCK: send, recv, setsockopt, bind ... on a pipe, a file or a terminal. Programs that look at their standard "
		"input that way are quiet.",
	.match = {{CHANGE_CALL, NULL, "ENOTSOCK", NULL}},
	.recovery = RECOVERY_SAME,
	.message =
		"{process} called {call} on fd {fd}, which is<< a {what},>><< {path},>> no socket ({errno})<<, {times} times>>",
	.cause =
		"the number belongs to something else than the program thinks<< (a {what})>>: an earlier socket() failed unseen, or "
		"the descriptor was closed and its number "
		"used again",
	.check = {"ls -l /proc/{pid}/fd/{fd}", "strace -f -yy -e trace=desc,network -p {pid}"},
	.fix = {"check the result of socket() and accept() before using it",
		"use read() and write() where the descriptor may be a pipe or a file"},
	.why = "send(), recv() and setsockopt() exist for sockets alone; the kernel looks up what the number stands for.",
	.references = {"socket(2)", "send(2)", "setsockopt(2)"},
	.example = "setsockopt(0, SOL_SOCKET, SO_REUSEADDR, [1], 4) = -1 ENOTSOCK (Socket operation on non-socket)",
	.examine = examine,
	.settle = socket_settle,
};
