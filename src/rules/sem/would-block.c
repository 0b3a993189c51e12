/* sem/would-block: the semaphore could not be had at once, or in time. */
#include <ipcdiag/explain_shm.h>

static bool examine(struct finding *f, const struct change *c, const struct world *w);
static void settle(struct finding *f, const struct world *w);

const struct rule rule_sem_would_block = {
	.id = "sem/would-block",
	.severity = SEVERITY_ERROR,
	.aim = AIM_ASK,
	.title = "semaphore that is taken",
	.about =
		"semop with IPC_NOWAIT, or semtimedop with a timeout, fails with EAGAIN: the semaphore is taken. Trying again later "
		"is a note.",
	.match = {{CHANGE_CALL, "semop semtimedop", "EAGAIN", NULL}},
	.recovery = RECOVERY_ANY,
	.message = "{process} did not get {object}: {call} failed with EAGAIN",
	.cause = "its value was too low at that moment; the trace does not show who has it",
	.check = {"ipcs -s", "ipcs -s -i {set_id}"},
	.fix = {"wait for it (leave out IPC_NOWAIT, or allow more time), or try again later",
		"let the holder keep it for a shorter time"},
	.why = "With IPC_NOWAIT the kernel says EAGAIN instead of putting the process to sleep; semtimedop says the same when the "
	       "time is over.",
	.references = {"semop(2)"},
	.example =
		"9 semtimedop(0, [{sem_num=0, sem_op=-1, sem_flg=SEM_UNDO}], 1, NULL) = 0\n"
		"9 semtimedop(0, [{sem_num=0, sem_op=-1, sem_flg=IPC_NOWAIT}], 1, NULL) = -1 EAGAIN (Resource temporarily unavailable)",
	.examine = examine,
	.settle = settle,
};

enum { MEMO_TIMED };

static bool examine(struct finding *f, const struct change *c, const struct world *w)
{
	finding_set_memo(f, MEMO_TIMED, c->event->timeout == TIMEOUT_FINITE && !c->event->nonblock);
	const struct semset *s = world_semset_by_id(w, c->event->id);
	explain_semset(f, s, c->event->id);
	for (unsigned i = 0; s && i < s->holder_count; i++) {
		const struct sem_holder *h = &s->holders[i];
		if (h->taken <= 0)
			continue;
		explain_process(f, "holder", h->process);
		explain_place(f, "taken_at", h->step);
		finding_add_evidence(f, h->step, "it is taken");
		finding_say_cause(f,
			h->process == c->process ? "it took it itself at {taken_at} and had not given it back"
						 : "{holder} took it at {taken_at} and had not given it back");
		return true;
	}
	if (s && s->created && !s->first_value)
		finding_say_cause(f,
			"{maker} made the set at {made_at}, and nobody in this trace gave it a value (SETVAL): a new semaphore is 0");
	return true;
}

/* A wait that runs out is how many servers spend their idle time. */
static void settle(struct finding *f, const struct world *w)
{
	finding_weigh(f, w);
	if (!finding_memo(f, MEMO_TIMED))
		return;
	f->severity = SEVERITY_NOTE;
	finding_raise(f, w);
}
