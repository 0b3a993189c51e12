/* Lines of one input, in a window that moves over it: between two pieces of memory in turn. Lines are looked at without
 * being consumed, at offsets from the place where reading stands, so that a call that goes on over several lines can be
 * read and, if that fails, left. Pointers into the window are valid until the next stream_line_at or stream_want: these
 * may move it. */
#ifndef TRACE_STREAM_H
#define TRACE_STREAM_H

#include "input.h"

enum {
	STREAM_BLOCK = 1 << 18,
	STREAM_SMALLEST = 1024,
	STREAM_IDLE_MS = 60,
	STREAM_TICK_MS = 250,
	STREAM_CUT_TICKS = 3
};

struct stream {
	struct input input;
	char *data;
	size_t pos, end, cap;
	char *before; /* where the window was until it last turned; still as it was */
	size_t before_cap;
	void (*turn)(void *context); /* called when the window is about to turn back to `before`; may be NULL */
	void *turn_context;
	uint64_t turns;  /* how often the window has moved to other memory */
	size_t block;    /* bytes read at once */
	uint64_t line;   /* number of the line at pos, from 1 */
	uint64_t offset; /* bytes of the input before data[0] */
	bool eof;
	int error;                   /* errno of a failed read */
	bool cut_line;               /* a line was longer than TRACE_MAX_LINE */
	void (*idle)(void *context); /* called before a read that blocks, and every STREAM_TICK_MS while it does; may be
					NULL */
	void *context;
	bool (*may_cut)(
		struct slice line); /* may this part of a line be delivered when the rest does not come? NULL: never */
	bool cut_early;             /* the last line is such a part: its rest is on the same line of the input. Until it
				     * is consumed nothing more is read */
};

/* How long may be waited for a line. */
enum stream_patience { STREAM_BLOCKING, STREAM_SHORT };

/* The line at `at` bytes behind the place, without its LF; *size is its length with LF (0 at the end of input). False
 * when nothing more can be had (end; or, with STREAM_SHORT, nothing arrived soon). With `idle` and `may_cut` a line
 * whose rest does not come is delivered as far as it is there. The last line may lack its LF: *size == length. */
bool stream_line_at(struct stream *s, size_t at, enum stream_patience patience, struct slice *line, size_t *size);

/* Bytes at `at`, as many of `wanted` as can be had soon. */
struct slice stream_want(struct stream *s, size_t at, size_t wanted);

/* Moves the place on by `size` bytes that hold `lines` lines. */
void stream_consume(struct stream *s, size_t size, uint64_t lines);

/* 0 or an errno value. A transient one holds no descriptor; its path must stay. */
int stream_open(struct stream *s, const char *path, bool transient);
void stream_close(struct stream *s);

#endif
