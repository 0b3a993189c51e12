/* msg/queue-full: no room in the queue, and nobody takes anything out. */
#include <ipcdiag/explain_shm.h>

static bool examine(struct finding *f, const struct change *c, const struct world *w);
static void settle(struct finding *f, const struct world *w);

const struct rule rule_msg_queue_full = {
	.id = "msg/queue-full",
	.severity = SEVERITY_ERROR,
	.aim = AIM_OWN,
	.title = "message queue that is full",
	.about =
		"msgsnd does not return, or fails with EAGAIN, because the queue holds as many bytes as it may (MSGMNB, 16384 by "
		"default).",
	.match = {{CHANGE_CALL, "msgsnd", "EAGAIN", NULL}, {CHANGE_BLOCKED, "msgsnd ipc", NULL, NULL}},
	.recovery = RECOVERY_ANY,
	.message =
		"{process} cannot put its message<< of {size} bytes>> into {object}, which is full: {call} failed with EAGAIN",
	.check = {"ipcs -q", "ipcs -q -i {queue_id}", "sysctl kernel.msgmnb"},
	.fix = {"start the receiver, or let it receive (msgrcv) as fast as the others send",
		"a larger queue only puts it off: kernel.msgmnb for new queues, msgctl(IPC_SET) with msg_qbytes for this one"},
	.why = "A queue holds MSGMNB bytes of message text. When the next message does not fit, msgsnd sleeps until a receiver has "
	       "made room, or says EAGAIN with IPC_NOWAIT: so the sender cannot run away from the receiver.",
	.references = {"msgop(2)", "msgctl(2)", "ipcs(1)"},
	.example = "9 msgget(0x51, IPC_CREAT|0600) = 0\n"
		   "9 msgsnd(0, {mtype=1, mtext=\"\"...}, 8000, 0) = 0\n"
		   "9 msgsnd(0, {mtype=1, mtext=\"\"...}, 8000, 0) = 0\n"
		   "9 msgsnd(0, {mtype=1, mtext=\"\"...}, 8000, 0 <unfinished ...>",
	.examine = examine,
	.settle = settle,
};

static void say_blocked(struct finding *f, const struct change *c, const struct msgqueue *q)
{
	const struct wait_report *r = c->wait;
	finding_say_message(f, "{process} waits in {call} for room in {object}, which is full");
	if (q && q->received && r->verdict != VERDICT_NOBODY)
		f->severity = r->verdict == VERDICT_BUSY ? SEVERITY_NOTE : SEVERITY_WARNING;
	if (r->ender)
		explain_doing(f, "receiver", r->ender, r->ender_step, r->ender_wait);
}

static void say_content(struct finding *f, const struct msgqueue *q)
{
	finding_set_number(f, "messages", q->messages);
	finding_set_number(f, "bytes", q->bytes);
	explain_place(f, "first_at", q->first_send);
	explain_place(f, "last_at", q->last_receive);
	finding_add_evidence(f, q->first_send, "the first message goes in");
	finding_add_evidence(f, q->last_receive, "the last message is taken out");
	if (q->received)
		finding_say_cause(f,
			"it holds {messages} messages with {bytes} bytes (MSGMNB, kernel.msgmnb, is 16384 unless "
			"changed); the last one was taken out at {last_at}<<; {receiver} {receiver_does}>>");
	else
		finding_say_cause(f,
			"it holds {messages} messages with {bytes} bytes<<, sent from {first_at} on>> (MSGMNB, kernel.msgmnb, is "
			"16384 unless changed), and no process in this trace calls msgrcv on it<<; {receiver} {receiver_does}>>");
}

static bool examine(struct finding *f, const struct change *c, const struct world *w)
{
	const struct wait *wait = c->wait ? c->wait->wait : NULL;
	if (c->kind == CHANGE_BLOCKED && (!wait || wait->kind != WAIT_MSGSND || c->wait->verdict == VERDICT_CYCLE))
		return false;
	int64_t id = wait ? wait->id : c->event->id;
	const struct msgqueue *q = c->queue ? c->queue : world_msgqueue_by_id(w, id);
	explain_queue(f, q, id);
	if (wait)
		say_blocked(f, c, q);
	if (q && q->sent)
		say_content(f, q);
	else
		finding_say_cause(f,
			"the messages in it were sent before this trace or outside of it, and no process in this "
			"trace takes them out");
	return true;
}

static void settle(struct finding *f, const struct world *w)
{
	if (f->error && strcmp(f->error, "EAGAIN") == 0)
		finding_weigh(f, w);
}
