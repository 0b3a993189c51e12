/* msg/none: no message of the type that was asked for. */
#include <ipcdiag/explain_shm.h>

static bool examine(struct finding *f, const struct change *c, const struct world *w);

const struct rule rule_msg_none = {
	.id = "msg/none",
	.severity = SEVERITY_ERROR,
	.aim = AIM_ASK,
	.title = "no message of the wanted type",
	.about =
		"msgrcv with IPC_NOWAIT fails with ENOMSG: the queue is empty, or holds only messages of other types. Taking out "
		"all there is until none is left is a note.",
	.match = {{CHANGE_CALL, "msgrcv", "ENOMSG", NULL}},
	.recovery = RECOVERY_ANY,
	.message = "{process} found no message<< of type {type}>> in {object}: msgrcv failed with ENOMSG",
	.cause = "the queue is empty, as far as this trace shows",
	.check = {"ipcs -q", "ipcs -q -i {queue_id}"},
	.fix = {"let sender and receiver agree on the message types; type 0 receives whatever comes first",
		"wait for the message (leave out IPC_NOWAIT) if it may still come"},
	.why = "msgrcv selects by type: 0 takes the first message, a positive type the first one of that type, a negative one the "
	       "lowest type up to its amount. With IPC_NOWAIT it says ENOMSG when none fits; other messages stay where they are.",
	.references = {"msgop(2)"},
	.example = "9 msgsnd(0, {mtype=5, mtext=\"\"}, 20, 0) = 0\n"
		   "9 msgrcv(0, 0x7ffe690e5d90, 64, 7, IPC_NOWAIT) = -1 ENOMSG (No message of desired type)\n"
		   "9 exit_group(1) = ?",
	.examine = examine,
	.settle = finding_weigh,
};

static bool examine(struct finding *f, const struct change *c, const struct world *w)
{
	const struct event *e = c->event;
	const struct msgqueue *q = world_msgqueue_by_id(w, e->id);
	if (e->mtype != INT64_MIN && e->mtype != 0)
		finding_set_number(f, "type", e->mtype);
	explain_queue(f, q, c->event->id);
	explain_other_types(f, q);
	return true;
}
