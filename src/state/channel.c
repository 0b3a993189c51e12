/* Channels: two sides, who holds them, and the memory of who let them go. */
#include <stdlib.h>

#include "state.h"

enum { PIPE_CAPACITY = 65536 }; /* pipe(7): 16 pages by default */

struct channel *channel_new(struct world *w, enum channel_kind kind, struct process *maker, struct step *made)
{
	struct channel *c = pool_get(&w->channel_pool);
	c->number = ++w->channel_total;
	c->kind = kind;
	c->maker = process_take(maker);
	c->made = step_take(made);
	c->capacity = kind <= CHANNEL_FIFO ? PIPE_CAPACITY : -1;
	c->world = w;
	c->next = w->channels;
	if (c->next)
		c->next->prev = c;
	w->channels = c;
	return c;
}

struct channel *channel_take(struct channel *c)
{
	if (c)
		c->refs++;
	return c;
}

static void drop_gone(struct gone *g)
{
	process_drop(g->process);
	step_drop(g->step);
	step_drop(g->came);
	*g = (struct gone){0};
}

static void release_side(struct side *s)
{
	for (unsigned i = 0; i < s->gone_count; i++)
		drop_gone(&s->gone[i]);
	process_drop(s->last_user);
	step_drop(s->first_io);
	step_drop(s->last_io);
	step_drop(s->last_receive);
	step_drop(s->shut);
	step_drop(s->shut_read);
	step_drop(s->linger);
}

static void unlink_channel(struct channel *c)
{
	struct world *w = c->world;
	if (c->label && map_get(&w->pipes, c->label) == c)
		map_remove(&w->pipes, c->label);
	if (c->prev)
		c->prev->next = c->next;
	else
		w->channels = c->next;
	if (c->next)
		c->next->prev = c->prev;
}

void channel_drop(struct channel *c)
{
	if (!c || (c->refs && --c->refs))
		return;
	if (!c->world->finished) { /* its story is over */
		c->refs = 1;
		state_emit(c->world,
			&(struct change){
				.kind = CHANGE_FINISH, .channel = c, .process = c->maker, .step = c->made, .fd = -1});
		if (--c->refs)
			return; /* somebody keeps it */
	}
	unlink_channel(c);
	in_flight_purge(c->world, c, 0);
	in_flight_purge(c->world, c, 1);
	release_side(&c->side[0]);
	release_side(&c->side[1]);
	step_drop(c->made);
	step_drop(c->capacity_step);
	step_drop(c->listen_step);
	step_drop(c->accept_step);
	step_drop(c->connect_step);
	process_drop(c->maker);
	free(c->name);
	pool_put(&c->world->channel_pool, c);
}

static void reassign(struct process **at, struct process *from, struct process *to)
{
	if (*at != from)
		return;
	*at = process_take(to);
	process_drop(from);
}

void channel_reassign(struct channel *c, struct process *from, struct process *to)
{
	if (!c)
		return;
	reassign(&c->maker, from, to);
	for (struct side *s = c->side; s < c->side + 2; s++) {
		reassign(&s->last_user, from, to);
		for (unsigned i = 0; i < s->gone_count; i++)
			reassign(&s->gone[i].process, from, to);
	}
}

void channel_set_name(struct channel *c, const char *name)
{
	free(c->name);
	c->name = name && name[0] ? memory_copy(slice_of(name)) : NULL;
}

void channel_join(struct channel *c, int side, struct open_file *f)
{
	if (!c || f->channel)
		return;
	f->channel = channel_take(c);
	f->side = side;
	f->side_next = c->side[side].files;
	c->side[side].files = f;
	c->side[side].known = true;
}

/* An open file that nobody holds any more leaves its side; the channel stays with the file's memory. */
void channel_leave(struct world *w, struct open_file *f)
{
	struct channel *c = f->channel;
	(void)w;
	if (!c)
		return;
	for (struct open_file **at = &c->side[f->side].files; *at; at = &(*at)->side_next) {
		if (*at != f)
			continue;
		*at = f->side_next;
		f->side_next = NULL;
		return;
	}
}

static struct gone *gone_slot(struct side *s)
{
	if (s->gone_count == GONE_KEPT) {
		drop_gone(&s->gone[0]);
		memmove(&s->gone[0], &s->gone[1], (GONE_KEPT - 1) * sizeof s->gone[0]);
		s->gone_count--;
		s->gone[GONE_KEPT - 1] = (struct gone){0};
	}
	s->gone_total++;
	return &s->gone[s->gone_count++];
}

