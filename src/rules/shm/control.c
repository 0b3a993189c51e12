/* shm/control: shmctl fails. */
#include <ipcdiag/explain_shm.h>

static bool examine(struct finding *f, const struct change *c, const struct world *w);
static void settle(struct finding *f, const struct world *w);

const struct rule rule_shm_control = {
	.id = "shm/control",
	.severity = SEVERITY_ERROR,
	.title = "control call on a segment fails",
	.about =
		"shmctl fails: the segment is gone already (EINVAL, EIDRM), or belongs to another user (EPERM, EACCES). Asking "
		"whether a segment is still there is a note.",
	.match = {{CHANGE_CALL, "shmctl", "EINVAL EIDRM EPERM EACCES", NULL}},
	.recovery = RECOVERY_NONE,
	.message = "{process} could not carry out {operation} on segment {asked_id}: shmctl failed with {errno}",
	.check = {"ipcs -m", "ipcs -m -i {asked_id}", "ipcs -m -c"},
	.why = "An id is good until the segment is removed and the last process has detached; the owner, the maker and root may "
	       "change or remove it (IPC_RMID, IPC_SET), others with read permission may ask (IPC_STAT).",
	.references = {"shmctl(2)", "ipcs(1)", "ipcrm(1)"},
	.example = "9 shmctl(0, IPC_RMID, NULL) = 0\n"
		   "9 shmctl(0, IPC_RMID, NULL) = -1 EINVAL (Invalid argument)",
	.examine = examine,
	.settle = settle,
};

enum { MEMO_ASKS };

static void say_gone(struct finding *f, const struct segment *s, bool removes)
{
	explain_segment(f, s);
	explain_removal(f, s->remover, s->removed);
	finding_say_cause(f, "{remover} had removed it at {removed_at}");
	finding_add_fix(f, "let one process own the segment and remove it; forget the id afterwards");
	if (removes)
		f->severity = SEVERITY_WARNING; /* what was wanted is done */
}

static void say_denied(struct finding *f, const struct process *p, const struct segment *s)
{
	explain_segment(f, s);
	explain_rights(f, p, s && s->created ? s->mode : -1);
	finding_say_cause(f,
		s && s->created ? "{maker} made it<< with mode {mode}>> at {made_at} as another user<<; {process} "
				  "runs as user {user} since {user_at}>>"
				: "the segment belongs to another user<< than {user}>>");
	finding_add_fix(f, "let its owner do it, or run as the owner or as root");
	finding_add_fix(f, "$ sudo ipcrm -m {asked_id}");
}

static bool examine(struct finding *f, const struct change *c, const struct world *w)
{
	const struct event *e = c->event;
	const struct segment *s = world_segment_by_id(w, e->id);
	bool removes = slice_is(e->op, "IPC_RMID");
	if (slice_starts(e->op, SLICE("SHM_STAT")) || slice_is(e->op, "SHM_INFO"))
		return false; /* walks through the table, as ipcs does */
	finding_set_number(f, "asked_id", e->id);
	finding_set(f, "operation", e->op.len ? e->op : SLICE("the operation"));
	finding_set_memo(f, MEMO_ASKS, slice_is(e->op, "IPC_STAT"));
	if (c->error == errno_number(SLICE("EPERM")) || c->error == errno_number(SLICE("EACCES")))
		say_denied(f, c->process, s);
	else if (s && s->removed)
		say_gone(f, s, removes);
	else if (e->id < 0)
		finding_say_cause(f, "-1 is no id but the result of a shmget that failed");
	else
		finding_say_cause(f,
			s ? "the segment is there as far as this trace shows: a process outside of it may have "
			    "removed it, or the operation is unknown"
			  : "no shmget of this trace returned this id: it was removed before, or never was one");
	return true;
}

static void settle(struct finding *f, const struct world *w)
{
	if (finding_memo(f, MEMO_ASKS))
		finding_weigh(f, w);
}
