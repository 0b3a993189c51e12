/* What one record says about other tasks: the little that is needed to put the files of a family in order. */
#ifndef ORDERING_H
#define ORDERING_H

#include <ipcdiag/record.h>

/* The task that a fork-like call made, or -1. */
int64_t ordering_child(const struct record *r);

/* The task that must have ended before this record can happen (a wait that returns it, its SIGCHLD, the execve that
 * ends it), or -1. */
int64_t ordering_ended(const struct record *r);

#endif
