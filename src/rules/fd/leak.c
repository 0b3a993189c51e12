/* fd/leak: descriptors of one kind that pile up though nothing can come over them any more. */
#include <ipcdiag/explain_fd.h>
#include <ipcdiag/world.h>

enum { OTHERS = 8 /* times the threshold: kinds whose use cannot be seen */ };

static enum object kind_of(const struct change *c)
{
	switch (c->event->kind) {
	case EVENT_PIPE:
		return OBJECT_PIPE;
	case EVENT_SOCKET:
	case EVENT_SOCKETPAIR:
	case EVENT_ACCEPT:
		return OBJECT_SOCKET;
	default: {
		const struct descriptor *d = process_descriptor(c->process, c->event->ret);
		return d ? d->file->object : OBJECT_UNKNOWN;
	}
	}
}

/* The work grows with what is open, so look only when that has doubled. */
static bool is_time_to_look(const struct table *t, enum object kind, uint64_t threshold)
{
	uint64_t open = t->made[kind] > t->gone[kind] ? t->made[kind] - t->gone[kind] : 0;
	uint64_t times = open / threshold;
	return open && open % threshold == 0 && (times & (times - 1)) == 0;
}

/* Without a single close in the trace (-e trace=network) everything seems to pile up. */
static bool sees_closes(const struct table *t)
{
	uint64_t gone = 0;
	for (int k = 0; k < OBJECT_KINDS; k++)
		gone += t->gone[k];
	return gone > 0;
}

/* Told once, when there are enough: not again at each doubling after that. */
static bool is_leak(const struct descriptor_group *g, const struct table *t, uint64_t threshold)
{
	if (g->object == OBJECT_PIPE || g->object == OBJECT_SOCKET)
		return g->idle >= threshold && g->idle < 2 * threshold && g->idle * 10 >= g->count * 9;
	return g->count >= OTHERS * threshold && g->count < 2 * OTHERS * threshold && t->gone[g->object] == 0;
}

static bool applies(const struct change *c, const struct world *w)
{
	enum object kind = c->process && c->process->table ? kind_of(c) : OBJECT_UNKNOWN;
	return kind != OBJECT_UNKNOWN && is_time_to_look(c->process->table, kind, world_leak_threshold(w)) &&
		sees_closes(c->process->table);
}

static bool examine(struct finding *f, const struct change *c, const struct world *w)
{
	struct descriptor_group g;
	if (!descriptors_group(c->process, kind_of(c), &g) || !is_leak(&g, c->process->table, world_leak_threshold(w)))
		return false;
	explain_descriptor_group(f, &g);
	explain_descriptor_limit(f, c->process);
	if (g.idle)
		finding_set_number(f, "idle", (int64_t)g.idle);
	return true;
}

/* The limit, once it is reached, is told as an error of its own. */
static void settle(struct finding *f, const struct world *w)
{
	const struct process *p = finding_process(f);
	struct descriptor_group g;
	(void)w;
	if (process_alive(p) && descriptors_group(p, OBJECT_KINDS, &g) && g.object != OBJECT_FILE)
		explain_descriptor_group(f, &g);
	if (p && p->exhausted)
		f->severity = SEVERITY_NOTE;
}

const struct rule rule_fd_leak = {
	.id = "fd/leak",
	.severity = SEVERITY_WARNING,
	.title = "descriptors that are never closed",
	.about =
		"The number of open pipes or connections that one call of a process made only grows, and nobody is at the other end of them any more: 32 and more (--leak-threshold). Other "
		"kinds of IPC descriptors are told from 256 on, when none was ever closed.",
	.match = {{CHANGE_CALL,
		"pipe pipe2 socket socketpair accept accept4 eventfd eventfd2 epoll_create epoll_create1 timerfd_create signalfd signalfd4 memfd_create "
		"pidfd_open inotify_init inotify_init1",
		"0", NULL}},
	.message = "{process} leaks descriptors: {group} are open<<, and {idle} of them have nobody at the other end>>",
	.cause =
		"they are made by {group_call}, the oldest still open at line {first_line}, the newest at line {last_line}, and are not closed when they are done with"
		"<<; the limit is {limit} (line {limit_line})>>",
	.check = {"ls /proc/{pid}/fd | wc -l", "ls -l /proc/{pid}/fd", "lsof -p {pid}",
		"grep 'open files' /proc/{pid}/limits"},
	.fix = {"close the descriptor on every way out of the code that calls {group_call}, also after an error or the end of file",
		"run it under valgrind --track-fds=yes, which shows where each open descriptor was made"},
	.why = "A descriptor stays open until it is closed or the process ends. Each takes a number: when RLIMIT_NOFILE is reached, the next call that needs one fails with "
	       "EMFILE, often in a place that has nothing to do with the leak.",
	.references = {"close(2)", "getrlimit(2)"},
	.example = "pipe2([3, 4], 0) = 0\n"
		   "close(4) = 0\n"
		   "pipe2([4, 5], 0) = 0\n"
		   "close(5) = 0\n"
		   "(and so on, more than 32 times)",
	.applies = applies,
	.examine = examine,
	.settle = settle,
};
