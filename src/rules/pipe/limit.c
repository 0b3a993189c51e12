/* pipe/limit: the size of a pipe cannot be changed, or a pipe cannot be made. */
#include <errno.h>

#include <ipcdiag/explain_pipe.h>

enum { DEFAULT_MAX_SIZE = 1048576 };

static void say_size(struct finding *f, const struct change *c)
{
	finding_say_message(
		f, "{process} could not set the size of {object} to {size} bytes ({errno} from F_SETPIPE_SZ)");
	if (c->error == EBUSY) {
		finding_say_cause(
			f, "more data waits in the pipe than would fit<<: {unread} bytes were written and not read>>");
		finding_add_fix(f, "set the size right after the pipe is made, or read it empty first");
		return;
	}
	if (c->event->size > DEFAULT_MAX_SIZE)
		finding_say_cause(f,
			"{size} bytes is more than an unprivileged process may ask for: /proc/sys/fs/pipe-max-size (1048576 unless it was changed)");
	else
		finding_say_cause(f,
			"{size} bytes is more than /proc/sys/fs/pipe-max-size allows, or the pipes of this user take more pages in all than "
			"fs.pipe-user-pages-soft allows (16384 pages, 64 MiB, unless it was changed)");
}

static bool examine(struct finding *f, const struct change *c, const struct world *w)
{
	const struct channel *pipe = c->channel;
	(void)w;
	if (c->event->kind == EVENT_PIPE)
		return true;
	if (c->event->kind != EVENT_PIPE_SIZE)
		return false;
	if (!finding_get(f, "object"))
		finding_set_text(f, "object", "a pipe");
	explain_channel(f, pipe);
	explain_contents(f, pipe);
	say_size(f, c);
	if (c->error == EBUSY && pipe) {
		finding_add_evidence(f, pipe->side[1].first_io, "data goes into the pipe");
		finding_add_evidence(f, pipe->side[1].last_io, "the last data before");
	}
	return true;
}

/* A larger pipe is a wish more often than a need. */
static void settle(struct finding *f, const struct world *w)
{
	const struct process *p = finding_process(f);
	bool blamed = p && p->complaint == finding_last_step(f);
	(void)w;
	if (!blamed && process_alive(p))
		f->severity = SEVERITY_WARNING;
	else if (!blamed && process_ended_well(p))
		f->severity = SEVERITY_NOTE;
}

const struct rule rule_pipe_limit = {
	.id = "pipe/limit",
	.severity = SEVERITY_ERROR,
	.aim = AIM_WISH,
	.title = "limit on pipes",
	.about =
		"F_SETPIPE_SZ fails with EPERM (pipe-max-size, pipe-user-pages-soft) or EBUSY (more data in it than would fit), or pipe() fails for another "
		"reason than the limits on descriptors.",
	.match = {{CHANGE_CALL, "fcntl fcntl64", "EPERM EBUSY ENOMEM EINVAL", NULL},
		{CHANGE_CALL, "pipe pipe2", "ENOMEM EFAULT EINVAL EPERM ENOPKG", NULL}},
	.recovery = RECOVERY_NONE, /* asking for the size works always */
	.message = "{process} could not make a pipe: {call} failed with {errno}",
	.cause =
		"the arguments are wrong (EINVAL: unknown flags; EFAULT: the array is not in its memory), or the kernel has no memory",
	.check = {"sysctl fs.pipe-max-size fs.pipe-user-pages-soft fs.pipe-user-pages-hard",
		"grep CapEff /proc/{pid}/status"},
	.fix = {"ask for a smaller size, and go on with the old one when it is refused",
		"$ sudo sysctl -w fs.pipe-max-size=4194304",
		"give the process CAP_SYS_RESOURCE, or make fs.pipe-user-pages-soft larger"},
	.why = "The pages of pipes are memory of the kernel that cannot be swapped out, so their size is limited: a single one by fs.pipe-max-size, all of one user by "
	       "fs.pipe-user-pages-soft and -hard. CAP_SYS_RESOURCE lifts these limits.",
	.references = {"pipe(7)", "fcntl(2)"},
	.example = "pipe2([3, 4], 0) = 0\n"
		   "fcntl(4, F_SETPIPE_SZ, 4194304) = -1 EPERM (Operation not permitted)",
	.examine = examine,
	.settle = settle,
};
