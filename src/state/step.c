#include <stdlib.h>

#include "state.h"

static void text_drop(struct step_text *t)
{
	if (t && !--t->refs)
		free(t);
}

struct step *step_take(struct step *s)
{
	if (s)
		s->refs++;
	return s;
}

void step_drop(struct step *s)
{
	if (!s || --s->refs)
		return;
	text_drop(s->text);
	free(s->stack);
	pool_put(s->pool, s);
}

void step_set(struct step **slot, struct step *s)
{
	step_take(s);
	step_drop(*slot);
	*slot = s;
}

static bool clock_part(struct slice *text, double *value)
{
	*value = 0;
	size_t digits = 0;
	while (text->len && text->ptr[0] >= '0' && text->ptr[0] <= '9') {
		*value = *value * 10 + (text->ptr[0] - '0');
		*text = slice_skip(*text, 1);
		digits++;
	}
	return digits > 0;
}

static double fraction(struct slice text)
{
	double value = 0, unit = 0.1;
	if (!text.len || text.ptr[0] != '.')
		return 0;
	for (size_t i = 1; i < text.len && text.ptr[i] >= '0' && text.ptr[i] <= '9'; i++, unit /= 10)
		value += (text.ptr[i] - '0') * unit;
	return value;
}

double state_seconds(struct slice time)
{
	double total = 0, part;
	if (!clock_part(&time, &part))
		return -1;
	total = part;
	while (time.len && time.ptr[0] == ':') {
		time = slice_skip(time, 1);
		if (!clock_part(&time, &part))
			return -1;
		total = total * 60 + part;
	}
	return total + fraction(time);
}

/* A resumed call is shown whole, as if it had not been cut. */
static struct slice compose_resumed(struct buffer *out, const struct record *r)
{
	buffer_clear(out);
	buffer_add(out, r->name);
	buffer_add_char(out, '(');
	buffer_add(out, slice_take(r->args, STEP_TEXT));
	buffer_add_text(out, ") = ");
	buffer_add(out, r->ret);
	if (r->err.len) {
		buffer_add_char(out, ' ');
		buffer_add(out, r->err);
	}
	if (r->aux_count) {
		buffer_add_text(out, " (");
		buffer_add(out, slice_take(r->aux[0], STEP_TEXT));
		buffer_add_char(out, ')');
	}
	return buffer_slice(out);
}

/* Where the blanks are that pad strace's '=' to its column, in front of "= RESULT". SIZE_MAX: there is no result in the
 * text. */
static size_t find_pad(struct slice text, struct slice result)
{
	uintptr_t at = (uintptr_t)result.ptr - (uintptr_t)text.ptr;
	return result.ptr && at >= 4 && at < text.len && memcmp(text.ptr + at - 4, "  = ", 4) == 0 ? at - 4 : SIZE_MAX;
}

/* The padding tells nothing: one blank is enough. */
static size_t copy_unpadded(char *to, struct slice text, struct slice result)
{
	size_t pad = find_pad(text, result), start = pad;
	text = slice_take(text, STEP_TEXT);
	if (pad >= text.len) {
		memcpy(to, text.ptr, text.len);
		return text.len;
	}
	while (start > 0 && text.ptr[start - 1] == ' ')
		start--;
	memcpy(to, text.ptr, start);
	memcpy(to + start, text.ptr + pad + 1, text.len - pad - 1);
	return start + text.len - pad - 1;
}

static struct step_text *text_new(struct world *w, const struct record *r)
{
	bool whole = r->kind == RECORD_RESUMED && r->args.ptr;
	struct slice text = whole ? compose_resumed(&w->scratch, r) : slice_take(r->text, 2 * STEP_TEXT);
	struct step_text *t = memory_resize(NULL, sizeof *t + (text.len < STEP_TEXT ? text.len : STEP_TEXT));
	t->refs = 1;
	t->length = (uint32_t)copy_unpadded(t->text, text, r->ret);
	return t;
}

void step_forget_digest(struct digest *d)
{
	text_drop(d->shown);
}

/* Of a text that came before, all steps have the same. */
static struct step_text *text_of_event(struct world *w)
{
	struct digest *d = w->digest;
	if (!d)
		return text_new(w, w->event->record);
	if (!d->shown)
		d->shown = text_new(w, &d->record);
	d->shown->refs++;
	return d->shown;
}

static void copy_stamp(char to[STEP_TIME], struct slice stamp)
{
	size_t n = stamp.len < STEP_TIME ? stamp.len : STEP_TIME - 1;
	if (n)
		memcpy(to, stamp.ptr, n);
	to[n] = '\0';
}

static struct step *make(struct world *w)
{
	const struct record *r = w->event->record;
	bool whole = r->kind == RECORD_RESUMED && r->args.ptr;
	struct step *s = pool_take(&w->step_pool);
	s->refs = 1;
	s->file = r->file;
	s->line = r->start_line ? r->start_line : r->line;
	s->end_line = r->line;
	s->last_line = r->start_line ? r->start_line : r->last_line;
	s->order = w->order;
	s->pid = w->last && w->last->tid >= 0 ? w->last->tid : r->task;
	s->name = w->last ? w->last->process->name : NULL;
	s->text = text_of_event(w);
	s->stack = NULL;
	s->pool = &w->step_pool;
	copy_stamp(s->time, r->start_time.ptr ? r->start_time : r->time);
	copy_stamp(s->duration, w->digest && !whole ? r->duration : (struct slice){0});
	return s;
}

char *step_copy_line(const struct step *s)
{
	struct buffer line = {0};
	buffer_add(&line, step_text(s));
	if (s->duration[0])
		buffer_add_format(&line, " <%s>", s->duration);
	return buffer_detach(&line);
}

double step_seconds(const struct step *s)
{
	return s && s->time[0] ? state_seconds(slice_of(s->time)) : -1;
}

/* --- stacks --- */

enum { STACK_LINES = 32, STACK_BYTES = 8192 };

struct step_stack {
	uint64_t lines;
	size_t length;
	char text[STACK_BYTES];
};

struct slice step_stack(const struct step *s)
{
	return s && s->stack ? (struct slice){s->stack->text, s->stack->length} : (struct slice){0};
}

static uint64_t lines_of(const struct step *s)
{
	return (s->last_line > s->end_line ? s->last_line : s->end_line) + (s->stack ? s->stack->lines : 0);
}

void state_add_frame(struct world *w, const struct record *r)
{
	struct step *s = w->before;
	if (!s || s->refs < 2 || s->file != r->file || lines_of(s) + 1 != r->line)
		return; /* nobody keeps it, or the stack is another call's */
	if (!s->stack)
		s->stack = memory_alloc(sizeof *s->stack);
	struct step_stack *k = s->stack;
	k->lines++;
	if (k->lines > STACK_LINES || k->length + r->text.len + 1 > STACK_BYTES)
		return;
	memcpy(k->text + k->length, r->text.ptr, r->text.len);
	k->length += r->text.len;
	k->text[k->length++] = '\n';
}

struct step *state_step(struct world *w)
{
	if (!w->step && w->event)
		w->step = make(w);
	return w->step;
}
