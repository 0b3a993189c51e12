/* mq/denied: the queue is there, and is not for this user. */
#include <ipcdiag/explain_shm.h>

static bool examine(struct finding *f, const struct change *c, const struct world *w);

const struct rule rule_mq_denied = {
	.id = "mq/denied",
	.severity = SEVERITY_ERROR,
	.aim = AIM_OWN,
	.title = "POSIX message queue without permission",
	.about =
		"mq_open or mq_unlink fails with EACCES or EPERM: the mode that the queue was made with does not let this user in.",
	.match = {{CHANGE_CALL, "mq_open mq_unlink", "EACCES EPERM", NULL}},
	.recovery = RECOVERY_SAME,
	.message = "{process} may not use the message queue {queue}: {call} failed with {errno}",
	.cause =
		"its owner made it with a mode that leaves this user out<<; {process} runs as user {user} since {user_at}>>",
	.check = {"ls -l /dev/mqueue{queue}", "id", "id {user}"},
	.fix = {"make the queue with a mode that lets the other side in, such as 0660 with a group that both users are in (the umask "
		"takes bits away)",
		"run both programs as the same user"},
	.why = "A queue has an owner, a group and a mode like a file, and the kernel checks them at mq_open.",
	.references = {"mq_open(3)", "mq_overview(7)"},
	.example = "9 mq_open(\"evq\", O_RDWR) = -1 EACCES (Permission denied)",
	.examine = examine,
	.settle = finding_weigh,
};

static bool examine(struct finding *f, const struct change *c, const struct world *w)
{
	(void)w;
	explain_open_mq(f, c->process, c->event->path);
	explain_rights(f, c->process, -1);
	return true;
}
