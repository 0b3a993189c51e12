/* pipe/would-block: EAGAIN of a non-blocking pipe, taken for a failure. */
#include <ipcdiag/explain_pipe.h>

static bool examine(struct finding *f, const struct change *c, const struct world *w)
{
	(void)w;
	bool writes = c->event->kind == EVENT_WRITE;
	remember_progress(f, c);
	explain_channel(f, c->channel);
	explain_contents(f, c->channel);
	finding_set_text(f, "state", writes ? "full" : "empty");
	finding_set_text(f, "event", writes ? "POLLOUT" : "POLLIN");
	return true;
}

const struct rule rule_pipe_would_block = {
	.id = "pipe/would-block",
	.severity = SEVERITY_ERROR,
	.title = "EAGAIN of a pipe taken for a failure",
	.about =
		"A read or write on a non-blocking pipe or FIFO says EAGAIN while it is empty, or full. That is a normal answer; told only where the program ended over it. "
		"Loops that spin on it are pipe/busy-loop.",
	.match = {{CHANGE_CALL, "read write readv writev splice vmsplice tee", "EAGAIN", "pipe fifo"}},
	.recovery = RECOVERY_SAME,
	.message = "{process} took EAGAIN from {call} on fd {fd} for a failure<< and ended with status {status}>>",
	.cause =
		"the descriptor is non-blocking, and the pipe is {state}<< ({unread} bytes wait in it)>>: EAGAIN only says \"not now\"",
	.check = {"cat /proc/{pid}/fdinfo/{fd}", "strace -f -e trace=pipe2,fcntl,read,write,poll -p {pid}"},
	.fix = {"wait with poll, select or epoll for {event} on the descriptor, then call again",
		"or let it block: do not set O_NONBLOCK, and mind that the flag is shared by all who hold the same end"},
	.why = "O_NONBLOCK lets calls that would have to wait fail with EAGAIN. The flag belongs to the open file: who sets it on an inherited end sets it for the "
	       "others, too.",
	.references = {"pipe(7)", "fcntl(2)", "poll(2)"},
	.example = "pipe2([3, 4], O_NONBLOCK) = 0\n"
		   "read(3, 0x7ffd11c53248, 8) = -1 EAGAIN (Resource temporarily unavailable)\n"
		   "exit_group(1) = ?\n"
		   "+++ exited with 1 +++",
	.examine = examine,
	.settle = would_block_settle,
};
