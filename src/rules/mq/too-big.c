/* mq/too-big: message and queue do not fit in size. */
#include <ipcdiag/explain_shm.h>

static bool examine(struct finding *f, const struct change *c, const struct world *w);

const struct rule rule_mq_too_big = {
	.id = "mq/too-big",
	.severity = SEVERITY_ERROR,
	.aim = AIM_OWN,
	.title = "message or buffer of a size that the queue does not take",
	.about =
		"mq_send fails with EMSGSIZE: the message is longer than mq_msgsize; mq_receive fails with it: the buffer is "
		"shorter than mq_msgsize.",
	.match = {{CHANGE_CALL, "mq_timedsend mq_timedsend_time64 mq_timedreceive mq_timedreceive_time64", "EMSGSIZE",
		NULL}},
	.recovery = RECOVERY_SAME,
	.message =
		"{process} sent {size} bytes to the message queue <<{queue} >>(fd {fd}), more than it takes: {call} failed with EMSGSIZE",
	.cause = "its mq_msgsize is <<{limit}, set>> when the queue was made<< at {made_at}>>",
	.check = {"cat /proc/{pid}/fdinfo/{fd}"},
	.why = "Every message of a queue has at most mq_msgsize bytes (8192 unless asked for otherwise), fixed when the queue is "
	       "made. The receiver's buffer must be at least as long, however short the message is.",
	.references = {"mq_send(3)", "mq_receive(3)", "mq_getattr(3)"},
	.example =
		"9 mq_open(\"evq\", O_RDWR|O_CREAT, 0600, {mq_flags=0, mq_maxmsg=3, mq_msgsize=100, mq_curmsgs=0}) = 3\n"
		"9 mq_timedsend(3, \"\"..., 300, 1, NULL) = -1 EMSGSIZE (Message too long)",
	.examine = examine,
};

static bool examine(struct finding *f, const struct change *c, const struct world *w)
{
	(void)w;
	explain_mq_file(f, c->file);
	if (finding_get(f, "limit"))
		finding_say_cause(f, "its mq_msgsize is {limit} bytes<<, given at {made_at}>>");
	else
		finding_say_cause(f,
			"the trace does not show its mq_msgsize (8192 bytes unless asked for otherwise)<<; it was "
			"opened at {made_at}>>");
	if (c->event->kind == EVENT_MQ_RECEIVE) {
		finding_say_message(f,
			"{process} received from the message queue <<{queue} >>(fd {fd}) into {size} bytes, too "
			"few for it: {call} failed with EMSGSIZE");
		finding_add_fix(f, "ask mq_getattr for mq_msgsize and receive into a buffer of that size");
	} else {
		finding_add_fix(f,
			"send at most mq_msgsize bytes at once, or make the queue with a larger mq_msgsize (unlink "
			"the old one first)");
	}
	return true;
}
