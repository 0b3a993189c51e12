/* Calls that do not end on their line: strace's messages and the traced program's output were written into them, or a
 * mail program wrapped them. The lines are put together in s->text; what does not belong is cut out. */
#include <stdlib.h>

#include <ipcdiag/memory.h>

#include "strace_messages.h"
#include "tracee_output.h"
#include "parse.h"
#include "scan.h"
#include "reader.h"
#include "line_clean.h"

enum {
	MAX_APPENDED = 8, /* lines taken into a call */
	MAX_FAILED =
		1000, /* calls of an input that did not become whole: then no more lines are tried without a reason */
	MAX_TEXT = 1 << 20 /* bytes of a call put together so */
};

struct glue {
	struct source *s;
	const struct leader *leader;
	struct buffer *text;
	size_t base_text, base_raw; /* the piece of the last line: where it is in text, and in the window */
	size_t next;                /* window offset behind the last line */
	uint64_t lines;             /* taken so far */
	bool blocked;               /* a message was cut out, and its next line is not there yet */
};

/* --- what stands on the lines in between --- */

static void add_extra(struct glue *g, uint64_t line, struct slice text, bool message)
{
	struct source *s = g->s;
	s->extras = memory_grow(s->extras, &s->extra_cap, s->extra_count, sizeof *s->extras);
	s->extras[s->extra_count++] = (struct extra){line, s->extra_text.len, text.len, message};
	buffer_add(&s->extra_text, text);
}

static uint64_t last_line(const struct glue *g)
{
	return g->s->stream.line + g->lines - 1;
}

/* A message starts on a line that so far was a continuation only. */
static void add_message(struct glue *g, struct slice text)
{
	struct source *s = g->s;
	struct extra *last = s->extra_count ? &s->extras[s->extra_count - 1] : NULL;
	if (last && !last->message && last->line == last_line(g)) {
		s->extra_count--;
		s->extra_text.len = last->at;
	}
	add_extra(g, last_line(g), text, true);
}

/* --- output of the traced program behind the count of its write --- */

static bool is_capital(char c)
{
	return (c >= 'A' && c <= 'Z') || c == '_';
}

/* The error's name and text, or the text alone, may have been wrapped: " = -1", " = ? ERESTARTSYS", "= -1 ECONN". */
static bool lacks_error(struct slice text)
{
	size_t end = text.len;
	while (end && (is_capital(text.ptr[end - 1]) || scan_is_digit(text.ptr[end - 1])))
		end--;
	if (end && end < text.len && text.ptr[end - 1] == ' ' && text.ptr[end] == 'E')
		text.len = end - 1;
	return slice_ends(text, SLICE(" = -1")) || slice_ends(text, SLICE(" = ?"));
}

bool interrupted_is_suspect(const struct source *s, struct slice text)
{
	struct output o;
	if (lacks_error(text))
		return true;
	if (s->bare_pids || s->late || s->in_family || !tracee_output_find(text, &o))
		return false;
	return tracee_output_is_suspect(&o, text.ptr + text.len);
}

/* What may follow the foreign bytes: the rest of the call. */
static bool is_tail(struct slice rest, struct slice self)
{
	const char *p = rest.ptr, *end = p + rest.len;
	if (p < end && *p == ')') {
		p = scan_blanks(p + 1, end);
		return p < end && *p == '=';
	}
	if (slice_starts(rest, SLICE(" <unfinished ")) || slice_starts(rest, SLICE(" <detached ")) ||
		slice_starts(rest, SLICE(" <ptrace(")))
		return true;
	const char *lf = memchr(p, '\n', rest.len);
	struct slice line = scan_slice(p, lf ? lf : end), name = self;
	struct record r;
	return rest.len && message_parse(line, &name, &r);
}

/* Tries the first `digits` digits at window offset `at` as the count; the size of the output, or SIZE_MAX. */
static size_t try_count(struct glue *g, const struct output *o, size_t at, size_t digits, size_t number)
{
	bool crlf = g->s->crlf;
	size_t count = tracee_output_count(o, number);
	if (!count)
		return SIZE_MAX;
	struct slice raw = stream_want(&g->s->stream, at + digits, crlf ? 2 * count + 128 : count + 128);
	size_t size = tracee_output_match(o, count, raw, crlf);
	if (size == SIZE_MAX || !is_tail(slice_skip(raw, size), buffer_slice(&g->s->self)))
		return SIZE_MAX;
	return size;
}

