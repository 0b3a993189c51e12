/* The fast path: lines of the usual forms (quick.h) and lines whose text came before (seen.h). */
#include <ipcdiag/memory.h>

#include "prefix.h"
#include "reader.h"

/* --- lines are begun some at a time --- */

/* May the text have a number? Only one that says all: what stands in the leader must not be missed in the record. */
static bool may_have_number(const struct source *s, const struct line *l)
{
	return s->seen && l->bare.len && l->bare.len <= SEEN_SPAN && l->duration.len <= TRACE_MAX_STAMP &&
		l->leader.time.len <= TRACE_MAX_STAMP && !l->leader.comm.ptr && !l->leader.rel.ptr;
}

static void begin_line(struct source *s, struct slice raw, struct line *l)
{
	struct slice line = s->prefix.len ? prefix_skip(buffer_slice(&s->prefix), raw) : raw;
	l->raw = raw;
	l->hash = 0;
	if (!line.ptr) {
		l->text.ptr = NULL;
		return;
	}
	quick_begin(line, &s->shared->shapes, l);
	if (!may_have_number(s, l))
		return;
	l->hash = seen_hash(l->bare);
	seen_expect(s->seen, l->hash);
}

static void begin_lines(struct source *s)
{
	struct ahead *a = &s->ahead;
	const char *p = s->stream.data + s->stream.pos, *end = s->stream.data + s->stream.end, *lf;
	if (!a->lines)
		a->lines = memory_alloc(AHEAD_LINES * sizeof *a->lines);
	a->at = a->count = 0;
	a->turns = s->stream.turns;
	a->prefix = s->prefix.len;
	for (; a->count < AHEAD_LINES && p < end && (lf = memchr(p, '\n', (size_t)(end - p))); p = lf + 1) {
		if (lf - p > TRACE_MAX_LINE)
			break;
		begin_line(s, (struct slice){p, (size_t)(lf - p)}, &a->lines[a->count++]);
	}
}

const struct line *fast_next_line(struct source *s)
{
	struct ahead *a = &s->ahead;
	if (!s->quick || s->table || s->color || s->crlf || s->stream.pos == s->stream.end)
		return NULL;
	const char *place = s->stream.data + s->stream.pos;
	if (a->at == a->count || a->turns != s->stream.turns || a->prefix != s->prefix.len ||
		a->lines[a->at].raw.ptr != place)
		begin_lines(s);
	return a->at < a->count ? &a->lines[a->at++] : NULL;
}

/* --- texts get numbers --- */

static bool set_part(struct slice text, struct slice part, uint16_t *at, uint16_t *length)
{
	if (part.ptr < text.ptr || part.ptr + part.len > text.ptr + text.len)
		return false;
	*at = (uint16_t)(part.ptr - text.ptr);
	*length = (uint16_t)part.len;
	return true;
}

/* Was the text read as it stands on the line, nothing left out, glued to it, or taken for something by what stands
 * around it? */
static bool is_plain(const struct source *s, const struct record *r)
{
	const struct line *l = s->line;
	return l && r->text.ptr == l->text.ptr && r->text.len == l->text.len && r->duration.ptr == l->duration.ptr &&
		r->end == END_NONE && s->span_lines == 1;
}

struct seen_text *fast_number_text(struct source *s, struct record *r)
{
	if (!is_plain(s, r))
		return NULL;
	struct slice bare = s->line->bare;
	struct seen_text *t = s->text_seen ? s->text_seen : seen_add(s->seen, bare, s->line->hash);
	if (!t || s->text_seen)
		return t;
	t->kind = (uint8_t)r->kind;
	t->call = r->call;
	t->is_write = slice_starts(r->name, SLICE("write"));
	if (!set_part(bare, r->name, &t->name, &t->name_length) ||
		!set_part(bare, r->kind == RECORD_RESUMED ? r->args_tail : r->args, &t->args, &t->args_length)) {
		seen_forget(s->seen, t);
		return NULL;
	}
	if (r->call && r->kind != RECORD_RESUMED)
		r->text_id = t->number;
	return t;
}

