/* The files of `strace -ff -o NAME`, one a task, merged into one stream of records. With stamps on all of them they are
 * merged by time; without, a task runs until its next record needs what another one has not done yet. */
#ifndef FF_FILES_H
#define FF_FILES_H

#include <ipcdiag/trace.h>

#include "paths.h"
#include "reader.h"

struct family;

/* `files` (all of the trace) must stay. */
struct family *ff_new(struct shared *shared, const struct file *files, struct group group);
void ff_free(struct family *f);

/* May be NULL; see trace_on_ready. */
void ff_on_ready(struct family *f, trace_ready *ready, void *context);

/* 1: a record; 0: the end; -1: a file could not be read on; family_error says which and why. */
int ff_next(struct family *f, struct record *out);
const char *ff_error(const struct family *f, uint32_t *file);

#endif
