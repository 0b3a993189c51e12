/* Processes and their tasks (threads), as far as the trace shows them. Ended ones live on while something refers to
 * them. */
#ifndef IPCDIAG_PROCESS_H
#define IPCDIAG_PROCESS_H

#include <stdbool.h>
#include <stdint.h>

#include <ipcdiag/map.h>
#include <ipcdiag/wait.h>

struct step;
struct table;

enum process_end { END_ALIVE, END_EXITED, END_KILLED, END_LOST /* detached, or the trace lost it */ };
enum handler { HANDLER_DEFAULT, HANDLER_IGNORE, HANDLER_FUNCTION };

struct disposition {
	struct disposition *next;
	const char *signal; /* interned */
	enum handler handler;
	bool restart;      /* SA_RESTART */
	struct step *step; /* the sigaction line; NULL: it is the default */
};

struct limit {
	int64_t soft; /* -1: not seen; INT64_MAX: unlimited */
	struct step *step;
};

struct mapping {                     /* a MAP_SHARED mapping or an attached segment */
	uint64_t addr, size, offset; /* offset: in the object */
	struct segment *segment;
	struct step *step;
	bool writable;
	struct mapping *next;
};

struct process {
	unsigned refs;
	uint64_t number;        /* from 1; never the same for two */
	int64_t pid;            /* of the leader; -1: the trace prints none */
	const char *name;       /* program name, interned; NULL: not known */
	struct process *parent; /* NULL: not known */
	struct table *table;    /* descriptors; NULL once ended */
	struct task *tasks;
	unsigned task_count;
	struct process *prev, *next; /* all living processes */
	struct step *born;           /* the fork line */
	struct step *exec;           /* the last successful execve */
	struct step *exec_failed;    /* the last failed one since */
	struct step *end_step;       /* exited / killed line, or the exit call when the line is not there */
	struct step *exit_call;
	struct step *kill_call;    /* the last kill of it that another traced process made */
	struct step *fatal_signal; /* the signal line behind a killed end */
	struct step *get_failed;   /* last shmget, semget or msgget that failed */
	uint64_t calls;            /* that returned */
	bool wrote_short;          /* a write of it took less than asked */
	struct step *failure;      /* last call that failed */
	struct step *complaint;    /* the call that had failed when it last wrote to standard error */
	int64_t bad_close;         /* the number of the last close that failed; */
	unsigned bad_closes,
		bad_closes_most;  /* failing closes of rising numbers in a row: who closes all there may be */
	struct step *unmade;      /* the last call that should have made a descriptor, and failed */
	struct step *exhausted;   /* the first call that found no descriptor left (EMFILE) */
	struct step *interrupted; /* the last call that a signal handler ended for good (EINTR), */
	struct step *interrupter; /* the line of that signal, */
	const char *interrupter_name, *interrupted_call; /* and their names, interned and static */
	struct taken {
		char *path; /* the last open with O_EXCL that found its file there: a lock or pid file? */
		struct step *step;
		struct step *read;  /* the read of that file that came after it, */
		struct step *asked; /* and kill(pid, 0), which asks whether a process is there: */
		int64_t pid;
		bool alive;
	} taken;
	enum process_end end;
	int status;         /* of an exit */
	const char *signal; /* that killed it, interned */
	int64_t killer;     /* pid of the traced process that sent a deadly signal, -1 */
	bool injected_end;  /* ended by the operator (signal from outside of the trace) */
	int64_t uid;        /* effective, -1 not known */
	struct step *uid_step;
	struct disposition *dispositions;
	struct limit nofile, address_space, msgqueue;
	struct mapping *mappings;
	unsigned mapping_count;
	bool from_start; /* its beginning is in the trace (fork or execve seen) */
	bool attached;   /* strace attached to it while it ran */
	bool guessed;    /* parent and descriptors were guessed, not seen */
	bool watched;    /* a finding about it is open: what it writes is told (CHANGE_WROTE), `used` is kept */
	uint64_t used;   /* order of the event by which it last used another IPC object; 0: none since it is watched */
	uint64_t served; /* the same of a child or its input */
	uint64_t family; /* processes forked from each other without execve share it */
	struct step *chroot;
};

enum { SPIN_READY = -1 };

struct task {
	int64_t tid;
	struct process *process;
	struct task *next_in_process;
	struct task *prev, *next; /* tasks with a blocked call that has not been judged */
	bool listed;
	struct judgement { /* state's own, during one judging */
		uint64_t mark;
		int value;
		struct task *next;                 /* whom it waits for */
		struct task *subject;              /* whose finding tells of it */
		struct task *behind, *behind_next; /* those told of in its finding */
		bool ring, visiting;
	} judged;
	struct later *later;           /* state's own: the first half of a call that was not read yet */
	unsigned buried;               /* state's own: place among the ended ones whose last line is to come */
	struct wait wait;              /* what it waits for; wait.kind == WAIT_NONE: it runs */
	struct step *forking;          /* an open fork call, */
	bool fork_thread, fork_shares; /* what it makes, */
	struct task *fork_child;       /* and the child that showed up before it returned */
	bool passing;                  /* state's own: its open send has put descriptors into flight */
	struct spin {                  /* calls in a row that got nowhere */
		uint64_t count;
		const char *call;
		int64_t fd;
		int error;      /* EAGAIN ..., 0: read returned 0, SPIN_READY: poll returned at once */
		uint64_t calls; /* of the process, at the last one */
		bool hangup;    /* poll told of a hangup or error, which nothing but close ends */
		struct step *first, *second, *last;
		bool got_through; /* it ended with a success of the same descriptor */
	} spin;
	bool moved;              /* bytes went over a pipe, socket or eventfd by it */
	unsigned vain_polls;     /* that timed out, one after the other, and nothing moved meanwhile */
	const char *last_signal; /* the last signal delivered, interned */
	struct step *last_signal_step;
};

/* "gen[4242]", "[4242]" or "gen" into `text`. */
struct buffer;
void process_describe(const struct process *p, struct buffer *text);

bool process_alive(const struct process *p);
/* Did it end as it should: exit status 0? */
bool process_ended_well(const struct process *p);
/* What `p` does about a signal; NULL: the trace does not show it (default, or inherited). */
const struct disposition *process_disposition(const struct process *p, const char *signal);
/* Is `p` the process `other` or a descendant of it? */
bool process_descends(const struct process *p, const struct process *other);

#endif
