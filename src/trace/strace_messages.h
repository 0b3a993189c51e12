/* Lines that are no events: strace's own messages, tables, dumps, stacks. */
#ifndef STRACE_MESSAGES_H
#define STRACE_MESSAGES_H

#include <ipcdiag/record.h>

/* Is the whole line a message of strace ("strace: Process 12 attached")? Then kind, name and ret are set. `self` is the
 * name strace was called by, as far as it was learnt; an attach message with another name sets it. */
bool message_parse(struct slice line, struct slice *self, struct record *out);

/* Where in the unfinished call text a message begins that runs up to its end; SIZE_MAX: there is none. */
size_t message_find(struct slice text, struct slice self);

/* A line that belongs to an earlier record: hex dump, stack frame, VCPU. */
bool message_is_continuation(struct slice line);

/* Tables of -c and -C: does one start here, does the line still belong to it? */
bool message_starts_table(struct slice line);
bool message_is_table_row(struct slice line);

#endif
