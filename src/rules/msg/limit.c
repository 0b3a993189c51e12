/* msg/limit: the kernel takes no further message queue. */
#include <ipcdiag/explain_shm.h>

static bool examine(struct finding *f, const struct change *c, const struct world *w);

const struct rule rule_msg_limit = {
	.id = "msg/limit",
	.severity = SEVERITY_ERROR,
	.aim = AIM_LIMIT,
	.title = "no room for another message queue",
	.about = "msgget fails with ENOSPC: the number of System V message queues (MSGMNI) is used up.",
	.match = {{CHANGE_CALL, "msgget", "ENOSPC", NULL}},
	.recovery = RECOVERY_ANY,
	.message = "{process} got no message queue (key {key}): msgget failed with ENOSPC",
	.cause =
		"the system has as many message queues as MSGMNI (kernel.msgmni) allows<<; of those of this trace {left_count} are "
		"not removed, made from {first_at} on>>",
	.check = {"ipcs -lq", "ipcs -q", "ipcs -qu", "sysctl kernel.msgmni"},
	.fix = {"remove the queues that nobody uses any more first: `ipcs -q` lists them, `ipcrm -q ID` removes one",
		"$ sudo sysctl -w kernel.msgmni=64000", "keep it in /etc/sysctl.conf"},
	.why = "A queue counts until somebody removes it with msgctl(IPC_RMID), also when every process that knew it has long gone.",
	.references = {"msgget(2)", "proc(5)", "ipcrm(1)"},
	.example = "9 msgget(IPC_PRIVATE, IPC_CREAT|0600) = 2\n"
		   "9 msgget(IPC_PRIVATE, IPC_CREAT|0600) = -1 ENOSPC (No space left on device)",
	.examine = examine,
};

static bool examine(struct finding *f, const struct change *c, const struct world *w)
{
	struct msgqueue *first = NULL;
	int64_t count = 0;
	(void)c;
	for (struct msgqueue *q = world_msgqueues(w); q; q = q->next) {
		if (!q->created || q->removed || !q->made)
			continue;
		count++;
		first = q;
	}
	if (!first)
		return true;
	finding_set_number(f, "left_count", count);
	explain_place(f, "first_at", first->made);
	finding_add_evidence(f, first->made, "the first queue that is still there");
	return true;
}
