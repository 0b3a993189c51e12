/* deadlock/cycle: tasks that wait for each other in a ring. */
#include <ipcdiag/explain.h>

static unsigned count_kind(const struct wait_report *r, enum wait_kind kind)
{
	unsigned count = 0;
	for (unsigned i = 0; i < r->ring_count; i++)
		count += r->ring[i].kind == kind;
	return count;
}

/* Advice that fits what the ring is made of. */
static void advise(struct finding *f, const struct wait_report *r)
{
	unsigned child = count_kind(r, WAIT_CHILD), write = count_kind(r, WAIT_WRITE), read = count_kind(r, WAIT_READ);
	if (child && write)
		finding_add_fix(f, "read the pipe until its end before waiting for the child (Python: communicate() in place of wait()), or send the output to a file");
	else if (child && read)
		finding_add_fix(f, "close the copies of the write end that the children inherited (or make the pipe with O_CLOEXEC), so that the reader sees the end of file");
	else if (write > 1)
		finding_add_fix(f, "do not write all before reading: read and write in turn with poll(), or let another thread do one of the two");
	else if (read > 1)
		finding_add_fix(f, "settle who speaks first, and flush the output after each message (stdio keeps it in a buffer when it is no terminal)");
	if (count_kind(r, WAIT_LOCK) > 1 || count_kind(r, WAIT_SEM) > 1 || count_kind(r, WAIT_FUTEX) > 1)
		finding_add_fix(f, "take the locks in the same order everywhere");
	if (count_kind(r, WAIT_FIFO_OPEN) > 1)
		finding_add_fix(f, "open the FIFOs in the same order on both sides: one for reading where the other opens it for writing");
}

static void explain_kind(struct finding *f, const struct wait_report *r)
{
	if (count_kind(r, WAIT_CHILD) && count_kind(r, WAIT_WRITE))
		finding_say_cause(f, "{ring}: the pipe is full and has to be read, but who could read it waits for the writer to end first<<; besides, {behind}>>");
	else if (count_kind(r, WAIT_LOCK) > 1)
		finding_say_cause(f, "{ring}: each holds the lock that the next one wants, taken in opposite order<<; besides, {behind}>>");
	else if (count_kind(r, WAIT_READ) > 1 && r->ring_count == 2)
		finding_say_cause(f, "{ring}: both wait for the other to write, and nothing is on its way<<; besides, {behind}>>");
}

static bool examine(struct finding *f, const struct change *c, const struct world *w)
{
	const struct wait_report *r = c->wait;
	(void)w;
	if (r->verdict != VERDICT_CYCLE)
		return false;
	explain_waits(f, r);
	if (r->ring_count > 1)
		explain_process(f, "other", r->ring[1].process);
	if (c->channel)
		explain_channel(f, c->channel);
	explain_kind(f, r);
	advise(f, r);
	f->confidence = r->attached || count_kind(r, WAIT_FUTEX) || count_kind(r, WAIT_FIFO_OPEN) ? CONFIDENCE_LIKELY : CONFIDENCE_CERTAIN;
	return true;
}

const struct rule rule_deadlock_cycle = {
	.id = "deadlock/cycle",
	.severity = SEVERITY_ERROR,
	.title = "processes that wait for each other in a ring",
	.about = "Two or more tasks are blocked, each in a call that only the next one can end: pipe full or empty, wait for a child, lock, semaphore, "
		 "message, FIFO. None of them can ever go on.",
	.match = {{CHANGE_BLOCKED, NULL, NULL, NULL}},
	.needs = "-f",
	.message = "deadlock: {process} waits in {call}<< for {other}>>, which waits for it in turn",
	.cause = "{ring}<<; besides, {behind}>>",
	.check = {"cat /proc/{pid}/stack", "cat /proc/{other_pid}/stack", "ls -l /proc/{pid}/fd /proc/{other_pid}/fd", "strace -f -p {pid}"},
	.fix = {"break the ring at one place: change the order, or let one side go on without waiting (O_NONBLOCK with poll, a time limit)"},
	.why = "A blocked call returns only when another process does something: reads, writes, unlocks, exits. When every process of a ring waits for "
	       "the next one nobody is left to do it. It is enough that one of them no longer waits: then all the others go on, one after the other.",
	.references = {"pipe(7)", "wait(2)", "flock(2)", "fifo(7)"},
	.example = "10 pipe2([3, 4], 0) = 0\n"
		   "10 clone(child_stack=NULL, flags=SIGCHLD) = 11\n"
		   "10 close(4) = 0\n"
		   "10 wait4(11,  <unfinished ...>\n"
		   "11 close(3) = 0\n"
		   "11 write(4, \"...\"..., 65536) = 65536\n"
		   "11 write(4, \"...\"..., 4096 <unfinished ...>",
	.examine = examine,
};
