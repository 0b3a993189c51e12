/* Shared memory: System V segments, POSIX objects (files under /dev/shm), memfds; who has them mapped. See shelf.c,
 * too. */
#include <errno.h>
#include <stdlib.h>

#include "state.h"

static void add_mapping(struct process *p, struct segment *s, const struct mapping *like)
{
	if (p->mapping_count >= MAX_MAPPINGS)
		return;
	struct mapping *m = memory_alloc(sizeof *m);
	*m = *like;
	m->segment = segment_take(s);
	m->step = step_take(like->step);
	m->next = p->mappings;
	p->mappings = m;
	p->mapping_count++;
}

/* `like` says where and how; `step` is the line by which `p` came to it: the shmat or mmap itself, or a fork. */
static void attach(struct segment *s, struct process *p, const struct mapping *like, struct step *step)
{
	add_mapping(p, s, like);
	s->attached++;
	s->attach_total++;
	if (s->user_count >= SEGMENT_USERS)
		return;
	s->users[s->user_count++] = (struct segment_user){.process = process_take(p),
		.attached = step_take(step),
		.addr = like->addr,
		.writable = like->writable};
}

static void mark_detached(struct segment *s, const struct process *p, uint64_t addr, struct step *step)
{
	s->attached -= s->attached > 0;
	for (unsigned i = 0; i < s->user_count; i++) {
		struct segment_user *u = &s->users[i];
		if (u->process == p && u->addr == addr && !u->detached) {
			u->detached = step_take(step ? step : p->end_step);
			break;
		}
	}
	if (s->removed && !s->attached && s->world)
		segment_retire(s->world, s);
}

static void remove_mapping(struct process *p, struct mapping **at, struct step *step)
{
	struct mapping *m = *at;
	*at = m->next;
	p->mapping_count--;
	mark_detached(m->segment, p, m->addr, step);
	segment_drop(m->segment);
	step_drop(m->step);
	free(m);
}

void segment_detach(struct world *w, struct process *p, uint64_t addr, struct step *step)
{
	(void)w;
	for (struct mapping **at = &p->mappings; *at; at = &(*at)->next) {
		if ((*at)->addr == addr) {
			remove_mapping(p, at, step);
			return;
		}
	}
}

void segment_detach_all(struct world *w, struct process *p, struct step *step)
{
	(void)w;
	while (p->mappings)
		remove_mapping(p, &p->mappings, step);
}

/* fork copies attachments (shmat(2), mmap(2)). */
void segment_inherit(struct world *w, struct process *child, const struct process *parent, struct step *step)
{
	(void)w;
	for (const struct mapping *m = parent->mappings; m; m = m->next)
		attach(m->segment, child, m, step ? step : m->step);
}

/* A lock or semaphore used by a process that shares memory: taken as the guard of what it shares. */
void segment_guard(struct world *w, struct process *p)
{
	(void)w;
	for (struct mapping *m = p->mappings; m; m = m->next)
		m->segment->guarded = true;
}

struct segment *segment_for_file(struct world *w, struct process *p, struct open_file *f, const struct event *e)
{
	bool memfd = f->object == OBJECT_MEMFD;
	struct segment *s = memfd ? NULL : world_segment_by_path(w, f->path);
	if (s && (s->removed || (e->creat && e->excl)))
		s = NULL;
	if (s || !segment_make_room(w))
		return s;
	s = segment_new(w, memfd ? SEGMENT_MEMFD : SEGMENT_POSIX, p, state_step(w));
	s->path = f->path ? memory_copy(slice_of(f->path)) : NULL;
	s->created = memfd || e->creat;
	s->found = !s->created;
	s->mode = e->mode;
	segment_enlist(w, s);
	return s;
}

static void got(struct world *w, struct task *t, const struct event *e)
{
	struct segment *s = world_segment_by_id(w, e->ret);
	if (s && !s->removed && (s->key == e->key || s->key < 0))
		return;
	if (!segment_make_room(w))
		return;
	s = segment_new(w, SEGMENT_SYSV, t->process, state_step(w));
	s->id = e->ret;
	s->key = e->key;
	s->size = e->size;
	s->mode = e->mode;
	s->created = e->creat || e->key == 0;
	s->found = !s->created;
	segment_enlist(w, s);
}

static void attached(struct world *w, struct task *t, const struct event *e)
{
	struct segment *s = world_segment_by_id(w, e->id);
	if (!s && segment_make_room(w)) {
		s = segment_new(w, SEGMENT_SYSV, NULL, NULL);
		s->id = e->id;
		s->found = true;
		segment_enlist(w, s);
	}
	struct mapping m = {.addr = (uint64_t)e->ret,
		.size = s && s->size > 0 ? (uint64_t)s->size : 0,
		.writable = !e->rdonly,
		.step = state_step(w)};
	if (s)
		attach(s, t->process, &m, m.step);
}

