/* The world: applies events in order and tells of changes. */
#include <errno.h>
#include <stdlib.h>

#include "state.h"

struct world *world_new(const struct world_options *options)
{
	struct world *w = memory_alloc(sizeof *w);
	if (options)
		w->options = *options;
	w->descriptor_pool = (struct pool)POOL_INIT(struct descriptor);
	w->task_pool = (struct pool)POOL_INIT(struct task);
	w->table_pool = (struct pool)POOL_INIT(struct table);
	w->page_pool = (struct pool)POOL_INIT(struct table_page);
	w->step_pool = (struct pool)POOL_INIT(struct step);
	w->closed_pool = (struct pool)POOL_INIT(struct closed);
	w->file_pool = (struct pool)POOL_INIT(struct open_file);
	w->socket_pool = (struct pool)POOL_INIT(struct socket);
	w->channel_pool = (struct pool)POOL_INIT(struct channel);
	w->digests.forget = step_forget_digest;
	return w;
}

void world_on_change(struct world *w, world_listener *listener, void *context)
{
	w->listener = listener;
	w->context = context;
}

void state_emit(struct world *w, const struct change *c)
{
	if (w->listener)
		w->listener(w->context, c);
}

void world_want_success(struct world *w, enum event_kind kind)
{
	w->wanted[kind / 64] |= UINT64_C(1) << (kind % 64);
}

bool state_wants_success(const struct world *w, enum event_kind kind)
{
	return w->wanted[kind / 64] >> (kind % 64) & 1;
}

static void dispatch(struct world *w, struct task *t, const struct event *e)
{
	if (e->kind >= EVENT_READ && e->kind <= EVENT_POLL) {
		traffic_apply(w, t, e);
	} else if (e->kind <= EVENT_MKNOD || e->kind == EVENT_IOCTL || e->kind == EVENT_STAT) {
		fd_apply(w, t, e);
		traffic_apply(w, t, e);
		segment_apply(w, t, e);
	} else if (e->kind <= EVENT_PIPE_SIZE) {
		channel_apply(w, t, e);
	} else if (e->kind <= EVENT_SETSOCKOPT) {
		socket_apply(w, t, e);
		traffic_apply(w, t, e);
	} else if (e->kind <= EVENT_YIELD) {
		traffic_apply(w, t, e);
		process_apply(w, t, e);
	} else {
		segment_apply(w, t, e);
		semset_apply(w, t, e);
		msgqueue_apply(w, t, e);
		if (e->kind == EVENT_LOCK)
			lock_apply(w, t, e);
		if (e->kind == EVENT_CHROOT)
			process_apply(w, t, e);
		if (e->kind == EVENT_FUTEX && e->shared)
			segment_guard(w, t->process);
		if (e->kind == EVENT_FUTEX)
			traffic_apply(w, t, e);
	}
}

static void fill_objects(struct world *w, struct change *c, const struct event *e)
{
	if (c->file) {
		c->channel = c->file->channel;
		c->segment = c->file->segment;
		c->lock = c->file->lock;
		c->object = c->file->object;
	}
	switch (e->kind) {
	case EVENT_OPEN:
		c->channel = e->error ? state_known_fifo(w, e->path) : c->channel;
		c->object = e->error && c->channel ? OBJECT_FIFO : c->object;
		break;
	case EVENT_SHMAT:
	case EVENT_SHMCTL:
		c->segment = world_segment_by_id(w, e->id);
		break;
	case EVENT_SHMGET:
		c->segment = e->error ? world_segment_by_key(w, e->key) : world_segment_by_id(w, e->ret);
		break;
	case EVENT_SEMOP:
	case EVENT_SEMCTL:
		c->semset = world_semset_by_id(w, e->id);
		break;
	case EVENT_SEMGET:
		c->semset = e->error ? world_semset_by_key(w, e->key) : world_semset_by_id(w, e->ret);
		break;
	case EVENT_MSGSND:
	case EVENT_MSGRCV:
	case EVENT_MSGCTL:
		c->queue = world_msgqueue_by_id(w, e->id);
		break;
	case EVENT_MSGGET:
		c->queue = e->error ? world_msgqueue_by_key(w, e->key) : world_msgqueue_by_id(w, e->ret);
		break;
	default:
		break;
	}
}

