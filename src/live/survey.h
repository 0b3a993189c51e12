/* All tasks and descriptors that may be seen, read once. */
#ifndef LIVE_SURVEY_H
#define LIVE_SURVEY_H

#include "calls.h"

struct survey_fd {
	pid_t pid;
	int fd;
	int mode;   /* access mode, read when asked for; -2: not yet */
	char *link; /* "pipe:[7]", a path */
};

struct survey_process {
	pid_t pid, parent;
	size_t first_fd, fd_count;     /* in fds */
	size_t first_task, task_count; /* in tasks */
};

struct survey {
	struct survey_process *processes; /* by pid */
	size_t process_count, process_cap;
	struct survey_fd *fds;
	size_t fd_count, fd_cap;
	struct live_task *tasks;
	size_t task_count, task_cap;
	bool partial; /* some could not be looked into, or time ran out */
};

void survey_take(struct survey *s);
void survey_release(struct survey *s);
struct survey_process *survey_process(const struct survey *s, pid_t pid);
/* NULL: not open, or not to be seen. */
struct survey_fd *survey_fd(const struct survey *s, pid_t pid, int fd);

#endif