static bool came_later(const struct step *a, const struct step *b)
{
	return a && (!b || a->order > b->order);
}

void channel_note_gone(struct world *w, struct open_file *f, struct descriptor *d, enum gone_how how, struct step *step)
{
	struct side *s = &f->channel->side[f->side];
	struct gone *g = gone_slot(s), *before = s->gone_count > 1 ? g - 1 : NULL;
	if (before && before->order == w->order && before->process == d->table->owner &&
		came_later(before->came, d->step)) {
		*g = *before; /* of those that go at once the newest one, on standard input perhaps, goes last */
		g = before;
	}
	g->process = process_take(d->table->owner);
	g->fd = d->fd;
	g->how = how;
	g->step = step_take(how == GONE_EXITED ? NULL : step);
	g->came = step_take(d->step);
	g->order = w->order;
}

struct step *gone_step(const struct gone *g)
{
	if (!g)
		return NULL;
	return g->step ? g->step : g->process ? g->process->end_step : NULL;
}

struct channel *world_channels(const struct world *w)
{
	return w->channels;
}

const struct gone *side_last_gone(const struct channel *c, int side)
{
	return c && c->side[side].gone_count ? &c->side[side].gone[c->side[side].gone_count - 1] : NULL;
}

unsigned side_holders(const struct channel *c, int side, const struct process *except, struct descriptor **first)
{
	unsigned count = 0;
	struct process *seen = NULL;
	if (first)
		*first = NULL;
	if (!c)
		return 0;
	for (const struct open_file *f = c->side[side].files; f; f = f->side_next) {
		for (struct descriptor *d = f->holders; d; d = d->next) {
			if (d->table->owner == except || d->table->owner == seen)
				continue;
			seen = d->table->owner;
			if (first && !*first)
				*first = d;
			count++;
		}
	}
	return count;
}

static bool is_held_by(const struct channel *c, int side, const struct process *p)
{
	enum { LOOK_AT = 256 };
	unsigned n = 0;
	for (const struct open_file *f = c->side[side].files; f && n < LOOK_AT; f = f->side_next)
		for (const struct descriptor *d = f->holders; d && n < LOOK_AT; d = d->next, n++)
			if (d->table->owner == p)
				return true;
	return n == LOOK_AT;
}

static bool is_waiting_for_good(const struct process *p)
{
	for (const struct task *t = p->tasks; t; t = t->next_in_process) {
		bool sleeps = t->wait.kind == WAIT_SLEEP && (t->wait.seconds < 0 || t->wait.seconds >= LONG_SLEEP);
		if (t->wait.kind == WAIT_NONE || t->wait.kind == WAIT_OTHER || (!t->wait.forever && !sleeps))
			return false;
	}
	return true;
}

static bool has_let_go(const struct side *s, const struct process *p)
{
	for (unsigned i = 0; i < s->gone_count; i++)
		if (s->gone[i].process == p)
			return true;
	return false;
}

/* Nobody ever wrote, who made the pipe has let this end go, and who inherited it sleeps. Who has closed the other end
 * has made himself ready to use this one: he may still. */
static bool is_forgotten(const struct channel *c, const struct descriptor *d)
{
	const struct process *p = d->table->owner;
	bool sleeps = p->tasks && (p->tasks->wait.kind == WAIT_SLEEP || p->tasks->wait.kind == WAIT_PAUSE);
	return d->came == CAME_FORK && !has_let_go(&c->side[!d->file->side], p) && c->maker && c->maker != p &&
		sleeps && !is_held_by(c, d->file->side, c->maker);
}

bool descriptor_only_keeps(const struct descriptor *d, const struct process *waiter)
{
	const struct process *p = d->table->owner;
	const struct channel *c = d->file->channel;
	if (!p || !c)
		return false;
	if (p == waiter)
		return p->task_count < 2;
	const struct process *wrote = c->side[d->file->side].last_user;
	bool left_over = wrote ? !is_held_by(c, d->file->side, wrote)
			       : (p->parent && !process_alive(p->parent)) || is_forgotten(c, d);
	bool unaware =
		wrote && d->execed && d->fd > 2; /* a program does not look for numbers that it was not told of */
	return wrote != p && left_over && (unaware || is_waiting_for_good(p));
}

