/* sem/orphaned: a set stays behind when the process that made it has gone. */
#include <ipcdiag/explain_shm.h>

static bool examine(struct finding *f, const struct change *c, const struct world *w);

const struct rule rule_sem_orphaned = {
	.id = "sem/orphaned",
	.severity = SEVERITY_WARNING,
	.title = "semaphore set left behind",
	.about =
		"A semaphore set was made and used in the trace and not removed, and the process that made it has gone. A note "
		"where the operator stopped the run, or where the maker only made it for others.",
	.match = {{CHANGE_LEFT, NULL, NULL, NULL}},
	.message = "{maker} left {set} behind",
	.cause = "{maker} made it at {made_at}, {maker_end}, and nobody called semctl(IPC_RMID)",
	.check = {"ipcs -s", "ipcs -s -i {set_id}"},
	.fix = {"$ ipcrm -s {set_id}",
		"remove the set with semctl(id, 0, IPC_RMID) when its last user ends, in a signal handler or parent, too"},
	.why = "A semaphore set belongs to the kernel and outlives every process. The next run finds it with the value that was "
	       "left, taken perhaps, and one of the SEMMNI places is used up.",
	.references = {"semctl(2)", "semget(2)", "ipcrm(1)"},
	.example = "9 semget(0x5e06, 1, IPC_CREAT|0600) = 0\n"
		   "9 semctl(0, 0, SETVAL, 0x1) = 0\n"
		   "9 semtimedop(0, [{sem_num=0, sem_op=-1, sem_flg=SEM_UNDO}], 1, NULL) = 0\n"
		   "9 +++ exited with 0 +++",
	.examine = examine,
};

static bool is_used(const struct semset *s)
{
	for (unsigned i = 0; i < s->holder_count; i++)
		if (process_alive(s->holders[i].process))
			return true;
	return false;
}

static bool examine(struct finding *f, const struct change *c, const struct world *w)
{
	const struct semset *s = c->semset;
	enum leaving how = s ? leaving_of(s->creator) : LEAVING_NOT;
	(void)w;
	if (how == LEAVING_NOT || !s->created || s->removed || is_used(s))
		return false;
	explain_semset(f, s, -1);
	explain_end(f, "maker", s->creator);
	if (how == LEAVING_STOPPED || (how == LEAVING_DONE && s->key != 0 && !s->ops))
		f->severity = SEVERITY_NOTE;
	return true;
}
