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

/* --- places of numbers --- */

enum { NEAR = TABLE_PAGES * PAGE_NUMBERS };

/* NULL: its page was never used. */
static struct table_slot *find_slot(const struct table *t, int64_t fd)
{
	uint64_t number = (uint64_t)fd / PAGE_NUMBERS;
	struct table_page *page = number < TABLE_PAGES ? t->pages[number] : map_get(&t->far, number);
	return page ? &page->slots[fd % PAGE_NUMBERS] : NULL;
}

static struct table_slot *make_slot(struct world *w, struct table *t, int64_t fd)
{
	struct table_slot *slot = find_slot(t, fd);
	if (slot)
		return slot;
	uint64_t number = (uint64_t)fd / PAGE_NUMBERS;
	struct table_page *page = pool_get(&w->page_pool);
	if (number < TABLE_PAGES)
		t->pages[number] = page;
	else
		map_put(&t->far, number, page);
	return &page->slots[fd % PAGE_NUMBERS];
}

static bool is_empty(const struct table_page *page)
{
	for (int i = 0; i < PAGE_NUMBERS; i++)
		if (page->slots[i].open || page->slots[i].closed)
			return false;
	return true;
}

/* Far numbers leave no empty pages behind: there are too many of them. */
static void tidy_page(struct world *w, struct table *t, int64_t fd)
{
	const struct table_page *page = fd < NEAR ? NULL : map_get(&t->far, (uint64_t)fd / PAGE_NUMBERS);
	if (page && is_empty(page))
		pool_put(&w->page_pool, map_remove(&t->far, (uint64_t)fd / PAGE_NUMBERS));
}

static void tidy_pages(struct world *w, struct table *t)
{
	struct map kept = {0};
	const struct map_slot *s;
	for (size_t i = 0; (s = map_next(&t->far, &i));)
		if (is_empty(s->value))
			pool_put(&w->page_pool, s->value);
		else
			map_put(&kept, s->key, s->value);
	map_release(&t->far);
	t->far = kept;
}

/* The next place, whatever is there, and its number. */
static struct table_slot *next_slot(const struct table *t, size_t *position, int64_t *fd)
{
	while (*position < NEAR) {
		struct table_page *page = t->pages[*position / PAGE_NUMBERS];
		*fd = (int64_t)*position;
		*position += page ? 1 : PAGE_NUMBERS;
		if (page)
			return &page->slots[*fd % PAGE_NUMBERS];
	}
	size_t now = (*position - NEAR) / PAGE_NUMBERS, next = now;
	const struct map_slot *s = map_next(&t->far, &next);
	if (!s)
		return NULL;
	size_t i = --next == now ? *position % PAGE_NUMBERS : 0;
	*fd = (int64_t)(s->key * PAGE_NUMBERS + i);
	*position = NEAR + next * PAGE_NUMBERS + i + 1;
	return &((struct table_page *)s->value)->slots[i];
}

struct descriptor *table_next(const struct table *t, size_t *position)
{
	const struct table_slot *slot;
	int64_t fd;
	while ((slot = next_slot(t, position, &fd)))
		if (slot->open)
			return slot->open;
	return NULL;
}

struct closed *table_next_closed(const struct table *t, size_t *position, int64_t *fd)
{
	const struct table_slot *slot;
	while ((slot = next_slot(t, position, fd)))
		if (slot->closed)
			return slot->closed;
	return NULL;
}

struct descriptor *table_get(const struct table *t, int64_t fd)
{
	const struct table_slot *slot = t && fd >= 0 ? find_slot(t, fd) : NULL;
	return slot ? slot->open : NULL;
}

struct closed *table_get_closed(const struct table *t, int64_t fd)
{
	const struct table_slot *slot = t && fd >= 0 ? find_slot(t, fd) : NULL;
	return slot ? slot->closed : NULL;
}

/* --- opening and closing --- */

struct descriptor *process_descriptor(const struct process *p, int64_t fd)
{
	return p ? table_get(p->table, fd) : NULL;
}

