/* What open calls wait for. */
#include <errno.h>
#include <stdlib.h>

#include "state.h"

const char *wait_kind_name(enum wait_kind k)
{
	static const char *const names[] = {[WAIT_NONE] = "runs",
		[WAIT_READ] = "waits for data",
		[WAIT_WRITE] = "waits for room",
		[WAIT_ACCEPT] = "waits for a client",
		[WAIT_CONNECT] = "waits for the connection",
		[WAIT_CHILD] = "waits for a child",
		[WAIT_FUTEX] = "waits for a futex",
		[WAIT_SEM] = "waits for a semaphore",
		[WAIT_MSGRCV] = "waits for a message",
		[WAIT_MSGSND] = "waits for room in the queue",
		[WAIT_MQ_RECEIVE] = "waits for a message",
		[WAIT_MQ_SEND] = "waits for room in the queue",
		[WAIT_LOCK] = "waits for a lock",
		[WAIT_FIFO_OPEN] = "waits for the other end of a FIFO",
		[WAIT_POLL] = "waits for an event",
		[WAIT_SLEEP] = "sleeps",
		[WAIT_PAUSE] = "waits for a signal",
		[WAIT_OTHER] = "is in another call"};
	return names[k];
}

static void unlist(struct world *w, struct task *t)
{
	if (!t->listed)
		return;
	if (t->prev)
		t->prev->next = t->next;
	else
		w->blocked = t->next;
	if (t->next)
		t->next->prev = t->prev;
	else
		w->longest_blocked = t->prev;
	t->prev = t->next = NULL;
	t->listed = false;
}

void wait_unlist(struct world *w, struct task *t)
{
	unlist(w, t);
}

void wait_list(struct world *w, struct task *t)
{
	if (t->listed)
		return;
	t->listed = true;
	t->prev = NULL;
	t->next = w->blocked;
	if (t->next)
		t->next->prev = t;
	else
		w->longest_blocked = t;
	w->blocked = t;
}

void wait_clear(struct world *w, struct task *t)
{
	struct wait *x = &t->wait;
	deferred_forget(w, t);
	if (x->kind == WAIT_NONE)
		return;
	unlist(w, t);
	for (unsigned i = 0; i < x->polled_count; i++) {
		open_file_drop(x->polled[i].file);
		step_drop(x->polled[i].step);
		step_drop(x->polled[i].told);
	}
	free(x->polled);
	free(x->path);
	open_file_drop(x->file);
	step_drop(x->step);
	*x = (struct wait){0};
}

static struct polled *add_polled(struct world *w, struct task *t, struct wait *x, int64_t fd, struct slice note)
{
	if (x->polled_count >= WAIT_MAX_FILES)
		return NULL;
	if (!x->polled)
		x->polled = memory_alloc(WAIT_MAX_FILES * sizeof *x->polled);
	struct descriptor *d =
		note.ptr ? state_descriptor(w, t->process, fd, note, ACCESS_READ) : process_descriptor(t->process, fd);
	struct polled *p = &x->polled[x->polled_count++];
	*p = (struct polled){.file = open_file_take(d ? d->file : NULL), .fd = fd};
	return p;
}

static void poll_set(struct world *w, struct task *t, struct wait *x, const struct event *e)
{
	int64_t fd;
	struct slice note, events;
	struct polled *p;
	for (size_t at = 0; event_next_polled(e, &at, &fd, &note, &events);) {
		if (!(p = add_polled(w, t, x, fd, note)))
			return;
		p->in = slice_is(events, "in") || arg_has_flag(events, "POLLIN") || arg_has_flag(events, "POLLRDNORM");
		p->out = slice_is(events, "out") || arg_has_flag(events, "POLLOUT");
	}
}

static void epoll_set(struct world *w, struct task *t, struct wait *x, const struct event *e)
{
	struct descriptor *d = process_descriptor(t->process, e->fd);
	struct polled *p;
	for (unsigned i = 0; d && i < d->file->watched_count; i++) {
		const struct watched *m = &d->file->watched[i];
		if (!(p = add_polled(w, t, x, m->fd, (struct slice){0})))
			return;
		p->in = m->in;
		p->out = m->out;
		p->edge = m->edge;
		p->off = m->once && !m->armed;
		p->step = step_take(m->step);
		p->told = step_take(m->told);
	}
}

