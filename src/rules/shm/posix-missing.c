/* shm/posix-missing: no object of the name in /dev/shm. */
#include <ipcdiag/explain_shm.h>

static bool applies(const struct change *c, const struct world *w);
static bool examine(struct finding *f, const struct change *c, const struct world *w);
static void settle(struct finding *f, const struct world *w);

const struct rule rule_shm_posix_missing = {
	.id = "shm/posix-missing",
	.severity = SEVERITY_ERROR,
	.aim = AIM_ASK,
	.title = "POSIX shared memory or semaphore that nobody made",
	.about =
		"shm_open or sem_open (open of a file in /dev/shm) fails with ENOENT: nobody has made the object, or it has been "
		"unlinked. A program that asks first and makes it then is a note.",
	.match = {{CHANGE_CALL, "open openat openat2", "ENOENT", NULL}},
	.recovery = RECOVERY_SAME,
	.message =
		"{process} looked for the {kind} {shm_name} ({opener}), and there is none: {path} does not exist (ENOENT)",
	.check = {"ls -l /dev/shm", "ls -l {path}"},
	.fix = {"start the program that makes {shm_name} first, and let this one wait for it",
		"use the same name in both programs: one slash in front, none inside",
		"use O_CREAT where either side may come first"},
	.why = "shm_open and sem_open are opens of files in /dev/shm, a file system in memory; a semaphore's file is called "
	       "sem.NAME. Without O_CREAT the file must be there: made by another process, in the same mount namespace (a container "
	       "has a /dev/shm of its own), and not unlinked.",
	.references = {"shm_open(3)", "shm_overview(7)", "sem_open(3)"},
	.example =
		"10389 openat(AT_FDCWD, \"/dev/shm/telemetry\", O_RDWR|O_NOFOLLOW|O_CLOEXEC) = -1 ENOENT (No such file or directory)",
	.applies = applies,
	.examine = examine,
	.settle = settle,
};

static bool applies(const struct change *c, const struct world *w)
{
	(void)w;
	return is_shm_path(c->event->path);
}

static bool examine(struct finding *f, const struct change *c, const struct world *w)
{
	(void)w;
	if (!explain_shm_name(f, c->event->path))
		return false;
	if (c->event->creat)
		finding_say_cause(f,
			"it was to be made (O_CREAT), so it is the folder that is missing: no /dev/shm is mounted "
			"in this root or container");
	finding_set_memo(f, 0, c->event->creat);
	return true;
}

/* sem_open with O_CREAT makes a file of another name and links it. */
static bool made_another(const struct finding *f, const struct world *w)
{
	bool sem = strcmp(finding_get(f, "opener"), "sem_open") == 0;
	for (const struct segment *s = world_segments(w); sem && s; s = s->next)
		if (s->kind == SEGMENT_POSIX && s->created && s->creator == finding_process(f) &&
			s->made->order > finding_step(f)->order)
			return true;
	return false;
}

static void settle(struct finding *f, const struct world *w)
{
	const struct segment *s = world_segment_by_path(w, finding_get(f, "path"));
	finding_weigh(f, w);
	if (made_another(f, w))
		f->outcome = OUTCOME_REACHED;
	if (finding_memo(f, 0))
		return;
	if (s && s->made && s->made->order > finding_last_step(f)->order) {
		explain_segment(f, s);
		finding_say_cause(f,
			s->creator == finding_process(f)
				? "it did not exist yet: {process} makes it itself at {made_at}"
				: "start-up race: {maker} makes it only at {made_at}, after this attempt");
	} else if (s && s->removed) {
		explain_segment(f, s);
		explain_removal(f, s->remover, s->removed);
		finding_say_cause(f, "{maker} had it at {made_at}, and {remover} unlinked it at {removed_at}");
	} else {
		finding_say_cause(f,
			"nobody in this trace made it: its maker was not started yet, has unlinked it, or uses another name");
	}
}
