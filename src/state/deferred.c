/* First halves of calls, put off. Most calls return before anybody asks what they wait for, so that what their first
 * half says need not be read at all. It is kept as text, and read when somebody wants to know: before a change is
 * looked at closely, when blocked calls are judged, when anything but the call's return happens to the task.
 *
 * Only halves that would do nothing but begin a wait are put off, and only while nothing can happen to what they speak
 * of: numbers of descriptors mean the same until the call returns if no other task shares them. So it makes no
 * difference when they are read. world_apply() of the decoded half is the slow twin; tests/unit/test_state_later.c
 * holds both together. */
#include <stdlib.h>

#include "state.h"

enum { MAX_TEXT = 1000 };

struct later {
	struct later *older, *newer; /* of all that are put off */
	struct task *task;
	bool waits; /* put off now; else only its memory is kept for the next time */
	uint64_t order;
	struct digest *digest; /* has the text, and what it means; NULL: */
	struct record
		record; /* its slices point into `text`; with a digest it is filled in as far as it is the line's own */
	char text[];
};

static void link_newest(struct world *w, struct later *l)
{
	l->newer = NULL;
	l->older = w->last_put_off;
	if (l->older)
		l->older->newer = l;
	else
		w->first_put_off = l;
	w->last_put_off = l;
	l->waits = true;
}

static void unlink_later(struct world *w, struct later *l)
{
	*(l->older ? &l->older->newer : &w->first_put_off) = l->newer;
	*(l->newer ? &l->newer->older : &w->last_put_off) = l->older;
	l->waits = false;
}

/* --- which halves --- */

static const struct descriptor *without_news(const struct process *p, int64_t fd, struct slice note)
{
	const struct descriptor *d = process_descriptor(p, fd);
	return d && note.ptr && file_note_is_news(d->file, note) ? NULL : d;
}

/* The descriptor that the arguments begin with, if the model knows it and its note tells nothing new. `e`: what the
 * half says, or NULL. */
static const struct descriptor *known_descriptor(const struct process *p, struct slice args, const struct event *e)
{
	int64_t fd = 0;
	size_t n = 0;
	while (n < args.len && n < 9 && args.ptr[n] >= '0' && args.ptr[n] <= '9')
		fd = fd * 10 + (args.ptr[n++] - '0');
	if (!n || n == args.len || (args.ptr[n] != ',' && args.ptr[n] != '<'))
		return NULL;
	return without_news(p, fd, e ? e->note : args.ptr[n] == '<' ? arg_note(args) : (struct slice){0});
}

static bool has(struct slice args, char c)
{
	return slice_find_char(args, c, 0) != SIZE_MAX;
}

static bool only_waits(const struct world *w, const struct task *t, const struct record *r, const struct event *e)
{
	const struct descriptor *d;
	switch (event_kind_of(r)) {
	case EVENT_CLOSE:
	case EVENT_DUP:
	case EVENT_SIGACTION:
	case EVENT_LIMIT:
		return true;
	case EVENT_OPEN:
	case EVENT_STAT:
		return w->saw_names; /* until then world.c looks at them */
	case EVENT_READ:
	case EVENT_WRITE:
		return known_descriptor(t->process, r->args, e);
	case EVENT_SEND:
	case EVENT_RECV:
		return !has(r->args, '{') &&
			known_descriptor(t->process, r->args, e); /* in a struct descriptors could be passed */
	case EVENT_POLL:
		return !has(r->args, '<'); /* a note could be news */
	case EVENT_EPOLL_WAIT:
		d = known_descriptor(t->process, r->args, e);
		return d && d->file->holder_count == 1; /* else another process could change what it watches */
	default:
		return false;
	}
}

static bool may_wait(const struct world *w, const struct task *t, const struct record *r, const struct event *e)
{
	const struct process *p = t->process;
	return w->options.stall <= 0 && p->end == END_ALIVE && p->task_count == 1 && p->table && p->table->refs == 1 &&
		t->wait.kind == WAIT_NONE && r->text.len <= MAX_TEXT && r->time.len <= STEP_TIME &&
		r->end == END_NONE && only_waits(w, t, r, e);
}

/* --- keeping --- */

static struct slice moved(struct slice part, const struct record *r, const char *text)
{
	return part.ptr ? (struct slice){text + (part.ptr - r->text.ptr), part.len} : part;
}

static bool is_inside(struct slice part, struct slice text)
{
	return part.ptr >= text.ptr && part.ptr + part.len <= text.ptr + text.len;
}

static struct later *memory_of(struct task *t)
{
	if (!t->later)
		t->later = memory_alloc(sizeof *t->later + MAX_TEXT + STEP_TIME);
	return t->later;
}

static void keep(struct later *l, const struct record *r, struct digest *d)
{
	size_t length = d ? 0 : r->text.len;
	char *time = l->text + length;
	l->digest = digest_take(d);
	if (r->time.len)
		memcpy(time, r->time.ptr, r->time.len);
	l->record = (struct record){
		.kind = r->kind, .file = r->file, .line = r->line, .pid = r->pid, .task = r->task, .call = r->call};
	if (r->time.ptr)
		l->record.time = (struct slice){time, r->time.len};
	if (d)
		return;
	memcpy(l->text, r->text.ptr, length);
	l->record.text = (struct slice){l->text, length};
	l->record.name = moved(r->name, r, l->text);
	l->record.args = moved(r->args, r, l->text);
}

static void release(struct world *w, struct later *l)
{
	digest_drop(&w->digests, l->digest);
	l->digest = NULL;
}

bool deferred_put_off(struct world *w, const struct record *r, struct digest *d)
{
	struct task *t = r->kind == RECORD_UNFINISHED && r->task >= 0 && r->call ? state_find_task(w, r->task) : NULL;
	if (!t || deferred_waits(t) || !is_inside(r->name, r->text) || !is_inside(r->args, r->text) ||
		!may_wait(w, t, r, d ? &d->event : NULL))
		return false;
	struct later *l = memory_of(t);
	w->last = l->task = t;
	l->order = ++w->order;
	keep(l, r, d);
	link_newest(w, l);
	wait_list(w, t);
	return true;
}

/* --- reading --- */

bool deferred_waits(const struct task *t)
{
	return t->later && t->later->waits;
}

void deferred_forget(struct world *w, struct task *t)
{
	if (!deferred_waits(t))
		return;
	unlink_later(w, t->later);
	release(w, t->later);
	wait_unlist(w, t);
}

static bool decode(const struct later *l, struct record *r, struct event *e)
{
	if (!l->digest)
		return event_decode(&l->record, e);
	digest_recall(l->digest, &l->record, r, e);
	return true;
}

/* As if the moment of the half had come back. */
void deferred_read(struct world *w, struct task *t)
{
	struct event e;
	struct record r;
	struct later *l = t->later;
	struct world now = {
		.event = w->event, .digest = w->digest, .step = w->step, .order = w->order, .last = w->last};
	if (!deferred_waits(t))
		return;
	unlink_later(w, l);
	if (!decode(l, &r, &e)) {
		wait_unlist(w, t);
		return;
	}
	e.note = (struct slice){NULL, 0}; /* it told nothing new then */
	w->event = &e;
	w->digest = l->digest;
	w->step = NULL;
	w->order = t->later->order;
	w->last = t;
	wait_begin(w, t, &e);
	step_drop(w->step);
	w->event = now.event;
	w->digest = now.digest;
	release(w, l);
	w->step = now.step;
	w->order = now.order;
	w->last = now.last;
}

void world_catch_up(struct world *w)
{
	while (w->first_put_off)
		deferred_read(w, w->first_put_off->task);
}
