/* Lines of the window that the fast path has begun, a few at a time: what all lines need, with nothing that depends on
 * the one before, so that the processor can do it for several at once, and ask for the memory that each will want. */
#ifndef TRACE_AHEAD_H
#define TRACE_AHEAD_H

#include "quick.h"

enum { AHEAD_LINES = 8 };

struct ahead {
	struct line *lines; /* AHEAD_LINES, or NULL: not used yet */
	unsigned at, count;
	uint64_t turns; /* of the stream when they were begun, */
	size_t prefix;  /* and the length of what was known to stand before all lines */
};

#endif
