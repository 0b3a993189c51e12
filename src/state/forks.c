/* Fork calls and the tasks they make. The new task's lines may come before the call returns, and before the half that
 * says what it is (clone(2)): until it is sure to be a thread it is taken for a process, and made a thread when it
 * turns out to be one. With several open calls it may have been given to the wrong one. */
#include "state.h"

void state_fork_began(struct world *w, struct task *t, const struct event *e)
{
	if (t->forking || w->forking_count >= MAX_FORKING)
		return;
	step_set(&t->forking, state_step(w));
	t->fork_thread = e->thread;
	t->fork_shares = e->share_files;
	t->fork_child = NULL;
	w->forking[w->forking_count++] = t;
}

/* A guess that `p` comes from `child` was wrong. */
static void forget_descent(struct process *p, struct process *child)
{
	while (p && p->parent != child)
		p = p->parent;
	if (!p)
		return;
	p->parent = NULL;
	process_drop(child);
}

/* The child had been given to the wrong parent: its table is made anew from the right one, less what it closed itself.
 */
static void adopt_again(struct world *w, struct task *child, struct process *parent, struct step *how)
{
	struct process *p = child->process;
	const struct descriptor *d;
	if (p->parent == parent || p == parent || !p->table || !parent->table)
		return;
	deferred_read(w, child);
	forget_descent(parent, p);
	process_drop(p->parent);
	p->parent = process_take(parent);
	for (size_t i = 0; (d = table_next(parent->table, &i));) {
		const struct descriptor *own = table_get(p->table, d->fd);
		if ((own && own->came != CAME_FORK) || table_get_closed(p->table, d->fd))
			continue;
		struct descriptor *copy = table_put(w, p->table, d->fd, d->file, CAME_FORK, how);
		if (copy)
			copy->cloexec = d->cloexec;
	}
	p->guessed = false;
}

/* What the new task did to its table, it did to the one that it shares. Who did it is told anew, not twice. */
static void merge_table(struct world *w, struct process *p, struct process *group)
{
	const struct descriptor *d;
	struct closed *c;
	int64_t fd;
	for (size_t i = 0; (c = table_next_closed(p->table, &i, &fd));) {
		channel_reassign(c->channel, p, group);
		table_close(w, group, fd, GONE_NEVER, c->step);
	}
	for (size_t i = 0; (d = table_next(p->table, &i));) {
		channel_reassign(d->file->channel, p, group);
		if (d->came == CAME_FORK)
			continue;
		struct descriptor *put = table_put(w, group->table, d->fd, d->file, d->came, d->step);
		if (put)
			put->cloexec = d->cloexec;
	}
}

static void move_task(struct world *w, struct task *t, struct process *to)
{
	struct process *from = t->process;
	deferred_read(w, t);
	task_leave(t);
	task_enter(t, to);
	if (!from->task_count && from->end == END_ALIVE)
		process_unmake(w, from);
	process_drop(from);
}

/* It was taken for a process, and is a thread. One that has threads of its own or another program is none. */
static void make_thread(struct world *w, struct task *t, struct process *group)
{
	struct process *p = t->process;
	if (p == group || p->exec || p->task_count > 1 || p->end != END_ALIVE || group->end != END_ALIVE)
		return;
	merge_table(w, p, group);
	move_task(w, t, group);
}

static struct task *forker_of(const struct world *w, const struct task *child)
{
	for (unsigned i = 0; i < w->forking_count; i++)
		if (w->forking[i]->fork_child == child)
			return w->forking[i];
	return NULL;
}

/* What the call has made, as its return tells. */
static struct task *made_by(struct world *w, struct task *t, int64_t tid, bool thread, struct step *how)
{
	struct task *child = state_find_task(w, tid), *forker = child ? forker_of(w, child) : NULL;
	if (child && child != t->fork_child && child->process->end != END_ALIVE)
		task_free(w, child), child = NULL; /* an old process of that number */
	if (!child)
		return w->task_count < MAX_TASKS ? task_child(w, t, tid, how, thread) : NULL;
	if (forker && forker != t)
		forker->fork_child = NULL;
	if (thread)
		make_thread(w, child, t->process);
	else if (child != t->fork_child)
		adopt_again(w, child, t->process, how);
	return child;
}

void state_fork_returned(struct world *w, struct task *t, const struct event *e)
{
	struct step *how = state_step(w);
	bool thread = e->thread || t->fork_thread;
	w->forks_seen = true;
	if (!e->error && e->ret > 0 && t->process->end == END_ALIVE) {
		struct task *child = made_by(w, t, e->ret, thread, how);
		if (child && !thread)
			step_set(&child->process->born, how);
	}
	task_forget_fork(w, t);
}
