/* One input being read: lines in, records out. trace.c puts several of them together. */
#ifndef READER_H
#define READER_H

#include <ipcdiag/buffer.h>
#include <ipcdiag/trace.h>

#include "ahead.h"
#include "halves.h"
#include "shared.h"
#include "stream.h"

/* A line that was taken into an earlier record, or a message cut out of a call: delivered behind the call's record. */
struct extra {
	uint64_t line;
	size_t at, len; /* in extra_text */
	bool message;
};

struct source {
	struct shared *shared;
	struct stream stream;
	struct join own, *join; /* a family shares one: an execve by a thread goes on in the leader's file */
	uint32_t file;
	int64_t file_pid; /* from the name of a -ff file, or -1 */
	struct buffer first, text, clean, clean_next, self, extra_text;
	struct buffer joined,
		joined_before; /* arguments of split calls; full ones take turns like the window of the stream */
	bool fleeting;         /* the last record points to memory that the next one takes again */
	struct extra *extras;
	size_t extra_count, extra_cap, extra_next;
	size_t span; /* bytes of the window that the last record took */
	uint64_t span_lines;
	uint64_t cut_line; /* line of the last record if that was a cut call, else 0 */
	bool cut_wanted;
	int64_t last_pid;            /* counted already */
	bool quick;                  /* the fast path may be taken */
	struct ahead ahead;          /* lines that the fast path has begun */
	struct seen *seen;           /* where texts are numbered, or NULL */
	const struct line *line;     /* the line that is being read, if its text may have a number, */
	struct seen_text *text_seen; /* and the place of that, NULL: it has none yet */
	bool in_family;              /* written with -ff: nothing else is in it */
	struct buffer prefix;        /* shape of what stands before every line (prefix.h) */
	unsigned prefix_tries, glue_failed;
	bool begun;  /* the first line was looked at */
	bool events; /* there was one */
	bool late;   /* an event behind other text is being read */
	bool torn;   /* the input ends in the middle of a line */
	bool color, crlf, table, bare_pids;
};

/* What to say of an input that is `torn`. */
#define READER_TORN "the file ends in the middle of a line: what that call did is not known"

void reader_init(struct source *s, struct shared *shared, uint32_t file);
void reader_release(struct source *s);

/* The stamp of the line behind the last record, if that line was read already; else ptr == NULL. */
struct slice reader_next_stamp(const struct source *s);

/* 1: a record; 0: end of the input; -1: reading failed, s->stream.error says why. */
int reader_next(struct source *s, struct record *out);

/* --- between source.c and fast.c --- */

/* The next line, if it is whole and in the window, as the fast path begins it; NULL: read it from the stream. */
const struct line *fast_next_line(struct source *s);

/* Reads it if it has one of the usual forms (quick.h), or a text that came before (seen.h). 1: deliver it, 0: it was
 * counted, -1: take the full way. */
int fast_read(struct source *s, const struct line *line, struct record *r);

/* Gives the text of a call that has been read a number if it may have one. */
struct seen_text *fast_number_text(struct source *s, struct record *r);

/* Place, pid and times of the line. */
void reader_set_leader(struct source *s, const struct leader *l, struct record *r);
/* Cut calls are kept, resumed ones joined. `text`: the number that the text has, or NULL. */
void reader_link_halves(struct source *s, struct record *r, bool wanted, struct seen_text *text);
/* Where the arguments of the next split call go, whose second half has `tail` bytes of them. */
struct buffer *reader_room_for_joined(struct source *s, size_t tail);

/* --- between source.c and glue.c --- */

/* Takes the rest of a call that does not end on its line. `text` is the event on the first line, `at` its place in the
 * window, `size` the length of the line with LF. True: *r is a call record, span and extras are set. */
bool interrupted_call(
	struct source *s, struct slice text, size_t at, size_t size, const struct leader *l, struct record *r);

/* The same for a call that is complete as it stands, but could have output in it: false if it has none. */
bool interrupted_output(
	struct source *s, struct slice text, size_t at, size_t size, const struct leader *l, struct record *r);

/* May the traced program's output stand inside this complete looking call? */
bool interrupted_is_suspect(const struct source *s, struct slice text);

#endif