/* Takes the lines that the cut out bytes and the rest of the call lie on. */
static void take_output(struct glue *g, size_t keep, size_t from, size_t size)
{
	struct stream *st = &g->s->stream;
	g->text->len = keep;
	size_t at = from + size, length;
	struct slice line;
	while (g->next <= at && stream_line_at(st, g->next, STREAM_SHORT, &line, &length)) {
		g->next += length;
		g->lines++;
		if (slice_trim(line).len)
			add_extra(g, last_line(g), line, false);
		else
			g->s->shared->stats.blank++;
	}
	struct slice rest = stream_want(st, at, g->next > at ? g->next - at : 0);
	while (rest.len && (rest.ptr[rest.len - 1] == '\n' || rest.ptr[rest.len - 1] == '\r'))
		rest.len--;
	g->base_text = keep;
	g->base_raw = at;
	buffer_add(g->text, rest);
}

static bool cut_output(struct glue *g)
{
	struct output o;
	struct slice all = buffer_slice(g->text);
	if (g->s->color || !tracee_output_find(all, &o))
		return false;
	size_t digits_at = (size_t)(o.digits - all.ptr), number = 0, best = SIZE_MAX, best_digits = 0;
	if (digits_at < g->base_text)
		return false;
	size_t raw = g->base_raw + (digits_at - g->base_text);
	for (size_t n = 1; n <= 7 && digits_at + n <= all.len && scan_is_digit(all.ptr[digits_at + n - 1]); n++) {
		number = number * 10 + (size_t)(all.ptr[digits_at + n - 1] - '0');
		size_t size = try_count(g, &o, raw, n, number);
		if (size != SIZE_MAX) {
			best = size;
			best_digits = n;
		}
	}
	if (best == SIZE_MAX)
		return false;
	take_output(g, digits_at + best_digits, raw + best_digits, best);
	return true;
}

/* --- taking lines --- */

/* "htons(8080), sin_addr=...": behind the ')' of a call there is a result, behind that of a value the next one. */
static bool goes_on_inside(struct slice text, const struct record *r)
{
	const char *p = r->args.ptr ? r->args.ptr + r->args.len + 1 : NULL, *end = text.ptr + text.len;
	return p && p < end && (*p == ',' || *p == '}' || *p == ']' || *p == ')');
}

/* Does a record of its own start on the line? Then it is not part of the open call. */
static bool is_sound(const struct glue *g, struct slice line)
{
	struct leader l;
	struct record r = {0};
	leader_parse(line, &l);
	struct slice text = slice_trim(slice_skip(line, l.end));
	switch (parse_event(text, &r)) {
	case PARSE_DONE:
		return true;
	case PARSE_ODD:
		if (goes_on_inside(text, &r))
			return false;
		/* fall through */
	case PARSE_OPEN:
		return l.pid >= 0 || l.time.ptr || slice_ends(text, SLICE(")")) || slice_ends(text, SLICE(","));
	default:
		return l.pid >= 0 && g->leader->pid >= 0;
	}
}

/* Where the string begins that the text ends in; NULL: it ends in none. */
static const char *open_string(struct slice text)
{
	struct scanner s = {text.ptr, text.ptr + text.len, 0};
	for (const char *p = s.begin, *next; p < s.end; p = next)
		if (!(next = scan_item(&s, p)))
			return p + 1;
	return NULL;
}

/* Addresses and paths seldom have blanks, sentences do. */
static bool is_prose(const char *string, struct slice text, struct slice line)
{
	struct slice rest = slice_take(line, slice_find_char(line, '"', 0));
	return memchr(string, ' ', (size_t)(text.ptr + text.len - string)) || slice_find_char(rest, ' ', 0) != SIZE_MAX;
}

static bool is_closed(struct slice text)
{
	const char *close;
	size_t at = slice_find_char(text, slice_starts(text, SLICE("<... ")) ? '>' : '(', 0);
	return at != SIZE_MAX && scan_call(text.ptr + at + 1, text.ptr + text.len, &close) == SCAN_CLOSED;
}

/* Did whoever wrapped the line leave out a blank? Words are parted by blanks in sentences, behind commas, around arrows
 * and comments, and in results; a name of capitals has none. */
