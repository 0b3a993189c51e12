/* A second thread for one long file: it reads ahead and cuts lines into records, while the calling thread works on the
 * model. Both do the same as one thread would, in the same order; only the time between the two is different.
 *
 * Records come in batches, in a ring. A record is valid until the next pipeline_next, and points into memory that the
 * reader has not taken again by then: it waits until the records of old memory are done with (trace_on_reuse). */
#ifndef CLI_PIPELINE_H
#define CLI_PIPELINE_H

#include <ipcdiag/trace.h>

struct pipeline;

/* Is there a second core for the input, and is it a plain file that is long enough? */
bool pipeline_pays(const char *path);

/* Starts reading `t`, which belongs to the reader until pipeline_stop. NULL: there is no second thread to be had. */
struct pipeline *pipeline_start(struct trace *t);

/* As trace_next(); `*bytes`: how much of the input has been read. After -1 trace_error() may be asked. Not to be called
 * after 0. */
int pipeline_next(struct pipeline *p, const struct record **record, uint64_t *bytes);

/* Ends the reader, in the middle if need be. NULL is allowed. */
void pipeline_stop(struct pipeline *p);

#endif
