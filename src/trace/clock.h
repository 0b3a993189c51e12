/* Stamps as numbers, to put the files of a family in order. */
#ifndef TRACE_CLOCK_H
#define TRACE_CLOCK_H

#include <ipcdiag/slice.h>

enum { CLOCK_DAY = 86400 };
#define CLOCK_SECOND INT64_C(1000000000)

/* Nanoseconds of "HH:MM:SS.frac" (since midnight) or "seconds.frac"; -1: it is neither. *daily: it was the first form.
 */
int64_t clock_parse(struct slice stamp, bool *daily);

#endif
