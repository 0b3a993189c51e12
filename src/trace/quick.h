/* The fast path. Almost all lines of a trace are whole calls, first halves and second halves that end in one of a few forms.
 * These forms prove by themselves where the arguments end: the last " = RESULT" of a line is the real one, since what may follow
 * it (notes, annotations) ends in ')', ']' or '>'. So the brackets and strings of the arguments, which make up most of the
 * line, are not looked at. Every other line, and every one that text could be glued into, takes the full way (source.c,
 * parse.c), whose answer is the same by definition: tests/unit/test_trace_quick.c compares both. */
#ifndef TRACE_QUICK_H
#define TRACE_QUICK_H

#include "shape.h"

#include <ipcdiag/record.h>

struct trace;

struct quick {
	enum record_kind kind; /* RECORD_SYSCALL, RECORD_UNFINISHED or RECORD_RESUMED */
	struct leader leader;
	struct slice text; /* behind the leader */
	struct slice bare; /* the same without the duration */
	struct slice name, args, ret, err, aux, duration;
};

/* Takes off what stands around the call. `shapes` remembers the leaders of the lines before. */
void quick_begin(struct slice line, struct shapes *shapes, struct quick *out);

/* Cuts the rest. False: the line has another form. */
bool quick_parse(struct quick *q);

/* What quick_parse found, as a record. */
void quick_fill(const struct quick *q, struct record *r);

/* Reads a trace without the fast path: for tests, before the first trace_next(). */
void trace_without_quick(struct trace *t);

#endif
