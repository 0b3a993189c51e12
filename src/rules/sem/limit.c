/* sem/limit: the kernel takes no further semaphore set. */
#include <ipcdiag/explain_shm.h>

static bool examine(struct finding *f, const struct change *c, const struct world *w);

const struct rule rule_sem_limit = {
	.id = "sem/limit",
	.severity = SEVERITY_ERROR,
	.aim = AIM_LIMIT,
	.title = "no room for another semaphore set",
	.about =
		"semget fails with ENOSPC: the number of sets (SEMMNI) or of semaphores in all sets together (SEMMNS) is used up.",
	.match = {{CHANGE_CALL, "semget", "ENOSPC", NULL}},
	.recovery = RECOVERY_ANY,
	.message = "{process} got no semaphore set of {size} semaphores (key {key}): semget failed with ENOSPC",
	.cause =
		"the system has as many sets as kernel.sem allows (SEMMNI), or as many semaphores in all of them together (SEMMNS)<<; of "
		"those of this trace {left_count} (with {left_total} semaphores) are not removed, made from {first_at} on>>",
	.check = {"ipcs -ls", "ipcs -s", "ipcs -su", "sysctl kernel.sem"},
	.fix = {"remove the sets that nobody uses any more first: `ipcs -s` lists them, `ipcrm -s ID` removes one",
		"$ sudo sysctl -w 'kernel.sem=32000 1024000000 500 64000'",
		"the four numbers are SEMMSL (semaphores of one set), SEMMNS (of all sets), SEMOPM (operations of one semop) and "
		"SEMMNI (sets); keep them in /etc/sysctl.conf"},
	.why = "A set counts until somebody removes it with semctl(IPC_RMID), also when every process that knew it has long gone. A "
	       "higher limit gives room; removing what is left over gives it for good.",
	.references = {"semget(2)", "proc(5)", "ipcs(1)", "ipcrm(1)"},
	.example = "10477 semget(IPC_PRIVATE, 2, IPC_CREAT|0600) = 2\n"
		   "10477 semget(IPC_PRIVATE, 2, IPC_CREAT|0600) = -1 ENOSPC (No space left on device)",
	.examine = examine,
};

static bool examine(struct finding *f, const struct change *c, const struct world *w)
{
	struct semset *first = NULL;
	int64_t count = 0, total = 0;
	(void)c;
	for (struct semset *s = world_semsets(w); s; s = s->next) {
		if (!s->created || s->removed || !s->made)
			continue;
		count++;
		total += s->count > 0 ? s->count : 0;
		first = s;
	}
	if (!first)
		return true;
	finding_set_number(f, "left_count", count);
	finding_set_number(f, "left_total", total);
	explain_place(f, "first_at", first->made);
	finding_add_evidence(f, first->made, "the first set that is still there");
	return true;
}
