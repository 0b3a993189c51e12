/* shm/missing: no segment has the key. */
#include <ipcdiag/explain_shm.h>

static bool examine(struct finding *f, const struct change *c, const struct world *w);
static void settle(struct finding *f, const struct world *w);

const struct rule rule_shm_missing = {
	.id = "shm/missing",
	.severity = SEVERITY_ERROR,
	.aim = AIM_ASK,
	.title = "shared memory key that nobody made",
	.about =
		"shmget without IPC_CREAT fails with ENOENT: no segment has this key. A program that asks first and makes it then "
		"is a note.",
	.match = {{CHANGE_CALL, "shmget", "ENOENT", NULL}},
	.recovery = RECOVERY_ANY,
	.message = "{process} looked for the segment with key {key}, and there is none (ENOENT)",
	.check = {"ipcs -m | grep {padded_key}", "ipcs -m"},
	.fix = {"start the program that makes the segment first, and let this one wait for it",
		"let both compute the key in the same way: ftok(3) gives another key when the path or the file behind it (inode) is "
		"another",
		"use IPC_CREAT where either side may come first"},
	.why = "Without IPC_CREAT shmget only looks: the kernel has no segment under this number, and it does not guess. Keys are plain "
	       "numbers; two programs meet only if both use exactly the same one, in the same IPC namespace (a container has its own).",
	.references = {"shmget(2)", "ftok(3)", "ipc_namespaces(7)"},
	.example = "3314 shmget(0x7a7a, 4096, 0600) = -1 ENOENT (No such file or directory)",
	.examine = examine,
	.settle = settle,
};

enum { MEMO_KEY };

static bool examine(struct finding *f, const struct change *c, const struct world *w)
{
	if (segment_lost_key(w, c->event->key, NULL))
		return false; /* shm/removed-key */
	finding_set_memo(f, MEMO_KEY, c->event->key);
	explain_key(f, c->event->key);
	return true;
}

/* A segment of this trace that the program may have meant. */
static const struct segment *other_key(const struct world *w, const struct step *before)
{
	for (const struct segment *s = world_segments(w); s; s = s->next)
		if (s->kind == SEGMENT_SYSV && s->created && !s->removed && s->key != 0 && s->made &&
			s->made->order < before->order)
			return s;
	return NULL;
}

/* Complained of something else later, such as shmat(-1): this is where it began. */
static bool began_here(const struct finding *f)
{
	const struct process *p = finding_process(f);
	return p && p->get_failed && p->get_failed->order == finding_last_step(f)->order &&
		!finding_recovered(f, NULL, NULL) && leaving_of(p) == LEAVING_DONE && p->status != 0;
}

static void settle(struct finding *f, const struct world *w)
{
	const struct segment *s = world_segment_by_key(w, finding_memo(f, MEMO_KEY)),
			     *other = other_key(w, finding_step(f));
	if (!began_here(f))
		finding_weigh(f, w);
	if (s && s->made && s->made->order > finding_last_step(f)->order) {
		explain_segment(f, s);
		finding_say_cause(f,
			s->creator == finding_process(f)
				? "it did not exist yet: {process} makes it itself at {made_at}"
				: "start-up race: {maker} makes it only at {made_at}, after this attempt");
	} else if (s && s->removed) {
		explain_segment(f, s);
		explain_removal(f, s->remover, s->removed);
		finding_say_cause(f, "{maker} had made it at {made_at}, and {remover} removed it at {removed_at}");
	} else if (other) {
		explain_segment(f, other);
		f->confidence = CONFIDENCE_LIKELY;
		finding_say_cause(f,
			"nobody in this trace made it; {maker} made one with another key, {segment_key}, at {made_at}: "
			"the two programs compute their keys differently, or the right one was not started");
	} else {
		finding_say_cause(f,
			"nobody in this trace made it: its maker was not started yet, has removed it, or uses another key (ftok)");
	}
}
