/* Private to src/state: the world and the verbs that its files share. */
#ifndef STATE_H
#define STATE_H

#include <ipcdiag/buffer.h>
#include <ipcdiag/change.h>
#include <ipcdiag/digest.h>
#include <ipcdiag/intern.h>
#include <ipcdiag/memory.h>
#include <ipcdiag/world.h>

enum {
	MAX_TASKS = 65536, /* living tasks that are followed; later ones are only counted */
	MAX_DESCRIPTORS = 1000000,
	MAX_CLOSED = 4096, /* closed numbers remembered in one table */
	MAX_BINDINGS = 4096,
	MAX_FAILED_CONNECTS = 32,
	MAX_OBJECTS = 2048, /* segments, sets, queues and locks together: their lists are searched */
	MAX_FORKING = 64,
	MAX_FIFOS = 1024,
	VAIN_POLLS = 3, /* time limits that ran out in a row: the program waits on, in slices */
	MAX_ZOMBIES = 4096,
	RECENT_TASKS = 256, /* a power of two */
	MAX_MAPPINGS = 256,
	LONG_SLEEP = 10,      /* seconds; below, a sleeper is a poller that comes back */
	MAX_JUDGED = 20000000 /* tasks looked at while judging: more is an attack */
};

/* Part of a descriptor table: what is open under a number, and what was. */
struct table_slot {
	struct descriptor *open;
	struct closed *closed;
};

struct table_page {
	struct table_slot slots[PAGE_NUMBERS];
};

struct world {
	struct world_options options;
	world_listener *listener;
	void *context;
	uint64_t wanted[2]; /* bit per event kind: successes that the listener wants */

	const struct event *event; /* being applied */
	struct digest *digest;     /* that it is in, or NULL */
	struct digests digests;
	struct step *step;   /* its step, once somebody asked */
	struct step *before; /* that of the event before; reference held */
	uint64_t order;      /* events so far */
	bool finished;       /* the trace is over */
	bool connected;      /* the event showed that a connect succeeded */

	struct map tasks;                   /* tid + 1 -> task */
	struct task *recent[RECENT_TASKS];  /* some of them, by the last bits of the tid: looked at first */
	struct task *last;                  /* who the last event was of */
	struct process *processes, *eldest; /* living, newest first; the last of them */
	unsigned task_count;
	uint64_t process_total, task_total, family;
	bool forks_seen;
	bool connects;                     /* there was a socket in SOCKET_CONNECTING */
	struct task *forking[MAX_FORKING]; /* tasks within a fork call, oldest first */
	unsigned forking_count;
	struct task *blocked, *longest_blocked; /* tasks with a wait that is not judged yet, newest first; the last */

	struct map pipes;   /* inode label hash -> channel */
	struct map sockets; /* label hash -> open file */
	struct channel *channels;
	uint64_t channel_total, descriptor_count;
	unsigned fifo_count;
	struct channel *loaded; /* those with descriptors in flight */
	struct in_flight *lost; /* purged, their files are yet to go, */
	bool draining;          /* and do so now */
	unsigned in_flight_count,
		orphaned; /* descriptors in flight; sockets that only are so since the last collection */
	uint64_t collections;
	struct map book; /* port or path hash -> newest binding */
	struct binding *oldest, *newest;
	unsigned binding_count;
	struct failed_connect failed[MAX_FAILED_CONNECTS]; /* a ring */
	uint64_t failed_total;
	struct failed_unlink failed_unlink;
	bool saw_loader, saw_names; /* the loader's open; calls that only take file names */
	struct segment *segments;
	struct registry {
		struct map by_id, by_key;
	} segment_numbers, semset_numbers, queue_numbers;
	struct map segment_paths, lock_paths;
	struct {
		struct segment *first, *last;
		uint64_t count;
		int64_t bytes;
	} left; /* System V: made and not removed, oldest first */
	struct {
		struct segment *first, *last;
		unsigned count;
	} retired; /* gone; forgotten in this order */
	struct semset *semsets;
	struct msgqueue *queues;
	struct lock *locks;
	unsigned object_count;

	struct task *zombies[MAX_ZOMBIES]; /* ended tasks whose +++ line may still come, a ring */
	unsigned zombie_at;
	struct buffer scratch;

	struct later *first_put_off, *last_put_off; /* halves of calls that were not read yet, oldest first */
	uint64_t judgings, judged_nodes;            /* how often, and how much work it was */
	struct pool descriptor_pool, task_pool, table_pool, page_pool, step_pool, file_pool, socket_pool, channel_pool,
		closed_pool;
};

/* step.c */
/* A stack line behind the event that was applied last: kept when anybody keeps that event's step. */
void state_add_frame(struct world *w, const struct record *r);
struct step *state_step(struct world *w); /* of the event being applied; borrowed, take it to keep it */
void step_forget_digest(struct digest *d);
double state_seconds(struct slice time); /* a printed stamp as seconds, negative if it is none */

