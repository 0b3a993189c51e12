/* msg/blocked: a msgrcv that waits for a message that is not sent. */
#include <ipcdiag/explain_shm.h>

static bool examine(struct finding *f, const struct change *c, const struct world *w);

const struct rule rule_msg_blocked = {
	.id = "msg/blocked",
	.severity = SEVERITY_NOTE,
	.title = "wait for a message that does not come",
	.about =
		"A msgrcv does not return. An error where messages of other types wait in the queue, or nobody is left who could "
		"send; a note where it may be an idle receiver.",
	.match = {{CHANGE_BLOCKED, "msgrcv ipc", NULL, NULL}},
	.needs = "-f, and all processes that use the queue",
	.message = "{process} waits in {call} for a message<< of type {type}>> in {object}",
	.cause = "the queue is empty, as far as this trace shows<<; {sender} {sender_does}>>",
	.check = {"ipcs -q", "ipcs -q -i {queue_id}", "cat /proc/{pid}/stack"},
	.fix = {"let sender and receiver agree on the message types; type 0 receives whatever comes first",
		"start the sender, or find out why it does not send"},
	.why = "msgrcv without IPC_NOWAIT sleeps until a message of the wanted type comes: 0 takes the first message, a positive type "
	       "the first one of that type, a negative one the lowest type up to its amount. Messages of other types do not wake it.",
	.references = {"msgop(2)"},
	.example = "2622 msgsnd(0, {mtype=1, mtext=\"order\\0\"}, 6, 0) = 0\n"
		   "2623 msgrcv(0, 0x7ffeca48aea0, 64, 2, 0) = ? ERESTARTNOHAND (To be restarted if no handler)\n"
		   "2623 --- SIGINT {si_signo=SIGINT, si_code=SI_USER, si_pid=2030, si_uid=0} ---",
	.examine = examine,
};

static void judge(struct finding *f, const struct wait_report *r, const struct msgqueue *q)
{
	bool private = q && q->created && q->key == 0, idle = r->attached || (q && q->received);
	if (r->verdict == VERDICT_NOBODY || r->verdict == VERDICT_SELF) /* with a key somebody else may come */
		f->severity = private ? SEVERITY_ERROR : idle ? SEVERITY_NOTE : SEVERITY_WARNING;
	else if (r->verdict == VERDICT_ASLEEP)
		f->severity = SEVERITY_WARNING;
	if (f->severity != SEVERITY_NOTE && !r->ender)
		finding_say_cause(
			f, "the queue is empty, and no other process of this trace that could send to it is alive");
}

static bool examine(struct finding *f, const struct change *c, const struct world *w)
{
	const struct wait_report *r = c->wait;
	if (!r || r->wait->kind != WAIT_MSGRCV || r->verdict == VERDICT_CYCLE || r->verdict == VERDICT_NONE)
		return false;
	const struct msgqueue *q = c->queue ? c->queue : world_msgqueue_by_id(w, r->wait->id);
	if (r->wait->mtype != INT64_MIN && r->wait->mtype != 0)
		finding_set_number(f, "type", r->wait->mtype);
	explain_queue(f, q, r->wait->id);
	if (r->ender)
		explain_doing(f, "sender", r->ender, r->ender_step, r->ender_wait);
	judge(f, r, q);
	if (r->wait->mtype != INT64_MIN && !queue_next_message(q, r->wait->mtype) && explain_other_types(f, q))
		f->severity = SEVERITY_ERROR;
	return true;
}
