/* pipe/broken: somebody writes to a pipe that nobody can read any more. */
#include <ipcdiag/explain_pipe.h>

enum { MEMO_PLUMBING, MEMO_LONE, MEMO_CALLS };

/* A SIGPIPE whose call is not in the trace, or was not told as EPIPE; not one that somebody else sent with kill. */
static bool is_lone_signal(const struct change *c)
{
	bool own = c->event->sender <= 0 || c->process->pid < 0 || c->event->sender == c->process->pid;
	return own && !step_failed_with(c->process->failure, "EPIPE");
}

/* A lone signal does not tell the descriptor: standard output, if that is a pipe. */
static bool is_plumbing(const struct change *c)
{
	if (c->kind == CHANGE_SIGNAL && !c->descriptor)
		return descriptor_is_plumbing(process_descriptor(c->process, 1), 1);
	return descriptor_is_plumbing(c->descriptor, c->fd);
}

static bool examine(struct finding *f, const struct change *c, const struct world *w)
{
	(void)w;
	if (c->kind == CHANGE_SIGNAL && !is_lone_signal(c))
		return false;
	if (c->kind == CHANGE_SIGNAL && c->task->wait.kind == WAIT_WRITE)
		finding_add_evidence(f, c->task->wait.step, "the write that the signal ended");
	finding_set_memo(f, MEMO_PLUMBING, is_plumbing(c));
	finding_set_memo(f, MEMO_CALLS, (int64_t)c->process->calls);
	finding_set_memo(f, MEMO_LONE, c->kind == CHANGE_SIGNAL && !c->channel);
	return true;
}

/* Told to go by another process of the trace, as a script tidies up what it has begun. */
static bool was_dismissed(const struct process *p)
{
	return p->end == END_KILLED && p->killer >= 0 && p->killer != p->pid && p->signal &&
		strcmp(p->signal, "SIGTERM") == 0;
}

static bool ended_by_design(const struct process *p)
{
	return p->injected_end || process_ended_well(p) || was_dismissed(p) ||
		(p->end == END_KILLED && p->signal && strcmp(p->signal, "SIGPIPE") == 0);
}

/* Why the reader of a pipeline's stage left: it could not write on either. */
static void explain_next_stage(struct finding *f, const struct process *reader, const struct world *w)
{
	if (reader->end == END_KILLED && step_failed_with(reader->failure, "EPIPE"))
		explain_last_gone(f, "next", broken_pipe_of(w, reader), 0);
}

/* Of a signal alone nothing is known but how it ended. Who was started within the trace is most likely a stage of a
 * pipeline. */
static enum severity severity_of_lone(const struct process *writer)
{
	bool killed = writer && writer->end == END_KILLED && !writer->injected_end;
	return killed && !writer->from_start && !writer->born ? SEVERITY_ERROR : SEVERITY_NOTE;
}

/* A filter that stops when the next one has seen enough loses nothing that anybody wanted. */
static enum severity severity_of(const struct finding *f, const struct process *writer, const struct process *reader)
{
	bool plumbing = finding_memo(f, MEMO_PLUMBING) != 0;
	bool design = !reader || ended_by_design(reader);
	bool once = f->count == 1 && writer && (process_ended_well(writer) || process_alive(writer));
	if ((writer && writer->injected_end) || (reader && reader->injected_end))
		return SEVERITY_NOTE;
	if (finding_memo(f, MEMO_LONE) && !reader)
		return severity_of_lone(writer);
	if (plumbing && (design || process_alive(reader)))
		return SEVERITY_NOTE;
	bool last = writer && process_alive(writer) && (int64_t)writer->calls == finding_memo(f, MEMO_CALLS);
	if (reader && design && once && !last) /* where it was the last call, SIGPIPE has ended it, most likely */
		return process_alive(writer) ? SEVERITY_WARNING : SEVERITY_NOTE;
	return SEVERITY_ERROR;
}

