/* The files of `strace -ff -o NAME`, one a task, merged into one stream of records. With stamps on all of them they are
 * merged by time; without, a task runs until its next record needs what another one has not done yet. */
#ifndef TRACE_FAMILY_H
#define TRACE_FAMILY_H

#include <ipcdiag/trace.h>

#include "paths.h"
#include "source.h"

struct family;

/* `files` (all of the trace) must stay. */
struct family *family_new(struct shared *shared, const struct file *files, struct group group);
void family_free(struct family *f);

/* May be NULL; see trace_on_ready. */
void family_on_ready(struct family *f, trace_ready *ready, void *context);

/* 1: a record; 0: the end; -1: a file could not be read on; family_error says which and why. */
int family_next(struct family *f, struct record *out);
const char *family_error(const struct family *f, uint32_t *file);

#endif
