/* mq/invalid: a queue of that shape cannot be made. */
#include <ipcdiag/explain_shm.h>

static bool examine(struct finding *f, const struct change *c, const struct world *w);

const struct rule rule_mq_invalid = {
	.id = "mq/invalid",
	.severity = SEVERITY_ERROR,
	.aim = AIM_OWN,
	.title = "POSIX message queue with attributes that cannot be",
	.about = "mq_open fails with EINVAL: mq_maxmsg or mq_msgsize is 0 or negative, or above fs.mqueue.msg_max or "
		 "fs.mqueue.msgsize_max; or the name is bad.",
	.match = {{CHANGE_CALL, "mq_open", "EINVAL", NULL}},
	.recovery = RECOVERY_SAME,
	.message = "{process} asked for a message queue {queue} that cannot be made: mq_open failed with EINVAL",
	.cause = "the name or the flags are bad, or the attributes are out of range; the trace does not show them",
	.check = {"sysctl fs.mqueue.msg_max fs.mqueue.msgsize_max"},
	.fix = {"set mq_maxmsg and mq_msgsize both to 1 or more, within the limits that sysctl shows",
		"$ sudo sysctl -w fs.mqueue.msg_max={maxmsg}", "$ sudo sysctl -w fs.mqueue.msgsize_max={msgsize}"},
	.why = "mq_open takes the size of the queue from its attributes. Without CAP_SYS_RESOURCE they are bound by msg_max (10 "
	       "messages unless changed) and msgsize_max (8192 bytes unless changed); hard limits of 65536 messages and 16 MiB hold "
	       "for all.",
	.references = {"mq_open(3)", "mq_overview(7)"},
	.example =
		"9 mq_open(\"bad\", O_RDWR|O_CREAT, 0600, {mq_flags=0, mq_maxmsg=0, mq_msgsize=128, mq_curmsgs=0}) = -1 EINVAL "
		"(Invalid argument)",
	.examine = examine,
};

enum { MSG_MAX = 10, MSGSIZE_MAX = 8192 };

static bool examine(struct finding *f, const struct change *c, const struct world *w)
{
	const struct event *e = c->event;
	bool shown = e->value != -1 || e->size != -1, many = e->value > MSG_MAX, large = e->size > MSGSIZE_MAX;
	(void)w;
	explain_mq_name(f, e->path);
	if (!shown)
		return true;
	finding_set_number(f, "asked_maxmsg", e->value);
	finding_set_number(f, "asked_msgsize", e->size);
	if (many)
		finding_set_number(f, "maxmsg", e->value);
	if (large)
		finding_set_number(f, "msgsize", e->size);
	if (e->value <= 0 || e->size <= 0)
		finding_say_cause(
			f, "mq_maxmsg is {asked_maxmsg} and mq_msgsize {asked_msgsize}: both must be 1 or more");
	else if (many || large)
		finding_say_cause(f,
			"mq_maxmsg is {asked_maxmsg} and mq_msgsize {asked_msgsize}: without CAP_SYS_RESOURCE they may not be "
			"above fs.mqueue.msg_max (10 unless changed) and fs.mqueue.msgsize_max (8192 unless changed)");
	else
		finding_say_cause(f,
			"mq_maxmsg is {asked_maxmsg} and mq_msgsize {asked_msgsize}, which the default limits "
			"allow: look at fs.mqueue.msg_max and fs.mqueue.msgsize_max, and at the name");
	return true;
}
