/* mq/blocked: a send to a full queue, or a receive from an empty one, that does not return. */
#include <ipcdiag/explain_shm.h>

static bool examine(struct finding *f, const struct change *c, const struct world *w);

const struct rule rule_mq_blocked = {
	.id = "mq/blocked",
	.severity = SEVERITY_NOTE,
	.title = "wait at a POSIX message queue",
	.about =
		"mq_send waits at a full queue that nobody empties (an error), or mq_receive waits for a message that nobody sends. "
		"A note where it may be an idle receiver.",
	.match = {{CHANGE_BLOCKED, "mq_timedsend mq_timedsend_time64 mq_timedreceive mq_timedreceive_time64", NULL,
		NULL}},
	.needs = "-f, and all processes that use the queue",
	.message = "{process} waits in {call} for a message in the queue <<{queue} >>(fd {fd})",
	.cause =
		"the queue is empty, as far as this trace shows<<; it was opened at {made_at}>><<; {other} {other_does}>>",
	.check = {"cat /proc/{pid}/fdinfo/{fd}", "cat /proc/{pid}/stack", "cat /dev/mqueue{queue}"},
	.why = "A queue holds mq_maxmsg messages: mq_send sleeps until there is room, mq_receive until there is a message, for ever "
	       "unless a time is given or O_NONBLOCK is set. Unlike a pipe the queue has no end of file: the kernel does not care "
	       "whether anybody is left on the other side.",
	.references = {"mq_send(3)", "mq_receive(3)", "mq_overview(7)"},
	.example =
		"9 mq_open(\"evq\", O_RDWR|O_CREAT, 0600, {mq_flags=0, mq_maxmsg=1, mq_msgsize=100, mq_curmsgs=0}) = 3\n"
		"9 mq_timedsend(3, \"\"..., 50, 1, NULL) = 0\n"
		"9 mq_timedsend(3, \"\"..., 50, 1, NULL <unfinished ...>",
	.examine = examine,
};

static void say_send(struct finding *f, const struct wait_report *r, const struct open_file *q)
{
	bool taken_out = q && q->last_read;
	finding_say_message(
		f, "{process} waits in {call} for room in the message queue <<{queue} >>(fd {fd}), which is full");
	finding_say_cause(f,
		"<<it takes mq_maxmsg = {capacity} messages (given at {made_at}); >>no process of this trace takes "
		"one out<<; {other} {other_does}>>");
	finding_add_fix(f, "start the receiver, or let it receive; a larger mq_maxmsg only puts it off");
	if (r->verdict == VERDICT_NOBODY || r->verdict == VERDICT_SELF || !taken_out)
		f->severity = SEVERITY_ERROR;
	else if (r->verdict != VERDICT_BUSY)
		f->severity = SEVERITY_WARNING;
}

static void say_receive(struct finding *f, const struct wait_report *r, const struct open_file *q)
{
	bool served = q && q->last_read;
	finding_add_fix(f, "start the sender, or find out why it does not send; give mq_timedreceive a time");
	if (r->verdict == VERDICT_ASLEEP || ((r->verdict == VERDICT_NOBODY || r->verdict == VERDICT_SELF) && !served))
		f->severity = SEVERITY_WARNING;
}

static bool examine(struct finding *f, const struct change *c, const struct world *w)
{
	const struct wait_report *r = c->wait;
	(void)w;
	if (!r || r->verdict == VERDICT_CYCLE || r->verdict == VERDICT_NONE)
		return false;
	if (r->wait->kind != WAIT_MQ_SEND && r->wait->kind != WAIT_MQ_RECEIVE)
		return false;
	const struct open_file *q = c->file ? c->file : r->wait->file;
	explain_mq_file(f, q);
	if (f->fd < 0)
		finding_set_number(f, "fd", r->wait->fd);
	if (r->ender)
		explain_doing(f, "other", r->ender, r->ender_step, r->ender_wait);
	if (r->wait->kind == WAIT_MQ_SEND)
		say_send(f, r, q);
	else
		say_receive(f, r, q);
	return true;
}
