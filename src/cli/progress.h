/* A bar on standard error while a long file is read on a terminal. */
#ifndef CLI_PROGRESS_H
#define CLI_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

struct progress {
	uint64_t size; /* of the file; 0: no bar */
	unsigned ticks;
	int percent; /* what the bar shows, -1: nothing yet */
};

/* Decides whether there will be a bar: a plain file of some size, both a terminal and the user willing. */
void progress_start(struct progress *p, const char *path, bool wanted);

/* Call often; `done` are the bytes read. */
void progress_tick(struct progress *p, uint64_t done);

/* Takes the bar away. */
void progress_end(struct progress *p);

#endif
