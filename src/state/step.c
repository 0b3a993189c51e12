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

/* Where the blanks are that pad strace's '=' to its column, in front of "= RESULT". SIZE_MAX: there is no result in the text. */
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

static struct step *make(struct world *w)
{
	const struct record *r = w->event->record;
	bool whole = r->kind == RECORD_RESUMED && r->args.ptr;
	struct slice text = whole ? compose_resumed(&w->scratch, r) : slice_take(r->text, 2 * STEP_TEXT);
	struct slice stamp = slice_take(r->start_time.ptr ? r->start_time : r->time, STEP_TIME);
	size_t room = text.len < STEP_TEXT ? text.len : STEP_TEXT;
	struct step *s = memory_resize(NULL, sizeof *s + room + 1 + stamp.len + 1);
	*s = (struct step){.refs = 1, .file = r->file, .line = r->start_line ? r->start_line : r->line, .end_line = r->line,
			   .last_line = r->start_line ? r->start_line : r->last_line,
			   .order = w->order, .pid = w->last && w->last->tid >= 0 ? w->last->tid : r->task,
			   .name = w->last ? w->last->process->name : NULL};
	size_t n = copy_unpadded(s->text, text, r->ret);
	s->text[n] = '\0';
	if (stamp.ptr) {
		s->time = s->text + room + 1;
		memcpy(s->time, stamp.ptr, stamp.len);
		s->time[stamp.len] = '\0';
	}
	return s;
}

double step_seconds(const struct step *s)
{
	return s && s->time ? state_seconds(slice_of(s->time)) : -1;
}

struct step *state_step(struct world *w)
{
	if (!w->step && w->event)
		w->step = make(w);
	return w->step;
}