/* world.c */
void state_emit(struct world *w, const struct change *c);
bool state_wants_success(const struct world *w, enum event_kind kind);

/* task.c */
struct task *state_task(struct world *w, const struct event *e);
struct task *state_find_task(struct world *w, int64_t tid);
struct process *state_find_process(struct world *w, int64_t pid);
struct task *task_child(struct world *w, struct task *parent, int64_t tid, struct step *how, bool thread);
void task_enter(struct task *t, struct process *p);
void task_leave(struct task *t); /* its reference to the process stays */
void task_free(struct world *w, struct task *t);
void task_forget_fork(struct world *w, struct task *t); /* the fork call that it is in */
void task_rename(struct world *w, struct task *t, int64_t tid);

/* forks.c */
void state_fork_began(struct world *w, struct task *t, const struct event *e);
void state_fork_returned(struct world *w, struct task *t, const struct event *e);

/* process.c, lifecycle.c */
bool state_from_operator(const struct world *w,
	const struct event *e); /* a signal with which people end a program, not sent in the trace */
struct process *process_new(struct world *w, int64_t pid);
void process_apply(struct world *w, struct task *t, const struct event *e);
void process_end(struct world *w, struct process *p, enum process_end how);
void process_unmake(struct world *w, struct process *p); /* it never was: what it had goes without a change */
void process_forget_taken(struct process *p);
void process_note_failure(struct world *w, struct process *p, const struct event *e);
void process_inherit(struct world *w, struct process *child, struct process *parent, struct step *how);
void state_forget_processes(struct world *w);

/* table.c */
struct closed *table_next_closed(const struct table *t, size_t *position, int64_t *fd);
struct table *table_new(struct world *w, struct process *owner);
struct table *table_copy(struct world *w, const struct table *from, struct process *owner, struct step *how);
void table_drop(struct world *w, struct table *t, struct process *p, enum gone_how how, struct step *step);
void table_inherit_past(struct world *w, struct process *child, const struct process *parent);
struct descriptor *table_put(
	struct world *w, struct table *t, int64_t fd, struct open_file *file, enum came came, struct step *step);
void table_close(struct world *w, struct process *p, int64_t fd, enum gone_how how, struct step *step);
void table_lowest_free(const struct table *t, int64_t fds[2]);
void table_exec(struct world *w, struct process *p, struct step *step);
void table_close_range(struct world *w, struct process *p, int64_t first, int64_t last, bool mark_only);

/* file.c, fd.c */
struct open_file *file_new(struct world *w, enum object object, struct process *maker, struct step *made);
void file_hold(struct open_file *f, struct descriptor *d);
void file_release(struct world *w, struct descriptor *d, enum gone_how how, struct step *step);
void file_last_close(struct world *w, struct open_file *f, struct step *step); /* nobody has it open any more */
struct descriptor *state_descriptor(
	struct world *w, struct process *p, int64_t fd, struct slice note, enum event_access use);
void file_set_path(struct open_file *f, struct slice path);
bool file_note_is_news(
	const struct open_file *f, struct slice note); /* would state_descriptor learn something from it? */
enum object object_from_note(struct slice note);
void fd_apply(struct world *w, struct task *t, const struct event *e);

/* epoll.c */
void epoll_changed(struct world *w, struct task *t, const struct event *e);
void epoll_reported(struct world *w, struct task *t, const struct event *e);
void epoll_free(struct open_file *epoll);

/* in_flight.c */
/* Puts `file` into a message that `from`, a connected socket, has sent. */
void in_flight_send(struct world *w, struct open_file *from, struct open_file *file);
void in_flight_withdraw(struct world *w, struct open_file *from, struct open_file *file); /* the send failed */
/* The next open file that `to` receives, NULL: none is known. To be given to in_flight_landed once it has its number.
 */
struct open_file *in_flight_receive(struct world *w, struct open_file *to);
void in_flight_landed(struct world *w, struct open_file *f);
/* Nobody will receive from this side any more. */
void in_flight_purge(struct world *w, struct channel *c, int side);
/* An open file is only in flight now: perhaps nothing leads to it any more. */
void in_flight_orphaned(struct world *w);
void in_flight_release(struct world *w);

/* channel.c */
struct channel *channel_new(struct world *w, enum channel_kind kind, struct process *maker, struct step *made);
void channel_join(struct channel *c, int side, struct open_file *f);
void channel_leave(struct world *w, struct open_file *f);
void channel_note_gone(
	struct world *w, struct open_file *f, struct descriptor *d, enum gone_how how, struct step *step);
void channel_reassign(struct channel *c, struct process *from, struct process *to); /* what `from` did, `to` did */
void channel_set_name(struct channel *c, const char *name);
void channel_apply(struct world *w, struct task *t, const struct event *e);
struct channel *state_pipe_by_note(struct world *w, struct slice note);
struct channel *state_fifo(struct world *w, const char *path);
struct channel *state_known_fifo(
	const struct world *w, struct slice path); /* NULL: no such path is known as a FIFO's */

