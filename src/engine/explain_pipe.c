/* Pipes in words. */
#include <ipcdiag/explain_pipe.h>

#include "explain_parts.h"

enum { MAX_NAMED = 3, LOOK_AT = 256 };

static bool is_pipe(const struct channel *c)
{
	return c && (c->kind == CHANNEL_PIPE || c->kind == CHANNEL_FIFO);
}

int file_other_side(const struct open_file *f)
{
	return f && is_pipe(f->channel) ? f->side == 0 : f && !f->side;
}

/* --- holders --- */

/* The task that shows what a process does: the first one. */
static const struct wait *main_wait(const struct process *p)
{
	return p && p->tasks ? &p->tasks->wait : NULL;
}

/* "worker[12] (fd 4, inherited by fork at line 31; sleeps in pause since line 40)" */
static void add_holder(struct buffer *text, struct finding *f, const struct descriptor *d)
{
	const struct process *p = d->table->owner;
	const struct wait *x = main_wait(p);
	explain_holder(f, "one", d);
	explain_doing(f, "one", p, x ? x->step : NULL, x ? x->kind : WAIT_NONE);
	finding_set_from(f, "one_sentence", "{one} (fd {one_fd}, {one_came}; {one_does})");
	buffer_add_text(text, finding_get(f, "one_sentence"));
}

static void add_joint(struct buffer *text, unsigned at, unsigned count)
{
	if (at)
		buffer_add_text(text, at + 1 == count ? " and " : ", ");
}

static unsigned collect(const struct channel *c, int side, const struct process *except, const struct descriptor **out)
{
	unsigned count = 0, looked = 0;
	for (const struct open_file *f = c->side[side].files; f && looked < LOOK_AT; f = f->side_next)
		for (const struct descriptor *d = f->holders; d && looked < LOOK_AT; d = d->next, looked++)
			if (d->table->owner && d->table->owner != except)
				out[count++] = d;
	return count;
}

void explain_holders(
	struct finding *f, const char *name, const struct channel *c, int side, const struct process *except)
{
	const struct descriptor *all[LOOK_AT];
	struct buffer text = {0};
	unsigned count = c ? collect(c, side, except, all) : 0;
	if (!count)
		return;
	unsigned named = count > MAX_NAMED ? MAX_NAMED : count;
	for (unsigned i = 0; i < named; i++) {
		add_joint(&text, i, count);
		add_holder(&text, f, all[i]);
	}
	if (count > named)
		buffer_add_format(&text, " and %u more", count - named);
	explain_holder(f, name, all[0]);
	set_sentence(f, name, buffer_slice(&text));
	buffer_clear(&text);
	buffer_add_number(&text, count);
	set_joined(f, name, "_count", buffer_slice(&text));
	buffer_release(&text);
}

/* --- those who let go --- */

static void set_all(struct finding *f, const char *name, const struct side *s)
{
	const struct process *seen[GONE_KEPT];
	struct buffer text = {0};
	unsigned count = 0;
	for (unsigned i = 0; i < s->gone_count; i++) {
		unsigned k = 0;
		while (k < count && seen[k] != s->gone[i].process)
			k++;
		if (k == count && s->gone[i].process)
			seen[count++] = s->gone[i].process;
	}
	for (unsigned i = 0; i < count; i++) {
		add_joint(&text, i, count);
		add_who(&text, seen[i]);
	}
	set_joined(f, name, "_all", buffer_slice(&text));
	buffer_release(&text);
}

bool explain_last_gone(struct finding *f, const char *name, const struct channel *c, int side)
{
	const struct gone *g = side_last_gone(c, side);
	if (!g)
		return false;
	explain_gone(f, name, g);
	explain_end(f, name, g->process);
	set_all(f, name, &c->side[side]);
	return true;
}

const struct channel *broken_pipe_of(const struct world *w, const struct process *p)
{
	enum { CHANNELS_LOOKED_AT = 2000 };
	unsigned looked = 0;
	for (const struct channel *c = world_channels(w); c && looked < CHANNELS_LOOKED_AT; c = c->next, looked++)
		if (is_pipe(c) && !c->side[0].files && c->side[0].gone_count && c->side[1].last_user == p)
			return c;
	return NULL;
}

/* --- contents --- */

/* "pipe:[12345]" as a pattern of find: its brackets are meant. */
static void set_glob(struct finding *f, const struct channel *c)
{
	struct buffer text = {0};
	for (const char *s = c->kind == CHANNEL_PIPE && c->name ? c->name : ""; *s; s++) {
		if (*s == '[' || *s == ']')
			buffer_add_char(&text, '\\');
		buffer_add_char(&text, *s);
	}
	finding_set(f, "pipe_glob", buffer_slice(&text));
	buffer_release(&text);
}

