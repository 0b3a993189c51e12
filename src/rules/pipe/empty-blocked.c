/* pipe/empty-blocked: a read waits for data in an empty pipe. */
#include <ipcdiag/explain_pipe.h>
#include <ipcdiag/world.h>

/* A filter waits for its input as long as it pleases who started it. */
static bool is_standard_input(const struct change *c)
{
	return c->fd == 0 && (!c->descriptor || c->descriptor->came == CAME_BEFORE);
}

/* Of many processes that strace was attached to most are workers that wait for work. */
static bool is_among_many(const struct wait_report *r, const struct world *w)
{
	enum { MANY = 4 };
	return r->attached && world_process_count(w) >= MANY;
}

static enum severity severity_of(const struct change *c, const struct world *w)
{
	const struct wait_report *r = c->wait;
	switch (r->verdict) {
	case VERDICT_NOBODY:
	case VERDICT_SELF:
		return SEVERITY_ERROR;
	case VERDICT_ASLEEP:
		return r->ender_wait == WAIT_PAUSE ? SEVERITY_ERROR : SEVERITY_WARNING;
	case VERDICT_OUTSIDE:
		return is_standard_input(c) || is_among_many(r, w) ? SEVERITY_NOTE : SEVERITY_WARNING;
	default:
		return SEVERITY_NOTE;
	}
}

static void say_cause(struct finding *f, const struct wait_report *r)
{
	if (finding_get(f, "writers"))
		finding_say_cause(
			f, "the pipe is empty, and who could write is {writers}.<< Behind this wait: {behind}>>");
	else if (r->verdict == VERDICT_OUTSIDE)
		finding_say_cause(f,
			"who holds the write end is not in the trace: look in /proc for the pipe's number, and attach to that process too "
			"(strace -f -yy -p).<< Behind this wait: {behind}>>");
	else
		finding_say_cause(f, "the pipe is empty, and nobody that the trace knows of has its write end open");
}

static bool examine(struct finding *f, const struct change *c, const struct world *w)
{
	if (starved_of(c) != STARVED_OF_DATA || c->wait->verdict == VERDICT_NONE)
		return false;
	explain_channel(f, c->channel);
	explain_contents(f, c->channel);
	explain_holders(f, "writers", c->channel, 1, c->process);
	explain_doing(f, "ender", c->wait->ender, c->wait->ender_step, c->wait->ender_wait);
	explain_waits(f, c->wait);
	finding_add_evidence(f, c->channel->side[1].last_io, "the last data that was written");
	if (c->wait->verdict == VERDICT_NOBODY)
		explain_last_gone(f, "left", c->channel, 1); /* who else could have written */
	say_cause(f, c->wait);
	f->severity = severity_of(c, w);
	return true;
}

const struct rule rule_pipe_empty_blocked = {
	.id = "pipe/empty-blocked",
	.severity = SEVERITY_ERROR,
	.title = "read from an empty pipe that does not return",
	.about =
		"A read from a pipe or FIFO waits for data. An error where nobody will ever write, a note where the writer is in its own main loop and may write "
		"later, a warning in between.",
	.match = {{CHANGE_BLOCKED, NULL, NULL, "pipe fifo"}},
	.needs = "-f",
	.message =
		"{process} waits in {call} on fd {fd}<< ({object})>> for data that does not come<<: {ender} {ender_does}>>",
	.check = {"ls -l /proc/{writers_pid}/fd", "sudo cat /proc/{writers_pid}/stack", "strace -f -p {writers_pid}",
		"lsof -p {pid}", "sudo find /proc/[0-9]*/fd -lname {pipe_glob} 2>/dev/null",
		"lsof -p \"$PID\"   # {pid_hint}", "sudo cat /proc/\"$PID\"/stack   # {pid_hint}"},
	.fix = {"make the writer write, or close its end when it has nothing more to say",
		"if the writer has written: its data may still be in its own buffer; flush it (fflush, or stdbuf -oL for a program)",
		"if the reader must go on without data: wait with poll and a time limit before reading"},
	.why = "read from an empty pipe waits as long as some process has the write end open, since that process might still write. Only data, or the "
	       "closing of the last write end, wakes it.",
	.references = {"pipe(7)", "read(2)"},
	.example = "4240 pipe2([3, 4], 0) = 0\n"
		   "4240 clone(child_stack=NULL, flags=SIGCHLD) = 4241\n"
		   "4240 close(4) = 0\n"
		   "4241 close(3) = 0\n"
		   "4241 pause( <unfinished ...>\n"
		   "4240 read(3,  <unfinished ...>",
	.examine = examine,
};
