/* deadlock/stalled: a call that does not return, of a kind that no other rule explains better. */
#include <ipcdiag/explain_pipe.h>
#include <ipcdiag/world.h>

/* Waits for a child, for time or for any signal are no faults by themselves, and the rest have rules of their own. */
static bool is_own_kind(const struct change *c)
{
	switch (c->wait->wait->kind) {
	case WAIT_FUTEX:
		return true;
	case WAIT_POLL: /* of one socket: socket/receive-blocked; of a pipe: pipe/no-eof, pipe/empty-blocked */
		return starved_of(c) == STARVED_NOT_A_READ &&
			(c->object != OBJECT_SOCKET || c->wait->verdict == VERDICT_SELF);
	case WAIT_READ:
		if (slice_in_words(slice_of(c->call), "recv recvfrom recvmsg recvmmsg"))
			return false; /* likewise */
		return c->object == OBJECT_UNKNOWN || c->object == OBJECT_EVENTFD;
	case WAIT_WRITE:
		return c->object == OBJECT_EVENTFD || c->object == OBJECT_SOCKET;
	default:
		return false;
	}
}

/* Threads of one process wait for each other all the time, and an event loop waits for whoever comes. */
static bool is_usual(const struct change *c)
{
	const struct wait_report *r = c->wait;
	const struct wait *x = r->wait;
	if (r->verdict == VERDICT_IDLE || r->verdict == VERDICT_BUSY || r->verdict == VERDICT_NONE)
		return true;
	if (x->kind == WAIT_POLL)
		return r->verdict == VERDICT_OUTSIDE || x->polled_count == 0;
	if (x->kind == WAIT_FUTEX && !x->shared)
		return c->process->task_count > 1 && r->verdict != VERDICT_NOBODY;
	return false;
}

/* pthread_join waits on the number of the thread: the main thread of a program that does its work in others. */
static bool is_join(const struct change *c)
{
	enum { FIRST_LIKELY_TID = 100 };
	const struct wait *x = c->wait->wait;
	return x->kind == WAIT_FUTEX && x->shared && x->target >= FIRST_LIKELY_TID && !c->process->from_start;
}

/* Of many processes that strace was attached to most are workers that wait for work; and filters wait for their input.
 */
static bool is_idle(const struct change *c, const struct world *w)
{
	enum { MANY = 4 };
	const struct wait_report *r = c->wait;
	bool input = r->wait->kind == WAIT_READ && c->fd >= 0 && c->fd <= 2;
	return r->verdict == VERDICT_OUTSIDE &&
		(input || is_join(c) || (r->attached && world_process_count(w) >= MANY));
}

static enum severity severity_of(const struct change *c, const struct world *w)
{
	if (c->wait->verdict == VERDICT_NOBODY || c->wait->verdict == VERDICT_SELF)
		return SEVERITY_ERROR;
	return is_idle(c, w) ? SEVERITY_NOTE : SEVERITY_WARNING;
}

static void say_futex(struct finding *f, const struct wait_report *r)
{
	const struct process *owner = r->ender;
	if (owner && !process_alive(owner)) {
		explain_end(f, "owner", owner);
		finding_say_cause(f,
			"{owner}, which shares this memory and should have woken it, is gone: it {owner_end}, perhaps while it held the lock. No "
			"living process can wake this one.<< Behind this wait: {behind}>>");
		finding_add_fix(f,
			"make the mutex robust (pthread_mutexattr_setrobust, PTHREAD_MUTEX_ROBUST): the next owner is then told with EOWNERDEAD");
	} else if (r->verdict == VERDICT_NOBODY || r->verdict == VERDICT_SELF) {
		finding_say_cause(f,
			"nobody else that lives shares this memory: no FUTEX_WAKE can come.<< Behind this wait: {behind}>>");
	} else {
		finding_say_cause(f,
			"<<who could wake it, {ender}, {ender_does}>>; a futex is the lower half of mutexes, condition variables and joins: the stacks of "
			"all threads show who holds what.<< Behind this wait: {behind}>>");
	}
	finding_add_check(f, "gdb -p {pid} -batch -ex 'thread apply all bt'");
}

static void say_outside(struct finding *f, const struct change *c)
{
	if (c->wait->verdict != VERDICT_OUTSIDE)
		return;
	f->confidence = CONFIDENCE_POSSIBLE;
	if (c->wait->wait->kind == WAIT_FUTEX)
		finding_say_cause(f,
			"who should wake it is not in the trace: other threads are seen only with -f. A futex is the lower half of mutexes, condition "
			"variables and joins: the stacks of all threads show who holds what.<< Behind this wait: {behind}>>");
	else
		finding_say_cause(f,
			"the trace does not show what<< fd {fd}>> is, nor who should answer: record with -yy to see the other end, and with -f, or attach "
			"to the peer too.<< Behind this wait: {behind}>>");
}

static bool examine(struct finding *f, const struct change *c, const struct world *w)
{
	if (!c->wait || c->wait->verdict == VERDICT_CYCLE || !is_own_kind(c) || is_usual(c))
		return false;
	explain_channel(f, c->channel);
	if (process_alive(c->wait->ender))
		explain_doing(f, "ender", c->wait->ender, c->wait->ender_step, c->wait->ender_wait);
	explain_waits(f, c->wait);
	if (c->wait->wait->kind == WAIT_FUTEX)
		say_futex(f, c->wait);
	say_outside(f, c);
	if (c->file && c->object == OBJECT_EVENTFD)
		finding_add_evidence(f, c->file->made, "the eventfd is made");
	f->severity = severity_of(c, w);
	return true;
}

const struct rule rule_deadlock_stalled = {
	.id = "deadlock/stalled",
	.severity = SEVERITY_WARNING,
	.title = "call that does not return",
	.about =
		"At the end of the trace, or for longer than the stall threshold, a call waits (futex, poll, a read of something unknown) and who could end the wait "
		"does something else, has ended, or is not in the trace.",
	.match = {{CHANGE_BLOCKED, NULL, NULL, NULL}},
	.needs = "-f -yy",
	.message = "{process} waits in {call}<< on fd {fd}>> and nothing ends the wait<<: {ender} {ender_does}>>",
	.cause =
		"<<who could end the wait, {ender}, {ender_does}; >>nobody else that the trace shows could.<< Behind this wait: {behind}>>",
	.check = {"sudo cat /proc/{pid}/stack", "ls -l /proc/{pid}/fd", "strace -f -yy -p {pid}",
		"strace -f -p {ender_pid}"},
	.fix = {"find out what the one that could end the wait does instead, and let it answer, close its end, or wake this one",
		"wait with a time limit (poll, pthread_mutex_timedlock, SO_RCVTIMEO) where the other side may fail"},
	.why = "The call returns only when somebody else does something. The trace shows who could, and that he does something else; or it does not show him, "
	       "since strace follows only the processes it was told of (-f for children, -p for others).",
	.references = {"futex(2)", "poll(2)", "pthread_mutexattr_setrobust(3)", "strace(1)"},
	.example = "4240 mmap(NULL, 4096, PROT_READ|PROT_WRITE, MAP_SHARED|MAP_ANONYMOUS, -1, 0) = 0x7f97fe821000\n"
		   "4240 clone(child_stack=NULL, flags=SIGCHLD) = 4241\n"
		   "4240 futex(0x7f97fe821000, FUTEX_WAIT, 2, NULL <unfinished ...>\n"
		   "4241 exit_group(5) = ?\n"
		   "4241 +++ exited with 5 +++",
	.examine = examine,
};
