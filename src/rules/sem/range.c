/* sem/range: a value or a number of a semaphore that cannot be. */
#include <ipcdiag/explain_shm.h>

static bool examine(struct finding *f, const struct change *c, const struct world *w);

const struct rule rule_sem_range = {
	.id = "sem/range",
	.severity = SEVERITY_ERROR,
	.aim = AIM_OWN,
	.title = "semaphore value or number out of range",
	.about =
		"semop or semctl fails with ERANGE: the value would be above SEMVMX (32767) or below 0; or semop with EFBIG: the "
		"set has no semaphore of that number; or with E2BIG: too many operations at once.",
	.match = {{CHANGE_CALL, "semop semtimedop semctl", "ERANGE EFBIG E2BIG", NULL}},
	.recovery = RECOVERY_NONE,
	.message = "{process} went out of the range of {object}: {call} failed with {errno}",
	.cause =
		"the value of a semaphore may be 0 to SEMVMX (32767): the operation would leave that range; most often it is given "
		"back more often than it was taken",
	.check = {"ipcs -s -i {set_id}", "ipcs -ls"},
	.fix = {"match each +1 with one -1, on every path; do not use the value of a semaphore as a counter of events without bound"},
	.why = "The kernel keeps the value in 15 bits, and with SEM_UNDO the sum of what a process took as well. What would not fit "
	       "is refused, and nothing of the operation is done.",
	.references = {"semop(2)", "semctl(2)"},
	.example =
		"9 semctl(0, 0, SETVAL, 0x7fff) = 0\n"
		"9 semtimedop(0, [{sem_num=0, sem_op=1, sem_flg=0}], 1, NULL) = -1 ERANGE (Numerical result out of range)",
	.examine = examine,
};

static bool examine(struct finding *f, const struct change *c, const struct world *w)
{
	const struct semset *s = world_semset_by_id(w, c->event->id);
	explain_semset(f, s, c->event->id);
	if (s)
		finding_add_evidence(f, s->first_value, "it gets its value");
	if (c->error == errno_number(SLICE("EFBIG")))
		finding_say_cause(f,
			"an operation names a semaphore that the set does not have<<: it was made with {set_count} "
			"at {made_at}, counted from 0>>");
	else if (c->error == errno_number(SLICE("E2BIG")))
		finding_say_cause(
			f, "one semop may carry at most SEMOPM operations (500, the third number of kernel.sem)");
	return true;
}