/* What makes it full: writes that returned, and what the blocked one has put in already. */
static void set_filling(struct finding *f, const struct channel *c, uint64_t unread)
{
	enum { PAGE = 4096 };
	if (!c->made)
		return;
	if ((int64_t)unread + PAGE > c->capacity)
		finding_set_from(f, "filling", "{unread} bytes wait in it unread");
	else if (unread)
		finding_set_from(f, "filling",
			"{unread} bytes of earlier writes wait in it unread, the rest is part of the blocked write");
	else
		finding_set_text(f, "filling", "the blocked write itself has filled it");
}

void explain_contents(struct finding *f, const struct channel *c)
{
	if (!is_pipe(c))
		return;
	uint64_t written = c->side[1].bytes, read = c->side[0].bytes;
	set_glob(f, c);
	finding_set_number(f, "written", (int64_t)written);
	finding_set_number(f, "read", (int64_t)read);
	if (c->made && written > read)
		finding_set_number(f, "unread", (int64_t)(written - read));
	if (c->capacity > 0 && (c->made || c->capacity_step))
		finding_set_number(f, "capacity", c->capacity);
	finding_add_evidence(f, c->capacity_step, "the pipe's capacity is {capacity} bytes");
	set_filling(f, c, written > read ? written - read : 0);
}

bool step_failed_with(const struct step *s, const char *error)
{
	struct slice text = step_text(s), failed = SLICE("= -1 ");
	size_t at = s ? slice_find(text, failed, 0) : SIZE_MAX;
	if (at == SIZE_MAX)
		return false;
	struct slice rest = slice_skip(text, at + failed.len), word = slice_of(error);
	return slice_starts(rest, word) && (rest.len == word.len || rest.ptr[word.len] == ' ');
}

bool step_shows(const struct step *s, const char *word)
{
	return s && slice_find(step_text(s), slice_of(word), 0) != SIZE_MAX;
}

/* --- what a reader lacks --- */

/* It keeps the end open and will not write: it holds what is left over of a conversation between others. Where nobody
 * ever wrote, who was started to write is only late. */
static bool is_left_over(const struct descriptor *d, const struct process *reader)
{
	const struct process *p = d->table->owner;
	bool begun = d->file->channel->side[d->file->side].last_user != NULL;
	if (d->came == CAME_PASSED)
		return true;
	return descriptor_only_keeps(d, reader) && (begun || p == reader || (p->parent && !process_alive(p->parent)));
}

enum starved starved_of(const struct change *c)
{
	const struct descriptor *all[LOOK_AT];
	const struct wait_report *r = c->wait;
	bool polls = r && r->wait->kind == WAIT_POLL && (r->verdict == VERDICT_NOBODY || r->verdict == VERDICT_SELF) &&
		c->object != OBJECT_SOCKET;
	if (!r || (r->wait->kind != WAIT_READ && !polls) || !c->channel || !c->file || r->verdict == VERDICT_CYCLE)
		return STARVED_NOT_A_READ;
	int other = file_other_side(c->file);
	unsigned count = collect(c->channel, other, NULL, all), keep = 0;
	for (unsigned i = 0; i < count; i++)
		keep += is_left_over(all[i], c->process);
	return c->channel->side[other].known && count && keep == count ? STARVED_OF_EOF : STARVED_OF_DATA;
}

/* --- what came of it --- */

enum { MEMO_PROGRESS = 3, SOON = 60 /* calls: a complaint, message catalogues, cleaning up */ };

void remember_progress(struct finding *f, const struct change *c)
{
	finding_set_memo(f, MEMO_PROGRESS, (int64_t)c->process->calls);
}

bool ended_over_it(struct finding *f)
{
	const struct process *p = finding_process(f);
	if (!p || p->end != END_EXITED || p->status == 0 || p->injected_end)
		return false;
	if ((int64_t)p->calls - finding_memo(f, MEMO_PROGRESS) >= SOON)
		return false;
	finding_set_number(f, "status", p->status);
	explain_end(f, "ended", p);
	return true;
}

void would_block_settle(struct finding *f, const struct world *w)
{
	(void)w;
	if (finding_recovered(f, NULL, NULL) || !ended_over_it(f))
		finding_cancel(f);
}

bool descriptor_is_plumbing(const struct descriptor *d, int64_t fd)
{
	return (fd == 1 || fd == 2) && (!d || d->came == CAME_BEFORE || d->came == CAME_DUP || d->came == CAME_FORK);
}
