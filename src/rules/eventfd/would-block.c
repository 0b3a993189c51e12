/* eventfd/would-block: EAGAIN of a non-blocking eventfd, taken for a failure. */
#include <ipcdiag/explain_pipe.h>

static bool examine(struct finding *f, const struct change *c, const struct world *w)
{
	(void)w;
	bool writes = c->event->kind == EVENT_WRITE;
	remember_progress(f, c);
	finding_add_evidence(f, c->file->made, "the eventfd is made");
	finding_set_text(f, "state",
		writes ? "its counter has no room for the value (at most 0xfffffffffffffffe)"
		       : "its counter is 0: nobody has written since it was read last");
	finding_set_text(f, "event", writes ? "POLLOUT" : "POLLIN");
	return true;
}

const struct rule rule_eventfd_would_block = {
	.id = "eventfd/would-block",
	.severity = SEVERITY_ERROR,
	.title = "EAGAIN of an eventfd taken for a failure",
	.about =
		"A read or write on a non-blocking eventfd says EAGAIN while the counter is 0, or full. That is a normal answer; told only where the program ended over it. "
		"Loops that spin on it are pipe/busy-loop.",
	.match = {{CHANGE_CALL, "read write readv writev", "EAGAIN", "eventfd"}},
	.recovery = RECOVERY_SAME,
	.message =
		"{process} took EAGAIN from {call} on the eventfd {fd} for a failure<< and ended with status {status}>>",
	.cause = "the eventfd is non-blocking (EFD_NONBLOCK), and {state}: EAGAIN only says \"not now\"",
	.check = {"cat /proc/{pid}/fdinfo/{fd}", "strace -f -e trace=eventfd2,read,write,poll,epoll_wait -p {pid}"},
	.fix = {"wait with poll or epoll for {event} on the descriptor, then call again",
		"or make the eventfd without EFD_NONBLOCK, so that the call waits itself"},
	.why = "An eventfd is a counter in the kernel: write adds to it, read takes it and sets it to 0. A read of 0, and a write that would go over the limit, wait; with "
	       "EFD_NONBLOCK they fail with EAGAIN instead.",
	.references = {"eventfd(2)", "poll(2)"},
	.example = "eventfd2(0, EFD_NONBLOCK) = 3\n"
		   "read(3, 0x7ffd11c53248, 8) = -1 EAGAIN (Resource temporarily unavailable)\n"
		   "exit_group(1) = ?\n"
		   "+++ exited with 1 +++",
	.examine = examine,
	.settle = would_block_settle,
};
