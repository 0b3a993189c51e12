#include "reader.h"

#include <stdlib.h>

#include <ipcdiag/frame.h>
#include <ipcdiag/memory.h>

#include "strace_messages.h"
#include "parse.h"
#include "prefix.h"
#include "other_tracers.h"
#include "scan.h"
#include "line_clean.h"

/* Does the text go as far as the arguments of a call? */
static bool is_open_call(struct slice line)
{
	struct leader l;
	leader_parse(line, &l);
	struct slice text = slice_skip(line, l.end);
	const char *end = text.ptr + text.len, *p = text.ptr ? scan_name(text.ptr, end) : NULL;
	return p && p > text.ptr && p < end && *p == '(';
}

static void turned(void *context)
{
	shared_reuse(context, false);
}

void reader_init(struct source *s, struct shared *shared, uint32_t file)
{
	*s = (struct source){.shared = shared, .file = file, .file_pid = -1, .last_pid = -1};
	s->quick = shared->wants && !shared->slow;
	s->stream.input.fd = -1;
	s->own.text = &shared->open_text;
	s->join = &s->own;
	s->stream.turn = turned;
	s->stream.turn_context = shared;
	s->stream.may_cut = is_open_call;
}

void reader_release(struct source *s)
{
	stream_close(&s->stream);
	halves_release(&s->own);
	buffer_release(&s->first);
	buffer_release(&s->text);
	buffer_release(&s->joined);
	buffer_release(&s->joined_before);
	buffer_release(&s->clean);
	buffer_release(&s->clean_next);
	buffer_release(&s->self);
	buffer_release(&s->extra_text);
	buffer_release(&s->prefix);
	free(s->ahead.lines);
	free(s->extras);
	s->extras = NULL;
}

struct slice reader_next_stamp(const struct source *s)
{
	const struct stream *st = &s->stream;
	size_t at = st->pos + s->span;
	const char *lf = at < st->end ? memchr(st->data + at, '\n', st->end - at) : NULL;
	struct leader l = {0};
	if (lf)
		leader_parse(scan_slice(st->data + at, lf), &l);
	return l.time;
}

/* --- what is known after a record --- */

static bool is_call(enum record_kind kind)
{
	return kind <= RECORD_RESUMED;
}

static void learn(struct source *s, const struct record *r)
{
	struct trace_stats *st = &s->shared->stats;
	st->records[r->kind]++;
	st->has_times |= r->time.ptr != NULL;
	st->tasks += !st->tasks; /* the one that no pid was printed for */
	if (r->pid >= 0 && r->pid != s->last_pid) {
		s->last_pid = r->pid;
		st->has_pids = true;
		shared_count_pid(s->shared, r->pid);
	}
	switch (r->kind) {
	case RECORD_SYSCALL:
	case RECORD_UNFINISHED:
	case RECORD_RESUMED:
		shared_learn_call(st, r->name, r->args, r->duration);
		break;
	case RECORD_EXIT:
	case RECORD_KILLED:
		st->sees_exits = true;
		break;
	default:
		break;
	}
}

static bool is_wanted(const struct source *s, struct record *r)
{
	if (!s->shared->wants)
		return true;
	if (!is_call(r->kind))
		return r->kind < RECORD_DIAG;
	r->call = s->shared->wants(r->name);
	return r->call;
}

/* Where the arguments of the next split call go. */
struct buffer *reader_room_for_joined(struct source *s, size_t tail)
{
	enum { CHUNK = 1 << 18 };
	struct buffer full = s->joined;
	size_t need = JOIN_MAX_ADDED + tail + 1;
	if (!s->shared->reuse)
		buffer_clear(&s->joined);
	if (!s->shared->reuse || full.cap - full.len >= need)
		return &s->joined;
	shared_reuse(s->shared, false);
	s->joined = s->joined_before;
	s->joined_before = full;
	buffer_clear(&s->joined);
	buffer_reserve(&s->joined, need > CHUNK ? need : CHUNK);
	return &s->joined;
}

static void link_second(struct source *s, struct record *r, const struct seen_text *second)
{
	struct seen_text *first;
	if (!halves_resume(s->join, r, reader_room_for_joined(s, r->args_tail.len), &first) || !first || !second)
		return;
	r->text_id = seen_find_pair(s->seen, first, second);
	if (!r->text_id)
		r->text_id = seen_add_pair(s->seen, first, second);
}

