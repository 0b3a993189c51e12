/* What stands left of the event on a line: pid, context, times, call number, instruction pointer. */
#ifndef TRACE_LEADER_H
#define TRACE_LEADER_H

#include <ipcdiag/slice.h>

enum { LEADER_PID_MAX = 4194304 }; /* a larger bare number is a time in seconds */

struct leader {
	int64_t pid; /* -1: none */
	struct slice comm, time, rel;
	size_t end;   /* where the event starts */
	bool bracket; /* "[pid N]": the line comes from strace's standard error */
	bool any;     /* there is one at all */
};

/* Never fails: a line without a leader has end == number of leading blanks. */
void leader_parse(struct slice line, struct leader *out);

#endif
