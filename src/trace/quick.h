/* The fast path. Almost all lines of a trace are whole calls, first halves and second halves that end in one of a few
 * forms. These forms prove by themselves where the arguments end: the last " = RESULT" of a line is the real one, since
 * what may follow it (notes, annotations) ends in ')', ']' or '>'. So the brackets and strings of the arguments, which
 * make up most of the line, are not looked at. Every other line, and every one that text could be glued into, takes the
 * full way (source.c, parse.c), whose answer is the same by definition: tests/unit/test_trace_quick.c compares both. */
#ifndef TRACE_QUICK_H
#define TRACE_QUICK_H

#include "shape.h"

#include <ipcdiag/record.h>

struct trace;

/* A line whose text has not been looked at yet. */
struct line {
	struct slice raw; /* without LF */
	struct leader leader;
	struct slice text;     /* behind the leader */
	struct slice duration; /* of -T, without brackets; ptr == NULL: none */
	struct slice bare;     /* the text without it */
	uint64_t hash;         /* of `bare`, 0: not asked for */
};

struct quick {
	enum record_kind kind; /* RECORD_SYSCALL, RECORD_UNFINISHED or RECORD_RESUMED */
	struct slice name, args, ret, err, aux, retnote;
};

/* Takes off what stands around the call; the raw line and the hash are left alone. `shapes` remembers the leaders of
 * the lines before. */
void quick_begin(struct slice line, struct shapes *shapes, struct line *out);

/* Cuts the bare text. False: it has another form. */
bool quick_parse(const struct line *line, struct quick *q);

/* What was found, as a record. */
void quick_fill(const struct line *line, const struct quick *q, struct record *r);

/* Reads a trace without the fast path: for tests, before the first trace_next(). */
void trace_without_quick(struct trace *t);

#endif
