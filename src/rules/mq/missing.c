/* mq/missing: no queue of the name. */
#include <ipcdiag/explain_shm.h>

static bool examine(struct finding *f, const struct change *c, const struct world *w);

const struct rule rule_mq_missing = {
	.id = "mq/missing",
	.severity = SEVERITY_ERROR,
	.aim = AIM_OWN,
	.title = "POSIX message queue that nobody made",
	.about =
		"mq_open without O_CREAT fails with ENOENT: nobody has made the queue, or it was unlinked. A program that asks "
		"first and makes it then is a note.",
	.match = {{CHANGE_CALL, "mq_open", "ENOENT", NULL}},
	.recovery = RECOVERY_SAME,
	.message = "{process} looked for the message queue {queue}, and there is none (ENOENT)",
	.cause =
		"nobody in this trace has made it before: its maker was not started yet, has unlinked it, or uses another name",
	.check = {"ls -l /dev/mqueue"},
	.fix = {"start the program that makes {queue} first, and let this one wait for it",
		"use O_CREAT where either side may come first",
		"use the same name in both programs: one slash in front, none inside"},
	.why = "Without O_CREAT mq_open only looks. Names belong to the IPC namespace: a container does not see those of the host. "
	       "strace shows the name without its slash, as the kernel gets it.",
	.references = {"mq_open(3)", "mq_overview(7)"},
	.example = "10570 mq_open(\"orders\", O_RDWR) = -1 ENOENT (No such file or directory)",
	.examine = examine,
	.settle = finding_weigh,
};

static bool examine(struct finding *f, const struct change *c, const struct world *w)
{
	(void)w;
	explain_mq_name(f, c->event->path);
	return true;
}
