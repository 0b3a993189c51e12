/* pipe/eof-loop: the end of file is read again and again. */
#include <ipcdiag/explain_pipe.h>

static bool examine(struct finding *f, const struct change *c, const struct world *w)
{
	(void)w;
	if (c->spin->error != 0)
		return false;
	finding_set_number(f, "times", (int64_t)c->spin->count);
	if (c->spin->last)
		finding_set_number(f, "until", (int64_t)c->spin->last->line);
	explain_channel(f, c->channel);
	finding_add_evidence(f, c->spin->second, "the end of file is read again, at once");
	finding_add_evidence(f, c->spin->last, "the last of {times} reads");
	if (c->spin->got_through)
		f->severity = SEVERITY_NOTE; /* a FIFO that got a new writer */
	return true;
}

static void settle(struct finding *f, const struct world *w)
{
	const struct channel *c = finding_channel(f);
	(void)w;
	if (c && explain_last_gone(f, "writer", c, file_other_side(finding_file(f))))
		finding_say_cause(f,
			"the last write end went when {writer} {writer_gone}: from then on every read returns 0 at once, and the program does not take "
			"that for the end");
}

const struct rule rule_pipe_eof_loop = {
	.id = "pipe/eof-loop",
	.severity = SEVERITY_ERROR,
	.title = "end of file that is read for ever",
	.about =
		"read returns 0, the end of file, again and again on a pipe, socket or terminal, without a pause: the program takes it for \"no data yet\" and spins.",
	.match = {{CHANGE_SPIN, NULL, NULL, "pipe fifo socket unknown terminal"}},
	.needs = "-f",
	.message =
		"{process} reads the end of file from fd {fd} {times} times in a row<< (lines {line} to {until})>>: it spins and uses a whole core",
	.cause = "every read returns 0: all writers have gone, and the program does not take that for the end",
	.check = {"strace -c -f -p {pid}", "top -H -p {pid}", "ls -l /proc/{pid}/fd/{fd}"},
	.fix = {"take read() == 0 for the end: close the descriptor and leave the loop, or remove it from the poll set",
		"for a FIFO that shall wait for further writers: keep a write end open yourself (open it with O_RDWR)"},
	.why = "Zero bytes is how read tells that no data will ever come again, since the last writer has closed its end. It is no error and never blocks, "
	       "so a loop around it never rests. poll reports such a descriptor as ready at once, for the same reason.",
	.references = {"read(2)", "pipe(7)", "poll(2)"},
	.example = "pipe2([3, 4], 0) = 0\n"
		   "close(4) = 0\n"
		   "read(3, \"\", 4096) = 0\n"
		   "read(3, \"\", 4096) = 0\n"
		   "read(3, \"\", 4096) = 0\n"
		   "read(3, \"\", 4096) = 0\n"
		   "read(3, \"\", 4096) = 0",
	.examine = examine,
	.settle = settle,
};