const char *channel_kind_name(enum channel_kind k)
{
	static const char *const names[] = {"pipe", "fifo", "socketpair", "unix", "inet"};
	return names[k];
}

void channel_describe(const struct channel *c, struct buffer *text)
{
	static const char *const what[] = {
		"the pipe", "the FIFO", "the socketpair", "the Unix connection", "the connection"};
	if (c->kind == CHANNEL_PIPE && c->name)
		buffer_add_text(text, c->name);
	else
		buffer_add_text(text, what[c->kind]);
	if (c->name && c->kind != CHANNEL_PIPE)
		buffer_add_format(text, " %s%s", c->kind >= CHANNEL_UNIX ? "to " : "", c->name);
	if (c->made && c->kind != CHANNEL_FIFO)
		buffer_add_format(text, " made at line %llu", (unsigned long long)c->made->line);
}

/* "pipe:[12345]", as /proc/PID/fd shows it. */
static void name_pipe(struct world *w, struct channel *c, struct slice note)
{
	w->scratch.len = 0;
	buffer_add(&w->scratch, slice_take(note, 64));
	channel_set_name(c, w->scratch.ptr);
}

struct channel *state_pipe_by_note(struct world *w, struct slice note)
{
	uint64_t label = hash_bytes(note) | 1;
	struct channel *c = map_get(&w->pipes, label);
	if (!c) {
		c = channel_new(w, CHANNEL_PIPE, NULL, NULL);
		name_pipe(w, c, note);
		c->label = label;
		map_put(&w->pipes, label, c);
	}
	return c;
}

/* FIFOs are known by the path as printed; those of one name are taken for one. The world keeps them, as a FIFO outlives
 * its users; of more than MAX_FIFOS nothing is known (NULL). */
struct channel *state_fifo(struct world *w, const char *path)
{
	uint64_t label = hash_bytes(slice_of(path)) | 1;
	struct channel *c = map_get(&w->pipes, label);
	if (!c && w->fifo_count < MAX_FIFOS) {
		c = channel_take(channel_new(w, CHANNEL_FIFO, NULL, NULL));
		c->label = label;
		channel_set_name(c, path);
		map_put(&w->pipes, label, c);
		w->fifo_count++;
	}
	return c;
}

struct channel *state_known_fifo(const struct world *w, struct slice path)
{
	return path.len ? map_get(&w->pipes, hash_bytes(slice_take(path, 256)) | 1) : NULL;
}

static void pipe_made(struct world *w, struct task *t, const struct event *e)
{
	struct process *p = t->process;
	struct step *step = state_step(w);
	struct channel *c = channel_new(w, CHANNEL_PIPE, p, step);
	int64_t fds[2] = {e->fd, e->fd2};
	if (e->fd < 0 && p->from_start)
		table_lowest_free(p->table, fds);
	channel_take(c);
	if (e->note.ptr) {
		name_pipe(w, c, e->note);
		c->label = hash_bytes(e->note) | 1;
		map_put(&w->pipes, c->label, c);
	}
	for (int side = 0; side < 2; side++) {
		struct open_file *f = file_new(w, OBJECT_PIPE, p, step);
		f->access = side ? ACCESS_WRITE : ACCESS_READ;
		f->nonblock = e->nonblock;
		channel_join(c, side, f);
		struct descriptor *d = table_put(w, p->table, fds[side], f, CAME_MADE, step);
		if (d)
			d->cloexec = e->cloexec;
	}
	channel_drop(c);
}

static void resized(struct world *w, struct task *t, const struct event *e)
{
	struct descriptor *d = state_descriptor(w, t->process, e->fd, e->note, ACCESS_UNKNOWN);
	if (!d || !d->file->channel || e->ret <= 0)
		return;
	d->file->channel->capacity = e->ret;
	step_set(&d->file->channel->capacity_step, state_step(w));
}

void channel_apply(struct world *w, struct task *t, const struct event *e)
{
	if (e->phase == PHASE_ENTER || e->error || !e->returned)
		return;
	if (e->kind == EVENT_PIPE)
		pipe_made(w, t, e);
	else if (e->kind == EVENT_PIPE_SIZE)
		resized(w, t, e);
}
