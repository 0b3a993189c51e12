/* Tasks: from the number on the line to the process it belongs to. The hard part is a child whose lines come before the
 * call that made it returns, and lines without any number. */
#include <stdlib.h>

#include "state.h"

static uint64_t key(int64_t tid)
{
	return (uint64_t)(tid + 1); /* -1, the task of lines without a number, is 0 */
}

struct task *state_find_task(struct world *w, int64_t tid)
{
	struct task **recent = &w->recent[key(tid) % RECENT_TASKS];
	if (!*recent || (*recent)->tid != tid) {
		struct task *t = map_get(&w->tasks, key(tid));
		if (!t)
			return NULL;
		*recent = t;
	}
	return *recent;
}

static void map_task(struct world *w, struct task *t)
{
	w->recent[key(t->tid) % RECENT_TASKS] = t;
	map_put(&w->tasks, key(t->tid), t);
}

static void unmap(struct world *w, struct task *t)
{
	struct task **recent = &w->recent[key(t->tid) % RECENT_TASKS];
	if (*recent == t)
		*recent = NULL;
	map_remove(&w->tasks, key(t->tid));
}

struct process *state_find_process(struct world *w, int64_t pid)
{
	struct task *t = state_find_task(w, pid);
	return t ? t->process : NULL;
}

void task_forget_fork(struct world *w, struct task *t)
{
	for (unsigned i = 0; i < w->forking_count; i++) {
		if (w->forking[i] != t)
			continue;
		memmove(&w->forking[i], &w->forking[i + 1], (w->forking_count - i - 1) * sizeof *w->forking);
		w->forking_count--;
		break;
	}
	step_set(&t->forking, NULL);
	t->fork_child = NULL;
	t->fork_thread = t->fork_shares = false;
}

void task_enter(struct task *t, struct process *p)
{
	t->process = process_take(p);
	t->next_in_process = p->tasks;
	p->tasks = t;
	p->task_count++;
}

static struct task *task_new(struct world *w, struct process *p, int64_t tid)
{
	struct task *t = pool_get(&w->task_pool);
	t->tid = tid;
	task_enter(t, p);
	w->task_count++;
	w->task_total++;
	map_task(w, t);
	return t;
}

void task_leave(struct task *t)
{
	struct process *p = t->process;
	for (struct task **at = &p->tasks; *at; at = &(*at)->next_in_process) {
		if (*at != t)
			continue;
		*at = t->next_in_process;
		p->task_count--;
		return;
	}
}

void task_free(struct world *w, struct task *t)
{
	wait_clear(w, t);
	free(t->later); /* wait_clear has forgotten what is in it */
	traffic_spin_end(w, t);
	if (t->buried)
		w->zombies[t->buried - 1] = NULL;
	task_forget_fork(w, t);
	for (unsigned i = 0; i < w->forking_count; i++)
		if (w->forking[i]->fork_child == t)
			w->forking[i]->fork_child = NULL;
	if (state_find_task(w, t->tid) == t)
		unmap(w, t);
	if (w->last == t)
		w->last = NULL;
	task_leave(t);
	step_drop(t->spin.first);
	step_drop(t->spin.second);
	step_drop(t->spin.last);
	step_drop(t->last_signal_step);
	process_drop(t->process);
	w->task_count--;
	pool_put(&w->task_pool, t);
}

void task_rename(struct world *w, struct task *t, int64_t tid)
{
	struct task *old = state_find_task(w, tid);
	deferred_read(w, t);
	if (old && old != t)
		task_free(w, old);
	unmap(w, t);
	if (t->process->pid == t->tid)
		t->process->pid = tid;
	t->tid = tid;
	map_task(w, t);
}

/* The open call that has waited longest for its child; one that makes a process first. */
static struct task *forker_without_child(struct world *w)
{
	struct task *of_thread = NULL;
	for (unsigned i = 0; i < w->forking_count; i++) {
		if (w->forking[i]->fork_child)
			continue;
		if (!w->forking[i]->fork_thread)
			return w->forking[i];
		if (!of_thread)
			of_thread = w->forking[i];
	}
	return of_thread;
}

/* A new task is a thread for sure if nothing but threads is being made. */
static bool is_making_threads(const struct world *w)
{
	for (unsigned i = 0; i < w->forking_count; i++)
		if (!w->forking[i]->fork_thread)
			return false;
	return true;
}

struct task *task_child(struct world *w, struct task *parent, int64_t tid, struct step *how, bool thread)
{
	struct task *t;
	w->forks_seen = true;
	if (thread) {
		t = task_new(w, parent->process, tid);
	} else {
		struct process *p = process_new(w, tid);
		p->from_start = parent->process->from_start;
		process_inherit(w, p, parent->process, how);
		t = task_new(w, p, tid);
		process_drop(p);
	}
	return t;
}

/* With calls filtered so that no fork can be seen, a new number is most likely a child of the first process. */
static struct process *likely_parent(struct world *w)
{
	struct process *p = w->eldest;
	return p && !w->forks_seen && !p->attached ? p : NULL;
}

/* A task whose first line is the middle of something was there before strace was. */
static bool starts_in_the_middle(const struct event *e)
{
	return e->kind == EVENT_RESTART || e->kind == EVENT_ATTACHED ||
		(e->phase != PHASE_WHOLE && e->kind != EVENT_EXEC);
}

static struct task *stranger(struct world *w, int64_t tid, const struct event *e)
{
	struct process *parent = tid >= 0 ? likely_parent(w) : NULL;
	struct process *p = process_new(w, tid);
	struct task *t = task_new(w, p, tid);
	if (parent) {
		process_inherit(w, p, parent, NULL);
		table_inherit_past(w, p, parent);
		p->guessed = true;
	} else {
		p->table = table_new(w, p);
		p->attached = starts_in_the_middle(e);
	}
	process_drop(p);
	return t;
}

static bool alone(const struct world *w)
{
	return w->processes && !w->processes->next && w->processes->task_count == 1;
}

/* Lines without a number: the unnamed task, or whoever is alone. */
static struct task *unnumbered(struct world *w, const struct event *e)
{
	struct task *t = state_find_task(w, -1);
	if (t)
		return t;
	if (alone(w))
		return w->processes->tasks;
	if (w->last && w->processes)
		return w->last;
	return stranger(w, -1, e);
}

static struct task *introduce(struct world *w, int64_t tid, const struct event *e)
{
	struct task *unnamed = state_find_task(w, -1);
	struct task *forker = forker_without_child(w);
	bool returns_fork = e->kind == EVENT_FORK && e->phase == PHASE_EXIT;
	if (unnamed && (!forker || (returns_fork && forker == unnamed))) {
		task_rename(w, unnamed, tid);
		return unnamed;
	}
	if (forker && !returns_fork) {
		struct task *t = task_child(w, forker, tid, forker->forking, is_making_threads(w));
		forker->fork_child = t;
		return t;
	}
	return stranger(w, tid, e);
}

struct task *state_task(struct world *w, const struct event *e)
{
	int64_t tid = e->kind == EVENT_ATTACHED ? e->target : e->task;
	if (tid < 0)
		return unnumbered(w, e);
	struct task *t = state_find_task(w, tid);
	if (t)
		return t;
	return w->task_count < MAX_TASKS ? introduce(w, tid, e) : NULL;
}
