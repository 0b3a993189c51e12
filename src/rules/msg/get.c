/* msg/get: msgget fails for another reason than a limit. */
#include <ipcdiag/explain_shm.h>

static bool examine(struct finding *f, const struct change *c, const struct world *w);

const struct rule rule_msg_get = {
	.id = "msg/get",
	.severity = SEVERITY_NOTE,
	.aim = AIM_ASK,
	.title = "message queue that cannot be had",
	.about =
		"msgget fails: there is no queue of the key (ENOENT), there is one already (EEXIST), or it is another user's "
		"(EACCES). An error where the program fails over it; asking whether a queue is there is a note.",
	.match = {{CHANGE_CALL, "msgget", "ENOENT EEXIST EACCES EPERM", NULL}},
	.recovery = RECOVERY_ANY,
	.message = "{process} got no message queue with key {key}: msgget failed with {errno}",
	.check = {"ipcs -q", "ipcs -q | grep {padded_key}", "ipcs -q -c"},
	.why = "msgget finds a queue by its key, a plain number that all users must compute alike (ftok). The queue outlives its "
	       "users, and keeps the mode that it was made with.",
	.references = {"msgget(2)", "ftok(3)", "ipcrm(1)"},
	.example = "9 msgget(0x6007, 0600) = -1 ENOENT (No such file or directory)\n"
		   "9 exit_group(1) = ?\n"
		   "9 +++ exited with 1 +++",
	.examine = examine,
	.settle = finding_raise,
};

static bool examine(struct finding *f, const struct change *c, const struct world *w)
{
	const struct msgqueue *q = world_msgqueue_by_key(w, c->event->key);
	explain_key(f, c->event->key);
	if (q && !q->removed) {
		explain_queue(f, q, -1);
		explain_rights(f, c->process, q->created ? q->mode : -1);
		finding_say_cause(f,
			"{maker} made {queue}<< with mode {mode}>> at {made_at}<<; {process} runs as user {user} since {user_at}>>");
		finding_add_fix(f,
			"use one key, mode and user (or group) in all programs that share the queue; `ipcrm -Q` "
			"removes one that is only left over");
	} else if (c->error == errno_number(SLICE("ENOENT"))) {
		finding_say_cause(
			f, "nobody in this trace made it: its maker was not started yet, or uses another key (ftok)");
	} else {
		finding_say_cause(f, "the queue was made outside of this trace");
	}
	return true;
}