/* --- one line --- */

/* May other text stand inside a write on this line? strace's messages end a line, so only its own output. */
static bool could_be_glued(const struct source *s, const struct leader *l)
{
	return !s->in_family && (l->pid < 0 || l->bracket);
}

static void count_pid(struct source *s, const struct leader *l)
{
	if (l->pid < 0 || l->pid == s->last_pid || (shared_has_counted(s->shared, l->pid) && s->bare_pids | l->bracket))
		return;
	s->last_pid = l->pid;
	s->bare_pids |= !l->bracket;
	s->shared->stats.has_pids = true;
	shared_count_pid(s->shared, l->pid);
}

static void count_line(struct source *s, const struct line *l, enum record_kind kind)
{
	struct trace_stats *st = &s->shared->stats;
	s->span = l->raw.len + 1;
	s->span_lines = 1;
	s->events = true;
	s->cut_line = 0;
	count_pid(s, &l->leader);
	st->records[kind]++;
	st->tasks += !st->tasks;
	st->has_times |= l->leader.time.ptr != NULL;
	st->has_durations |= l->duration.ptr != NULL;
}

/* Nobody wants the call. */
static int skip(struct source *s, enum record_kind kind)
{
	s->cut_line = kind == RECORD_UNFINISHED ? s->stream.line : 0;
	s->cut_wanted = false;
	return 0;
}

/* What a record of a known text has of its own. */
static void fill_own(struct source *s, const struct line *l, const struct seen_text *t, struct record *r)
{
	r->kind = (enum record_kind)t->kind;
	r->end = END_NONE;
	r->file = s->file;
	r->text_id = t->number;
	r->text_known = true;
	r->line = r->last_line = s->stream.line;
	r->start_line = 0;
	r->pid = l->leader.pid;
	r->task = l->leader.pid >= 0 ? l->leader.pid : s->file_pid;
	r->time = l->leader.time;
	r->start_time = (struct slice){0};
	r->duration = l->duration;
	r->call = t->call;
}

static int read_seen(struct source *s, const struct line *l, struct seen_text *t, struct record *r)
{
	enum record_kind kind = (enum record_kind)t->kind;
	if (!t->call) {
		count_line(s, l, kind);
		return skip(s, kind);
	}
	fill_own(s, l, t, r);
	if (kind == RECORD_RESUMED &&
		!(r->text_id = halves_resume_seen(s->join, r, reader_room_for_joined(s, 0), s->seen, t)))
		return -1;
	if (l->leader.pid >= 0)
		s->file_pid = -1;
	count_line(s, l, kind);
	if (kind == RECORD_UNFINISHED) {
		s->cut_line = s->stream.line;
		s->cut_wanted = true;
		halves_cut(s->join, r, t);
	}
	return 1;
}

int fast_read(struct source *s, const struct line *l, struct record *r)
{
	struct quick q;
	if (!l->text.ptr)
		return -1;
	bool unsafe_write = could_be_glued(s, &l->leader);
	s->line = l->hash ? l : NULL;
	s->text_seen = l->hash ? seen_find(s->seen, l->bare, l->hash) : NULL;
	int got = s->text_seen && !(unsafe_write && s->text_seen->is_write) ? read_seen(s, l, s->text_seen, r) : -1;
	if (got >= 0)
		return got;
	if (!quick_parse(l, &q) || (unsafe_write && slice_starts(q.name, SLICE("write"))))
		return -1;
	count_line(s, l, q.kind);
	shared_learn_call(&s->shared->stats, q.name, q.args, l->duration);
	quick_fill(l, &q, r);
	reader_set_leader(s, &l->leader, r);
	r->call = s->shared->wants(q.name);
	struct seen_text *text = fast_number_text(s, r);
	if (!r->call)
		return skip(s, q.kind);
	reader_link_halves(s, r, true, text);
	return 1;
}
