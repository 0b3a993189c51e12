/* sem/blocked: a semop that waits, and nobody gives. */
#include <ipcdiag/explain_shm.h>

static bool examine(struct finding *f, const struct change *c, const struct world *w);

const struct rule rule_sem_blocked = {
	.id = "sem/blocked",
	.severity = SEVERITY_WARNING,
	.title = "semaphore that is never given back",
	.about =
		"A semop does not return: the holder of the semaphore died without SEM_UNDO, the waiter holds it itself, nobody "
		"ever set it, or whoever has it does something else. An error where it can never be given back.",
	.match = {{CHANGE_BLOCKED, "semop semtimedop ipc", NULL, NULL}},
	.needs = "-f, and all processes that use the set",
	.message = "{process} waits in {call} for <<semaphore {number} of >>{object}, and it is not given back",
	.check = {"ipcs -s", "ipcs -s -i {set_id}", "cat /proc/{pid}/stack"},
	.why = "semop with a negative operation sleeps until the semaphore's value is high enough. The value belongs to the kernel "
	       "and not to a process: when a process ends, what it took stays taken, unless it took it with SEM_UNDO; then the "
	       "kernel gives it back.",
	.references = {"semop(2)", "semctl(2)", "semget(2)"},
	.example = "10486 semget(0x5e4, 1, IPC_CREAT|0600) = 0\n"
		   "10486 semctl(0, 0, SETVAL, 0x1) = 0\n"
		   "10487 semtimedop(0, [{sem_num=0, sem_op=-1, sem_flg=0}], 1, NULL) = 0\n"
		   "10487 +++ killed by SIGABRT +++\n"
		   "10486 semtimedop(0, [{sem_num=0, sem_op=-1, sem_flg=0}], 1, NULL <unfinished ...>",
	.examine = examine,
};

/* Who has taken the semaphore: the dead before the living. */
static const struct sem_holder *holder(const struct semset *s, int64_t number)
{
	const struct sem_holder *found = NULL;
	for (unsigned i = 0; s && i < s->holder_count; i++) {
		const struct sem_holder *h = &s->holders[i];
		if (h->taken <= 0 || (number >= 0 && h->num != number))
			continue;
		if (!found || (process_alive(found->process) && !process_alive(h->process)))
			found = h;
	}
	return found;
}

static void say_dead(struct finding *f, const struct semset *s, const struct sem_holder *h)
{
	explain_end(f, "holder", h->process);
	if (s->created || s->first_value)
		f->severity = SEVERITY_ERROR;
	finding_say_cause(f,
		"{holder} took it at {taken_at} without SEM_UNDO and {holder_end} without giving it back: it can "
		"never be given back");
	finding_add_fix(
		f, "take the semaphore with SEM_UNDO in every process, so that the kernel gives it back when one dies");
	finding_add_fix(f, "find out why {holder} ended while it held it: it {holder_end}");
	finding_add_fix(f,
		"to set it free now: semctl(id, number, SETVAL, 1), or remove the set when nobody uses it and start anew");
}

static void say_own(struct finding *f, const struct semset *s)
{
	if (s->first_value)
		f->severity = SEVERITY_ERROR;
	finding_say_cause(f, "{process} took it itself at {taken_at} and has not given it back: it waits for itself");
	finding_add_fix(
		f, "give the semaphore back (semop with +1) before it is taken again, on every path, errors included");
}

static void say_living(struct finding *f, const struct change *c, const struct sem_holder *h)
{
	const struct wait_report *r = c->wait;
	if (r->ender == h->process)
		explain_doing(f, "holder", h->process, r->ender_step, r->ender_wait);
	else
		explain_process(f, "holder", h->process);
	if (r->verdict == VERDICT_BUSY || r->verdict == VERDICT_IDLE)
		f->severity = SEVERITY_NOTE;
	finding_say_cause(f, "{holder} took it at {taken_at} and has not given it back<<: it {holder_does}>>");
	finding_add_check(f, "strace -f -p {holder_pid}");
	finding_add_fix(f, "let {holder} give the semaphore back before it waits for anything else");
}

static void say_nobody(struct finding *f, const struct change *c, const struct semset *s)
{
	bool never_set = s && s->created && !s->first_value;
	bool alone = c->wait->verdict == VERDICT_NOBODY || c->wait->verdict == VERDICT_SELF;
	if (never_set && s->key == 0 && alone)
		f->severity = SEVERITY_ERROR;
	else if (c->wait->verdict == VERDICT_BUSY || c->wait->verdict == VERDICT_IDLE)
		f->severity = SEVERITY_NOTE;
	if (never_set) {
		finding_say_cause(f,
			s->key == 0 ? "{maker} made the set at {made_at}, and nobody in this trace gave it a value "
				      "(SETVAL, SETALL) or adds to it: a new semaphore is 0"
				    : "nobody in this trace gave the set a value (SETVAL, SETALL) or adds to it: "
				      "either {maker} made it new at {made_at}, and a new semaphore is 0, or the "
				      "set was there before, and somebody outside of the trace has it");
		finding_add_fix(f, "set the value after making the set: semctl(id, 0, SETVAL, 1)");
	} else if (s && s->foreign) {
		finding_add_evidence(f, s->foreign, "the set is another user's");
		finding_say_cause(f,
			"the set belongs to another user (EPERM), so it was there before {made_at}: a process "
			"outside of this trace has the semaphore");
		finding_add_fix(f,
			"find out who uses the set (`ipcs -s -i` shows the last pid of each semaphore): that process "
			"has not given it back");
	} else {
		finding_say_cause(f,
			"the trace does not show who has it: a process outside of it, or one that took it before it "
			"began<<; the set was found at {made_at}>>");
		finding_add_check(f, "lsof -p {pid}");
		finding_add_fix(f,
			"find out who else uses the set (`ipcs -s -i` shows the last pid of each semaphore) and trace that, too");
	}
}

static bool examine(struct finding *f, const struct change *c, const struct world *w)
{
	const struct wait_report *r = c->wait;
	if (!r || r->wait->kind != WAIT_SEM || r->verdict == VERDICT_CYCLE || r->verdict == VERDICT_NONE)
		return false;
	const struct semset *s = c->semset ? c->semset : world_semset_by_id(w, r->wait->id);
	const struct sem_holder *h = holder(s, r->wait->number);
	if (r->wait->number >= 0)
		finding_set_number(f, "number", r->wait->number);
	explain_semset(f, s, r->wait->id);
	if (s)
		finding_add_evidence(f, s->first_value, "it gets its value");
	if (h) {
		explain_place(f, "taken_at", h->step);
		finding_add_evidence(f, h->step, "the semaphore is taken");
	}
	if (h && h->process == c->process)
		say_own(f, s);
	else if (h && !process_alive(h->process) && !h->undo)
		say_dead(f, s, h);
	else if (h && process_alive(h->process))
		say_living(f, c, h);
	else
		say_nobody(f, c, s);
	return true;
}
