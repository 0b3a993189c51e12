/* mq/exists: a queue of the name was to be new, and is not. */
#include <ipcdiag/explain_shm.h>

static bool examine(struct finding *f, const struct change *c, const struct world *w);

const struct rule rule_mq_exists = {
	.id = "mq/exists",
	.severity = SEVERITY_ERROR,
	.aim = AIM_ASK,
	.title = "POSIX message queue that exists already",
	.about =
		"mq_open with O_CREAT|O_EXCL fails with EEXIST: a queue of this name is there, made by another process or left by "
		"an earlier run.",
	.match = {{CHANGE_CALL, "mq_open", "EEXIST", NULL}},
	.recovery = RECOVERY_SAME,
	.message = "{process} wanted to make the message queue {queue}, but there is one (EEXIST)",
	.cause = "it was left by an earlier run that did not call mq_unlink, or another process has made it",
	.check = {"ls -l /dev/mqueue", "cat /dev/mqueue{queue}"},
	.fix = {"leave out O_EXCL to share the queue that is there, or take another name", "$ rm /dev/mqueue{queue}",
		"the last command removes an old queue, with the messages in it; call mq_unlink when the program ends"},
	.why = "A queue stays, with its messages, until mq_unlink or the next boot. O_EXCL asks to fail rather than to share one "
	       "that is there.",
	.references = {"mq_open(3)", "mq_unlink(3)"},
	.example =
		"9 mq_open(\"evq\", O_RDWR|O_CREAT|O_EXCL, 0600, {mq_flags=0, mq_maxmsg=3, mq_msgsize=100, mq_curmsgs=0}) = -1 "
		"EEXIST (File exists)",
	.examine = examine,
	.settle = finding_weigh,
};

static bool examine(struct finding *f, const struct change *c, const struct world *w)
{
	const struct open_file *q = explain_open_mq(f, c->process, c->event->path);
	(void)w;
	if (q)
		finding_say_cause(f, "{process} has it open itself since {made_at}");
	return true;
}
