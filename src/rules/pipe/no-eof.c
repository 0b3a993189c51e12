/* pipe/no-eof: a read waits for an end of file that cannot come, since somebody only keeps a write end open. */
#include <ipcdiag/explain_pipe.h>

static bool is_kept_by_reader(const struct change *c, int other)
{
	return side_holders(c->channel, other, c->process, NULL) == 0;
}

/* Who wrote, and let go; else the last other one who had the end. */
static const struct gone *find_writer(const struct side *s, const struct process *reader)
{
	const struct gone *last = NULL;
	for (unsigned i = s->gone_count; i-- > 0;) {
		if (s->last_user && s->gone[i].process == s->last_user)
			return &s->gone[i];
		if (!last && s->gone[i].process != reader)
			last = &s->gone[i];
	}
	return last;
}

static void explain_writer(struct finding *f, const struct change *c, int other)
{
	const struct side *s = &c->channel->side[other];
	explain_gone(f, "writer", find_writer(s, c->process));
	finding_add_evidence(f, s->last_io, "the last data");
}

static void explain_keepers(struct finding *f, const struct change *c, int other, bool self)
{
	struct descriptor *d;
	const struct process *except = self ? NULL : c->process;
	side_holders(c->channel, other, except, &d);
	explain_holder(f, "keeper", d);
	explain_holders(f, "keepers", c->channel, other, except);
	if (d)
		finding_add_evidence(f, d->file->passed, "the end is sent to another process (SCM_RIGHTS)");
	if (!self)
		finding_set_text(f, "other_pid", finding_get(f, "keeper_pid"));
	finding_set_text(f, "end", c->object == OBJECT_SOCKET ? "other end" : "write end");
}

static void say_cause(struct finding *f, bool self)
{
	if (self)
		finding_say_cause(f,
			"the {end} is still open in the reader itself: {keepers}.<< The last other process that had it, {writer}, {writer_gone}.>> "
			"While {process} waits here it cannot close it.<< Behind this wait: {behind}>>");
	else
		finding_say_cause(f,
			"<<the writer, {writer}, {writer_gone}, but >>the {end} is still open in {keepers}, which never closes it.<< Behind this "
			"wait: {behind}>>");
}

static bool examine(struct finding *f, const struct change *c, const struct world *w)
{
	(void)w;
	if (starved_of(c) != STARVED_OF_EOF)
		return false;
	int other = file_other_side(c->file);
	bool self = is_kept_by_reader(c, other);
	explain_channel(f, c->channel);
	explain_writer(f, c, other);
	explain_keepers(f, c, other, self);
	explain_waits(f, c->wait);
	say_cause(f, self);
	return true;
}

const struct rule rule_pipe_no_eof = {
	.id = "pipe/no-eof",
	.severity = SEVERITY_ERROR,
	.title = "read that waits for an end of file which cannot come",
	.about =
		"A read on a pipe or socket pair waits for more data or the end of file. Those who wrote have closed their end, but a copy of it is still open: in "
		"the reader itself, in a sibling or descendant that inherited it by fork or across execve, or where it was sent by SCM_RIGHTS.",
	.match = {{CHANGE_BLOCKED, NULL, NULL, "pipe fifo socket"}},
	.needs = "-f",
	.message =
		"{process} waits in {call} on fd {fd} for an end of file that cannot come: the {end}<< of {object}>> is still open<< in {keeper} as fd {keeper_fd}>>",
	.check = {"ls -l /proc/{keeper_pid}/fd", "lsof -p {pid}", "lsof -p {other_pid}",
		"ls -l /proc/\"$PID\"/fd   # {pid_hint}"},
	.fix = {"close fd {keeper_fd} in {keeper} right after the fork",
		"let every process close the ends that it does not use, right after fork",
		"make the pipe with pipe2(fds, O_CLOEXEC), or set FD_CLOEXEC, so that execve closes the copies in other programs",
		"for a background process started from a shell: redirect its output, as in \"daemon >/dev/null 2>&1 &\""},
	.why = "read returns 0, the end of file, only when every copy of the write end is closed, in all processes. fork copies all descriptors, and execve "
	       "keeps those without FD_CLOEXEC, so that a process may hold a write end without knowing of it.",
	.references = {"pipe(7)", "fork(2)", "execve(2)"},
	.example = "4240 pipe2([3, 4], 0) = 0\n"
		   "4240 clone(child_stack=NULL, flags=SIGCHLD) = 4241\n"
		   "4240 close(3) = 0\n"
		   "4240 write(4, \"work\", 4) = 4\n"
		   "4240 close(4) = 0\n"
		   "4240 wait4(4241,  <unfinished ...>\n"
		   "4241 read(3, \"work\", 64) = 4\n"
		   "4241 read(3,  <unfinished ...>",
	.examine = examine,
};
