/* Processes: birth, inheritance, end. What they do is in lifecycle.c. */
#include <stdlib.h>

#include "state.h"

struct process *process_take(struct process *p)
{
	if (p)
		p->refs++;
	return p;
}

static void free_dispositions(struct process *p)
{
	while (p->dispositions) {
		struct disposition *d = p->dispositions;
		p->dispositions = d->next;
		step_drop(d->step);
		free(d);
	}
}

void process_forget_taken(struct process *p)
{
	step_drop(p->taken.step);
	step_drop(p->taken.read);
	step_drop(p->taken.asked);
	free(p->taken.path);
	p->taken = (struct taken){0};
}

void process_drop(struct process *p)
{
	if (!p || --p->refs)
		return;
	struct step **steps[] = {&p->born, &p->exec, &p->exec_failed, &p->end_step, &p->exit_call, &p->fatal_signal,
		&p->kill_call, &p->failure, &p->get_failed, &p->complaint, &p->unmade, &p->exhausted, &p->interrupted,
		&p->interrupter, &p->uid_step, &p->chroot, &p->nofile.step, &p->address_space.step, &p->msgqueue.step};
	for (size_t i = 0; i < sizeof steps / sizeof *steps; i++)
		step_set(steps[i], NULL);
	free_dispositions(p);
	process_forget_taken(p);
	process_drop(p->parent);
	free(p);
}

bool process_alive(const struct process *p)
{
	return p && p->end == END_ALIVE;
}

bool process_ended_well(const struct process *p)
{
	return p && p->end == END_EXITED && p->status == 0;
}

bool process_descends(const struct process *p, const struct process *other)
{
	for (unsigned depth = 0; p && depth < 64; p = p->parent, depth++)
		if (p == other)
			return true;
	return false;
}

void process_describe(const struct process *p, struct buffer *text)
{
	if (p && p->name)
		buffer_add_text(text, p->name);
	if (p && p->pid >= 0)
		buffer_add_format(text, "[%lld]", (long long)p->pid);
	else if (!p || !p->name)
		buffer_add_text(text, "the program");
}

static void link_process(struct world *w, struct process *p)
{
	p->next = w->processes;
	if (p->next)
		p->next->prev = p;
	else
		w->eldest = p;
	w->processes = p;
}

static void unlink_process(struct world *w, struct process *p)
{
	if (p->prev)
		p->prev->next = p->next;
	else
		w->processes = p->next;
	if (p->next)
		p->next->prev = p->prev;
	else
		w->eldest = p->prev;
	p->prev = p->next = NULL;
}

/* The caller gets a reference; the world holds one of its own while the process lives. */
struct process *process_new(struct world *w, int64_t pid)
{
	struct process *p = memory_alloc(sizeof *p);
	p->refs = 2;
	p->pid = pid;
	p->killer = p->uid = -1;
	p->nofile.soft = p->address_space.soft = p->msgqueue.soft = -1;
	p->family = ++w->family;
	p->number = ++w->process_total;
	link_process(w, p);
	return p;
}

static void copy_limit(struct limit *to, const struct limit *from)
{
	to->soft = from->soft;
	step_set(&to->step, from->step);
}

void process_inherit(struct world *w, struct process *child, struct process *parent, struct step *how)
{
	child->parent = process_take(parent);
	child->name = parent->name;
	child->uid = parent->uid;
	step_set(&child->uid_step, parent->uid_step);
	step_set(&child->chroot, parent->chroot);
	child->family = parent->family;
	step_set(&child->born, how);
	copy_limit(&child->nofile, &parent->nofile);
	copy_limit(&child->address_space, &parent->address_space);
	copy_limit(&child->msgqueue, &parent->msgqueue);
	for (const struct disposition *d = parent->dispositions; d; d = d->next) {
		struct disposition *copy = memory_alloc(sizeof *copy);
		*copy = *d;
		step_take(copy->step);
		copy->next = child->dispositions;
		child->dispositions = copy;
	}
	child->table = parent->table ? table_copy(w, parent->table, child, how) : table_new(w, child);
	segment_inherit(w, child, parent, how);
}

static void bury(struct world *w, struct task *t)
{
	unsigned at = w->zombie_at++ % MAX_ZOMBIES;
	if (w->zombies[at])
		task_free(w, w->zombies[at]);
	w->zombies[at] = t;
	t->buried = at + 1;
}

/* Its descriptors, locks and attachments go; its tasks stay for their +++ lines. */
void process_end(struct world *w, struct process *p, enum process_end how)
{
	struct step *step = w->event ? state_step(w) : NULL;
	if (p->end != END_ALIVE)
		return;
	p->end = how;
	for (struct task *t = p->tasks; t; t = t->next_in_process) {
		traffic_spin_end(w, t);
		wait_clear(w, t);
		task_forget_fork(w, t);
		bury(w, t);
	}
	process_take(p);
	segment_detach_all(w, p, NULL);
	semset_process_ended(w, p);
	lock_process_ended(w, p);
	struct table *table = p->table;
	p->table = NULL;
	table_drop(w, table, p, GONE_EXITED, NULL);
	unlink_process(w, p);
	state_emit(w, &(struct change){.kind = CHANGE_ENDED, .process = p, .step = step, .fd = -1});
	if (!p->watched) { /* else a finding asks who waits for it */
		process_drop(p->parent);
		p->parent = NULL;
	}
	process_drop(p);
	process_drop(p); /* the world's */
}

void process_unmake(struct world *w, struct process *p)
{
	p->end = END_LOST;
	segment_detach_all(w, p, NULL);
	struct table *table = p->table;
	p->table = NULL;
	table_drop(w, table, p, GONE_NEVER, NULL);
	unlink_process(w, p);
	w->process_total--;
	process_drop(p->parent);
	p->parent = NULL;
	process_drop(p);
}

/* At the end of the trace: everything that still lives goes, without changes. */
void state_forget_processes(struct world *w)
{
	w->listener = NULL;
	for (unsigned i = 0; i < MAX_ZOMBIES; i++)
		if (w->zombies[i])
			task_free(w, w->zombies[i]);
	while (w->processes) {
		struct process *p = process_take(w->processes);
		process_end(w, p, END_LOST);
		while (p->tasks)
			task_free(w, p->tasks);
		process_drop(p);
	}
	map_release(&w->tasks);
}