/* io.c */
void traffic_apply(struct world *w, struct task *t, const struct event *e);
void traffic_sent(struct world *w, struct task *t, struct open_file *f, int64_t bytes);
void traffic_received(struct world *w, struct task *t, struct open_file *f, int64_t bytes);
void traffic_spin(struct world *w, struct task *t, const struct event *e, int error, struct open_file *f);
void traffic_spin_end(struct world *w, struct task *t);
void traffic_lost_rest(struct world *w, struct open_file *f, struct process *p, struct step *late);

/* socket.c, connect.c, book.c, address.c */
void socket_apply(struct world *w, struct task *t, const struct event *e);
struct socket *socket_of(struct world *w, struct open_file *f);
void socket_free(struct world *w, struct open_file *f);
void socket_note(struct world *w, struct open_file *f, struct slice note);
void connect_apply(struct world *w, struct task *t, const struct event *e);
void connect_succeeded(struct world *w, struct task *t, struct open_file *f);
void connect_error(struct world *w, struct task *t, const struct event *e);
void connect_failed(struct world *w, struct task *t, struct open_file *f, int error);
struct open_file *accept_apply(struct world *w, struct task *t, struct open_file *listener, const struct event *e);
struct binding *bindings_add(struct world *w, struct process *p, struct open_file *f, const struct endpoint_address *a);
void bindings_connect_failed(struct world *w, struct process *p, const struct endpoint_address *a, int error);
void bindings_accepted_closed(struct world *w, struct open_file *f);
void bindings_unlink_failed(struct world *w, const struct event *e);
void bindings_unlink(struct world *w, struct slice path, struct step *step);
void bindings_release(struct world *w);
void address_keep(struct endpoint_address *to, const struct address *from);
void address_copy(struct endpoint_address *to, const struct endpoint_address *from);
void address_release(struct endpoint_address *a);
bool address_from_text(struct slice text, struct endpoint_address *a);

/* shelf.c */
void registry_add(struct registry *r, int64_t id, int64_t key, void *object);
void *registry_by_id(const struct registry *r, int64_t id);
void *registry_by_key(const struct registry *r, int64_t key);
void registry_release(struct registry *r);
void segment_enlist(struct world *w, struct segment *s); /* when its numbers and path are set */
void segment_no_longer_left(struct world *w, struct segment *s);
void segment_retire(struct world *w, struct segment *s);
bool segment_make_room(struct world *w);

/* segment.c, semset.c, msgqueue.c, lock.c, objects.c */
void segment_apply(struct world *w, struct task *t, const struct event *e);
struct segment *segment_new(struct world *w, enum segment_kind kind, struct process *creator, struct step *made);
void segment_detach(struct world *w, struct process *p, uint64_t addr, struct step *step);
void segment_detach_all(struct world *w, struct process *p, struct step *step);
void segment_inherit(struct world *w, struct process *child, const struct process *parent, struct step *step);
struct segment *segment_for_file(struct world *w, struct process *p, struct open_file *f, const struct event *e);
void segment_guard(struct world *w, struct process *p);
void semset_apply(struct world *w, struct task *t, const struct event *e);
void semset_process_ended(struct world *w, struct process *p);
void semset_free(struct semset *s);
void msgqueue_apply(struct world *w, struct task *t, const struct event *e);
void msgqueue_free(struct msgqueue *q);
void lock_apply(struct world *w, struct task *t, const struct event *e);
void lock_file_gone(struct world *w, struct open_file *f);
void lock_process_ended(struct world *w, struct process *p);
struct lock *lock_find(struct world *w, const char *path);
void lock_free(struct lock *l);
void leftovers_left(struct world *w);
void leftovers_release(struct world *w);

/* witness.c */
void witness_apply(struct world *w, struct task *t, const struct event *e); /* of a watched process */
/* Bytes over a channel that nobody else has an end of, or an eventfd: a run-time wakes its own threads. */
bool witness_is_own_affair(const struct open_file *f, const struct process *p);

/* later.c */
bool deferred_put_off(struct world *w, const struct record *r, struct digest *d); /* false: it must be read now */
bool deferred_waits(const struct task *t);
void deferred_read(struct world *w, struct task *t); /* if there is something to read */
void deferred_forget(struct world *w, struct task *t);

/* wait.c, judge.c */
void wait_begin(struct world *w, struct task *t, const struct event *e);
void wait_end(struct world *w, struct task *t, const struct event *e);
void wait_clear(struct world *w, struct task *t);
void wait_list(struct world *w, struct task *t);
const struct polled *wait_polled_about(const struct task *t, const struct process *whom, bool any);
void wait_unlist(struct world *w, struct task *t);
void deadlock_blocked(struct world *w, bool at_end);
void deadlock_killed(struct world *w, struct process *victim, const struct process *sender);
void deadlock_stalled(struct world *w, double now);

#endif