static bool was_at_blank(struct slice text, struct slice line)
{
	char last = text.len ? text.ptr[text.len - 1] : ' ', next = line.len ? line.ptr[0] : ' ';
	if (scan_is_blank(last) || scan_is_blank(next))
		return false;
	const char *string = open_string(text);
	if (string)
		return is_prose(string, text, line);
	if (is_capital(last) && is_capital(next))
		return false;
	return last == ',' || slice_ends(text, SLICE("=>")) || slice_ends(text, SLICE("*/")) ||
		slice_starts(line, SLICE("=>")) || slice_starts(line, SLICE("/*")) ||
		slice_starts(line, SLICE("...>")) || slice_starts(text, SLICE("--- ")) || is_closed(text);
}

static void append(struct glue *g, struct slice line, size_t size, bool wrapped)
{
	struct buffer *t = g->text;
	if (wrapped && was_at_blank(buffer_slice(t), line))
		buffer_add_char(t, ' ');
	g->base_text = t->len;
	g->base_raw = g->next;
	buffer_add(t, line);
	g->next += size;
	g->lines++;
}

/* Appends the next line unless a record starts on it. Messages on lines of their own are stepped over. */
static bool append_next(struct glue *g, bool wrapped)
{
	struct source *s = g->s;
	struct slice raw, line;
	size_t size;
	while (stream_line_at(&s->stream, g->next, STREAM_SHORT, &raw, &size)) {
		struct slice self = buffer_slice(&s->self);
		struct record r = {0};
		line = line_line(s, raw, &s->clean_next);
		if (g->text->len + line.len > MAX_TEXT)
			return false;
		if (message_parse(line, &self, &r)) {
			if (wrapped)
				return false;
			g->next += size;
			g->lines++;
			add_extra(g, last_line(g), line, true);
			continue;
		}
		if (is_sound(g, line))
			return false;
		append(g, line, size, wrapped);
		if (slice_trim(line).len)
			add_extra(g, last_line(g), line, false);
		else
			s->shared->stats.blank++;
		return true;
	}
	g->blocked = !s->stream.eof;
	return false;
}

static bool cut_message(struct glue *g)
{
	struct slice self = buffer_slice(&g->s->self), all = buffer_slice(g->text);
	size_t at = message_find(all, self);
	if (at == SIZE_MAX)
		return false;
	struct record r = {0};
	struct slice message = slice_skip(all, at);
	add_message(g, message);
	if (message_parse(message, &self, &r) && self.ptr != g->s->self.ptr) {
		buffer_clear(&g->s->self);
		buffer_add(&g->s->self, self);
	}
	g->text->len = at;
	return true;
}

static enum parse_status parse_text(struct glue *g, struct record *r)
{
	*r = (struct record){0};
	struct slice text = buffer_slice(g->text);
	while (text.len && scan_is_blank(text.ptr[text.len - 1]))
		text.len--;
	return parse_event(text, r);
}

static void drop_extras(struct source *s)
{
	s->extra_count = s->extra_next = 0;
	buffer_clear(&s->extra_text);
}

/* A complete text: does the next line have the error that it lacks? */
static void take_error(struct glue *g, struct record *r)
{
	struct source *s = g->s;
	const struct glue before = *g;
	size_t length = g->text->len, extras = s->extra_count, extra_text = s->extra_text.len;
	uint64_t blank = s->shared->stats.blank;
	if (!lacks_error(buffer_slice(g->text)) ||
		(append_next(g, true) && parse_text(g, r) == PARSE_DONE && r->err.ptr && r->aux_count))
		return;
	*g = before;
	g->text->len = length;
	s->extra_count = extras;
	s->extra_text.len = extra_text;
	s->shared->stats.blank = blank;
	parse_text(g, r);
}

/* Cuts and appends until the call is complete. False: it cannot be completed. */
static bool complete(struct glue *g, struct record *r)
{
	/* something was cut out: the next line belongs to the call */
	bool certain = cut_output(g) || cut_message(g);
	unsigned most = certain || g->s->glue_failed < MAX_FAILED ? MAX_APPENDED : 0;
	for (unsigned appended = 0; parse_text(g, r) != PARSE_DONE; appended++) {
		if (appended == most || !append_next(g, !certain)) {
			g->s->glue_failed += !certain;
			return false;
		}
		certain |= cut_output(g) || cut_message(g);
	}
	take_error(g, r);
	return true;
}

static bool at_end(const struct glue *g)
{
	const struct stream *st = &g->s->stream;
	return st->eof && st->pos + g->next >= st->end;
}

