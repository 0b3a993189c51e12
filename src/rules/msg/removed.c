/* msg/removed: the queue is gone. */
#include <ipcdiag/explain_shm.h>

static bool examine(struct finding *f, const struct change *c, const struct world *w);
static void settle(struct finding *f, const struct world *w);

const struct rule rule_msg_removed = {
	.id = "msg/removed",
	.severity = SEVERITY_ERROR,
	.title = "use of a removed message queue",
	.about =
		"A msgrcv or msgsnd that waits ends with EIDRM because somebody removes the queue, or a call is given the id of a "
		"queue that is gone (EINVAL).",
	.match = {{CHANGE_CALL, "msgrcv msgsnd msgctl", "EIDRM EINVAL", NULL}},
	.recovery = RECOVERY_NONE,
	.message = "{process} used message queue {asked_id}, which is gone: {call} failed with {errno}",
	.check = {"ipcs -q", "ipcs -q -i {asked_id}"},
	.fix = {"let one process own the queue, and remove it when all others have ended",
		"send a last message that says stop instead of removing the queue under the receiver; handle EIDRM as the sign to stop"},
	.why = "msgctl(IPC_RMID) removes a queue with all its messages at once, whoever waits in it: they wake with EIDRM. From then "
	       "on the id is worth nothing, and every call with it gets EINVAL.",
	.references = {"msgop(2)", "msgctl(2)"},
	.example = "10545 msgrcv(0,  <unfinished ...>\n"
		   "10544 msgctl(0, IPC_RMID, NULL) = 0\n"
		   "10545 <... msgrcv resumed>0x7ffcedf64760, 64, 0, 0) = -1 EIDRM (Identifier removed)",
	.examine = examine,
	.settle = settle,
};

enum { MEMO_ID, MSGMAX = 8192 };

/* EINVAL has other reasons: a size, a type, a wrong command. */
static bool is_other(const struct event *e, const struct msgqueue *q)
{
	bool asks = e->kind == EVENT_MSGCTL && (slice_starts(e->op, SLICE("MSG_")) || slice_is(e->op, "IPC_INFO"));
	bool odd = e->kind == EVENT_MSGSND && (e->size > MSGMAX || (e->mtype != INT64_MIN && e->mtype <= 0));
	return asks || odd || (q && !q->removed);
}

static bool examine(struct finding *f, const struct change *c, const struct world *w)
{
	const struct event *e = c->event;
	if (c->error == errno_number(SLICE("EINVAL")) && is_other(e, world_msgqueue_by_id(w, e->id)))
		return false;
	finding_set_number(f, "asked_id", e->id);
	finding_set_memo(f, MEMO_ID, e->id);
	return true;
}

/* At the end: the line that removes it may come after the one that fails. */
static void settle(struct finding *f, const struct world *w)
{
	const struct msgqueue *q = world_msgqueue_by_id(w, finding_memo(f, MEMO_ID));
	finding_weigh(f, w);
	explain_queue(f, q, finding_memo(f, MEMO_ID));
	if (q && explain_removal(f, q->remover, q->removed))
		finding_say_cause(f, "{remover} removed it at {removed_at}<<; it had been made at {made_at}>>");
	else if (finding_memo(f, MEMO_ID) < 0)
		finding_say_cause(f, "-1 is no id but the result of a msgget that failed");
	else
		finding_say_cause(f,
			"the trace does not show who removed it: a process outside of it did, or the id never was one");
}