/* SO_ERROR is the error of an earlier call that comes late. */
static int error_of(const struct event *e)
{
	return e->error ? e->error : e->kind == EVENT_GETSOCKOPT ? e->so_error : 0;
}

static bool is_connecting(const struct open_file *f)
{
	return f && f->socket && f->socket->state == SOCKET_CONNECTING;
}

static bool is_poll(const struct event *e)
{
	return e->kind == EVENT_POLL || e->kind == EVENT_EPOLL_WAIT;
}

static bool reports_error(const struct event *e, int64_t fd)
{
	struct slice events = e->ret > 0 ? event_polled_result(e, fd) : (struct slice){0};
	return events.ptr &&
		(slice_find(events, SLICE("POLLERR"), 0) != SIZE_MAX ||
			slice_find(events, SLICE("POLLHUP"), 0) != SIZE_MAX);
}

/* Does the result speak of errors at all? Asked first, since most do not. */
static bool reports_any_error(const struct event *e)
{
	for (size_t i = 0; i < e->record->aux_count; i++)
		if (slice_find(e->record->aux[i], SLICE("POLLERR"), 0) != SIZE_MAX ||
			slice_find(e->record->aux[i], SLICE("POLLHUP"), 0) != SIZE_MAX)
			return true;
	return false;
}

/* A poll that ran out, or reports an error, is about the connection that did not come about, if it looked at one. */
static struct open_file *connecting_file(const struct world *w, const struct task *t, const struct event *e)
{
	struct descriptor *d;
	struct slice note, events;
	int64_t fd;
	if (!w->connects || !is_poll(e) || !e->returned || e->error || (e->ret && !reports_any_error(e)))
		return NULL;
	for (size_t at = 0; e->kind == EVENT_POLL && event_next_polled(e, &at, &fd, &note, &events);)
		if ((d = process_descriptor(t->process, fd)) && is_connecting(d->file) &&
			(e->ret == 0 || reports_error(e, fd)))
			return d->file;
	struct descriptor *epoll =
		e->kind == EVENT_EPOLL_WAIT && e->ret == 0 ? process_descriptor(t->process, e->fd) : NULL;
	for (unsigned i = 0; epoll && i < epoll->file->watched_count; i++)
		if ((d = process_descriptor(t->process, epoll->file->watched[i].fd)) && is_connecting(d->file))
			return d->file;
	return NULL;
}

bool open_file_is_owed(const struct open_file *f)
{
	return f->last_write && (!f->last_read || f->last_read->order < f->last_write->order);
}

/* Adds to what a poll looks at; false: it is the second that is not the program's own wake-up. */
static bool look_at(const struct task *t, int64_t fd, struct descriptor **alone, unsigned *count)
{
	struct descriptor *d = process_descriptor(t->process, fd);
	if (d && witness_is_own_affair(d->file, t->process))
		return true;
	*alone = d;
	return ++*count < 2;
}

/* The one descriptor that a poll looked at besides those by which the program wakes itself; NULL: several, or none that
 * is known. */
static struct descriptor *polled_alone(const struct task *t, const struct event *e)
{
	const struct descriptor *epoll = e->kind == EVENT_EPOLL_WAIT ? process_descriptor(t->process, e->fd) : NULL;
	struct descriptor *alone = NULL;
	unsigned count = 0;
	size_t at = 0;
	struct slice note, events;
	int64_t fd;
	bool more = true;
	for (unsigned i = 0; epoll && more && i < epoll->file->watched_count; i++)
		more = look_at(t, epoll->file->watched[i].fd, &alone, &count);
	while (e->kind == EVENT_POLL && more && event_next_polled(e, &at, &fd, &note, &events))
		more = look_at(t, fd, &alone, &count);
	return count == 1 ? alone : NULL;
}