void reader_link_halves(struct source *s, struct record *r, bool wanted, struct seen_text *text)
{
	s->cut_line = 0;
	switch (r->kind) {
	case RECORD_UNFINISHED:
		s->cut_line = s->stream.line + s->span_lines - 1;
		s->cut_wanted = wanted;
		if (wanted && !halves_cut(s->join, r, text))
			shared_note(s->shared, "text of a cut call dropped", s->file, r->line);
		break;
	case RECORD_RESUMED:
		if (wanted)
			link_second(s, r, text);
		break;
	case RECORD_EXIT:
	case RECORD_KILLED:
		halves_end(s->join, r->task);
		break;
	case RECORD_SUPERSEDED: {
		int64_t thread;
		if (slice_number(r->ret, &thread))
			halves_supersede(s->join, r->task, thread);
		break;
	}
	default:
		break;
	}
}

/* --- one line --- */

static void fill_place(struct source *s, struct record *r, uint64_t line)
{
	r->file = s->file;
	r->line = r->last_line = line;
	r->pid = r->task = -1;
	r->task = s->file_pid;
}

static bool read_other(struct source *s, struct slice line, enum record_kind kind, struct record *r)
{
	*r = (struct record){.kind = kind, .text = line};
	fill_place(s, r, s->stream.line);
	s->shared->stats.records[kind]++;
	return !s->shared->wants;
}

static bool read_foreign(struct source *s, struct slice line, struct record *r)
{
	s->shared->stats.foreign++;
	shared_meet_relative(s->shared, relative_of_line(line));
	s->cut_line = 0;
	if (s->shared->foreign)
		s->shared->foreign(s->shared->foreign_context, line);
	return read_other(s, line, RECORD_OUTPUT, r);
}

static bool read_message(struct source *s, struct slice line, struct record *r)
{
	struct slice self = buffer_slice(&s->self);
	*r = (struct record){.text = line};
	if (!message_parse(line, &self, r))
		return false;
	s->fleeting = true;
	if (self.ptr != buffer_slice(&s->self).ptr) {
		buffer_clear(&s->self);
		buffer_add(&s->self, self);
	}
	fill_place(s, r, s->stream.line);
	s->shared->stats.records[r->kind]++;
	return true;
}

/* The rest of a call that strace 5.2 to 6.1 print without a leader when they filter by status. */
static bool read_bare_tail(struct source *s, struct slice line, struct record *r)
{
	if (!s->cut_line || s->cut_line + 1 != s->stream.line)
		return false;
	*r = (struct record){.kind = RECORD_RESUMED, .text = line};
	struct slice text = slice_trim(line);
	if (parse_call_rest(text.ptr, text.ptr + text.len, r) != PARSE_DONE || !r->ret.ptr)
		return false;
	r->args_tail = r->args;
	r->args = (struct slice){0};
	fill_place(s, r, s->stream.line);
	s->shared->stats.records[RECORD_RESUMED]++;
	struct seen_text *first;
	if (s->cut_wanted && halves_resume(s->join, r, reader_room_for_joined(s, r->args_tail.len), &first))
		r->pid = r->task;
	s->cut_line = 0;
	return true;
}

void reader_set_leader(struct source *s, const struct leader *l, struct record *r)
{
	fill_place(s, r, s->stream.line);
	r->pid = l->pid;
	r->comm = l->comm;
	r->time = l->time;
	r->rel = l->rel;
	if (l->pid >= 0) {
		r->task = l->pid;
		s->file_pid = -1; /* the number behind the file's name means something else */
		s->bare_pids |= !l->bracket;
	}
}

static bool finish_event(struct source *s, const struct leader *l, struct slice text, struct record *r)
{
	reader_set_leader(s, l, r);
	r->text = text;
	s->fleeting |= text.ptr == s->text.ptr;
	s->events = true;
	learn(s, r);
	enum trace_relative relative = is_call(r->kind) ? relative_of_call(r) : RELATIVE_NONE;
	shared_meet_relative(s->shared, relative);
	bool wanted = is_wanted(s, r);
	reader_link_halves(s, r, wanted, is_call(r->kind) && relative == RELATIVE_NONE ? fast_number_text(s, r) : NULL);
	return wanted;
}

