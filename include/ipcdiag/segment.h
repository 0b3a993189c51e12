/* Objects that are named by key, id or path and outlive descriptors: shared memory, semaphore sets, message queues,
 * file locks. */
#ifndef IPCDIAG_SEGMENT_H
#define IPCDIAG_SEGMENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct process;
struct step;
struct world;

enum segment_kind {
	SEGMENT_SYSV,
	SEGMENT_POSIX,
	SEGMENT_MEMFD,
	SEGMENT_ANONYMOUS /* mmap(MAP_SHARED|MAP_ANONYMOUS) */
};

enum { SEGMENT_USERS = 8 };

struct segment_user {
	struct process *process; /* reference held */
	struct step *attached,
		*detached; /* attached: shmat, mmap or the fork that copied it; detached: NULL while attached */
	uint64_t addr;
	bool writable;
};

struct segment {
	unsigned refs;
	enum segment_kind kind;
	int64_t id, key, size, mode; /* size -1: not known */
	char *path;                  /* POSIX: as printed */
	char *seals;                 /* memfd: as printed when they were set last, NULL */
	bool created;                /* made in this trace (IPC_CREAT and not there before, as far as can be seen) */
	bool found;                  /* attached or opened without making it */
	struct process *creator;     /* reference held */
	struct step *made, *removed, *sized, *sealed;
	struct process *remover; /* reference held */
	struct segment_user users[SEGMENT_USERS];
	unsigned user_count; /* attachments kept */
	uint64_t attached;   /* living attachments */
	uint64_t attach_total;
	bool wanted_later;     /* looked for after removal */
	bool guarded;          /* a semaphore, lock, futex ... was used by its users */
	bool truncated;        /* ftruncate gave it a size */
	struct segment *older; /* of the same key: removed, but still attached when this one was made; reference held */
	struct segment *prev, *next;
	struct segment *left_prev, *left_next, *retired_next; /* state's own, as the next ones */
	bool left, retired;
	struct world *world; /* state's own */
};

enum { SEM_HOLDERS = 8 };
struct sem_holder {
	struct process *process; /* reference held */
	int64_t num, taken;      /* net decrements */
	bool undo;
	struct step *step; /* where it took it last */
};
struct semset {
	int64_t id, key, count, mode;
	bool created;
	struct process *creator;
	struct step *made, *removed, *last_op, *first_value;
	struct step *foreign; /* a call of its creator that shows that it was made by another user before */
	struct process *remover;
	struct sem_holder holders[SEM_HOLDERS];
	unsigned holder_count;
	uint64_t ops;
	struct semset *next;
};

enum { QUEUE_TYPES = 8 };
struct message {
	int64_t type, size;
	struct step *step;
};
struct early {
	int64_t type;
	uint64_t order;
};
struct msgqueue {
	int64_t id, key, mode;
	bool created;
	struct process *creator;
	struct step *made, *removed, *first_send, *last_send, *first_receive, *last_receive;
	struct process *remover, *last_user; /* references held */
	struct message waiting[QUEUE_TYPES]; /* oldest first, the first of them */
	unsigned waiting_kept;
	struct early early[QUEUE_TYPES]; /* state's own: received before they were seen to be sent */
	unsigned early_count;
	uint64_t sent, received;
	int64_t messages, bytes; /* in the queue, as far as seen */
	struct msgqueue *next;
};

enum { LOCK_HOLDERS = 8 };
struct lock_holder {
	struct process *process; /* reference held */
	struct open_file *file;  /* flock, OFD locks; no reference */
	struct step *step;
	bool exclusive;
};
struct lock {
	char *path; /* as printed */
	struct lock_holder holders[LOCK_HOLDERS];
	unsigned holder_count;
	struct lock *next;
};

/* Newest with that id / key / path, removed ones included; NULL: not seen. */
struct segment *world_segment_by_id(const struct world *w, int64_t id);
struct segment *world_segment_by_key(const struct world *w, int64_t key);
struct segment *world_segment_by_path(const struct world *w, const char *path);
struct semset *world_semset_by_id(const struct world *w, int64_t id);
struct msgqueue *world_msgqueue_by_id(const struct world *w, int64_t id);
struct semset *world_semset_by_key(const struct world *w, int64_t key);
struct msgqueue *world_msgqueue_by_key(const struct world *w, int64_t key);
/* All, newest first. */
struct segment *world_segments(const struct world *w);
struct semset *world_semsets(const struct world *w);
struct msgqueue *world_msgqueues(const struct world *w);
/* How many of these were made in the trace and not removed, and the first of them. */
uint64_t world_segments_left(const struct world *w, struct segment **first, int64_t *bytes);

#endif