static void on_file(struct world *w, struct task *t, struct wait *x, const struct event *e, enum event_access use)
{
	struct descriptor *d = state_descriptor(w, t->process, e->fd, e->note, use);
	x->file = open_file_take(d ? d->file : NULL);
}

static void on_semaphore(struct wait *x, const struct event *e)
{
	int64_t num, op;
	bool undo, nowait;
	for (size_t at = 0; event_next_semop(e, &at, &num, &op, &undo, &nowait);) {
		if (op <= 0) {
			x->number = num;
			return;
		}
	}
}

static enum wait_kind transfer_kind(struct world *w, struct task *t, struct wait *x, const struct event *e)
{
	struct descriptor *to = process_descriptor(t->process, e->fd2);
	on_file(w, t, x, e, ACCESS_READ);
	bool reads = x->file &&
		(x->file->object == OBJECT_PIPE || x->file->object == OBJECT_SOCKET || x->file->object == OBJECT_FIFO);
	if (reads || !to)
		return WAIT_READ;
	open_file_drop(x->file);
	x->file = open_file_take(to->file);
	x->fd = e->fd2;
	return WAIT_WRITE;
}

/* A call on a descriptor that cannot be one fails at once (EBADF). */
static bool is_on_no_file(const struct wait *x)
{
	bool on_file = x->kind == WAIT_READ || x->kind == WAIT_WRITE || x->kind == WAIT_ACCEPT ||
		x->kind == WAIT_CONNECT || x->kind == WAIT_LOCK;
	return on_file && x->fd < 0;
}

static enum wait_kind kind_of(struct world *w, struct task *t, struct wait *x, const struct event *e)
{
	switch (e->kind) {
	case EVENT_READ:
	case EVENT_RECV:
		on_file(w, t, x, e, e->kind == EVENT_READ ? ACCESS_READ : ACCESS_UNKNOWN);
		return WAIT_READ;
	case EVENT_WRITE:
	case EVENT_SEND:
		on_file(w, t, x, e, e->kind == EVENT_WRITE ? ACCESS_WRITE : ACCESS_UNKNOWN);
		return WAIT_WRITE;
	case EVENT_TRANSFER:
		return transfer_kind(w, t, x, e);
	case EVENT_ACCEPT:
		on_file(w, t, x, e, ACCESS_UNKNOWN);
		return WAIT_ACCEPT;
	case EVENT_CONNECT:
		on_file(w, t, x, e, ACCESS_UNKNOWN);
		return WAIT_CONNECT;
	case EVENT_WAIT:
		return e->nohang ? WAIT_NONE : WAIT_CHILD;
	case EVENT_FUTEX:
		return slice_find(e->op, SLICE("WAIT"), 0) != SIZE_MAX || slice_find(e->op, SLICE("LOCK"), 0) == 6
			? WAIT_FUTEX
			: WAIT_NONE;
	case EVENT_SEMOP:
		on_semaphore(x, e);
		return WAIT_SEM;
	case EVENT_MSGRCV:
		return e->nonblock ? WAIT_NONE : WAIT_MSGRCV;
	case EVENT_MSGSND:
		return e->nonblock ? WAIT_NONE : WAIT_MSGSND;
	case EVENT_MQ_SEND:
		on_file(w, t, x, e, ACCESS_UNKNOWN);
		return WAIT_MQ_SEND;
	case EVENT_MQ_RECEIVE:
		on_file(w, t, x, e, ACCESS_UNKNOWN);
		return WAIT_MQ_RECEIVE;
	case EVENT_LOCK:
		if (!e->wait || e->lock == LOCK_RELEASE)
			return WAIT_NONE;
		on_file(w, t, x, e, ACCESS_UNKNOWN);
		return WAIT_LOCK;
	case EVENT_OPEN:
		x->path = memory_copy(slice_take(e->path, 256));
		x->writing = e->access == ACCESS_WRITE;
		return WAIT_FIFO_OPEN;
	case EVENT_POLL:
		poll_set(w, t, x, e);
		return WAIT_POLL;
	case EVENT_EPOLL_WAIT:
		epoll_set(w, t, x, e);
		return WAIT_POLL;
	case EVENT_SLEEP:
		return e->timeout == TIMEOUT_INFINITE ? WAIT_PAUSE : WAIT_SLEEP;
	case EVENT_FORK:
	case EVENT_EXEC:
	case EVENT_EXIT_CALL:
		return WAIT_NONE;
	default:
		return WAIT_OTHER;
	}
}

