#include <ipcdiag/digest.h>

#include <stdlib.h>

#include <ipcdiag/memory.h>
#include <ipcdiag/trace.h>

enum { OWN_SIZE = offsetof(struct record, call) };

/* --- records with memory of their own --- */

/* All parts of a record's text, the one that holds most of them first. */
enum { PARTS = 7 + RECORD_MAX_AUX };

static unsigned list_parts(struct record *r, struct slice *parts[PARTS])
{
	struct slice *all[] = {&r->text, &r->args, &r->args_tail, &r->name, &r->ret, &r->err, &r->retnote};
	unsigned n = 0;
	for (; n < sizeof all / sizeof *all; n++)
		parts[n] = all[n];
	for (size_t i = 0; i < r->aux_count && i < RECORD_MAX_AUX; i++)
		parts[n++] = &r->aux[i];
	return n;
}

static bool holds(struct slice whole, struct slice part)
{
	return part.ptr >= whole.ptr && part.ptr + part.len <= whole.ptr + whole.len;
}

/* Which part before it this one lies in, so that it needs no room; its own number if in none. */
static unsigned holder(struct slice *const *parts, unsigned part)
{
	unsigned i = 0;
	while (i < part && !(parts[i]->ptr && holds(*parts[i], *parts[part])))
		i++;
	return i;
}

static size_t room_of(struct slice *const *parts, unsigned count)
{
	size_t room = 0;
	for (unsigned i = 0; i < count; i++)
		room += holder(parts, i) == i ? parts[i]->len : 0;
	return room;
}

/* Moves the parts of `r`, which is a copy of `from`, into `memory`. */
static void move_parts(struct record *r, const struct record *from, char *memory)
{
	struct record old = *from;
	struct slice *to[PARTS], *parts[PARTS];
	unsigned count = list_parts(r, to);
	list_parts(&old, parts);
	for (unsigned i = 0; i < count; i++) {
		if (!parts[i]->ptr)
			continue;
		unsigned in = holder(parts, i);
		if (in < i) {
			to[i]->ptr = to[in]->ptr + (parts[i]->ptr - parts[in]->ptr);
			continue;
		}
		if (parts[i]->len)
			memcpy(memory, parts[i]->ptr, parts[i]->len);
		to[i]->ptr = memory;
		memory += parts[i]->len;
	}
}

/* The duration, which each line has its own of, ends the text. */
static void take_off_duration(struct record *r)
{
	size_t length = r->duration.len + 3; /* " <" and ">" */
	if (r->duration.ptr && r->text.len >= length &&
		r->duration.ptr + r->duration.len + 1 == r->text.ptr + r->text.len)
		r->text.len -= length;
}

/* --- digests --- */

static struct digest *digest_new(struct digests *all, const struct record *r)
{
	struct record from = *r;
	struct slice *parts[PARTS];
	take_off_duration(&from);
	unsigned count = list_parts(&from, parts);
	size_t size = sizeof(struct digest) + room_of(parts, count);
	struct digest *d = size <= all->pool.size ? pool_take(&all->pool) : memory_resize(NULL, size);
	d->refs = 1;
	d->pooled = size <= all->pool.size;
	d->shown = NULL;
	d->record = from;
	move_parts(&d->record, &from, (char *)(d + 1));
	d->wanted = event_decode(&d->record, &d->event);
	return d;
}

struct digest *digest_take(struct digest *d)
{
	if (d)
		d->refs++;
	return d;
}

void digest_drop(struct digests *all, struct digest *d)
{
	if (!d || --d->refs)
		return;
	if (all->forget)
		all->forget(d);
	if (d->pooled)
		pool_put(&all->pool, d);
	else
		free(d);
}

static void begin(struct digests *all)
{
	enum { USUAL_TEXT = 256 };
	all->by_id = memory_alloc((TRACE_MAX_TEXT_ID + 1) * sizeof(struct digest *));
	all->pool.size = sizeof(struct digest) + USUAL_TEXT;
	pool_reserve(&all->pool, TRACE_MAX_TEXT_ID);
}

struct digest *digests_get(struct digests *all, const struct record *r)
{
	if (!r->text_id)
		return NULL;
	if (!all->by_id)
		begin(all);
	struct digest **place = &all->by_id[r->text_id];
	if (!r->text_known) {
		digest_drop(all, *place);
		*place = digest_new(all, r);
		return *place;
	}
	struct digest *d = *place;
	memcpy(&d->record, r, OWN_SIZE);
	d->event.task = r->task;
	return d;
}

void digests_release(struct digests *all)
{
	for (size_t i = 0; all->by_id && i <= TRACE_MAX_TEXT_ID; i++)
		digest_drop(all, all->by_id[i]);
	free(all->by_id);
	all->by_id = NULL;
	pool_release(&all->pool);
}

void digest_recall(const struct digest *d, const struct record *own, struct record *r, struct event *e)
{
	*r = d->record;
	memcpy(r, own, OWN_SIZE);
	*e = d->event;
	e->record = r;
	e->task = r->task;
}
