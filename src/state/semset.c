/* Semaphore sets: who took what and has not given it back. */
#include <errno.h>
#include <stdlib.h>

#include "state.h"

struct semset *world_semsets(const struct world *w)
{
	return w->semsets;
}

struct semset *world_semset_by_id(const struct world *w, int64_t id)
{
	return registry_by_id(&w->semset_numbers, id);
}

struct semset *world_semset_by_key(const struct world *w, int64_t key)
{
	return registry_by_key(&w->semset_numbers, key);
}

void semset_free(struct semset *s)
{
	for (unsigned i = 0; i < s->holder_count; i++) {
		process_drop(s->holders[i].process);
		step_drop(s->holders[i].step);
	}
	step_drop(s->made);
	step_drop(s->removed);
	step_drop(s->last_op);
	step_drop(s->first_value);
	step_drop(s->foreign);
	process_drop(s->creator);
	process_drop(s->remover);
	free(s);
}

static struct semset *add(struct world *w, int64_t id)
{
	if (w->object_count >= MAX_OBJECTS)
		return NULL;
	struct semset *s = memory_alloc(sizeof *s);
	s->id = id;
	s->key = s->count = s->mode = -1;
	s->next = w->semsets;
	w->semsets = s;
	w->object_count++;
	registry_add(&w->semset_numbers, id, -1, s);
	return s;
}

static void got(struct world *w, struct task *t, const struct event *e)
{
	struct semset *s = world_semset_by_id(w, e->ret);
	if ((s && !s->removed && (s->key == e->key || s->key < 0)) || !(s = add(w, e->ret)))
		return;
	s->key = e->key;
	registry_add(&w->semset_numbers, s->id, s->key, s);
	s->count = e->size;
	s->mode = e->mode;
	s->created = e->creat || e->key == 0;
	s->creator = process_take(t->process);
	s->made = step_take(state_step(w));
}

static struct sem_holder *holder(struct semset *s, struct process *p, int64_t num, bool make)
{
	for (unsigned i = 0; i < s->holder_count; i++)
		if (s->holders[i].process == p && s->holders[i].num == num)
			return &s->holders[i];
	for (unsigned i = 0; make && i < s->holder_count; i++) { /* a place that nobody needs any more */
		struct sem_holder *h = &s->holders[i];
		if (h->taken > 0 && s->holder_count == SEM_HOLDERS)
			continue;
		if (h->taken <= 0) {
			process_drop(h->process);
			step_drop(h->step);
			*h = (struct sem_holder){.process = process_take(p), .num = num};
			return h;
		}
	}
	if (!make || s->holder_count >= SEM_HOLDERS)
		return NULL;
	s->holders[s->holder_count] = (struct sem_holder){.process = process_take(p), .num = num};
	return &s->holders[s->holder_count++];
}

static void give_back(struct semset *s, struct process *p, int64_t num, int64_t amount)
{
	struct sem_holder *own = holder(s, p, num, false);
	for (unsigned i = 0; (!own || own->taken <= 0) && i < s->holder_count;
		i++) /* given by another than who took it */
		if (s->holders[i].num == num && s->holders[i].taken > 0)
			own = &s->holders[i];
	if (own)
		own->taken = own->taken > amount ? own->taken - amount : 0;
}

static void operated(struct world *w, struct task *t, const struct event *e)
{
	struct semset *s = world_semset_by_id(w, e->id);
	int64_t num, op;
	bool undo, nowait;
	if (!s && !(s = add(w, e->id)))
		return;
	s->ops++;
	step_set(&s->last_op, state_step(w));
	for (size_t at = 0; event_next_semop(e, &at, &num, &op, &undo, &nowait);) {
		if (op < 0) {
			struct sem_holder *h = holder(s, t->process, num, true);
			if (!h)
				continue;
			h->taken -= op;
			h->undo = undo;
			step_set(&h->step, state_step(w));
		} else if (op > 0) {
			give_back(s, t->process, num, op);
		}
	}
	segment_guard(w, t->process);
}

static void controlled(struct world *w, struct task *t, const struct event *e)
{
	struct semset *s = world_semset_by_id(w, e->id);
	if (!s)
		return;
	if (slice_is(e->op, "IPC_RMID") && !s->removed) {
		step_set(&s->removed, state_step(w));
		s->remover = process_take(t->process);
	} else if (slice_is(e->op, "SETVAL") || slice_is(e->op, "SETALL")) {
		if (!s->first_value)
			s->first_value = step_take(state_step(w));
		for (unsigned i = 0; i < s->holder_count; i++) /* who had taken something has lost it */
			if (slice_is(e->op, "SETALL") || s->holders[i].num == e->fd2)
				s->holders[i].taken = 0;
	}
}

/* SEM_UNDO gives back what an ending process took (semop(2)). */
void semset_process_ended(struct world *w, struct process *p)
{
	for (struct semset *s = w->semsets; s; s = s->next)
		for (unsigned i = 0; i < s->holder_count; i++)
			if (s->holders[i].process == p && s->holders[i].undo)
				s->holders[i].taken = 0;
}

/* IPC_CREAT also finds a set that is there: whoever may not change what it seems to have made has only found it. */
static void note_foreign(struct world *w, const struct task *t, const struct event *e)
{
	struct semset *s = e->kind == EVENT_SEMCTL && e->error == EPERM ? world_semset_by_id(w, e->id) : NULL;
	if (!s || s->creator != t->process || t->process->uid >= 0)
		return;
	s->created = false;
	step_set(&s->foreign, state_step(w));
}

void semset_apply(struct world *w, struct task *t, const struct event *e)
{
	note_foreign(w, t, e);
	if (e->phase == PHASE_ENTER || e->error || !e->returned)
		return;
	if (e->kind == EVENT_SEMGET)
		got(w, t, e);
	else if (e->kind == EVENT_SEMOP)
		operated(w, t, e);
	else if (e->kind == EVENT_SEMCTL)
		controlled(w, t, e);
}
