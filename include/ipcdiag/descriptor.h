/* Descriptors and open files: what a number of a process refers to, and how it came there. */
#ifndef IPCDIAG_DESCRIPTOR_H
#define IPCDIAG_DESCRIPTOR_H

#include <ipcdiag/event.h>
#include <ipcdiag/map.h>

struct channel;
struct process;
struct step;
struct world;

/* What a descriptor refers to. Names (object_name): "unknown" "file" "pipe" "fifo" "socket" "eventfd" "epoll" "timerfd"
 * "signalfd" "inotify" "memfd" "shm" "mq" "pidfd" "uring" "terminal" "other". */
enum object {
	OBJECT_UNKNOWN,
	OBJECT_FILE,
	OBJECT_PIPE,
	OBJECT_FIFO,
	OBJECT_SOCKET,
	OBJECT_EVENTFD,
	OBJECT_EPOLL,
	OBJECT_TIMERFD,
	OBJECT_SIGNALFD,
	OBJECT_INOTIFY,
	OBJECT_MEMFD,
	OBJECT_SHM,
	OBJECT_MQ,
	OBJECT_PIDFD,
	OBJECT_URING,
	OBJECT_TERMINAL,
	OBJECT_OTHER,
	OBJECT_KINDS
};

enum came { CAME_BEFORE, CAME_MADE, CAME_DUP, CAME_FORK, CAME_PASSED };

struct descriptor {
	int64_t fd;
	struct open_file *file;
	struct table *table;
	struct descriptor *prev, *next; /* holders of the same file */
	struct step *step;              /* the line that made this number: open, dup, fork, accept, recvmsg */
	struct step *execed;            /* the execve that it survived last */
	enum came came;
	bool cloexec;
};

struct closed { /* memory of a closed number */
	struct step *step;
	struct step *made;
	struct step *before; /* the close before this one, when the number had been taken by another file in between */
	enum object object;
	struct channel *channel; /* reference held, */
	int side;                /* and which side of it this was */
	bool reused_since;
	bool used; /* bytes went over it */
};

struct table_page;

enum { PAGE_NUMBERS = 16, TABLE_PAGES = 64 };

struct table {
	unsigned refs; /* processes that share it */
	struct process *owner;
	struct table_page *pages[TABLE_PAGES]; /* of the numbers below 1024, NULL: none was used; state's own */
	struct map far;                        /* number / PAGE_NUMBERS -> page, of the others */
	unsigned open_count, closed_count;
	bool complete;               /* all its descriptors are known (a child of a known process counts) */
	uint64_t made_last;          /* order of the event that made the newest */
	uint64_t made[OBJECT_KINDS]; /* how many of each kind were made, */
	uint64_t gone[OBJECT_KINDS]; /* and closed again */
};

/* What an epoll instance looks at (epoll_ctl(2)). */
struct watched {
	int64_t fd;
	uint64_t data;            /* the cookie that epoll_wait reports it with */
	bool in, out, edge;       /* EPOLLIN, EPOLLOUT, EPOLLET */
	bool once, armed;         /* EPOLLONESHOT: after one report nothing more, until EPOLL_CTL_MOD arms it again */
	struct step *step, *told; /* the epoll_ctl; the report that disarmed it */
};

struct open_file {
	struct world *world; /* state's own */
	unsigned refs;
	enum object object;
	enum event_access access;
	bool nonblock;
	int side; /* of its channel: 0 reads (pipe) or connected, 1 writes or accepted */
	struct channel *channel;
	struct open_file *side_next; /* other open files of the same side (FIFO) */
	struct socket *socket;
	struct segment *segment; /* shm, memfd */
	struct lock *lock;       /* the lock it was used with last */
	char *path;              /* as printed, NULL */
	struct step *made;
	struct process *maker;
	struct descriptor *holders;
	unsigned holder_count;
	unsigned passing; /* sent by SCM_RIGHTS, not received yet */
	uint64_t marked;  /* state's own, while what is in flight is collected */
	struct open_file *marked_next;
	uint64_t received, sent; /* bytes through this open file */
	struct step *first_read, *last_read, *first_write, *last_write, *passed;
	int64_t short_by;  /* bytes that the last write left over */
	bool watches_room; /* after a short write its user asked when there is room again: it goes on by itself */
	struct step *short_step;
	int64_t short_asked, short_fd, short_pid; /* of whom; others that share the file cannot go on with it */
	struct {                    /* reading by records: asks for so many bytes, then for what is left of them */
		int64_t size, left; /* of the record that is not whole yet; left == 0: none */
		bool filled;        /* an earlier one came whole */
		bool ended;         /* the end of file came instead of the rest */
	} record;
	struct watched *watched; /* epoll */
	unsigned watched_count;
	bool watches_once;    /* one of them has EPOLLONESHOT */
	int64_t capacity;     /* mq: maxmsg; pipe: see channel */
	int64_t message_size; /* mq */
	int64_t queued;       /* mq: messages sent and not received */
};

const char *object_name(enum object o);

/* Was something sent over this socket, and nothing received since? */
bool open_file_is_owed(const struct open_file *f);
/* Bytes that lie in a pipe, FIFO or connection and that `f` could read; 0: none, or the trace does not show it. */
int64_t file_unread(const struct open_file *f);

struct descriptor *table_get(const struct table *t, int64_t fd);
/* Walks what is open, the lowest numbers first: for (size_t i = 0; (d = table_next(t, &i)); ). Nothing may be opened or
 * closed meanwhile. */
struct descriptor *table_next(const struct table *t, size_t *position);
struct closed *table_get_closed(const struct table *t, int64_t fd);
/* The descriptor of `p`, NULL if it is not open or not known. */
struct descriptor *process_descriptor(const struct process *p, int64_t fd);

/* Does the holder of `d` only keep its end open, for good? It is the waiter itself; or it never wrote, those who did
 * have let go (or nobody did, and its parent has ended), and it waits for something itself. From such a holder neither
 * data nor the end of file will come. */
bool descriptor_only_keeps(const struct descriptor *d, const struct process *waiter);

#endif
