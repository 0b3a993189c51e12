/* fd/leaked-across-exec: an end of a pipe that another program has open without knowing of it. */
#include <ipcdiag/explain_pipe.h>

enum { LOOK_AT = 256 };

/* Standard input, output and error are handed on on purpose. */
static bool slipped_in(const struct descriptor *d, const struct side *s)
{
	const struct process *p = d->table->owner;
	return d->execed && d->fd > 2 && p && process_alive(p) && s->last_user != p &&
		(d->came == CAME_FORK || d->came == CAME_MADE);
}

static const struct descriptor *find(const struct side *s)
{
	unsigned looked = 0;
	for (const struct open_file *file = s->files; file && looked < LOOK_AT; file = file->side_next)
		for (const struct descriptor *d = file->holders; d && looked < LOOK_AT; d = d->next, looked++)
			if (slipped_in(d, s))
				return d;
	return NULL;
}

static const struct descriptor *find_kept(const struct channel *pipe)
{
	const struct descriptor *d = find(&pipe->side[1]);
	return d ? d : find(&pipe->side[0]);
}

static bool applies(const struct change *c, const struct world *w)
{
	const struct channel *pipe = c->channel;
	(void)w;
	return pipe && (pipe->kind == CHANNEL_PIPE || pipe->kind == CHANNEL_SOCKETPAIR) && find_kept(pipe);
}

static bool examine(struct finding *f, const struct change *c, const struct world *w)
{
	(void)w;
	explain_channel(f, c->channel);
	explain_holder(f, "keeper", find_kept(c->channel));
	return true;
}

const struct rule rule_fd_leaked_across_exec = {
	.id = "fd/leaked-across-exec",
	.severity = SEVERITY_NOTE,
	.title = "descriptor that slipped into another program",
	.about =
		"At the end of the trace a program has an end of a pipe or socket pair open that it got across execve, since FD_CLOEXEC was not set, and that it never used. It "
		"keeps the pipe open: that is how pipe/no-eof comes about.",
	.match = {{CHANGE_FINISH, NULL, NULL, NULL}},
	.needs = "-f",
	.message = "{object} is still open in {keeper} as fd {keeper_fd}, which never used it",
	.cause = "fd {keeper_fd} was {keeper_came}, since it was made without FD_CLOEXEC",
	.check = {"ls -l /proc/{keeper_pid}/fd"},
	.fix = {"make it with pipe2(fds, O_CLOEXEC) (socketpair: SOCK_CLOEXEC)",
		"close it in the child between fork and execve, or use close_range(3, ~0U, 0) there"},
	.why = "execve keeps all descriptors without FD_CLOEXEC. The new program does not know of them, so it never closes them, and as long as it runs the other end sees no end of "
	       "file.",
	.references = {"execve(2)", "fcntl(2)", "close_range(2)"},
	.example = "4240 pipe2([3, 4], 0) = 0\n"
		   "4240 clone(child_stack=NULL, flags=SIGCHLD) = 4241\n"
		   "4241 execve(\"/bin/sleep\", [\"sleep\", \"600\"], 0x7ffcfb2bc968 /* 6 vars */) = 0\n"
		   "4240 read(3,  <unfinished ...>",
	.applies = applies,
	.examine = examine,
};
