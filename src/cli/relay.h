/* A thread that copies a trace to a file while it is read: bytes come in at one descriptor and go to the file and to a
 * pipe. */
#ifndef CLI_RELAY_H
#define CLI_RELAY_H

#include <pthread.h>
#include <stdbool.h>

struct relay {
	pthread_t thread;
	bool running;
	int from, to, file;
	int error; /* the first errno of a write to the file */
};

/* Opens the file anew. Returns 0 or an errno value. */
int relay_open(struct relay *r, const char *path);

/* Starts to copy from `from`, which it closes at the end. Returns the descriptor to read from, or -1 with errno. */
int relay_start(struct relay *r, int from);

/* Ends the copying now, whatever is still to come. */
void relay_stop(struct relay *r);

/* Waits for the end of the copying. Returns 0 or the errno of what failed. */
int relay_end(struct relay *r);

#endif
