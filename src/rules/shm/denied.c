/* shm/denied: the segment is there, and is not for this user. */
#include <ipcdiag/explain_shm.h>

static bool examine(struct finding *f, const struct change *c, const struct world *w);

const struct rule rule_shm_denied = {
	.id = "shm/denied",
	.severity = SEVERITY_ERROR,
	.aim = AIM_OWN,
	.title = "shared memory segment without permission",
	.about =
		"shmget or shmat fails with EACCES or EPERM: the mode that the segment was made with does not let this user in.",
	.match = {{CHANGE_CALL, "shmget shmat", "EACCES EPERM", NULL}},
	.recovery = RECOVERY_SAME,
	.message = "{process} may not use {object}: {call} failed with {errno}",
	.check = {"ipcs -m -c", "ipcs -m -i {segment_id}", "id", "id {user}"},
	.fix = {"make the segment with a mode that lets the other side in, such as 0660 with a group that both users are in",
		"run both programs as the same user"},
	.why = "A segment has an owner, a group and a mode like a file. shmget compares the mode in its flags, shmat the access it asks "
	       "for (read and write unless SHM_RDONLY), with what the mode leaves to this user. Only root (CAP_IPC_OWNER) passes by.",
	.references = {"shmget(2)", "shmat(2)", "sysvipc(7)", "ipcs(1)"},
	.example = "10243 shmget(0x77, 4096, IPC_CREAT|0600) = 0\n"
		   "10244 setuid(65534) = 0\n"
		   "10244 shmget(0x77, 4096, 0600) = -1 EACCES (Permission denied)",
	.examine = examine,
};

static bool examine(struct finding *f, const struct change *c, const struct world *w)
{
	const struct event *e = c->event;
	const struct segment *s =
		e->kind == EVENT_SHMAT ? world_segment_by_id(w, e->id) : world_segment_by_key(w, e->key);
	explain_segment(f, s);
	explain_rights(f, c->process, s && s->created ? s->mode : -1);
	if (e->kind == EVENT_SHMGET && e->creat && errno_number(SLICE("EPERM")) == c->error)
		finding_say_cause(f,
			"huge pages (SHM_HUGETLB) are for members of the group in vm.hugetlb_shm_group and for CAP_IPC_LOCK only");
	else if (s && s->created)
		finding_say_cause(f,
			"{maker} made it with mode {mode} at {made_at}<<; {process} runs as user {user} since {user_at}>>");
	else if (e->kind == EVENT_SHMAT && !e->rdonly)
		finding_say_cause(f,
			"its owner's mode does not let <<user {user}>> this user write; the trace does not show where it was made");
	else
		finding_say_cause(f,
			"its owner made it outside of this trace, with a mode that leaves this user out<< (user {user})>>");
	return true;
}
