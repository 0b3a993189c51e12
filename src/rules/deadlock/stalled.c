/* deadlock/stalled: a blocked call whose end depends on somebody who does something else, of the kinds that have no rule of their own. */
#include <ipcdiag/explain.h>

/* Reads of pipes and sockets, accept, connect, semaphores, queues and locks have rules of their own. */
static bool is_ours(const struct change *c)
{
	switch (c->wait->wait->kind) {
	case WAIT_FUTEX:
		return true;
	case WAIT_POLL:
		return c->wait->wait->polled_count > 1;
	case WAIT_READ:
		return c->object == OBJECT_EVENTFD;
	case WAIT_WRITE:
		return c->object == OBJECT_SOCKET || c->object == OBJECT_EVENTFD;
	default:
		return false;
	}
}

static void explain_dead(struct finding *f, const struct change *c)
{
	explain_end(f, "gone", c->wait->ender);
	finding_add_evidence(f, c->wait->ender_step, "{gone} is gone");
	if (c->wait->wait->kind == WAIT_FUTEX)
		finding_say_cause(f, "only a process that shares this memory can wake it; the last one, {gone}, {gone_end}: if it held the lock it never gave it back");
	else
		finding_say_cause(f, "nobody who is alive can end this wait; {gone} {gone_end}");
}

static bool examine(struct finding *f, const struct change *c, const struct world *w)
{
	const struct wait_report *r = c->wait;
	(void)w;
	if (!is_ours(c))
		return false;
	if (c->channel)
		explain_channel(f, c->channel);
	if (r->behind_count)
		explain_waits(f, r);
	if (r->verdict == VERDICT_NOBODY && r->ender) {
		f->severity = SEVERITY_ERROR;
		explain_dead(f, c);
	} else if (r->verdict == VERDICT_ASLEEP) {
		explain_doing(f, "ender", r->ender, r->ender_step, r->ender_wait);
		if (c->wait->wait->kind == WAIT_FUTEX && r->ender == c->process)
			f->severity = SEVERITY_NOTE; /* threads of one process: idle ones look the same */
	} else if (r->verdict == VERDICT_NOBODY || r->verdict == VERDICT_SELF) {
		f->confidence = CONFIDENCE_LIKELY;
		finding_say_cause(f, "no process or thread of this trace is left that could end it");
	} else if (r->verdict == VERDICT_OUTSIDE && r->at_end) {
		f->severity = SEVERITY_NOTE;
		f->confidence = CONFIDENCE_POSSIBLE;
		finding_say_cause(f, "who could end it is not in this trace: follow all threads and processes with strace -f, or attach to the other one too");
	} else {
		return false;
	}
	return true;
}

const struct rule rule_deadlock_stalled = {
	.id = "deadlock/stalled",
	.severity = SEVERITY_WARNING,
	.title = "blocked call whose peer does something else",
	.about = "A call is still blocked when the trace ends or is interrupted, and who could end it sleeps, has ended, or is not in the trace. "
		 "Waits with a rule of their own (pipes, sockets, locks, semaphores, queues) are told there.",
	.match = {{CHANGE_BLOCKED, NULL, NULL, NULL}},
	.needs = "-f",
	.message = "{process} waits in {call}<< on fd {fd}>>, and nothing ends the wait",
	.cause = "{ender} could end it, but it {ender_does}<<; {behind}>>",
	.check = {"cat /proc/{pid}/stack", "cat /proc/{ender_pid}/stack", "strace -f -p {pid}"},
	.fix = {"look at what the other side does instead, and at whether it was ever told to go on",
		"for locks in shared memory: make the mutex robust (pthread_mutexattr_setrobust), so that the death of its owner is told to the next one",
		"give the wait a time limit, so that the program can say what it waited for"},
	.why = "A blocked call ends only when somebody else acts. Who sleeps, or is gone, does not act; a lock in shared memory is plain memory to the "
	       "kernel: it stays locked when its owner dies, unless it was made robust.",
	.references = {"futex(2)", "poll(2)", "pthread_mutexattr_setrobust(3)"},
	.example = "20 mmap(NULL, 4096, PROT_READ|PROT_WRITE, MAP_SHARED|MAP_ANONYMOUS, -1, 0) = 0x7f0000000000\n"
		   "20 clone(child_stack=NULL, flags=SIGCHLD) = 21\n"
		   "21 exit_group(5) = ?\n"
		   "21 +++ exited with 5 +++\n"
		   "20 futex(0x7f0000000000, FUTEX_WAIT, 2, NULL <unfinished ...>",
	.examine = examine,
};
