/* shm/posix-denied: the object is there, and is not for this user. */
#include <ipcdiag/explain_shm.h>

static bool examine(struct finding *f, const struct change *c, const struct world *w);

const struct rule rule_shm_posix_denied = {
	.id = "shm/posix-denied",
	.severity = SEVERITY_ERROR,
	.aim = AIM_OWN,
	.title = "POSIX shared memory or semaphore without permission",
	.about =
		"shm_open, sem_open or their unlink fails with EACCES or EPERM: the mode of the file in /dev/shm does not let this "
		"user in.",
	.match = {{CHANGE_CALL, "open openat openat2 unlink unlinkat", "EACCES EPERM", NULL}},
	.recovery = RECOVERY_SAME,
	.message = "{process} may not use the {kind} {shm_name}: {call} of {path} failed with {errno}",
	.cause = "its owner made it outside of this trace, with a mode that leaves this user out<< (user {user})>>",
	.check = {"ls -l {path}", "stat {path}", "id", "id {user}"},
	.fix = {"make the object with a mode that lets the other side in, such as 0660 with a group that both users are in (the "
		"umask takes bits away)",
		"run both programs as the same user"},
	.why = "A POSIX object is a file in /dev/shm with an owner, a group and a mode, and the kernel checks them as for any file. "
	       "/dev/shm is sticky: only the owner may unlink, and with fs.protected_regular others may not open it with O_CREAT.",
	.references = {"shm_open(3)", "shm_overview(7)", "proc(5)"},
	.example =
		"10413 openat(AT_FDCWD, \"/dev/shm/secretseg\", O_RDWR|O_NOFOLLOW|O_CLOEXEC) = -1 EACCES (Permission denied)",
	.examine = examine,
	.settle = finding_weigh,
};

static bool examine(struct finding *f, const struct change *c, const struct world *w)
{
	if (!explain_shm_name(f, c->event->path))
		return false;
	const struct segment *s = world_segment_by_path(w, finding_get(f, "path"));
	explain_segment(f, s);
	explain_rights(f, c->process, s && s->created ? s->mode : -1);
	if (s && s->created)
		finding_say_cause(f,
			"{maker} made it<< with mode {mode}>> at {made_at}<<; {process} runs as user {user} since {user_at}>>");
	return true;
}