static void removed(struct world *w, struct task *t, struct segment *s)
{
	step_set(&s->removed, state_step(w));
	s->remover = process_take(t->process);
	segment_no_longer_left(w, s);
	if (!s->attached)
		segment_retire(w, s);
}

static void controlled(struct world *w, struct task *t, const struct event *e)
{
	struct segment *s = world_segment_by_id(w, e->id);
	if (s && slice_is(e->op, "IPC_RMID") && !s->removed)
		removed(w, t, s);
}

/* What the descriptor of a call stands for; one that was opened before the trace is known by its annotation (-y). */
static struct segment *segment_of(struct world *w, struct task *t, const struct event *e)
{
	struct descriptor *d = e->fd >= 0 && e->note.ptr
		? state_descriptor(w, t->process, e->fd, e->note, ACCESS_UNKNOWN)
		: process_descriptor(t->process, e->fd);
	struct open_file *f = d ? d->file : NULL;
	if (!f || f->segment || (f->object != OBJECT_SHM && f->object != OBJECT_MEMFD))
		return f ? f->segment : NULL;
	struct segment *s = segment_for_file(w, t->process, f, e);
	if (s && f->object == OBJECT_MEMFD)
		s->created = false;
	f->segment = segment_take(s);
	return s;
}

static void mapped(struct world *w, struct task *t, const struct event *e)
{
	struct segment *s = segment_of(w, t, e);
	if (!s && e->fd < 0 && segment_make_room(w)) {
		s = segment_new(w, SEGMENT_ANONYMOUS, t->process, state_step(w));
		s->created = true;
		segment_enlist(w, s);
	}
	struct mapping m = {.addr = (uint64_t)e->ret,
		.size = e->size > 0 ? (uint64_t)e->size : 0,
		.writable = e->writable,
		.offset = e->value > 0 ? (uint64_t)e->value : 0,
		.step = state_step(w)};
	if (s)
		attach(s, t->process, &m, m.step);
}

static void sized(struct world *w, struct task *t, const struct event *e)
{
	struct segment *s = segment_of(w, t, e);
	if (!s || e->size < 0)
		return;
	s->size = e->size;
	s->truncated = true;
	step_set(&s->sized, state_step(w));
}

static void sealed(struct world *w, struct task *t, const struct event *e)
{
	struct segment *s = segment_of(w, t, e);
	if (!s)
		return;
	free(s->seals);
	s->seals = memory_copy(slice_take(e->list, 128));
	step_set(&s->sealed, state_step(w));
}

static void unlinked(struct world *w, struct task *t, const struct event *e)
{
	w->scratch.len = 0;
	buffer_add(&w->scratch, slice_take(e->path, 256));
	struct segment *s = world_segment_by_path(w, w->scratch.ptr);
	if (s && !s->removed)
		removed(w, t, s);
	bindings_unlink(w, e->path, state_step(w));
}

/* IPC_CREAT also finds a segment that is there: whoever may not change what it seems to have made has only found it. */
static void note_foreign(struct world *w, const struct task *t, const struct event *e)
{
	struct segment *s = e->kind == EVENT_SHMCTL && e->error == EPERM ? world_segment_by_id(w, e->id) : NULL;
	if (!s || s->creator != t->process || t->process->uid >= 0)
		return;
	s->created = false;
	s->found = true;
	segment_no_longer_left(w, s);
}

void segment_apply(struct world *w, struct task *t, const struct event *e)
{
	note_foreign(w, t, e);
	if (e->phase == PHASE_ENTER || e->error || !e->returned)
		return;
	switch (e->kind) {
	case EVENT_SHMGET:
		got(w, t, e);
		break;
	case EVENT_SHMAT:
		attached(w, t, e);
		break;
	case EVENT_SHMDT:
		segment_detach(w, t->process, e->addr, state_step(w));
		break;
	case EVENT_MUNMAP:
		if (t->process->mappings)
			segment_detach(w, t->process, e->addr, state_step(w));
		break;
	case EVENT_SHMCTL:
		controlled(w, t, e);
		break;
	case EVENT_MMAP:
		mapped(w, t, e);
		break;
	case EVENT_TRUNCATE:
		sized(w, t, e);
		break;
	case EVENT_SEAL:
		sealed(w, t, e);
		break;
	case EVENT_UNLINK:
		unlinked(w, t, e);
		break;
	default:
		break;
	}
}
