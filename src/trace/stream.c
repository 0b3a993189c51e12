#include "stream.h"

#include <errno.h>
#include <stdlib.h>

#include <ipcdiag/memory.h>
#include <ipcdiag/trace.h>

int stream_open(struct stream *s, const char *path, bool transient)
{
	s->line = 1;
	if (!s->block)
		s->block = STREAM_BLOCK;
	int error = transient ? input_open_transient(&s->input, path) : input_open(&s->input, path);
	if (!error && s->input.size && s->input.size < s->block)
		s->block = s->input.size < STREAM_SMALLEST ? STREAM_SMALLEST
							   : s->input.size + 1; /* small files, small windows */
	return error;
}

void stream_close(struct stream *s)
{
	input_close(&s->input);
	free(s->data);
	free(s->before);
	s->data = s->before = NULL;
	s->pos = s->end = s->cap = s->before_cap = 0;
}

/* Moves the window to the other memory; the part that was consumed stays behind. */
static void turn(struct stream *s)
{
	size_t left = s->end - s->pos, want = left > s->block ? left + s->block : 2 * s->block;
	char *data = s->before;
	if (s->turn)
		s->turn(s->turn_context);
	if (s->before_cap < want) {
		free(data);
		data = memory_resize(NULL, want);
		s->before_cap = want;
	}
	memcpy(data, s->data + s->pos, left);
	s->before = s->data;
	s->data = data;
	want = s->cap;
	s->cap = s->before_cap;
	s->before_cap = want;
	s->offset += s->pos;
	s->end = left;
	s->pos = 0;
	s->turns++;
}

/* Makes room for a block behind the window. */
static void make_room(struct stream *s)
{
	if (s->cap - s->end >= s->block)
		return;
	if (s->pos && s->end - s->pos <= s->pos)
		turn(s);
	if (s->cap - s->end < s->block) {
		s->cap = s->cap ? s->cap * 2 : s->block * 2;
		s->data = memory_resize(s->data, s->cap);
		s->turns++;
	}
}

/* strace prints the beginning of a call when it starts, and leaves it at that until something else happens. */
static bool is_cut(const struct stream *s)
{
	return s->may_cut && s->end > s->pos && s->may_cut((struct slice){s->data + s->pos, s->end - s->pos});
}

/* Nothing to read: who listens is told so at once, and again from time to time until there is. False: the line that has
 * begun shall be taken as it is. */
static bool wait_and_tell(struct stream *s)
{
	for (unsigned ticks = 0; s->idle; ticks++) {
		s->idle(s->context);
		if (input_wait(&s->input, STREAM_TICK_MS))
			return true;
		if (ticks == STREAM_CUT_TICKS && is_cut(s))
			return false;
	}
	return true;
}

/* Reads once. False at the end, on errors, or when the patience is over. */
static bool fill(struct stream *s, enum stream_patience patience)
{
	if (s->eof || s->error || s->cut_early)
		return false;
	if (s->input.may_block && !input_wait(&s->input, 0)) {
		if (patience == STREAM_SHORT && !input_wait(&s->input, STREAM_IDLE_MS))
			return false;
		s->cut_early = patience == STREAM_BLOCKING && !wait_and_tell(s);
		if (s->cut_early)
			return false;
	}
	make_room(s);
	ptrdiff_t n = input_read(&s->input, s->data + s->end, s->block);
	if (n > 0)
		s->end += (size_t)n;
	s->eof = n == 0;
	s->error = n < 0 ? errno : 0;
	return n > 0;
}

bool stream_line_at(struct stream *s, size_t at, enum stream_patience patience, struct slice *line, size_t *size)
{
	size_t seen = at; /* bytes behind pos that hold no LF */
	for (;;) {
		size_t have = s->end - s->pos;
		const char *lf = have > seen ? memchr(s->data + s->pos + seen, '\n', have - seen) : NULL;
		if (lf || have - at > TRACE_MAX_LINE) {
			size_t length = lf ? (size_t)(lf - (s->data + s->pos)) - at : TRACE_MAX_LINE;
			*line = (struct slice){s->data + s->pos + at, length};
			*size = length + (lf != NULL);
			s->cut_line |= !lf;
			return true;
		}
		seen = have > seen ? have : seen;
		if (!fill(s, patience))
			break;
	}
	size_t left = s->end - s->pos > at ? s->end - s->pos - at : 0;
	*line = (struct slice){left ? s->data + s->pos + at : NULL, left};
	*size = left;
	return left && (s->eof || s->error || s->cut_early);
}

struct slice stream_want(struct stream *s, size_t at, size_t wanted)
{
	while (s->end - s->pos < at + wanted && fill(s, STREAM_SHORT))
		;
	size_t left = s->end - s->pos > at ? s->end - s->pos - at : 0;
	return (struct slice){left ? s->data + s->pos + at : NULL, left < wanted ? left : wanted};
}

void stream_consume(struct stream *s, size_t size, uint64_t lines)
{
	s->pos += size;
	s->line += lines;
	s->cut_early = false;
}
