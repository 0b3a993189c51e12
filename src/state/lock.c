/* Locks on files: flock and fcntl. Files are told apart by the path as it was opened. */
#include <stdlib.h>

#include "state.h"

struct lock *lock_find(struct world *w, const char *path)
{
	struct lock *l = path ? map_get(&w->lock_paths, hash_bytes(slice_of(path))) : NULL;
	return l && strcmp(l->path, path) == 0 ? l : NULL;
}

void lock_free(struct lock *l)
{
	for (unsigned i = 0; i < l->holder_count; i++) {
		process_drop(l->holders[i].process);
		step_drop(l->holders[i].step);
	}
	free(l->path);
	free(l);
}

static void remove_holder(struct lock *l, unsigned i)
{
	process_drop(l->holders[i].process);
	step_drop(l->holders[i].step);
	l->holders[i] = l->holders[--l->holder_count];
}

static struct lock *lock_of(struct world *w, struct open_file *f)
{
	const char *path = f->path;
	struct lock *l = path ? lock_find(w, path) : NULL;
	if (l || !path || w->object_count >= MAX_OBJECTS)
		return l;
	l = memory_alloc(sizeof *l);
	l->path = memory_copy(slice_of(path));
	l->next = w->locks;
	w->locks = l;
	w->object_count++;
	map_put(&w->lock_paths, hash_bytes(slice_of(path)), l);
	return l;
}

/* flock and OFD locks belong to the open file, fcntl locks to the process (flock(2), fcntl(2)). */
static void release(struct lock *l, const struct process *p, const struct open_file *f, bool by_file)
{
	for (unsigned i = l->holder_count; i > 0; i--) {
		const struct lock_holder *h = &l->holders[i - 1];
		if (by_file ? h->file == f : !h->file && h->process == p)
			remove_holder(l, i - 1);
	}
}

void lock_apply(struct world *w, struct task *t, const struct event *e)
{
	struct descriptor *d = state_descriptor(w, t->process, e->fd, e->note, ACCESS_UNKNOWN);
	struct lock *l = d ? lock_of(w, d->file) : NULL;
	if (!l)
		return;
	d->file->lock = l;
	if (e->phase == PHASE_ENTER || e->error || !e->returned)
		return;
	release(l, t->process, d->file, e->ofd_owned);
	if (e->lock != LOCK_RELEASE && l->holder_count < LOCK_HOLDERS)
		l->holders[l->holder_count++] = (struct lock_holder){.process = process_take(t->process),
			.file = e->ofd_owned ? d->file : NULL,
			.step = step_take(state_step(w)),
			.exclusive = e->lock == LOCK_EXCLUSIVE};
	segment_guard(w, t->process);
}

void lock_file_gone(struct world *w, struct open_file *f)
{
	(void)w;
	if (f->lock)
		release(f->lock, NULL, f, true);
}

void lock_process_ended(struct world *w, struct process *p)
{
	for (struct lock *l = w->locks; l; l = l->next)
		release(l, p, NULL, false);
}
