/* strace as our child: started with the options that tell most about communication, its output on our standard input. */
#ifndef CLI_TRACER_H
#define CLI_TRACER_H

#include <stdbool.h>
#include <sys/types.h>

#include "signals.h"

struct tracer {
	pid_t pid;
};

/* The argument of strace's -e: the calls that the model wants. Made from the table of events. */
extern const char tracer_filter[];

/* Is there a strace? Tells the user when not. */
bool tracer_available(void);

/* Does this strace, on this kernel, know --seccomp-bpf? It halves the cost of a filtered run. */
bool tracer_has_seccomp(void);

/* Starts strace with our options and `arguments` (NULL-terminated, what to trace). From then on our standard input is the trace;
 * the child has the one we had. Signals are passed on to `listener` until tracer_wait. False when that failed: the user was
 * told. */
bool tracer_start(struct tracer *t, const char *const *arguments, enum signal_listener listener);

/* Waits for strace's end. Returns its status as a shell has it: the program's own, 128+N when it died of signal N. */
int tracer_wait(struct tracer *t);

#endif
