/* strace as our child: started with the options that tell most about communication, its output on our standard input.
 */
#ifndef CLI_TRACER_H
#define CLI_TRACER_H

#include <stdbool.h>
#include <sys/types.h>

#include "relay.h"
#include "settings.h"
#include "signals.h"

struct tracer {
	pid_t pid;
	pid_t command; /* the program that strace runs; 0: not known, or none */
	bool seccomp;  /* does this strace, on this kernel, know --seccomp-bpf? It halves the cost of a filtered run */
	const char *const *usual; /* our options, as far as this strace knows them; NULL-terminated */
	char **extra;             /* the user's, NULL-terminated, behind ours; freed by tracer_wait */
	const char *keep;         /* where the trace is kept, or NULL */
	struct relay relay;       /* when it is */
};

/* The argument of strace's -e: the calls that the model wants. Made from the table of events. */
extern const char tracer_filter[];

/* Finds out how strace can be used here, with the options that the settings hand on to it. False when it cannot: the
 * user was told why and what to do. */
bool tracer_open(struct tracer *t, const struct settings *settings);

/* Starts strace with our options and `arguments` (NULL-terminated, what to trace). From then on our standard input is
 * the trace; the child has the one we had. Signals are passed on to `listener` until tracer_wait. False when that
 * failed: the user was told. */
bool tracer_start(struct tracer *t, const char *const *arguments, enum signal_listener listener);

/* Does no more wait for strace, which goes on. */
void tracer_leave(struct tracer *t, bool *kept);

/* Waits for strace's end. Returns its status as a shell has it: the program's own, 128+N when it died of signal N. Sets
 * `*kept` to false when the trace could not be kept: the user was told. */
int tracer_wait(struct tracer *t, bool *kept);

/* Tells, after strace has refused, what may be the reason and what to do. */
void tracer_tell_forbidden(bool attaching);

#endif
