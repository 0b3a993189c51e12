/* Grammar of one event: calls, split calls, signals, exits. The text is complete (glue.c has put lines together) and
 * has no leader. Fills kind, end, name, args, ret, err, aux, retnote and duration of the record. */
#ifndef TRACE_PARSE_H
#define TRACE_PARSE_H

#include <ipcdiag/record.h>

enum parse_status {
	PARSE_NOT,  /* no event */
	PARSE_OPEN, /* begins as a call; its end is not in the text */
	PARSE_ODD,  /* a call whose brackets close, but no result follows */
	PARSE_DONE
};

enum parse_status parse_event(struct slice text, struct record *out);

/* The part of a call behind `name(`, or of a split call behind `resumed>`: arguments to the result. */
enum parse_status parse_call_rest(const char *p, const char *end, struct record *out);

/* Like parse_event for calls, for lines whose brackets or quotes are not balanced: takes the last "= result" if it ends
 * the text; with `behind` the result of the call whose brackets are balanced, with any text behind it. */
bool parse_damaged(struct slice text, bool behind, struct record *out);

/* What follows the ')' of a call. With `strict` nothing may stand behind the result. */
bool parse_result(const char *p, const char *end, bool strict, struct record *out);

#endif
