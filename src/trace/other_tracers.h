/* Output of other tracers, which people hand in for strace's: recognised, not read. */
#ifndef OTHER_TRACERS_H
#define OTHER_TRACERS_H

#include <ipcdiag/trace.h>

/* Whose line this is, or RELATIVE_NONE. */
enum trace_relative relative_of_line(struct slice line);

/* The same for a line that could be read as a call. */
enum trace_relative relative_of_call(const struct record *r);

/* A function of the C library, which no system call has the name of: ltrace prints its calls as strace does. */
bool relative_is_library_call(struct slice name);

#endif