/* A poll that ran out on a socket whose other end owes an answer, or on something of unknown kind. */
static struct descriptor *owing(const struct task *t, const struct event *e)
{
	if (!is_poll(e) || e->error || e->ret != 0 || e->timeout != TIMEOUT_FINITE)
		return NULL;
	struct descriptor *d = polled_alone(t, e);
	if (!d || (d->file->object != OBJECT_SOCKET && d->file->object != OBJECT_UNKNOWN))
		return NULL;
	return d->file->object == OBJECT_UNKNOWN ? (e->seconds >= 1 ? d : NULL) : open_file_is_owed(d->file) ? d : NULL;
}

/* Polls come by the thousand: one that worked is only told when it is about a connection, or waited in vain for an
 * answer.
 */
static bool is_worth_telling(const struct event *e, const struct open_file *connecting, const struct descriptor *owes)
{
	return !is_poll(e) || e->error || connecting || owes;
}

/* Which of its two descriptors a transfer failed at. What a full or broken output says is the output's (splice(2),
 * sendfile(2)); a connection that broke off is the socket's, if only one is a socket. */
static bool is_outputs(const struct process *p, const struct event *e)
{
	const struct descriptor *in = process_descriptor(p, e->fd), *out = process_descriptor(p, e->fd2);
	switch (e->kind == EVENT_TRANSFER ? e->error : 0) {
	case EPIPE:
	case ENOSPC:
	case EDQUOT:
	case EFBIG:
		return true;
	case ECONNRESET:
	case ETIMEDOUT:
	case ENOTCONN:
		return out && out->file->object == OBJECT_SOCKET && !(in && in->file->object == OBJECT_SOCKET);
	default:
		return false;
	}
}

static void tell_call(struct world *w, struct task *t, const struct event *e)
{
	int error = error_of(e);
	if (e->phase == PHASE_ENTER || (!error && !w->connected && !state_wants_success(w, e->kind)))
		return;
	bool output = is_outputs(t->process, e);
	int64_t fd = output ? e->fd2 : e->fd;
	struct slice note = output ? e->note2 : e->note;
	struct descriptor *d = process_descriptor(t->process, fd);
	if (!d && note.ptr && fd >= 0)
		d = state_descriptor(w, t->process, fd, note, ACCESS_UNKNOWN);
	struct open_file *connecting = connecting_file(w, t, e);
	struct descriptor *owes = connecting ? NULL : owing(t, e);
	if (!is_worth_telling(e, connecting, owes))
		return;
	struct change c = {.kind = CHANGE_CALL,
		.event = e,
		.process = t->process,
		.task = t,
		.step = state_step(w),
		.call = e->call,
		.error = error,
		.fd = fd,
		.descriptor = d,
		.file = connecting,
		.connected = w->connected};
	if (owes) {
		c.fd = owes->fd;
		c.descriptor = owes;
	}
	if (!c.file && c.descriptor)
		c.file = c.descriptor->file;
	fill_objects(w, &c, e);
	state_emit(w, &c);
}

/* Events that are not calls. */
static bool is_call(const struct event *e)
{
	switch (e->kind) {
	case EVENT_EXITED:
	case EVENT_KILLED:
	case EVENT_SUPERSEDED:
	case EVENT_ATTACHED:
	case EVENT_DETACHED:
	case EVENT_SIGNAL:
		return false;
	default:
		return true;
	}
}

/* Called for each call until both are seen. */
static void watch_filter(struct world *w, const struct event *e)
{
	if (e->kind == EVENT_OPEN && slice_is(e->path, "/etc/ld.so.cache"))
		w->saw_loader = true;
	else if (e->kind == EVENT_UNLINK ? !e->makes : e->kind == EVENT_STAT && strstr(e->call, "access"))
		w->saw_names = true;
}