/* Brackets close: is what follows the ')' the beginning of a result, or nothing? */
static bool begins_result(const struct glue *g, const struct record *r)
{
	const char *end = g->text->ptr + g->text->len;
	struct slice args = r->args.ptr ? r->args : r->args_tail;
	struct slice rest = slice_trim(scan_slice(args.ptr + args.len + 1, end));
	return !rest.len || slice_is(rest, "=") || (at_end(g) && rest.ptr[0] == '=');
}

/* At its entry strace prints whole arguments only, and the ')' when the call has ended: a line that ends elsewhere was
 * cut with its file. What the call did is not known; that it waits would be a guess. */
static bool is_torn(const struct glue *g, const struct record *r, enum parse_status status)
{
	const char *close, *end = g->text->ptr + g->text->len;
	struct slice args = r->args.ptr ? r->args : r->args_tail;
	const struct stream *st = &g->s->stream;
	if (status == PARSE_ODD)
		return st->data[st->pos + g->next - 1] != '\n';
	return scan_call(args.ptr, end, &close) != SCAN_OPEN;
}

/* The call as far as it is there: cut by a message, by the end of the input, or by whoever copied the text. */
static bool take_part(struct glue *g, struct record *r)
{
	struct source *s = g->s;
	enum parse_status status = parse_text(g, r);
	if (status == PARSE_NOT || r->kind == RECORD_SIGNAL)
		return false;
	s->torn |= at_end(g) && is_torn(g, r, status);
	if (r->kind == RECORD_RESUMED) {
		r->end = END_EOF;
		return at_end(g);
	}
	bool stranger = g->leader->pid < 0 && s->bare_pids;
	if (stranger || (status == PARSE_ODD && !begins_result(g, r)))
		return false;
	r->kind = RECORD_UNFINISHED;
	r->end = at_end(g) ? END_EOF : END_NONE;
	if (r->end == END_NONE && !g->blocked && !s->stream.cut_early)
		shared_note(s->shared, "call without a result", s->file, s->stream.line);
	return true;
}

static void set_span(struct glue *g)
{
	g->s->span = g->next;
	g->s->span_lines = g->lines - (g->s->stream.cut_early ? 1 : 0);
}

static struct glue start(struct source *s, struct slice text, size_t at, size_t size, const struct leader *l)
{
	buffer_clear(&s->text);
	buffer_add(&s->text, text);
	drop_extras(s);
	return (struct glue){.s = s, .leader = l, .text = &s->text, .base_raw = at, .next = size, .lines = 1};
}

/* The first line alone: read as damaged, or as the part of a call that is there. */
static bool take_line(struct glue *g, struct record *r)
{
	struct source *s = g->s;
	*r = (struct record){0};
	if (parse_damaged(buffer_slice(g->text), true, r) &&
		(r->err.ptr || g->leader->any || r->kind == RECORD_RESUMED)) {
		shared_note(s->shared, "text behind a result", s->file, s->stream.line);
		return true;
	}
	return take_part(g, r);
}

bool interrupted_call(
	struct source *s, struct slice text, size_t at, size_t size, const struct leader *l, struct record *r)
{
	buffer_clear(&s->first);
	buffer_add(&s->first, text);
	struct glue g = start(s, buffer_slice(&s->first), at, size, l);
	uint64_t blank = s->shared->stats.blank;
	bool done = complete(&g, r);
	if (!done && s->extra_count && s->extras[0].message)
		done = take_part(&g, r); /* what was cut out is certain */
	if (!done) {
		s->shared->stats.blank = blank;
		g = start(s, buffer_slice(&s->first), at, size, l);
		done = take_line(&g, r);
	}
	if (done)
		set_span(&g);
	return done;
}

bool interrupted_output(
	struct source *s, struct slice text, size_t at, size_t size, const struct leader *l, struct record *r)
{
	buffer_clear(&s->first);
	buffer_add(&s->first, text); /* looking further may move the line */
	text = buffer_slice(&s->first);
	struct glue g = start(s, text, at, size, l);
	uint64_t blank = s->shared->stats.blank;
	bool done = lacks_error(buffer_slice(g.text));
	if (done) {
		take_error(&g, r);
		done = g.lines > 1;
	} else {
		done = cut_output(&g) && (parse_text(&g, r) == PARSE_DONE || complete(&g, r));
	}
	if (done) {
		set_span(&g);
		return true;
	}
	s->shared->stats.blank = blank;
	drop_extras(s);
	return false;
}
