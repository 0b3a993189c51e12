/* What a task is blocked in, as /proc/PID/task/TID/syscall tells it. */
#ifndef LIVE_CALLS_H
#define LIVE_CALLS_H

#include <sys/types.h>

#include <ipcdiag/buffer.h>

enum live_wait {
	LIVE_UNKNOWN, /* some call, or none that may be seen */
	LIVE_RUNS,    /* on a processor, or ready */
	LIVE_READ,    /* arg 0 is the descriptor */
	LIVE_WRITE,
	LIVE_ACCEPT,
	LIVE_LOCK,
	LIVE_OPEN,
	LIVE_POLL,
	LIVE_CHILD,
	LIVE_SEM,
	LIVE_MSGRCV,
	LIVE_MSGSND,
	LIVE_FUTEX,
	LIVE_PAUSE, /* for a signal */
	LIVE_SLEEP  /* ends by itself */
};

struct live_task {
	pid_t pid, tid;
	char state;       /* as in proc_pid_stat(5) */
	const char *call; /* its name, NULL: not known */
	enum live_wait wait;
	uint64_t args[6];
	char wchan[48]; /* the kernel function it sleeps in, "" */
};

/* Reads what there is; false: the task has gone. */
bool calls_read(struct live_task *t, pid_t pid, pid_t tid);

/* "reads fd 3", "waits for a child"; empty-handed: what the state letter says. */
void calls_describe(const struct live_task *t, struct buffer *out);

/* Does a signal handler that ran, or an attached tracer, end such a call with EINTR for good? signal(7) */
bool calls_interrupted_by_stop(const struct live_task *t);

#endif
