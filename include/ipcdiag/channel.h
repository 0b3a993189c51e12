/* Channels: pipes, FIFOs and connections, who holds which end of them, since when, and how ends went away. */
#ifndef IPCDIAG_CHANNEL_H
#define IPCDIAG_CHANNEL_H

#include <ipcdiag/descriptor.h>
#include <ipcdiag/socket.h>

enum channel_kind { CHANNEL_PIPE, CHANNEL_FIFO, CHANNEL_SOCKETPAIR, CHANNEL_UNIX, CHANNEL_INET };
enum gone_how { GONE_CLOSED, GONE_EXITED, GONE_EXECED, GONE_SHUT, GONE_NEVER /* it was none */ };

struct gone {                    /* one holder that let an end go */
	struct process *process; /* reference held; its end_step may come later */
	int64_t fd;
	enum gone_how how;
	struct step *step; /* the close, the execve, the shutdown; NULL when the process ended: see process */
	struct step *came;
	uint64_t order;
};

enum { GONE_KEPT = 8 };

struct side {
	struct open_file *files;     /* living ones */
	struct gone gone[GONE_KEPT]; /* the last ones, newest last */
	unsigned gone_count;
	uint64_t gone_total;
	uint64_t bytes; /* read from (pipe side 0) or written into this side */
	struct step *first_io,
		*last_io; /* its last read (side 0 of a pipe), write (side 1); sockets: last send of this side */
	struct step *last_receive;            /* sockets: last receive of this side */
	struct process *last_user;            /* who did last_io */
	struct step *shut, *shut_read;        /* shutdown of writing, of reading */
	struct step *linger;                  /* SO_LINGER with 0 seconds: its close is a reset */
	bool known;                           /* the trace shows who holds this side */
	uint64_t receive_bytes;               /* sockets: bytes received by this side */
	struct in_flight *queue, *queue_last; /* state's own: open files that this side has not received yet */
};

struct channel {
	unsigned refs;
	uint64_t number; /* in order of creation */
	enum channel_kind kind;
	struct step *made; /* pipe(), socketpair(), connect() or accept() */
	struct process *maker;
	struct side side[2];
	int64_t capacity; /* pipe: bytes, 65536 unless changed */
	struct step *capacity_step;
	char *name; /* path or "127.0.0.1:80", NULL */
	struct step *listen_step, *accept_step, *connect_step;
	unsigned passing_count;                    /* open files in flight over it, both ways */
	struct channel *loaded_prev, *loaded_next; /* state's own: all that have some */
	struct open_file *awaits;    /* state's own: the listener that has not accepted it yet, NULL: not known */
	struct channel *prev, *next; /* all of the world */
	struct world *world;         /* state's own */
	uint64_t label;
};

const char *channel_kind_name(enum channel_kind k);

/* "the pipe made at line 12", "the connection to 127.0.0.1:80" ... */
void channel_describe(const struct channel *c, struct buffer *text);

/* How many processes hold this side of the channel; the first of them that is not `except`. */
unsigned side_holders(const struct channel *c, int side, const struct process *except, struct descriptor **first);
/* The last holder that let this side go, NULL: none. */
const struct gone *side_last_gone(const struct channel *c, int side);
/* Line that explains a gone holder: the close or execve, or the end of the process (which may come later). */
struct step *gone_step(const struct gone *g);

/* All channels that are known or still remembered, newest first. */
struct channel *world_channels(const struct world *w);

#endif
