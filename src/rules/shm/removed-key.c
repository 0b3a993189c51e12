/* shm/removed-key: the key of a segment that is still in use does not find it any more. */
#include <ipcdiag/explain_shm.h>

static bool examine(struct finding *f, const struct change *c, const struct world *w);

const struct rule rule_shm_removed_key = {
	.id = "shm/removed-key",
	.severity = SEVERITY_ERROR,
	.title = "key of a removed segment that is still in use",
	.about =
		"shmget finds nothing (ENOENT), or silently makes a second segment (a warning), because the first one was marked "
		"with IPC_RMID while it was attached: from then on its key leads nowhere.",
	.match = {{CHANGE_CALL, "shmget", "ENOENT", NULL}, {CHANGE_CALL, "shmget", "0", NULL}},
	.message = "{process} cannot find {segment} by its key any more: shmget failed with ENOENT",
	.cause =
		"{remover} marked it for removal at {removed_at}, while {user} had it attached (since {attached_at}): the memory "
		"lives on, but its key was gone at once, so that no new process can find it",
	.check = {"ipcs -m", "ipcs -m -i {segment_id}"},
	.fix = {"call shmctl(IPC_RMID) in {remover} only when every process has attached the segment",
		"or hand the id {segment_id} over (an argument, a pipe): on Linux it can be attached by its id while somebody has it"},
	.why = "IPC_RMID on an attached segment changes its key to IPC_PRIVATE at once and frees the memory at the last detach. In "
	       "between it is shown as \"dest\" by ipcs: those who have it see each other's writes, those who come later cannot "
	       "reach it by the key, and IPC_CREAT gives them a new, empty one.",
	.references = {"shmctl(2)", "shmget(2)"},
	.example = "10351 shmget(0x3333, 8192, IPC_CREAT|0600) = 0\n"
		   "10351 shmat(0, NULL, 0) = 0x7f569c413000\n"
		   "10351 shmctl(0, IPC_RMID, NULL) = 0\n"
		   "10352 shmget(0x3333, 8192, 0600) = -1 ENOENT (No such file or directory)",
	.examine = examine,
};

/* The removed one that the new segment has the key of. */
static struct segment *find(const struct change *c, const struct world *w, const struct segment_user **user)
{
	if (c->error)
		return segment_lost_key(w, c->event->key, user);
	return c->event->creat ? segment_lost_key(w, c->event->key, user) : NULL;
}

static bool examine(struct finding *f, const struct change *c, const struct world *w)
{
	const struct segment_user *user = NULL;
	const struct segment *s = find(c, w, &user);
	if (!s || (!c->error && !segment_other_user(s, c->process)))
		return false;
	explain_segment(f, s);
	explain_removal(f, s->remover, s->removed);
	explain_process(f, "user", user->process);
	explain_place(f, "attached_at", user->attached);
	finding_add_evidence(f, user->attached, "it is attached");
	if (!c->error) {
		finding_set_number(f, "new_id", c->event->ret);
		f->severity = SEVERITY_WARNING;
		finding_say_message(f,
			"{process} made a second segment ({new_id}) with key {key}, though {user} still works "
			"with the first ({segment_id})");
	}
	return true;
}
