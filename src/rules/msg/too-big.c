/* msg/too-big: the message and the room for it do not fit. */
#include <ipcdiag/explain_shm.h>

static bool examine(struct finding *f, const struct change *c, const struct world *w);

const struct rule rule_msg_too_big = {
	.id = "msg/too-big",
	.severity = SEVERITY_ERROR,
	.aim = AIM_OWN,
	.title = "message of a size or type that does not fit",
	.about =
		"msgrcv fails with E2BIG: the message is longer than the buffer; msgsnd fails with EINVAL: the message is longer "
		"than MSGMAX, or its type is not positive.",
	.match = {{CHANGE_CALL, "msgrcv", "E2BIG", NULL}, {CHANGE_CALL, "msgsnd", "EINVAL", NULL}},
	.recovery = RECOVERY_SAME,
	.message =
		"{process} has room for {size} bytes only, and the next message in {object} is longer: msgrcv failed with E2BIG",
	.check = {"ipcs -lq", "ipcs -q -i {queue_id}", "sysctl kernel.msgmax"},
	.why = "msgrcv takes a whole message or none: without MSG_NOERROR one that does not fit stays in the queue, and every "
	       "further msgrcv of that type meets it again. msgsnd takes at most MSGMAX bytes (8192 unless changed) and types from 1 "
	       "on; 0 and negative types are for selecting.",
	.references = {"msgop(2)", "proc(5)"},
	.example = "9 msgsnd(0, {mtype=2, mtext=\"\"...}, 400, 0) = 0\n"
		   "9 msgrcv(0, 0x7ffddc3b5b00, 128, 0, 0) = -1 E2BIG (Argument list too long)",
	.examine = examine,
};

enum { MSGMAX = 8192 };

static void say_receive(struct finding *f, const struct event *e, const struct msgqueue *q)
{
	const struct message *m = queue_next_message(q, e->mtype);
	finding_add_fix(f,
		"receive into a buffer as large as the largest message, or pass MSG_NOERROR to have the rest cut off");
	if (!m) {
		finding_say_cause(f,
			"the message was sent outside of this trace, with more than {size} bytes, and MSG_NOERROR is not set");
		return;
	}
	finding_set_number(f, "length", m->size);
	explain_place(f, "sent_at", m->step);
	finding_add_evidence(f, m->step, "the message is sent");
	finding_say_cause(f,
		"the message that was sent at {sent_at} has {length} bytes, the buffer {size}, and MSG_NOERROR is not set");
}

static bool say_send(struct finding *f, const struct event *e, const struct msgqueue *q)
{
	bool typed = e->mtype != INT64_MIN;
	if (typed && e->mtype <= 0) {
		finding_set_number(f, "type", e->mtype);
		finding_say_message(
			f, "{process} sent a message of type {type} to {object}: msgsnd failed with EINVAL");
		finding_say_cause(f, "the type of a message must be 1 or more; it is the long in front of the text");
		finding_add_fix(f, "set mtype to a positive number before msgsnd");
		return true;
	}
	if (e->size <= MSGMAX && (!q || q->removed))
		return false; /* msg/removed */
	finding_say_message(f, "{process} sent a message of {size} bytes to {object}: msgsnd failed with EINVAL");
	finding_say_cause(f,
		"a message may have at most MSGMAX bytes (kernel.msgmax, 8192 unless changed), and no more than the "
		"queue holds (MSGMNB)");
	finding_add_fix(f, "send less at once, or put the data into shared memory and send where it is");
	finding_add_fix(f, "$ sudo sysctl -w kernel.msgmax=65536 kernel.msgmnb=65536");
	return true;
}

static bool examine(struct finding *f, const struct change *c, const struct world *w)
{
	const struct event *e = c->event;
	const struct msgqueue *q = world_msgqueue_by_id(w, e->id);
	if (e->kind == EVENT_MSGSND && !say_send(f, e, q))
		return false;
	if (e->kind == EVENT_MSGRCV)
		say_receive(f, e, q);
	explain_queue(f, q, c->event->id);
	return true;
}
