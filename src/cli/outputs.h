/* Where a report goes: standard output, or a file that appears under its name only once it is complete.
 * On a pipe whole lines are written, at most 4096 bytes at a time, so that parallel writers do not tear each other's
 * lines. */
#ifndef CLI_OUTPUT_H
#define CLI_OUTPUT_H

#include <ipcdiag/slice.h>

struct output {
	int fd;
	bool pipe;       /* a pipe or socket */
	int error;       /* the first errno of a write, 0: none */
	char *path;      /* as shown in messages */
	char *target;    /* final name, links resolved; NULL: written in place */
	char *temporary; /* what is written until then */
};

/* Standard output or standard error. */
void output_open_standard(struct output *o, int fd);

/* Returns 0 or an errno value. */
int output_open_file(struct output *o, const char *path);

/* Writes text that ends with a line's end; after a failed write it does nothing. */
void output_write(struct output *o, struct slice text);

/* Closes, moves a file to its final name. Returns 0 or the errno value of the first thing that failed. A reader that
 * went away (EPIPE) is no failure: it has had what it wanted. */
int output_close(struct output *o);

/* Forgets what was written, as far as it is a file that has not got its name yet. */
void output_discard(struct output *o);

/* Writes `text` to standard output and closes it; returns the exit status, after a word on what failed. */
int output_print(struct slice text);

#endif
