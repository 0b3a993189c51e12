/* Descriptors in flight: sent by SCM_RIGHTS and not received yet. A message holds its open files until it is received,
 * or until nobody has the socket any more at which it waits (unix(7)). Sockets that are only held by messages of each
 * other are collected as the kernel does it (net/unix/garbage.c): what no descriptor leads to goes. */
#include <stdlib.h>

#include "state.h"

struct in_flight {
	struct open_file *file; /* reference held */
	struct in_flight *next;
};

static void enlist(struct world *w, struct channel *c)
{
	c->loaded_prev = NULL;
	c->loaded_next = w->loaded;
	if (w->loaded)
		w->loaded->loaded_prev = c;
	w->loaded = c;
}

static void unlist(struct world *w, struct channel *c)
{
	if (c->loaded_prev)
		c->loaded_prev->loaded_next = c->loaded_next;
	else
		w->loaded = c->loaded_next;
	if (c->loaded_next)
		c->loaded_next->loaded_prev = c->loaded_prev;
	c->loaded_prev = c->loaded_next = NULL;
}

void in_flight_send(struct world *w, struct open_file *from, struct open_file *file)
{
	struct channel *c = from->channel;
	struct side *to = &c->side[!from->side];
	if (w->in_flight_count >= MAX_DESCRIPTORS)
		return;
	struct in_flight *m = memory_alloc(sizeof *m);
	m->file = open_file_take(file);
	file->passing++;
	w->in_flight_count++;
	if (to->queue)
		to->queue_last->next = m;
	else
		to->queue = m;
	to->queue_last = m;
	if (!c->passing_count++)
		enlist(w, c);
}

static void leave_queue(struct world *w, struct channel *c)
{
	w->in_flight_count--;
	if (!--c->passing_count)
		unlist(w, c);
}

static struct in_flight *take_first(struct world *w, struct channel *c, int side)
{
	struct in_flight *m = c->side[side].queue;
	c->side[side].queue = m->next;
	leave_queue(w, c);
	return m;
}

/* Of several messages with that file it is the last one. */
void in_flight_withdraw(struct world *w, struct open_file *from, struct open_file *file)
{
	struct side *to = &from->channel->side[!from->side];
	struct in_flight *found = NULL, *before = NULL;
	for (struct in_flight *m = to->queue, *previous = NULL; m; previous = m, m = m->next) {
		if (m->file != file)
			continue;
		found = m;
		before = previous;
	}
	if (!found)
		return;
	*(before ? &before->next : &to->queue) = found->next;
	if (to->queue_last == found)
		to->queue_last = before;
	leave_queue(w, from->channel);
	free(found);
	in_flight_landed(w, file);
}

struct open_file *in_flight_receive(struct world *w, struct open_file *to)
{
	if (!to->channel || !to->channel->side[to->side].queue)
		return NULL;
	struct in_flight *m = take_first(w, to->channel, to->side);
	struct open_file *f = m->file;
	free(m);
	return f;
}

void in_flight_landed(struct world *w, struct open_file *f)
{
	f->passing--;
	if (!f->holder_count)
		file_last_close(w, f, NULL);
	open_file_drop(f);
}

/* What is lost with one message may hold further messages: one after the other, never one within the other. */
static void drain(struct world *w)
{
	struct in_flight *m;
	if (w->draining)
		return;
	w->draining = true;
	while ((m = w->lost)) {
		struct open_file *f = m->file;
		w->lost = m->next;
		free(m);
		in_flight_landed(w, f);
	}
	w->draining = false;
}

static void lose_queue(struct world *w, struct channel *c, int side)
{
	while (c->side[side].queue) {
		struct in_flight *m = take_first(w, c, side);
		m->next = w->lost;
		w->lost = m;
	}
}

void in_flight_purge(struct world *w, struct channel *c, int side)
{
	lose_queue(w, c, side);
	drain(w);
}

/* --- cycles --- */

static bool is_marked(const struct world *w, const struct open_file *f)
{
	return f->marked == w->collections;
}

/* Can somebody receive from this side, by a descriptor, from outside of the trace, or by a file that is marked? */
static bool is_reachable(const struct world *w, const struct channel *c, int side)
{
	const struct open_file *l = c->awaits;
	if (!c->side[side].known)
		return !l || l->holder_count || is_marked(w, l);
	for (const struct open_file *f = c->side[side].files; f; f = f->side_next)
		if (f->holder_count || is_marked(w, f))
			return true;
	return false;
}

/* Marks the files of a queue, and puts them in front of `todo`. */
static struct open_file *mark_queue(const struct world *w, const struct channel *c, int side, struct open_file *todo)
{
	for (const struct in_flight *m = c->side[side].queue; m; m = m->next) {
		if (is_marked(w, m->file))
			continue;
		m->file->marked = w->collections;
		m->file->marked_next = todo;
		todo = m->file;
	}
	return todo;
}

static struct open_file *mark_behind(const struct world *w, const struct open_file *f, struct open_file *todo)
{
	if (f->channel)
		todo = mark_queue(w, f->channel, f->side, todo);
	for (unsigned i = 0; f->socket && i < f->socket->pending_count; i++)
		todo = mark_queue(w, f->socket->pending[i], 1, todo);
	return todo;
}

static void mark_all(struct world *w)
{
	struct open_file *todo = NULL;
	w->collections++;
	for (const struct channel *c = w->loaded; c; c = c->loaded_next)
		for (int side = 0; side < 2; side++)
			if (c->side[side].queue && is_reachable(w, c, side))
				todo = mark_queue(w, c, side, todo);
	while (todo) {
		const struct open_file *f = todo;
		todo = mark_behind(w, f, f->marked_next);
	}
}

/* Looks at everything in flight: done again only when so many have been orphaned meanwhile that it does not count. */
void in_flight_orphaned(struct world *w)
{
	enum { SHARE = 16 };
	struct channel *next;
	if (w->draining || ++w->orphaned * SHARE < w->in_flight_count)
		return;
	w->orphaned = 0;
	mark_all(w);
	for (struct channel *c = w->loaded; c; c = next) {
		next = c->loaded_next;
		for (int side = 0; side < 2; side++)
			if (c->side[side].queue && !is_reachable(w, c, side))
				lose_queue(w, c, side);
	}
	drain(w);
}

void in_flight_release(struct world *w)
{
	while (w->loaded) {
		struct channel *c = w->loaded;
		lose_queue(w, c, 0);
		lose_queue(w, c, 1);
	}
	drain(w);
}
