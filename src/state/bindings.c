/* The address book: every bind that worked, newest first for each port or path, also of sockets that are gone. */
#include <errno.h>
#include <stdlib.h>

#include "state.h"

static uint64_t key(const struct endpoint_address *a)
{
	if (a->family == FAMILY_UNIX)
		return hash_bytes(slice_of(a->path ? a->path : "")) | 1;
	return (uint64_t)a->port << 1;
}

static void unchain(struct world *w, struct binding *b)
{
	struct binding *first = map_get(&w->book, key(&b->address));
	if (first == b) {
		if (b->next)
			map_put(&w->book, key(&b->address), b->next);
		else
			map_remove(&w->book, key(&b->address));
		return;
	}
	for (; first; first = first->next) {
		if (first->next == b) {
			first->next = b->next;
			return;
		}
	}
}

static void free_binding(struct world *w, struct binding *b)
{
	unchain(w, b);
	if (b->older)
		b->older->newer = b->newer;
	else
		w->oldest = b->newer;
	if (b->newer)
		b->newer->older = b->older;
	else
		w->newest = b->older;
	if (b->file && b->file->socket)
		b->file->socket->binding = NULL;
	struct step **steps[] = {&b->bind, &b->listen, &b->gone, &b->unlinked, &b->first_accept, &b->accepted_close};
	for (size_t i = 0; i < sizeof steps / sizeof *steps; i++)
		step_set(steps[i], NULL);
	process_drop(b->process);
	address_release(&b->address);
	free(b);
	w->binding_count--;
}

/* When the book is full the oldest one that is gone makes room; a book full of living ones takes no more. */
static bool make_room(struct world *w)
{
	unsigned looked = 0;
	if (w->binding_count < MAX_BINDINGS)
		return true;
	for (struct binding *b = w->oldest; b && looked < 64; b = b->newer, looked++) {
		if (!b->file) {
			free_binding(w, b);
			return true;
		}
	}
	return false;
}

struct binding *bindings_add(struct world *w, struct process *p, struct open_file *f, const struct endpoint_address *a)
{
	if (!make_room(w))
		return NULL;
	struct binding *b = memory_alloc(sizeof *b);
	if (f->socket->binding) /* a second bind that cannot be */
		f->socket->binding->file = NULL;
	address_copy(&b->address, a);
	b->process = process_take(p);
	b->bind = step_take(state_step(w));
	b->file = f;
	b->backlog = -1;
	b->stream = f->socket->stream;
	b->next = map_get(&w->book, key(a));
	map_put(&w->book, key(a), b);
	b->older = w->newest;
	if (w->newest)
		w->newest->newer = b;
	else
		w->oldest = b;
	w->newest = b;
	w->binding_count++;
	return b;
}

void bindings_unlink(struct world *w, struct slice path, struct step *step)
{
	w->scratch.len = 0;
	buffer_add(&w->scratch, slice_take(path, 256));
	for (struct binding *b = map_get(&w->book, hash_bytes(buffer_slice(&w->scratch)) | 1); b; b = b->next)
		if (b->address.family == FAMILY_UNIX && b->address.path && strcmp(b->address.path, w->scratch.ptr) == 0)
			step_set(&b->unlinked, step);
}

void bindings_unlink_failed(struct world *w, const struct event *e)
{
	struct failed_unlink *x = &w->failed_unlink;
	if (e->error == ENOENT || !e->path.len)
		return;
	free(x->path);
	x->path = memory_copy(slice_take(e->path, 256));
	x->error = e->error;
	step_set(&x->step, state_step(w));
}

const struct failed_unlink *world_failed_unlink(const struct world *w, const char *path)
{
	const struct failed_unlink *x = &w->failed_unlink;
	return x->path && path && strcmp(x->path, path) == 0 ? x : NULL;
}

/* One place for each address of a process: a client that tries again and again is one that failed. */
static struct failed_connect *place_for(struct world *w, const struct process *p, const struct endpoint_address *a)
{
	for (unsigned i = 0; i < MAX_FAILED_CONNECTS; i++)
		if (w->failed[i].process == p && address_same(&w->failed[i].address, a))
			return NULL;
	return &w->failed[w->failed_total++ % MAX_FAILED_CONNECTS];
}

static void release_failed(struct failed_connect *x)
{
	step_drop(x->step);
	process_drop(x->process);
	address_release(&x->address);
	*x = (struct failed_connect){0};
}

void bindings_connect_failed(struct world *w, struct process *p, const struct endpoint_address *a, int error)
{
	struct failed_connect *x = a->family == FAMILY_NONE ? NULL : place_for(w, p, a);
	if (!x)
		return;
	release_failed(x);
	x->step = step_take(state_step(w));
	x->process = process_take(p);
	x->error = error;
	address_copy(&x->address, a);
}

const struct failed_connect *world_failed_connect(const struct world *w, unsigned i)
{
	if (i >= w->failed_total || i >= MAX_FAILED_CONNECTS)
		return NULL;
	return &w->failed[(w->failed_total - 1 - i) % MAX_FAILED_CONNECTS];
}

/* The side that closes a TCP connection first keeps its port in TIME_WAIT (tcp(7)). */
void bindings_accepted_closed(struct world *w, struct open_file *f)
{
	const struct channel *c = f->channel;
	if (!c || c->kind != CHANNEL_INET || f->side != 1 || !f->socket || (c->side[0].known && !c->side[0].files) ||
		c->side[0].shut)
		return;
	struct binding *b = world_binding_for(w, &f->socket->local, NULL);
	if (b)
		step_set(&b->accepted_close, state_step(w));
}

void bindings_release(struct world *w)
{
	for (unsigned i = 0; i < MAX_FAILED_CONNECTS; i++)
		release_failed(&w->failed[i]);
	step_drop(w->failed_unlink.step);
	free(w->failed_unlink.path);
	while (w->oldest)
		free_binding(w, w->oldest);
	map_release(&w->book);
}

struct binding *world_bindings(const struct world *w)
{
	return w->oldest;
}

/* A wildcard takes every address; "::" takes IPv4 too unless IPV6_V6ONLY (ipv6(7)). */
static bool reaches(const struct endpoint_address *bound, const struct endpoint_address *wanted)
{
	if (address_same(bound, wanted))
		return true;
	if (bound->family == FAMILY_UNIX || wanted->family == FAMILY_UNIX || bound->port != wanted->port)
		return false;
	if (address_is_wildcard(bound))
		return bound->family == wanted->family || bound->family == FAMILY_INET6;
	/* connecting to the wildcard address means this host (ip(7)) */
	return address_is_wildcard(wanted) && bound->family == wanted->family;
}

struct binding *world_binding_for(const struct world *w, const struct endpoint_address *a, const struct binding *after)
{
	struct binding *b = after ? after->next : map_get(&w->book, key(a));
	while (b && !reaches(&b->address, a))
		b = b->next;
	return b;
}