/* Calls without a time limit of their own never come back by themselves. */
static bool is_forever(const struct event *e)
{
	return e->timeout == TIMEOUT_INFINITE || e->timeout == TIMEOUT_UNKNOWN;
}

/* A limit that ran out again and again, and is set anew each time, is none: it waits in slices. */
static void see_slices(struct task *t)
{
	if (t->wait.kind == WAIT_POLL && t->vain_polls >= VAIN_POLLS)
		t->wait.forever = true;
}

void wait_begin(struct world *w, struct task *t, const struct event *e)
{
	struct wait x = {.call = e->call,
		.fd = e->fd,
		.target = e->kind == EVENT_FUTEX ? e->value : e->target,
		.id = e->id,
		.number = -1,
		.mtype = e->mtype,
		.asked = e->asked,
		.addr = e->addr,
		.shared = e->shared,
		.forever = is_forever(e),
		.seconds = e->timeout == TIMEOUT_FINITE ? e->seconds : -1};
	wait_clear(w, t);
	x.kind = kind_of(w, t, &x, e);
	if (x.kind == WAIT_NONE || is_on_no_file(&x)) {
		open_file_drop(x.file);
		return;
	}
	x.step = step_take(state_step(w));
	t->wait = x;
	see_slices(t);
	wait_list(w, t);
}

/* restart_syscall goes on with what was interrupted (restart_syscall(2)). */
static bool goes_on(struct task *t, const struct event *e)
{
	if (e->kind != EVENT_RESTART || t->wait.kind == WAIT_NONE || !t->wait.interrupted)
		return false;
	t->wait.interrupted = e->phase != PHASE_ENTER;
	return e->phase == PHASE_ENTER || e->restarted || e->error == EINTR;
}

/* A write to a blocking pipe writes all, unless a signal ends it in the middle (pipe(7)). */
static bool broke_off(struct world *w, struct task *t, const struct event *e)
{
	if (e->kind != EVENT_WRITE || !e->returned || e->error || e->ret >= e->asked)
		return false;
	const struct descriptor *d = state_descriptor(w, t->process, e->fd, e->note, ACCESS_WRITE);
	const struct open_file *f = d ? d->file : NULL;
	return f && (f->object == OBJECT_PIPE || f->object == OBJECT_FIFO) && !f->nonblock && f->channel;
}

/* What the first half did not say. The time limit of a call often stands on its resumed half only. */
static void learn_rest(struct wait *x, const struct event *e)
{
	x->mtype = e->mtype;
	x->asked = e->asked;
	if (e->timeout != TIMEOUT_FINITE)
		return;
	x->forever = false;
	x->seconds = e->seconds;
}

/* A call returned. An interrupted one would wait on, but for the signal: it is kept until the task's next call. */
void wait_end(struct world *w, struct task *t, const struct event *e)
{
	bool died = !e->returned && !e->error &&
		e->phase == PHASE_EXIT; /* "= ?": it did not return before its task was killed */
	bool interrupted = died || e->restarted || e->error == EINTR || broke_off(w, t, e);
	if (e->phase == PHASE_EXIT && !interrupted && e->kind != EVENT_RESTART)
		deferred_forget(w, t);
	deferred_read(w, t);
	if (goes_on(t, e))
		return;
	if (!interrupted) {
		wait_clear(w, t);
		return;
	}
	if (e->phase == PHASE_WHOLE || t->wait.kind == WAIT_NONE)
		wait_begin(w, t, e);
	learn_rest(&t->wait, e);
	see_slices(t);
	t->wait.interrupted = true;
	t->wait.error = e->error;
}
