/* Which files an input names: one file, a directory, or the prefix of a `strace -ff -o PREFIX` family. */
#ifndef TRACE_PATHS_H
#define TRACE_PATHS_H

#include <ipcdiag/slice.h>

struct file {
	char *path, *shown; /* owned */
	int64_t pid;        /* from NAME.PID, or -1 */
};

/* A group is read as one trace; more than one file: a family that is merged. */
struct group {
	uint32_t first, count;
};

struct paths {
	struct file *files;
	size_t count, cap;
	struct group *groups;
	size_t group_count, group_cap;
};

/* 0, or an errno value and a sentence (static text). */
int paths_add(struct paths *p, const char *path, const char *shown, const char **error);
void paths_release(struct paths *p);

/* The number at the end of "NAME.PID" (".strace", ".gz" and the like may follow), or -1; *stem gets NAME. */
int64_t paths_pid(struct slice path, struct slice *stem);

#endif
