/* mq/would-block: the queue is full or empty, and the call does not wait (any longer). */
#include <ipcdiag/explain_shm.h>

static bool examine(struct finding *f, const struct change *c, const struct world *w);

const struct rule rule_mq_would_block = {
	.id = "mq/would-block",
	.severity = SEVERITY_ERROR,
	.aim = AIM_ASK,
	.title = "POSIX message queue that is full or empty",
	.about =
		"mq_send on a full, or mq_receive on an empty queue fails with EAGAIN (O_NONBLOCK) or ETIMEDOUT. Taking out all "
		"there is until none is left, and trying again later, are notes.",
	.match = {{CHANGE_CALL, "mq_timedsend mq_timedsend_time64", "EAGAIN", NULL},
		{CHANGE_CALL, "mq_timedsend mq_timedsend_time64", "ETIMEDOUT", NULL, AIM_LIMIT},
		{CHANGE_CALL, "mq_timedreceive mq_timedreceive_time64", "EAGAIN ETIMEDOUT", NULL}},
	.recovery = RECOVERY_SAME,
	.message =
		"{process} could not send to the message queue <<{queue} >>(fd {fd}), which is full: {call} failed with {errno}",
	.check = {"cat /proc/{pid}/fdinfo/{fd}", "cat /dev/mqueue{queue}"},
	.why = "A queue holds mq_maxmsg messages. With O_NONBLOCK the kernel says EAGAIN instead of waiting for room or for a "
	       "message; the timed calls say ETIMEDOUT when the time is over.",
	.references = {"mq_send(3)", "mq_receive(3)", "mq_notify(3)"},
	.example =
		"9 mq_open(\"evq\", O_RDWR|O_CREAT|O_NONBLOCK, 0600, {mq_flags=0, mq_maxmsg=1, mq_msgsize=100, mq_curmsgs=0}) = 3\n"
		"9 mq_timedsend(3, \"\"..., 50, 1, NULL) = 0\n"
		"9 mq_timedsend(3, \"\"..., 50, 1, NULL) = -1 EAGAIN (Resource temporarily unavailable)",
	.examine = examine,
	.settle = finding_weigh,
};

static bool examine(struct finding *f, const struct change *c, const struct world *w)
{
	const struct open_file *q = c->file;
	(void)w;
	explain_mq_file(f, q);
	if (c->event->kind == EVENT_MQ_SEND) {
		finding_say_cause(f,
			"<<it takes mq_maxmsg = {capacity} messages (given at {made_at}); >>no process of this "
			"trace had taken one out in time<<; it holds {sent} that were sent since {sent_at}>>");
		finding_add_fix(f, "start the receiver or let it receive faster; a larger mq_maxmsg only puts it off");
		return true;
	}
	finding_say_message(
		f, "{process} found no message in the queue <<{queue} >>(fd {fd}): {call} failed with {errno}");
	finding_say_cause(f, "nothing was sent to it, or all was taken out already<<; it was opened at {made_at}>>");
	finding_add_fix(f, "wait with poll or mq_notify, or leave out O_NONBLOCK; start the sender first");
	if (q && q->last_read)
		f->severity = SEVERITY_NOTE; /* it took out what there was */
	return true;
}
