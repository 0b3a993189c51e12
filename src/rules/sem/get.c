/* sem/get: semget fails for another reason than a limit. */
#include <ipcdiag/explain_shm.h>

static bool examine(struct finding *f, const struct change *c, const struct world *w);

const struct rule rule_sem_get = {
	.id = "sem/get",
	.severity = SEVERITY_NOTE,
	.aim = AIM_ASK,
	.title = "semaphore set that cannot be had",
	.about =
		"semget fails: there is no set of the key (ENOENT), there is one already (EEXIST), it has fewer semaphores (EINVAL), or "
		"it is another user's (EACCES). An error where the program fails over it; asking whether a set is there is a note.",
	.match = {{CHANGE_CALL, "semget", "ENOENT EEXIST EINVAL EACCES EPERM", NULL}},
	.recovery = RECOVERY_ANY,
	.message = "{process} got no semaphore set with key {key}: semget failed with {errno}",
	.check = {"ipcs -s", "ipcs -s | grep {padded_key}", "ipcs -s -c"},
	.why = "semget finds a set by its key, a plain number that all users must compute alike (ftok). The set outlives its users, "
	       "and keeps the size and the mode that it was made with.",
	.references = {"semget(2)", "ftok(3)", "ipcrm(1)"},
	.example = "9 semget(0x5e02, 1, 0600) = -1 ENOENT (No such file or directory)\n"
		   "9 exit_group(1) = ?\n"
		   "9 +++ exited with 1 +++",
	.examine = examine,
	.settle = finding_raise,
};

static void say_known(struct finding *f, const struct change *c, const struct semset *s)
{
	explain_semset(f, s, -1);
	explain_rights(f, c->process, s->created ? s->mode : -1);
	if (c->error == errno_number(SLICE("EINVAL")))
		finding_say_cause(f,
			"the set of this key has {set_count} semaphores (made by {maker} at {made_at}), and {size} are asked for");
	else
		finding_say_cause(f,
			"{maker} made {set}<< with mode {mode}>> at {made_at}<<; {process} runs as user {user} since {user_at}>>");
	finding_add_fix(f,
		"use one size, mode and user (or group) in all programs that share the set; `ipcrm -S` removes one "
		"that is only left over");
}

static bool examine(struct finding *f, const struct change *c, const struct world *w)
{
	const struct semset *s = world_semset_by_key(w, c->event->key);
	explain_key(f, c->event->key);
	if (s && !s->removed)
		say_known(f, c, s);
	else if (c->error == errno_number(SLICE("ENOENT")))
		finding_say_cause(
			f, "nobody in this trace made it: its maker was not started yet, or uses another key (ftok)");
	else if (c->error == errno_number(SLICE("EINVAL")))
		finding_say_cause(f,
			"{size} semaphores are asked for: a new set needs 1 to SEMMSL (32000, the first number of "
			"kernel.sem), an existing one, made outside of this trace, must have that many");
	else
		finding_say_cause(f, "the set was made outside of this trace");
	return true;
}
