/* data/short-write: a write took less than asked, and the rest was never written. */
#include <ipcdiag/explain_pipe.h>

static bool examine(struct finding *f, const struct change *c, const struct world *w)
{
	const struct open_file *file = c->file;
	(void)w;
	if (!file || file->short_by <= 0)
		return false;
	finding_set_number(f, "asked", file->short_asked);
	finding_set_number(f, "wrote", file->short_asked - file->short_by);
	finding_set_number(f, "lost", file->short_by);
	explain_channel(f, c->channel);
	if (c->late) {
		finding_set_number(f, "late_line", (int64_t)c->late->line);
		finding_add_evidence(f, c->late, "the next write goes on with other data");
	}
	if (file->nonblock)
		finding_set_text(f, "nonblock", "it is non-blocking");
	/* Who closes a connection with something left to send has most often lost its peer. */
	if (!c->late && c->object == OBJECT_SOCKET)
		f->severity = SEVERITY_NOTE;
	return true;
}

/* It was ended before it could go on, or the readers left: nothing that a loop around write would mend. */
static bool could_not_go_on(const struct finding *f, const struct process *p)
{
	return p && !finding_get(f, "late_line") && (p->end == END_KILLED || step_failed_with(p->failure, "EPIPE"));
}

static void settle(struct finding *f, const struct world *w)
{
	const struct process *p = finding_process(f);
	(void)w;
	if (could_not_go_on(f, p))
		finding_cancel(f);
	else if (p && p->injected_end)
		f->severity = SEVERITY_NOTE;
}

const struct rule rule_data_short_write = {
	.id = "data/short-write",
	.severity = SEVERITY_WARNING,
	.title = "short write that was not continued",
	.about =
		"A write to a pipe or socket took fewer bytes than it was given, and the program did not write the rest: what the reader gets has a hole.",
	.match = {{CHANGE_LOST, NULL, NULL, NULL}},
	.message = "{process} wrote only {wrote} of {asked} bytes to fd {fd}, and never the other {lost}",
	.cause =
		"{object} had room for {wrote} bytes only<< ({nonblock})>>; write told so by its result, and the program took it for done<<: the next write, at line {late_line}, "
		"goes on with other data>>",
	.check = {"strace -f -e trace=write,writev,sendto,sendmsg -p {pid}", "ls -l /proc/{pid}/fd/{fd}"},
	.fix = {"call write in a loop: go on with the bytes that are left until all are written",
		"on a non-blocking descriptor: keep the rest in a buffer, wait for POLLOUT, then go on"},
	.why = "write may take less than it is given: a non-blocking pipe or socket takes what there is room for, and a signal may end a write in the middle. The "
	       "result is the number of bytes taken; whatever is left is the program's to write again.",
	.references = {"write(2)", "pipe(7)"},
	.example = "pipe2([3, 4], O_NONBLOCK) = 0\n"
		   "write(4, \"PPPP\"..., 100000) = 65536\n"
		   "write(4, \"QQQQ\"..., 10000) = 10000",
	.examine = examine,
	.settle = settle,
};