/* Begins like a record of strace's, so that it counts as one that could not be read. */
static bool looks_like_record(struct slice text, const struct leader *l)
{
	const char *p = text.ptr, *end = p + text.len, *q = scan_name(p, end);
	if (slice_starts(text, SLICE("<... ")) || slice_starts(text, SLICE("--- SIG")) ||
		slice_starts(text, SLICE("+++ ")))
		return true;
	return l->any && q > p && q < end && *q == '(';
}

/* The cut mark of a call that was delivered already, since its line did not come for a while. */
static bool is_bare_mark(const struct source *s, struct slice line)
{
	struct record r = {.kind = RECORD_RESUMED};
	const char *p = line.ptr, *end = p + line.len;
	return s->cut_line && p < end && *p == ' ' && parse_call_rest(p, end, &r) == PARSE_DONE && !r.ret.ptr &&
		!r.args.len;
}

static bool read_event(struct source *s, struct slice raw, struct slice line, size_t size, struct record *r);

/* Output without a line end stands before the event. */
static bool read_late(struct source *s, struct slice line, struct record *r, bool *deliver)
{
	struct slice raw;
	size_t size, at = !s->events || s->bare_pids || s->in_family || s->late ? SIZE_MAX : line_find_late(line);
	if (at == SIZE_MAX || !stream_line_at(&s->stream, 0, STREAM_SHORT, &raw, &size))
		return false;
	s->late = true;
	*deliver = read_event(s, raw, slice_skip(line_first(s, raw), at), size, r);
	s->late = false;
	return true;
}

static bool read_line(struct source *s, struct slice raw, size_t size, struct record *r);

/* The first lines cannot be read: is there something before all of them? */
static bool read_with_prefix(struct source *s, struct slice line, struct record *r, bool *deliver)
{
	struct slice raw;
	size_t size;
	if (s->events || s->prefix.len || s->prefix_tries++ >= 3 || !line_learn_prefix(s, line))
		return false;
	if (!stream_line_at(&s->stream, 0, STREAM_SHORT, &raw, &size))
		return false;
	*deliver = read_line(s, raw, size, r);
	return true;
}

static bool read_unknown(
	struct source *s, struct slice line, struct slice text, const struct leader *l, struct record *r)
{
	bool deliver;
	if (relative_of_line(line) != RELATIVE_NONE)
		return read_foreign(s, line, r);
	if (read_late(s, line, r, &deliver))
		return deliver;
	if (read_bare_tail(s, line, r))
		return !s->shared->wants || s->cut_wanted;
	if (is_bare_mark(s, line))
		return read_other(s, line, RECORD_CONTINUATION, r);
	if (read_with_prefix(s, line, r, &deliver))
		return deliver;
	if (looks_like_record(text, l)) {
		s->shared->stats.unparsed++;
		shared_note(s->shared, "unparsed", s->file, s->stream.line);
	}
	return read_foreign(s, line, r);
}

static struct slice trim_end(struct slice text)
{
	while (text.len && scan_is_blank(text.ptr[text.len - 1]))
		text.len--;
	return text;
}

/* Reads the line at the place once more: looking further has moved the window. */
static struct slice read_again(struct source *s, struct leader *l)
{
	struct slice raw;
	size_t size;
	stream_line_at(&s->stream, 0, STREAM_SHORT, &raw, &size);
	struct slice line = line_first(s, raw);
	leader_parse(line, l);
	return line;
}

/* A call that is not whole: output was written into it, its text is damaged, or it goes on on the next lines. */
static bool read_open(struct source *s, struct leader *l, struct slice text, size_t at, size_t size, struct record *r)
{
	s->line = NULL;
	bool output = interrupted_is_suspect(s, text) && interrupted_output(s, text, at, size, l, r);
	struct slice line = read_again(s, l);
	if (output)
		return finish_event(s, l, buffer_slice(&s->text), r);
	*r = (struct record){0};
	text = trim_end(slice_skip(line, l->end));
	if (parse_damaged(text, false, r))
		return finish_event(s, l, text, r);
	bool call = interrupted_call(s, text, at, size, l, r);
	line = read_again(s, l);
	if (!call)
		return read_unknown(s, line, slice_skip(line, l->end), l, r);
	bool wanted = finish_event(s, l, buffer_slice(&s->text), r);
	return wanted && !(s->torn && s->shared->wants);
}

