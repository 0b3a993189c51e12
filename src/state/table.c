/* Descriptor tables: numbers to open files, per process. */
#include <stdlib.h>

#include "state.h"

struct table *table_new(struct world *w, struct process *owner)
{
	struct table *t = pool_get(&w->table_pool);
	t->refs = 1;
	t->owner = owner;
	return t;
}

struct descriptor *table_get(const struct table *t, int64_t fd)
{
	if (!t || fd < 0)
		return NULL;
	return fd < TABLE_LOW ? t->low[fd] : map_get(&t->by_fd, (uint64_t)fd);
}

static struct descriptor *take_out(struct table *t, int64_t fd)
{
	if (fd < TABLE_LOW)
		t->low[fd] = NULL;
	return map_remove(&t->by_fd, (uint64_t)fd);
}

static void put_in(struct table *t, struct descriptor *d)
{
	if (d->fd < TABLE_LOW)
		t->low[d->fd] = d;
	map_put(&t->by_fd, (uint64_t)d->fd, d);
}

struct closed *table_get_closed(const struct table *t, int64_t fd)
{
	return t && fd >= 0 ? map_get(&t->closed, (uint64_t)fd) : NULL;
}

struct descriptor *process_descriptor(const struct process *p, int64_t fd)
{
	return p ? table_get(p->table, fd) : NULL;
}

static void remember_closed(struct world *w, struct table *t, const struct descriptor *d, struct step *step)
{
	struct closed *c = map_get(&t->closed, (uint64_t)d->fd);
	if (!c) {
		if (t->closed.count >= MAX_CLOSED)
			return;
		c = pool_get(&w->closed_pool);
		map_put(&t->closed, (uint64_t)d->fd, c);
	}
	step_set(&c->before, c->reused_since ? c->step : NULL);
	step_set(&c->step, step);
	step_set(&c->made, d->file->made);
	channel_take(d->file->channel);
	channel_drop(c->channel);
	c->channel = d->file->channel;
	c->side = d->file->side;
	c->object = d->file->object;
	c->reused_since = false;
	c->used = d->file->received || d->file->sent;
}

static void free_closed(struct world *w, struct closed *c)
{
	step_drop(c->step);
	step_drop(c->made);
	step_drop(c->before);
	channel_drop(c->channel);
	pool_put(&w->closed_pool, c);
}

static void free_descriptor(struct world *w, struct descriptor *d, enum gone_how how, struct step *step)
{
	file_release(w, d, how, step);
	step_drop(d->step);
	step_drop(d->execed);
	w->descriptor_count--;
	pool_put(&w->descriptor_pool, d);
}

struct descriptor *table_put(struct world *w, struct table *t, int64_t fd, struct open_file *file, enum came came, struct step *step)
{
	if (!t || fd < 0 || w->descriptor_count >= MAX_DESCRIPTORS) {
		open_file_drop(open_file_take(file));
		return NULL;
	}
	struct descriptor *old = take_out(t, fd);
	struct descriptor *d = pool_get(&w->descriptor_pool);
	w->descriptor_count++;
	d->fd = fd;
	d->table = t;
	d->came = came;
	d->step = step_take(step);
	file_hold(file, d);
	if (old)
		free_descriptor(w, old, GONE_CLOSED, step);
	put_in(t, d);
	struct closed *c = table_get_closed(t, fd);
	if (c)
		c->reused_since = true;
	if (came == CAME_MADE) {
		t->made[file->object]++;
		t->made_last = w->order;
	}
	return d;
}

/* A child whose fork was not seen: between the fork and its first line its parent has closed the ends that were meant for it. They
 * are most likely those that the parent closed after it had made the last one. */
void table_inherit_past(struct world *w, struct process *child, const struct process *parent)
{
	struct map_slot *s;
	for (size_t i = 0; parent->table && (s = map_next(&parent->table->closed, &i));) {
		const struct closed *c = s->value;
		int64_t fd = (int64_t)s->key;
		if (!c->channel || c->channel->kind > CHANNEL_SOCKETPAIR || !c->step || c->step->order < parent->table->made_last ||
		    table_get(child->table, fd))
			continue;
		struct open_file *f = file_new(w, c->object, NULL, c->made);
		f->access = c->object == OBJECT_SOCKET ? ACCESS_BOTH : c->side ? ACCESS_WRITE : ACCESS_READ;
		if (c->object == OBJECT_SOCKET)
			socket_of(w, f);
		channel_join(c->channel, c->side, f);
		table_put(w, child->table, fd, f, CAME_FORK, NULL);
	}
}

static struct table *empty_like(struct world *w, const struct table *from, struct process *owner)
{
	struct table *t = table_new(w, owner);
	t->complete = from->complete;
	return t;
}