static void remember_closed(
	struct world *w, struct table *t, struct table_slot *slot, const struct descriptor *d, struct step *step)
{
	struct closed *c = slot->closed;
	if (!c) {
		if (t->closed_count >= MAX_CLOSED)
			return;
		c = slot->closed = pool_get(&w->closed_pool);
		t->closed_count++;
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

struct descriptor *table_put(
	struct world *w, struct table *t, int64_t fd, struct open_file *file, enum came came, struct step *step)
{
	if (!t || fd < 0 || w->descriptor_count >= MAX_DESCRIPTORS) {
		open_file_drop(open_file_take(file));
		return NULL;
	}
	struct table_slot *slot = make_slot(w, t, fd);
	struct descriptor *old = slot->open;
	struct descriptor *d = pool_get(&w->descriptor_pool);
	w->descriptor_count++;
	d->fd = fd;
	d->table = t;
	d->came = came;
	d->step = step_take(step);
	file_hold(file, d);
	slot->open = NULL;
	if (old)
		free_descriptor(w, old, GONE_CLOSED, step);
	slot->open = d;
	t->open_count += !old;
	if (slot->closed)
		slot->closed->reused_since = true;
	if (came == CAME_MADE) {
		t->made[file->object]++;
		t->made_last = w->order;
	}
	return d;
}

/* A child whose fork was not seen: between the fork and its first line its parent has closed the ends that were meant
 * for it. They are most likely those that the parent closed after it had made the last one. */
void table_inherit_past(struct world *w, struct process *child, const struct process *parent)
{
	const struct closed *c;
	int64_t fd;
	for (size_t i = 0; parent->table && (c = table_next_closed(parent->table, &i, &fd));) {
		if (!c->channel || c->channel->kind > CHANNEL_SOCKETPAIR || !c->step ||
			c->step->order < parent->table->made_last || table_get(child->table, fd))
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
	const struct descriptor *d;
	for (size_t i = 0; w->descriptor_count < MAX_DESCRIPTORS && (d = table_next(from, &i));) {
		struct descriptor *copy = table_put(w, t, d->fd, d->file, CAME_FORK, how);
		if (copy) {
			copy->cloexec = d->cloexec;
			step_set(&copy->execed, NULL);
		}
	}
	return t;
}

/* The numbers that the kernel must have given out: the lowest free ones (open(2)). For lines on which strace hid them
 * ("-s 0" prints "pipe2([...], 0)"). 0 to 2 count as open unless they were seen to be closed. */
void table_lowest_free(const struct table *t, int64_t fds[2])
{
	unsigned found = 0;
	for (int64_t fd = 0; found < 2; fd++) {
		bool open = table_get(t, fd) || (fd <= 2 && !table_get_closed(t, fd));
		if (!open)
			fds[found++] = fd;
	}
}

static void forget_closed(struct world *w, struct table *t)
{
	struct table_slot *slot;
	int64_t fd;
	for (size_t i = 0; t->closed_count && (slot = next_slot(t, &i, &fd));) {
		if (!slot->closed)
			continue;
		free_closed(w, slot->closed);
		slot->closed = NULL;
		t->closed_count--;
	}
}

static void release_pages(struct world *w, struct table *t)
{
	const struct map_slot *s;
	for (int i = 0; i < TABLE_PAGES; i++)
		if (t->pages[i])
			pool_put(&w->page_pool, t->pages[i]);
	for (size_t i = 0; (s = map_next(&t->far, &i));)
		pool_put(&w->page_pool, s->value);
	map_release(&t->far);
}

void table_drop(struct world *w, struct table *t, struct process *p, enum gone_how how, struct step *step)
{
	if (!t)
		return;
	if (--t->refs) {
		if (t->owner == p)
			t->owner = NULL;
		return;
	}
	t->owner = p;
	struct descriptor *d;
	for (size_t i = 0; (d = table_next(t, &i));)
		free_descriptor(w, d, how, step);
	forget_closed(w, t);
	release_pages(w, t);
	pool_put(&w->table_pool, t);
}

void table_close(struct world *w, struct process *p, int64_t fd, enum gone_how how, struct step *step)
{
	struct table *t = p->table;
	struct table_slot *slot = t && fd >= 0 ? find_slot(t, fd) : NULL;
	struct descriptor *d = slot ? slot->open : NULL;
	if (!d)
		return;
	slot->open = NULL;
	t->open_count--;
	t->gone[d->file->object]++;
	remember_closed(w, t, slot, d, step);
	free_descriptor(w, d, how, step);
	tidy_page(w, t, fd);
}

/* The numbers in a range that are open, collected first: nothing may be removed while walking. */
static int64_t *collect(const struct table *t, int64_t first, int64_t last, bool only_cloexec, size_t *count)
{
	int64_t *fds = memory_alloc((t->open_count + 1) * sizeof *fds);
	const struct descriptor *d;
	*count = 0;
	for (size_t i = 0; (d = table_next(t, &i));) {
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
	struct descriptor *d;
	if (!p->table)
		return;
	unshare(w, p, step);
	int64_t *fds = collect(p->table, 0, INT64_MAX, true, &count);
	for (size_t i = 0; i < count; i++)
		table_close(w, p, fds[i], GONE_EXECED, step);
	free(fds);
	for (size_t i = 0; (d = table_next(p->table, &i));)
		step_set(&d->execed, step);
	forget_closed(w, p->table);
	tidy_pages(w, p->table);
	memset(p->table->made, 0, sizeof p->table->made);
	memset(p->table->gone, 0, sizeof p->table->gone);
}
