/* shm/exists: the key was to be new, and is not. */
#include <ipcdiag/explain_shm.h>

static bool examine(struct finding *f, const struct change *c, const struct world *w);

const struct rule rule_shm_exists = {
	.id = "shm/exists",
	.severity = SEVERITY_ERROR,
	.aim = AIM_ASK,
	.title = "shared memory key that is taken",
	.about = "shmget with IPC_CREAT|IPC_EXCL fails with EEXIST: a segment of this key is there already.",
	.match = {{CHANGE_CALL, "shmget", "EEXIST", NULL}},
	.recovery = RECOVERY_ANY,
	.message = "{process} wanted to make a new segment with key {key}, but there is one (EEXIST)",
	.cause =
		"no line of this trace made it: it was left by an earlier run, or belongs to another program that uses the same key",
	.check = {"ipcs -m | grep {padded_key}", "ipcs -m -p"},
	.fix = {"leave out IPC_EXCL to share the segment that is there; make a new one with another key (ftok, IPC_PRIVATE) if it is "
		"somebody else's",
		"$ ipcrm -M {key}",
		"the last command removes the old segment, if it is only left over (nattch 0, its makers gone)"},
	.why = "IPC_EXCL asks the kernel to fail rather than hand out a segment that somebody else made. A segment outlives its "
	       "processes, so one that was not removed is still there at the next start.",
	.references = {"shmget(2)", "ipcrm(1)"},
	.example = "10226 shmget(0x61, 4096, IPC_CREAT|0600) = 0\n"
		   "10226 shmget(0x61, 4096, IPC_CREAT|IPC_EXCL|0600) = -1 EEXIST (File exists)",
	.examine = examine,
	.settle = finding_weigh,
};

static bool examine(struct finding *f, const struct change *c, const struct world *w)
{
	const struct segment *s = world_segment_by_key(w, c->event->key);
	explain_key(f, c->event->key);
	if (!s || s->removed)
		return true;
	explain_segment(f, s);
	if (s->created)
		finding_say_cause(
			f, "{maker} made segment {segment_id} with this key at {made_at}, and nobody has removed it");
	else
		finding_say_cause(f,
			"it is segment {segment_id}, which {maker} found at {made_at}: it was made before this trace");
	return true;
}
