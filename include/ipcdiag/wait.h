/* Waiting: what an open call waits for, who could end the wait, and what comes of following that from task to task. */
#ifndef IPCDIAG_WAIT_H
#define IPCDIAG_WAIT_H

#include <stdbool.h>
#include <stdint.h>

struct channel;
struct open_file;
struct process;
struct step;
struct task;

enum wait_kind {
	WAIT_NONE,  /* it runs */
	WAIT_READ,  /* data or end of file on `file` */
	WAIT_WRITE, /* room in `file` */
	WAIT_ACCEPT,
	WAIT_CONNECT,
	WAIT_CHILD,  /* target: a pid, or -1 for any child */
	WAIT_FUTEX,  /* addr */
	WAIT_SEM,    /* id, number */
	WAIT_MSGRCV, /* id, mtype */
	WAIT_MSGSND, /* id */
	WAIT_MQ_RECEIVE,
	WAIT_MQ_SEND,
	WAIT_LOCK,      /* lock on `file` */
	WAIT_FIFO_OPEN, /* path; writing: it opens for writing */
	WAIT_POLL,      /* files[] */
	WAIT_SLEEP,     /* a sleep of `seconds` */
	WAIT_PAUSE,     /* for a signal only */
	WAIT_OTHER      /* some other call that has not returned */
};

enum { WAIT_MAX_FILES = 64 };

struct polled {
	struct open_file *file; /* reference held; NULL: not known */
	int64_t fd;
	bool in, out;             /* what it waits for there */
	bool edge;                /* EPOLLET: bytes that lie there already do not end the wait */
	bool off;                 /* EPOLLONESHOT, reported and not armed again: nothing there ends the wait */
	struct step *step, *told; /* references held: the epoll_ctl of such a one, the report that disarmed it */
};

struct wait {
	enum wait_kind kind;
	const char *call;
	struct step *step;      /* the line where it waits */
	struct open_file *file; /* reference held */
	int64_t fd, target, id, number, mtype, asked;
	uint64_t addr;
	bool shared, writing, forever; /* forever: no timeout */
	double seconds;                /* timeout or length of sleep, negative: none */
	char *path;
	struct polled *polled; /* WAIT_POLL: what it looks at, the first WAIT_MAX_FILES */
	unsigned polled_count;
	bool interrupted; /* a signal came: it would still wait */
	int error;        /* how it was interrupted: EINTR, ERESTARTSYS (512) ... */
	bool judged;      /* its report was made */
};

enum verdict {
	VERDICT_NONE,   /* nothing to say: it may go on by itself */
	VERDICT_CYCLE,  /* a ring of waits */
	VERDICT_NOBODY, /* nobody who lives can end it */
	VERDICT_SELF,   /* only the waiter itself holds the other end */
	VERDICT_ASLEEP, /* who could end it sleeps or pauses for good */
	VERDICT_IDLE,   /* who could end it sits in its main loop */
	VERDICT_BUSY,   /* who could end it runs or waits for something else that may come */
	VERDICT_OUTSIDE /* who could end it is not in the trace */
};

enum { WAIT_MAX_EDGES = 16 };

struct wait_edge {
	struct task *task; /* who waits, or, at the end of a chain, who does something else */
	struct process *process;
	struct step *step; /* where it waits; NULL: it runs */
	enum wait_kind kind;
	struct process *for_whom; /* the next one, NULL: nobody */
};

/* One blocked call, judged. Valid only during the change that carries it. */
struct wait_report {
	enum verdict verdict;
	const struct wait *wait; /* of the call that the finding is about */
	struct task *task;
	struct wait_edge
		ring[WAIT_MAX_EDGES]; /* CYCLE: the ring from `task` on; ASLEEP, IDLE, BUSY: the one who could end it */
	unsigned ring_count;
	struct wait_edge behind[WAIT_MAX_EDGES]; /* who waits for this task in turn: consequences */
	unsigned behind_count;
	struct process *ender;   /* who could end it (first of them); NOBODY: the one who ended instead of ending it;
				    NULL: not known */
	struct step *ender_step; /* what it does instead, NULL: it runs */
	enum wait_kind ender_wait;
	bool at_end;   /* the trace ends while it waits; else it was interrupted */
	bool attached; /* the trace began within the call, or the process was attached */
};

const char *wait_kind_name(enum wait_kind k); /* "reads", "waits for a child", ... present tense, for sentences */

#endif
