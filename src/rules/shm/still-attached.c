/* shm/still-attached: a removed segment lives on with those who have it. */
#include <ipcdiag/explain_shm.h>

static bool examine(struct finding *f, const struct change *c, const struct world *w);

const struct rule rule_shm_still_attached = {
	.id = "shm/still-attached",
	.severity = SEVERITY_NOTE,
	.title = "segment removed while others are attached",
	.about =
		"shmctl(IPC_RMID) on a segment that other processes have attached: it lives on (\"dest\" in ipcs) until the last of "
		"them detaches, and nobody new can find it by its key.",
	.match = {{CHANGE_CALL, "shmctl", "0", NULL}},
	.message = "{process} removed {segment} while {user} has it attached",
	.cause = "{user} attached it at {attached_at}: the memory stays until the last detach; its key is gone at once",
	.check = {"ipcs -m", "ipcs -m -p"},
	.fix = {"nothing, if this is meant: removing early makes sure that the segment goes with its last user",
		"remove it later if more processes shall find it by its key"},
	.why = "IPC_RMID only marks a segment that is in use. Who has it goes on as before; the kernel frees it when the last one "
	       "detaches or ends.",
	.references = {"shmctl(2)", "shmat(2)"},
	.example = "20 shmget(0x14, 4096, IPC_CREAT|0600) = 0\n"
		   "21 shmat(0, NULL, 0) = 0x7f1c2b550000\n"
		   "20 shmctl(0, IPC_RMID, NULL) = 0",
	.examine = examine,
};

static bool examine(struct finding *f, const struct change *c, const struct world *w)
{
	const struct segment *s = slice_is(c->event->op, "IPC_RMID") ? world_segment_by_id(w, c->event->id) : NULL;
	const struct segment_user *u = s ? segment_other_user(s, c->process) : NULL;
	if (!u)
		return false;
	explain_segment(f, s);
	explain_process(f, "user", u->process);
	explain_place(f, "attached_at", u->attached);
	finding_add_evidence(f, u->attached, "{user} attaches it");
	return true;
}
