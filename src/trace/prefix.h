/* Text that something else put before each line: journald, docker logs, grep. Its shape is the same on all lines. */
#ifndef TRACE_PREFIX_H
#define TRACE_PREFIX_H

#include <ipcdiag/buffer.h>

enum { PREFIX_MAX = 200, PREFIX_LINES = 16 };

/* Writes the shape of `text`: words, blanks, and other characters as they are. */
void prefix_shape(struct slice text, struct buffer *shape);

/* What stands behind a prefix of this shape; ptr == NULL: the line has none. */
struct slice prefix_skip(struct slice shape, struct slice line);

#endif