static void apply_call(struct world *w, struct task *t, const struct event *e)
{
	if (t->process->end != END_ALIVE) { /* a last line of a task that is gone, or a new process of its number */
		if (e->kind != EVENT_EXEC || e->phase == PHASE_EXIT)
			return;
		task_free(w, t);
		t = w->last = state_task(w, e);
		if (!t)
			return;
	}
	if (e->phase == PHASE_ENTER)
		wait_begin(w, t, e);
	else
		wait_end(w, t, e);
	if (e->phase != PHASE_ENTER)
		t->process->calls++;
	if (e->phase != PHASE_ENTER && error_of(e))
		process_note_failure(w, t->process, e);
	if (!w->saw_names)
		watch_filter(w, e);
	struct process *p = process_take(t->process);
	dispatch(w, t, e);
	if (e->phase != PHASE_ENTER && e->error && e->kind == EVENT_UNLINK)
		bindings_unlink_failed(w, e);
	if (e->phase != PHASE_ENTER && e->error)
		connect_error(w, t, e);
	if (p->end == END_ALIVE && p->watched)
		witness_apply(w, t, e);
	if (p->end == END_ALIVE)
		tell_call(w, t, e);
	process_drop(p);
}

static void apply_other(struct world *w, struct task *t, const struct event *e)
{
	deferred_read(w, t);
	process_apply(w, t, e);
}

void world_take(struct world *w, const struct record *r)
{
	struct event e;
	if (r->kind == RECORD_CONTINUATION) {
		state_add_frame(w, r);
		return;
	}
	struct digest *d = digests_get(&w->digests, r);
	if (d && d->wanted) {
		if (deferred_put_off(w, &d->record, d))
			return;
		w->digest = d;
		world_apply(w, &d->event);
		w->digest = NULL;
	} else if (!d && !deferred_put_off(w, r, NULL) && event_decode(r, &e)) {
		world_apply(w, &e);
	}
}

void world_apply(struct world *w, const struct event *e)
{
	if (w->options.stall > 0 && e->record->time.ptr)
		deadlock_stalled(w, state_seconds(e->record->time));
	w->event = e;
	w->order++;
	w->connected = false;
	struct task *t = w->last = state_task(w, e);
	if (t && is_call(e))
		apply_call(w, t, e);
	else if (t)
		apply_other(w, t, e);
	step_drop(w->before);
	w->before = w->step;
	w->step = NULL;
	w->event = NULL;
}

unsigned world_leak_threshold(const struct world *w)
{
	return w->options.leak_threshold ? w->options.leak_threshold : WORLD_LEAK_THRESHOLD;
}

void world_idle(struct world *w, double seconds)
{
	if (w->options.stall > 0 && seconds >= w->options.stall)
		deadlock_blocked(w, false);
}

void world_finish(struct world *w)
{
	for (struct process *p = w->processes; p; p = p->next)
		for (struct task *t = p->tasks; t; t = t->next_in_process)
			traffic_spin_end(w, t);
	deadlock_blocked(w, true);
	leftovers_left(w);
	for (struct channel *c = w->channels; c; c = c->next)
		state_emit(w,
			&(struct change){
				.kind = CHANGE_FINISH, .channel = c, .process = c->maker, .step = c->made, .fd = -1});
	w->finished = true;
}

void world_free(struct world *w)
{
	if (!w)
		return;
	w->finished = true;
	step_drop(w->before);
	state_forget_processes(w);
	in_flight_release(w);
	leftovers_release(w);
	bindings_release(w);
	map_release(&w->sockets);
	while (w->channels) {
		struct channel *c = w->channels;
		c->refs = 0;
		channel_drop(c);
	}
	map_release(&w->pipes);
	pool_release(&w->descriptor_pool);
	pool_release(&w->task_pool);
	pool_release(&w->table_pool);
	pool_release(&w->page_pool);
	digests_release(&w->digests);
	pool_release(&w->step_pool);
	pool_release(&w->file_pool);
	pool_release(&w->closed_pool);
	pool_release(&w->socket_pool);
	pool_release(&w->channel_pool);
	buffer_release(&w->scratch);
	free(w);
}

bool world_shows_unlink(const struct world *w)
{
	return w->saw_names || !w->saw_loader;
}

uint64_t world_process_count(const struct world *w)
{
	return w->process_total;
}

uint64_t world_thread_count(const struct world *w)
{
	return w->task_total;
}
