/* Descriptors, open files and channels: who holds which end of what, since when, and how ends went away. */
#ifndef IPCDIAG_CHANNEL_H
#define IPCDIAG_CHANNEL_H

#include <ipcdiag/event.h>
#include <ipcdiag/map.h>

struct buffer;
struct world;
struct process;
struct step;

/* What a descriptor refers to. Names (object_name): "unknown" "file" "pipe" "fifo" "socket" "eventfd" "epoll" "timerfd" "signalfd"
 * "inotify" "memfd" "shm" "mq" "pidfd" "uring" "terminal" "other". */
enum object {
	OBJECT_UNKNOWN, OBJECT_FILE, OBJECT_PIPE, OBJECT_FIFO, OBJECT_SOCKET, OBJECT_EVENTFD, OBJECT_EPOLL, OBJECT_TIMERFD,
	OBJECT_SIGNALFD, OBJECT_INOTIFY, OBJECT_MEMFD, OBJECT_SHM, OBJECT_MQ, OBJECT_PIDFD, OBJECT_URING, OBJECT_TERMINAL,
	OBJECT_OTHER, OBJECT_KINDS
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

struct closed {                         /* memory of a closed number */
	struct step *step;
	struct step *made;
	struct step *before;            /* the close before this one, when the number had been taken by another file in between */
	enum object object;
	struct channel *channel;        /* reference held */
	bool reused_since;
};

struct table {
	unsigned refs;                  /* processes that share it */
	struct process *owner;
	struct map by_fd;
	struct map closed;
	bool complete;                  /* all its descriptors are known (a child of a known process counts) */
	uint64_t made[OBJECT_KINDS];    /* how many of each kind were made, */
	uint64_t gone[OBJECT_KINDS];    /* and closed again */
};

struct open_file {
	struct world *world;            /* state's own */
	unsigned refs;
	enum object object;
	enum event_access access;
	bool nonblock;
	int side;                       /* of its channel: 0 reads (pipe) or connected, 1 writes or accepted */
	struct channel *channel;
	struct open_file *side_next;    /* other open files of the same side (FIFO) */
	struct socket *socket;
	struct segment *segment;        /* shm, memfd */
	struct lock *lock;              /* the lock it was used with last */
	char *path;                     /* as printed, NULL */
	struct step *made;
	struct process *maker;
	struct descriptor *holders;
	unsigned holder_count;
	unsigned passing;               /* sent by SCM_RIGHTS, not received yet */
	uint64_t received, sent;        /* bytes through this open file */
	struct step *first_read, *last_read, *first_write, *last_write, *passed;
	int64_t short_by;               /* bytes that the last write left over */
	struct step *short_step;
	int64_t short_asked, short_fd;
	int64_t *watched;               /* epoll: descriptors */
	unsigned watched_count;
	int64_t capacity;               /* mq: maxmsg; pipe: see channel */
	int64_t message_size;           /* mq */
	int64_t queued;                 /* mq: messages sent and not received */
};

enum channel_kind { CHANNEL_PIPE, CHANNEL_FIFO, CHANNEL_SOCKETPAIR, CHANNEL_UNIX, CHANNEL_INET };
enum gone_how { GONE_CLOSED, GONE_EXITED, GONE_EXECED, GONE_SHUT };

struct gone {                           /* one holder that let an end go */
	struct process *process;        /* reference held; its end_step may come later */
	int64_t fd;
	enum gone_how how;
	struct step *step;              /* the close, the execve, the shutdown; NULL when the process ended: see process */
	struct step *came;
	uint64_t order;
};

enum { GONE_KEPT = 8 };

struct side {
	struct open_file *files;        /* living ones */
	struct gone gone[GONE_KEPT];    /* the last ones, newest last */
	unsigned gone_count;
	uint64_t gone_total;
	uint64_t bytes;                 /* read from (pipe side 0) or written into this side */
	struct step *first_io, *last_io;/* its last read (side 0 of a pipe), write (side 1); sockets: last send of this side */
	struct step *last_receive;      /* sockets: last receive of this side */
	struct process *last_user;      /* who did last_io */
	struct step *shut, *shut_read;  /* shutdown of writing, of reading */
	struct step *linger;            /* SO_LINGER with 0 seconds: its close is a reset */
	bool known;                     /* the trace shows who holds this side */
	uint64_t receive_bytes;         /* sockets: bytes received by this side */
};

struct channel {
	unsigned refs;
	uint64_t number;                /* in order of creation */
	enum channel_kind kind;
	struct step *made;              /* pipe(), socketpair(), connect() or accept() */
	struct process *maker;
	struct side side[2];
	int64_t capacity;               /* pipe: bytes, 65536 unless changed */
	struct step *capacity_step;
	char *name;                     /* path or "127.0.0.1:80", NULL */
	struct step *listen_step, *accept_step, *connect_step;
	struct open_file *passing[8];   /* sent over it by SCM_RIGHTS and not received yet; references held */
	unsigned passing_count;
	struct channel *prev, *next;    /* all of the world */
	struct world *world;            /* state's own */
	uint64_t label;
};

/* An address, kept. */
struct endpoint_address {
	enum address_family family;
	char host[64];
	int64_t port;
	char *path;
	bool abstract;
};

enum socket_state { SOCKET_NEW, SOCKET_BOUND, SOCKET_LISTENING, SOCKET_CONNECTING, SOCKET_CONNECTED, SOCKET_FAILED };

struct socket {
	enum socket_state state;
	const char *domain, *type, *protocol; /* interned */
	struct endpoint_address local, peer;
	struct step *connect, *connect_end;   /* the connect call; when it was known to be up */
	struct binding *binding;              /* what it is bound to; owned by the address book */
	bool reuse_address, linger_zero;
	struct step *reuse_step;
	uint64_t backlog_waiting;             /* listening: connected, not accepted */
	uint64_t accepted;
	struct channel *pending[16];          /* connected, not accepted yet; references held */
	struct channel *early[16];            /* accepted, connect not returned yet; references held */
	unsigned pending_count, early_count;
	uint64_t label;                       /* state's own */
	bool stream;
};

/* The address book: every bind that worked, also of sockets that are gone. */
struct binding {
	struct endpoint_address address;
	struct process *process;        /* who bound; reference held */
	struct step *bind, *listen, *gone, *unlinked, *first_accept, *accepted_close;
	int64_t backlog;
	struct open_file *file;         /* NULL once gone */
	uint64_t accepted, refused;
	bool stream;
	struct binding *next;           /* older binding of the same port or path */
	struct binding *older, *newer;  /* all of them by age */
};

/* A connect that found nobody. */
struct failed_connect {
	struct step *step;
	struct process *process;        /* reference held */
	struct endpoint_address address;
	int error;
};

struct world;

const char *object_name(enum object o);
const char *channel_kind_name(enum channel_kind k);

/* "the pipe made at line 12", "the connection to 127.0.0.1:80" ... */
void channel_describe(const struct channel *c, struct buffer *text);
/* "127.0.0.1:80", "[::1]:80", "/path" (escaped, as printed), "@abstract" */
void address_describe(const struct endpoint_address *a, struct buffer *text);

struct descriptor *table_get(const struct table *t, int64_t fd);
struct closed *table_get_closed(const struct table *t, int64_t fd);
/* The descriptor of `p`, NULL if it is not open or not known. */
struct descriptor *process_descriptor(const struct process *p, int64_t fd);

/* How many processes hold this side of the channel; the first of them that is not `except`. */
unsigned side_holders(const struct channel *c, int side, const struct process *except, struct descriptor **first);
/* Does the holder of `d` only keep its end open, for good? It is the waiter itself; or it never wrote, those who did have let go
 * (or nobody did, and its parent has ended), and it waits for something itself. From such a holder neither data nor the end of file
 * will come. */
bool descriptor_only_keeps(const struct descriptor *d, const struct process *waiter);
/* The last holder that let this side go, NULL: none. */
const struct gone *side_last_gone(const struct channel *c, int side);
/* Line that explains a gone holder: the close or execve, or the end of the process (which may come later). */
struct step *gone_step(const struct gone *g);

/* All channels that are known or still remembered, newest first. */
struct channel *world_channels(const struct world *w);
/* Bindings that this address reaches (wildcards and families considered), newest first: walks on from `after` (NULL: start). */
struct binding *world_binding_for(const struct world *w, const struct endpoint_address *a, const struct binding *after);
/* All bindings by age, oldest first. */
struct binding *world_bindings(const struct world *w);
/* The last connects that failed, newest first; NULL: there are no more. */
const struct failed_connect *world_failed_connect(const struct world *w, unsigned i);
/* Same host and port / path, as text, without wildcards? */
bool address_same(const struct endpoint_address *a, const struct endpoint_address *b);
bool address_is_wildcard(const struct endpoint_address *a);

#endif
