/* The world: what the events so far say about processes, descriptors and channels. Events go in, changes come out.
 * Memory grows with what is alive in the traced programs, not with the length of the trace. */
#ifndef IPCDIAG_WORLD_H
#define IPCDIAG_WORLD_H

#include <stdbool.h>
#include <stdint.h>

struct change;
struct event;
struct world;

struct world_options {
	double stall; /* seconds after which a blocked call is reported without waiting for the end; 0: only at the end
		       */
	unsigned leak_threshold; /* see world_leak_threshold; 0: the default */
};

enum {
	WORLD_LEAK_THRESHOLD = 32 /* more than any call of a healthy program leaves open with nobody at the other end */
};

struct world *world_new(const struct world_options *options);
void world_free(struct world *w);

/* Who is told of changes (one listener: the engine). Called from within world_apply and world_finish. */
typedef void world_listener(void *context, const struct change *c);
void world_on_change(struct world *w, world_listener *listener, void *context);

/* Applies one event. Events of one task must come in order. */
void world_apply(struct world *w, const struct event *e);

/* How many open descriptors of one kind, made by one call and of no more use, are a leak. */
unsigned world_leak_threshold(const struct world *w);

/* Live: no event has come for so many seconds. Blocked calls that have now waited for the stall threshold are told. */
void world_idle(struct world *w, double seconds);

/* The same from a record: decodes it, or, where that makes no difference, puts it off until somebody wants to know. */
struct record;
void world_take(struct world *w, const struct record *r);

/* Reads what world_take has put off. To be called before waits of tasks are looked at. */
void world_catch_up(struct world *w);

/* The trace is over: reports blocked calls, what is left behind, and CHANGE_FINISH. */
void world_finish(struct world *w);

/* Could this event have happened by now? (the bytes it reads are written, the child it waits for has ended) For traces
 * whose order between processes is not known. */
bool world_may_happen(const struct world *w, const struct event *e);

/* Would an unlink be in the trace? False when calls that take file names were left out (strace -e
 * trace=ipc,network,desc), as far as can be told: the program was loaded, and the loader's own calls of that kind are
 * missing. */
bool world_shows_unlink(const struct world *w);

uint64_t world_process_count(const struct world *w); /* processes seen */
uint64_t world_thread_count(const struct world *w);  /* tasks seen */

#endif
