/* The JSON form of a record, one line each (spec: ipcdiag records). */
#ifndef CLI_RECORDS_H
#define CLI_RECORDS_H

#include <ipcdiag/buffer.h>
#include <ipcdiag/record.h>

/* Adds one JSON object and a line's end. */
void records_add(struct buffer *out, const char *file, const struct record *r);

#endif