static void explain_writer(struct finding *f, const struct process *writer)
{
	const struct disposition *d = process_disposition(writer, "SIGPIPE");
	explain_process(f, "writer", writer);
	if (!process_alive(writer))
		explain_end(f, "writer", writer);
	if (d && d->handler == HANDLER_IGNORE) {
		finding_add_evidence(f, d->step, "{writer} ignores SIGPIPE, so that the write only fails with EPIPE");
		finding_set_text(f, "ignored", "SIGPIPE is ignored");
	}
	if (f->count > 1)
		finding_set_number(f, "times", (int64_t)f->count);
}

static void settle(struct finding *f, const struct world *w)
{
	const struct channel *c = finding_channel(f);
	const struct process *writer = finding_process(f);
	const struct process *reader = NULL;
	explain_channel(f, c);
	explain_contents(f, c);
	if (explain_last_gone(f, "reader", c, 0)) {
		reader = side_last_gone(c, 0)->process;
		explain_next_stage(f, reader, w);
		finding_say_cause(f,
			"the last read end<< of {object}>> went when {reader} {reader_gone}<<, since {reader_reason}>>"
			"<<, after {next} {next_gone}>>.<< Its read end was held by {reader_all}.>>"
			"<< {unread} bytes that had been written before were never read.>>");
	}
	explain_writer(f, writer);
	f->severity = severity_of(f, writer, reader);
	if (!reader)
		f->confidence = CONFIDENCE_LIKELY;
}

const struct rule rule_pipe_broken = {
	.id = "pipe/broken",
	.severity = SEVERITY_ERROR,
	.title = "write to a pipe without readers",
	.about =
		"A process writes to a pipe or FIFO whose last read end is gone: it gets SIGPIPE, and EPIPE when it ignores that. A stage of a shell "
		"pipeline that stops because the next one has read enough (yes | head -1) is only a note.",
	.match =
		{{CHANGE_CALL,
			 "write writev pwrite64 pwritev pwritev2 splice vmsplice tee sendfile sendfile64 copy_file_range",
			 "EPIPE", "pipe fifo unknown file terminal other"},
			{CHANGE_CALL, "sendto send sendmsg sendmmsg", "EPIPE", "pipe fifo"},
			{CHANGE_SIGNAL, "SIGPIPE", NULL, NULL}},
	.needs = "-f",
	.message =
		"{process} wrote to a pipe that nobody can read any more<< ({errno} on fd {fd})>><<, {times} times>><<; it {writer_end}>>",
	.cause = "no process holds the read end<< of {object}>> any more; who let it go last is not in the trace",
	.check = {"strace -f -e trace=write,close -p {writer_pid}", "ls -l /proc/{reader_pid}/fd",
		"lsof -p {writer_pid}", "strace -f -e trace=write,close -p \"$PID\"   # {pid_hint}",
		"ls -l /proc/\"$PID\"/fd   # {pid_hint}"},
	.fix = {"keep the reader alive and its end open until the writer has finished",
		"find out why the reader ended: its exit status or signal is above",
		"if the writer shall survive: ignore SIGPIPE (signal(SIGPIPE, SIG_IGN)) and handle EPIPE from write as the end of the output"},
	.why = "The kernel sees that nothing can read the pipe any more: data written to it would be lost. It tells the writer with SIGPIPE, which ends a "
	       "process unless it is ignored or caught, and then lets write fail with EPIPE.",
	.references = {"pipe(7)", "write(2)", "signal(7)"},
	.example = "pipe2([3, 4], 0) = 0\n"
		   "close(3) = 0\n"
		   "write(4, \"hello\\n\", 6) = -1 EPIPE (Broken pipe)\n"
		   "--- SIGPIPE {si_signo=SIGPIPE, si_code=SI_USER, si_pid=4242, si_uid=1000} ---\n"
		   "+++ killed by SIGPIPE +++",
	.examine = examine,
	.settle = settle,
};
