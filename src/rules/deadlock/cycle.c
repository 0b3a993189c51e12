/* deadlock/cycle: processes that wait for each other in a ring. */
#include <ipcdiag/explain_pipe.h>

/* Locks that those in the ring hold, and the data that went over the sockets between them. */
static void explain_edge(struct finding *f, const struct wait_edge *e)
{
	const struct open_file *file = e->task ? e->task->wait.file : NULL;
	const struct lock *lock = e->kind == WAIT_LOCK && file ? file->lock : NULL;
	for (unsigned i = 0; lock && i < lock->holder_count; i++)
		if (lock->holders[i].process == e->for_whom)
			finding_add_evidence(f, lock->holders[i].step, "the lock that is waited for is taken");
	if (e->task)
		explain_unseen(f, &e->task->wait, e->process);
	if (!file || !file->channel || e->kind != WAIT_READ || file->object != OBJECT_SOCKET)
		return;
	finding_add_evidence(
		f, file->channel->side[file->side].last_io, "the last message to the one who is waited for");
}

static void explain_full_pipe(struct finding *f, const struct wait_report *r)
{
	for (unsigned i = 0; i < r->ring_count; i++) {
		const struct open_file *file = r->ring[i].task ? r->ring[i].task->wait.file : NULL;
		if (r->ring[i].kind != WAIT_WRITE || !file || !file->channel)
			continue;
		explain_channel(f, file->channel);
		explain_contents(f, file->channel);
		return;
	}
}

/* The classic: the parent waits for the end of a child whose output it does not read. */
static bool waits_for_writing_child(const struct wait_report *r)
{
	bool child = false, writes = false;
	for (unsigned i = 0; i < r->ring_count; i++) {
		child |= r->ring[i].kind == WAIT_CHILD;
		writes |= r->ring[i].kind == WAIT_WRITE;
	}
	return child && writes;
}

static bool has_kind(const struct wait_report *r, enum wait_kind kind)
{
	for (unsigned i = 0; i < r->ring_count; i++)
		if (r->ring[i].kind == kind)
			return true;
	return false;
}

static void say_fix(struct finding *f, const struct wait_report *r)
{
	if (waits_for_writing_child(r))
		finding_add_fix(f,
			"read the child's output to its end before waiting for the child (subprocess: communicate() in place of wait(); popen: read, then "
			"pclose), or send the output to a file");
	else if (has_kind(r, WAIT_CHILD) && has_kind(r, WAIT_READ))
		finding_add_fix(f,
			"close the copies of the write end that others inherited (or make the pipe with O_CLOEXEC), so that the reader sees the end of file");
	else if (has_kind(r, WAIT_WRITE))
		finding_add_fix(
			f, "write and read by turns: poll() both pipes, or let a thread read while the other writes");
	else if (has_kind(r, WAIT_LOCK) || has_kind(r, WAIT_SEM))
		finding_add_fix(f, "take locks and semaphores in the same order everywhere");
	else if (has_kind(r, WAIT_FIFO_OPEN))
		finding_add_fix(f,
			"open the FIFOs in the same order on both sides (one end for writing where the other opens it for reading)");
	else if (has_kind(r, WAIT_READ))
		finding_add_fix(f,
			"decide who speaks first; and flush what was written before waiting for the answer (fflush: it may sit in a stdio buffer)");
}

static void say_cause(struct finding *f, const struct wait_report *r)
{
	if (has_kind(r, WAIT_WRITE))
		finding_say_cause(f,
			"{ring}.<< Full is {object} (capacity {capacity} bytes): {filling}.>><< Behind this ring: {behind}>>");
	if (waits_for_writing_child(r))
		finding_say_cause(f,
			"{ring}. The pipe is full<< (capacity {capacity} bytes: {filling})>>, and who should read it waits for the end of a child that "
			"cannot end before its output is read.<< Behind this ring: {behind}>>");
}

static bool examine(struct finding *f, const struct change *c, const struct world *w)
{
	const struct wait_report *r = c->wait;
	(void)w;
	if (!r || r->verdict != VERDICT_CYCLE)
		return false;
	explain_full_pipe(f, r);
	explain_waits(f, r);
	for (unsigned i = 0; i < r->ring_count; i++)
		explain_edge(f, &r->ring[i]);
	finding_set_number(f, "members", r->ring_count);
	if (r->ring_count > 1)
		explain_process(f, "other", r->ring[1].process);
	if (r->ring_count > 1 && r->ring[1].process == c->process)
		finding_set_text(f, "other", "another thread of itself");
	say_cause(f, r);
	say_fix(f, r);
	if (r->attached || has_kind(r, WAIT_FUTEX) || has_kind(r, WAIT_FIFO_OPEN))
		f->confidence = CONFIDENCE_LIKELY;
	return true;
}

const struct rule rule_deadlock_cycle = {
	.id = "deadlock/cycle",
	.severity = SEVERITY_ERROR,
	.title = "ring of processes that wait for each other",
	.about =
		"Processes or threads wait for each other in a ring: on full or empty pipes, for a child's end, for locks, semaphores, messages. None of them can "
		"go on. The classic: a parent waits for a child that is stuck writing to a pipe which the parent does not read.",
	.match = {{CHANGE_BLOCKED, NULL, NULL, NULL}},
	.needs = "-f",
	.message =
		"deadlock: {process} waits in {call}<< for {other}>>, which waits for it in turn<< ({members} tasks in a ring)>>",
	.cause = "{ring}.<< In it {unseen}.>><< Behind this ring: {behind}>>",
	.check = {"ps -o pid,ppid,stat,wchan:24,args -p {pid},{other_pid}",
		"sudo cat /proc/{pid}/stack /proc/{other_pid}/stack", "ls -l /proc/{pid}/fd /proc/{other_pid}/fd",
		"strace -f -p {pid}"},
	.fix = {"break the ring at one place: no process may wait for another while that one needs something from it"},
	.why = "Each of these calls returns only when another one of the ring has done something, and that one does nothing but wait. The kernel does not look "
	       "for rings of pipes, children and file locks of flock: they stay until somebody ends one of the processes.",
	.references = {"pipe(7)", "wait(2)", "flock(2)"},
	.example = "4240 pipe2([3, 4], 0) = 0\n"
		   "4240 clone(child_stack=NULL, flags=SIGCHLD) = 4241\n"
		   "4240 close(4) = 0\n"
		   "4240 wait4(4241,  <unfinished ...>\n"
		   "4241 close(3) = 0\n"
		   "4241 write(4, \"xxxx\"..., 65536) = 65536\n"
		   "4241 write(4, \"xxxx\"..., 65536 <unfinished ...>",
	.examine = examine,
};
