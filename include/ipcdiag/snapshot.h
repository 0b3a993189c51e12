/* Who waits for whom on this machine, from /proc alone: nothing is stopped, attached to or changed. */
#ifndef IPCDIAG_SNAPSHOT_H
#define IPCDIAG_SNAPSHOT_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* One task that does not run. */
struct snapshot_wait {
	pid_t pid, tid;
	char *program; /* "nginx[812]", with the task's number where it is another: "nginx[812/815]" */
	char *text;    /* "waits in read on fd 3 (pipe:[7])", cleaned */
	char *enders;  /* who could end it: "b[813] has the write end as fd 4"; NULL: not known, or nobody in particular
			*/
	char *why;     /* how that was learned */
	bool chosen;   /* one of those that were asked for */
	bool known;    /* all who could end it are known, as far as may be seen */
	bool likely;   /* that rests on who used the thing last, or on memory of the process */
	bool stuck;    /* nobody of them can: each waits itself, or is gone */
	bool interruptible; /* a tracer that attaches makes the call fail with EINTR, signal(7) */
	const char *call;
	int fd;      /* -1: none */
	size_t next; /* stuck: the wait that it waits for in turn; SIZE_MAX: nobody is left */
};

struct snapshot {
	struct snapshot_wait *waits; /* by pid, then task */
	size_t count;
	bool partial; /* some processes may not be looked into: they may hold ends, too */
};

/* Looks at `pids`, with `tree` at their descendants, too; without any at all processes. Others are looked at for who
 * they hold up. Waits that are part of a deadlock are looked at a second time, a moment later. */
struct snapshot *snapshot_take(const pid_t *pids, size_t count, bool tree);
void snapshot_free(struct snapshot *s);

/* Processes that `tracer` traces, ascending; the caller frees them. NULL: none. */
pid_t *snapshot_traced(pid_t tracer, size_t *count);

/* "nginx[812]", cleaned. */
struct buffer;
void snapshot_name(struct buffer *out, pid_t pid);

#endif