struct table *table_copy(struct world *w, const struct table *from, struct process *owner, struct step *how)
{
	struct table *t = empty_like(w, from, owner);
	struct map_slot *s;
	map_reserve(&t->by_fd, from->by_fd.count);
	for (size_t i = 0; w->descriptor_count < MAX_DESCRIPTORS && (s = map_next(&from->by_fd, &i));) {
		struct descriptor *d = s->value;
		struct descriptor *copy = table_put(w, t, d->fd, d->file, CAME_FORK, how);
		if (copy) {
			copy->cloexec = d->cloexec;
			step_set(&copy->execed, NULL);
		}
	}
	return t;
}

/* The numbers that the kernel must have given out: the lowest free ones (open(2)). For lines on which strace hid them ("-s 0" prints
 * "pipe2([...], 0)"). 0 to 2 count as open unless they were seen to be closed. */
void table_lowest_free(const struct table *t, int64_t fds[2])
{
	unsigned found = 0;
	for (int64_t fd = 0; found < 2; fd++) {
		bool open = table_get(t, fd) || (fd <= 2 && !table_get_closed(t, fd));
		if (!open)
			fds[found++] = fd;
	}
}

void table_drop(struct world *w, struct table *t, struct process *p, enum gone_how how, struct step *step)
{
	struct map_slot *s;
	if (!t)
		return;
	if (--t->refs) {
		if (t->owner == p)
			t->owner = NULL;
		return;
	}
	t->owner = p;
	for (size_t i = 0; (s = map_next(&t->by_fd, &i));)
		free_descriptor(w, s->value, how, step);
	for (size_t i = 0; (s = map_next(&t->closed, &i));)
		free_closed(w, s->value);
	map_release(&t->by_fd);
	map_release(&t->closed);
	pool_put(&w->table_pool, t);
}

void table_close(struct world *w, struct process *p, int64_t fd, enum gone_how how, struct step *step)
{
	struct table *t = p->table;
	struct descriptor *d = t && fd >= 0 ? take_out(t, fd) : NULL;
	if (!d)
		return;
	t->gone[d->file->object]++;
	remember_closed(w, t, d, step);
	free_descriptor(w, d, how, step);
}

/* The numbers in a range that are open, collected first: nothing may be removed while walking. */
static int64_t *collect(const struct table *t, int64_t first, int64_t last, bool only_cloexec, size_t *count)
{
	int64_t *fds = memory_alloc((t->by_fd.count + 1) * sizeof *fds);
	struct map_slot *s;
	*count = 0;
	for (size_t i = 0; (s = map_next(&t->by_fd, &i));) {
		const struct descriptor *d = s->value;
		if (d->fd >= first && d->fd <= last && (!only_cloexec || d->cloexec))
			fds[(*count)++] = d->fd;
	}
	return fds;
}

void table_close_range(struct world *w, struct process *p, int64_t first, int64_t last, bool mark_only)
{
	size_t count;
	if (!p->table)
		return;
	int64_t *fds = collect(p->table, first, last, false, &count);
	map_reserve(&p->table->closed, mark_only ? 0 : count < MAX_CLOSED ? count : MAX_CLOSED);
	for (size_t i = 0; i < count; i++) {
		if (mark_only)
			table_get(p->table, fds[i])->cloexec = true;
		else
			table_close(w, p, fds[i], GONE_CLOSED, state_step(w));
	}
	free(fds);
}

/* A table shared with other processes (CLONE_FILES) is unshared by execve. */
static void unshare(struct world *w, struct process *p, struct step *step)
{
	if (p->table->refs < 2)
		return;
	struct table *own = table_copy(w, p->table, p, step);
	table_drop(w, p->table, p, GONE_CLOSED, step);
	p->table = own;
}

void table_exec(struct world *w, struct process *p, struct step *step)
{
	size_t count;
	struct map_slot *s;
	if (!p->table)
		return;
	unshare(w, p, step);
	int64_t *fds = collect(p->table, 0, INT64_MAX, true, &count);
	for (size_t i = 0; i < count; i++)
		table_close(w, p, fds[i], GONE_EXECED, step);
	free(fds);
	for (size_t i = 0; (s = map_next(&p->table->by_fd, &i));) {
		struct descriptor *d = s->value;
		step_set(&d->execed, step);
	}
	for (size_t i = 0; (s = map_next(&p->table->closed, &i));)
		free_closed(w, s->value);
	map_release(&p->table->closed);
	memset(p->table->made, 0, sizeof p->table->made);
	memset(p->table->gone, 0, sizeof p->table->gone);
}