static bool read_suspect(
	struct source *s, struct leader *l, struct slice text, size_t at, size_t size, struct record *r)
{
	s->line = NULL; /* what it means depends on the next lines */
	bool output = interrupted_output(s, text, at, size, l, r);
	struct slice line = read_again(s, l);
	if (output)
		return finish_event(s, l, buffer_slice(&s->text), r);
	*r = (struct record){0};
	text = trim_end(slice_skip(line, l->end));
	parse_event(text, r);
	return finish_event(s, l, text, r);
}

static bool read_event(struct source *s, struct slice raw, struct slice line, size_t size, struct record *r)
{
	struct leader l;
	leader_parse(line, &l);
	struct slice text = trim_end(slice_skip(line, l.end));
	size_t at = s->color ? 0 : (size_t)(text.ptr - raw.ptr);
	*r = (struct record){0};
	switch (parse_event(text, r)) {
	case PARSE_NOT:
		return read_unknown(s, line, text, &l, r);
	case PARSE_DONE:
		return interrupted_is_suspect(s, text) ? read_suspect(s, &l, text, at, size, r)
						       : finish_event(s, &l, text, r);
	default:
		return read_open(s, &l, text, at, size, r);
	}
}

/* Reads the line at the place; true if it is a record to deliver. */
static bool read_line(struct source *s, struct slice raw, size_t size, struct record *r)
{
	struct slice line = line_first(s, raw);
	s->span = size;
	s->span_lines = !s->stream.cut_early;
	if (!slice_trim(line).len) {
		s->shared->stats.blank++;
		return false;
	}
	s->table = s->table ? message_is_table_row(line) : message_starts_table(line);
	if (s->table)
		return read_other(s, line, RECORD_TABLE, r);
	if (message_is_continuation(line)) /* stacks are wanted by all */
		return read_other(s, line, RECORD_CONTINUATION, r) || frame_is_line(line);
	if (read_message(s, line, r))
		return !s->shared->wants || r->kind == RECORD_ATTACH;
	bool deliver = read_event(s, raw, line, size, r);
	if (deliver && s->span_lines)
		r->last_line = r->line + s->span_lines - 1;
	return deliver;
}

/* --- what lies behind a record that took several lines --- */

static bool take_extra(struct source *s, struct record *r)
{
	const struct extra *e = &s->extras[s->extra_next++];
	struct slice text = slice_take(slice_skip(buffer_slice(&s->extra_text), e->at), e->len);
	struct slice self = buffer_slice(&s->self);
	s->fleeting = true;
	*r = (struct record){.kind = RECORD_CONTINUATION, .text = text};
	if (e->message && !message_parse(text, &self, r))
		r->kind = RECORD_DIAG;
	fill_place(s, r, e->line);
	s->shared->stats.records[r->kind]++;
	return !s->shared->wants || r->kind == RECORD_ATTACH;
}

static void consume(struct source *s)
{
	if (!s->span)
		return;
	s->shared->stats.bytes += s->span;
	s->shared->stats.lines += s->span_lines;
	stream_consume(&s->stream, s->span, s->span_lines);
	s->span = 0;
}

int reader_next(struct source *s, struct record *out)
{
	struct slice raw;
	size_t size;
	for (;;) {
		if (s->fleeting || s->color)
			shared_reuse(s->shared, true);
		s->fleeting = false;
		while (s->extra_next < s->extra_count)
			if (take_extra(s, out))
				return 1;
		consume(s);
		s->line = NULL;
		const struct line *line = fast_next_line(s);
		if (!line && !stream_line_at(&s->stream, 0, STREAM_BLOCKING, &raw, &size))
			return s->stream.error ? -1 : 0;
		if (!s->begun) {
			s->begun = true;
			line = NULL;
			line_learn_quotes(s);
			line_learn_numbers(s);
		}
		line = line ? line : fast_next_line(s);
		int got = line ? fast_read(s, line, out) : -1;
		if (got < 0 && stream_line_at(&s->stream, 0, STREAM_BLOCKING, &raw, &size))
			got = read_line(s, raw, size, out);
		if (got > 0)
			return 1;
	}
}
