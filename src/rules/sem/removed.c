/* sem/removed: the set is gone. */
#include <ipcdiag/explain_shm.h>

static bool examine(struct finding *f, const struct change *c, const struct world *w);
static void settle(struct finding *f, const struct world *w);

const struct rule rule_sem_removed = {
	.id = "sem/removed",
	.severity = SEVERITY_ERROR,
	.title = "use of a removed semaphore set",
	.about =
		"A semop that waits ends with EIDRM because somebody removes the set, or a call is given the id of a set that is "
		"gone (EINVAL).",
	.match = {{CHANGE_CALL, "semop semtimedop semctl", "EIDRM EINVAL", NULL}},
	.recovery = RECOVERY_NONE,
	.message = "{process} used semaphore set {asked_id}, which is gone: {call} failed with {errno}",
	.check = {"ipcs -s", "ipcs -s -i {asked_id}"},
	.fix = {"let one process own the set, and remove it when all others have ended (wait for them)",
		"handle EIDRM in the others as the sign to stop"},
	.why = "semctl(IPC_RMID) removes a set at once, whoever waits in it: they wake with EIDRM. From then on the id is worth "
	       "nothing, and every call with it gets EINVAL.",
	.references = {"semop(2)", "semctl(2)"},
	.example = "10497 semtimedop(0, [{sem_num=0, sem_op=-1, sem_flg=0}], 1, NULL <unfinished ...>\n"
		   "10496 semctl(0, 0, IPC_RMID, NULL) = 0\n"
		   "10497 <... semtimedop resumed>) = -1 EIDRM (Identifier removed)",
	.examine = examine,
	.settle = settle,
};

enum { MEMO_ID };

static bool examine(struct finding *f, const struct change *c, const struct world *w)
{
	const struct semset *s = world_semset_by_id(w, c->event->id);
	bool asks = c->event->kind == EVENT_SEMCTL &&
		(slice_starts(c->event->op, SLICE("SEM_")) || slice_is(c->event->op, "IPC_INFO"));
	if (asks || (c->error == errno_number(SLICE("EINVAL")) && s && !s->removed && s->created))
		return false;
	finding_set_number(f, "asked_id", c->event->id);
	finding_set_memo(f, MEMO_ID, c->event->id);
	return true;
}

/* At the end: the line that removes it may come after the one that fails. */
static void settle(struct finding *f, const struct world *w)
{
	const struct semset *s = world_semset_by_id(w, finding_memo(f, MEMO_ID));
	finding_weigh(f, w);
	explain_semset(f, s, finding_memo(f, MEMO_ID));
	if (s && explain_removal(f, s->remover, s->removed))
		finding_say_cause(f, "{remover} removed it at {removed_at}<<; it had been made at {made_at}>>");
	else if (finding_memo(f, MEMO_ID) < 0)
		finding_say_cause(f, "-1 is no id but the result of a semget that failed");
	else
		finding_say_cause(f,
			"the trace does not show who removed it: a process outside of it did, or the id never was one");
}
