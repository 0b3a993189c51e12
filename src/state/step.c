#include <stdlib.h>

#include "state.h"

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
	free(s->time);
	free(s);
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
static void compose_text(struct buffer *out, const struct record *r)
{
	if (r->kind != RECORD_RESUMED || !r->args.ptr) {
		buffer_add(out, slice_take(r->text, STEP_TEXT));
		return;
	}
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
}

/* Runs of blanks before the '=' are strace's column; they tell nothing. */
static size_t squeeze(char *to, struct slice text)
{
	size_t n = 0;
	bool blank = false;
	for (size_t i = 0; i < text.len && n < STEP_TEXT; i++) {
		if (text.ptr[i] == ' ' && blank)
			continue;
		blank = text.ptr[i] == ' ';
		to[n++] = text.ptr[i];
	}
	return n;
}

static struct step *make(struct world *w)
{
	const struct record *r = w->event->record;
	struct buffer *text = &w->scratch;
	buffer_clear(text);
	compose_text(text, r);
	struct step *s = memory_alloc(sizeof *s + (text->len < STEP_TEXT ? text->len : STEP_TEXT) + 1);
	struct slice stamp = r->start_time.ptr ? r->start_time : r->time;
	s->refs = 1;
	s->file = r->file;
	s->line = r->start_line ? r->start_line : r->line;
	s->end_line = r->line;
	s->order = w->order;
	s->pid = w->last && w->last->tid >= 0 ? w->last->tid : r->task;
	s->name = w->last ? w->last->process->name : NULL;
	s->seconds = stamp.ptr ? state_seconds(stamp) : -1;
	s->time = stamp.ptr ? memory_copy(stamp) : NULL;
	s->text[squeeze(s->text, buffer_slice(text))] = '\0';
	return s;
}

struct step *state_step(struct world *w)
{
	if (!w->step && w->event)
		w->step = make(w);
	return w->step;
}
