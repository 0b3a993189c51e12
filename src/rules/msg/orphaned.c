/* msg/orphaned: a queue stays behind when the process that made it has gone. */
#include <ipcdiag/explain_shm.h>

static bool examine(struct finding *f, const struct change *c, const struct world *w);

const struct rule rule_msg_orphaned = {
	.id = "msg/orphaned",
	.severity = SEVERITY_WARNING,
	.title = "message queue left behind",
	.about =
		"A System V message queue was made and used in the trace and not removed, and the process that made it has gone. A "
		"note where the operator stopped the run, or where the maker only made it for others.",
	.match = {{CHANGE_LEFT, NULL, NULL, NULL}},
	.message = "{maker} left {queue} behind<<, with {bytes} bytes of messages in it>>",
	.cause = "{maker} made it at {made_at}, {maker_end}, and nobody called msgctl(IPC_RMID)",
	.check = {"ipcs -q", "ipcs -q -i {queue_id}"},
	.fix = {"$ ipcrm -q {queue_id}",
		"remove the queue with msgctl(id, IPC_RMID, NULL) when its last user ends, in a signal handler or parent, too"},
	.why = "A queue belongs to the kernel and outlives every process, with the messages in it. The next run receives the old "
	       "messages first, and one of the MSGMNI places is used up.",
	.references = {"msgctl(2)", "msgget(2)", "ipcrm(1)"},
	.example = "9 msgget(0x6008, IPC_CREAT|0600) = 0\n"
		   "9 msgsnd(0, {mtype=1, mtext=\"\"}, 100, 0) = 0\n"
		   "9 +++ exited with 0 +++",
	.examine = examine,
};

static bool examine(struct finding *f, const struct change *c, const struct world *w)
{
	const struct msgqueue *q = c->queue;
	enum leaving how = q ? leaving_of(q->creator) : LEAVING_NOT;
	(void)w;
	if (how == LEAVING_NOT || !q->created || q->removed || (q->last_user && process_alive(q->last_user)))
		return false;
	explain_queue(f, q, -1);
	explain_end(f, "maker", q->creator);
	if (q->messages > 0) {
		finding_set_number(f, "messages", q->messages);
		finding_set_number(f, "bytes", q->bytes);
		finding_add_evidence(f, q->last_send, "the last message is sent");
	}
	if (how == LEAVING_STOPPED || (how == LEAVING_DONE && q->key != 0 && !q->sent && !q->received))
		f->severity = SEVERITY_NOTE;
	return true;
}
