/* shm/posix-exists: an object of the name was to be new, and is not. */
#include <ipcdiag/explain_shm.h>

static bool examine(struct finding *f, const struct change *c, const struct world *w);

const struct rule rule_shm_posix_exists = {
	.id = "shm/posix-exists",
	.severity = SEVERITY_ERROR,
	.aim = AIM_ASK,
	.title = "POSIX shared memory or semaphore that exists already",
	.about =
		"shm_open or sem_open with O_CREAT|O_EXCL fails with EEXIST: the object is there, most often left by an earlier run.",
	.match = {{CHANGE_CALL, "open openat openat2", "EEXIST", NULL}},
	.recovery = RECOVERY_SAME,
	.message = "{process} wanted to make the {kind} {shm_name}, but there is one (EEXIST): {path}",
	.cause =
		"no line of this trace made it: it was left by an earlier run that did not unlink it, or another program uses the "
		"same name",
	.check = {"ls -l {path}", "lsof {path}"},
	.fix = {"leave out O_EXCL to share what is there, or take another name if it is somebody else's", "$ rm {path}",
		"the last command removes the old object, if it is only left over (`lsof` shows nobody); call shm_unlink when the "
		"program ends"},
	.why = "A POSIX object is a file in /dev/shm and stays until somebody unlinks it or the machine restarts. O_EXCL asks to "
	       "fail rather than to share one that is there.",
	.references = {"shm_open(3)", "shm_unlink(3)", "sem_open(3)"},
	.example =
		"10398 openat(AT_FDCWD, \"/dev/shm/lockseg\", O_RDWR|O_CREAT|O_EXCL|O_NOFOLLOW|O_CLOEXEC, 0600) = -1 EEXIST (File "
		"exists)",
	.examine = examine,
	.settle = finding_weigh,
};

static bool examine(struct finding *f, const struct change *c, const struct world *w)
{
	if (!explain_shm_name(f, c->event->path))
		return false;
	const struct segment *s = world_segment_by_path(w, finding_get(f, "path"));
	if (!s || s->removed)
		return true;
	explain_segment(f, s);
	finding_say_cause(f,
		s->created ? "{maker} made it at {made_at}, and nobody has unlinked it"
			   : "it was there before: {maker} opened it at {made_at}");
	return true;
}
