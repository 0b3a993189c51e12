/* Several traces at a time: each is one task, the results are put together in the order of the names. */
#ifndef CLI_JOBS_H
#define CLI_JOBS_H

#include "inputs.h"
#include "session.h"

/* How an input is called in reports. */
const char *jobs_shown_name(const struct settings *settings, const char *path);

/* Reads all inputs into the session's tally, settings->jobs of them at a time. */
void jobs_read(struct session *s, const struct inputs *in);

#endif
