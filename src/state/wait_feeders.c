/* Who could end a wait: holders of the other end, children, owners of locks and semaphores, the other threads. */
#include "deadlock.h"

static void hope(struct enders *x, enum value v)
{
	if (v > x->floor)
		x->floor = v;
}

static void add_task(struct enders *x, struct task *t)
{
	for (unsigned i = 0; i < x->count; i++)
		if (x->task[i] == t)
			return;
	if (x->count < MAX_ENDERS)
		x->task[x->count++] = t;
	else
		hope(x, BUSY);
}

/* A thread that only keeps house: it comes back from naps, and has never moved a byte (the clock of a run-time). */
static bool keeps_house(const struct task *t)
{
	const struct wait *x = &t->wait;
	bool naps = x->kind == WAIT_SLEEP || (x->kind == WAIT_FUTEX && !x->forever);
	return naps && !t->moved && t->process->task_count > 1;
}

/* Idle threads of a run-time wait for the others of their process: what these cannot end, those will not. */
static bool follows_others(const struct task *t)
{
	return keeps_house(t) || (t->wait.kind == WAIT_FUTEX && !t->wait.shared && t->process->task_count > 1);
}

static void add_process(struct enders *x, const struct process *p, const struct task *waiter)
{
	if (!process_alive(p))
		return;
	unsigned leading = 0;
	for (const struct task *t = p->tasks; t; t = t->next_in_process)
		leading += t != waiter && !follows_others(t);
	for (struct task *t = p->tasks; t; t = t->next_in_process)
		if (t != waiter && (!leading || waiter->process == p || !follows_others(t)))
			add_task(x, t);
}

/* Objects with a name are open to everybody. Who waits for a child is no hope: it does nothing else until then. */
static void add_everybody(struct world *w, struct enders *x, const struct task *waiter)
{
	unsigned n = 0;
	for (struct process *p = w->processes; p && n < MAX_ENDERS; p = p->next, n++)
		for (struct task *t = p->tasks; t; t = t->next_in_process)
			if (t != waiter && t->wait.kind != WAIT_CHILD)
				add_task(x, t);
}

static void add_holders(struct enders *x, const struct open_file *f, const struct task *waiter)
{
	unsigned n = 0;
	for (const struct descriptor *d = f->holders; d && n < 4 * MAX_ENDERS; d = d->next, n++) {
		if (d->table->owner == waiter->process)
			x->self = true;
		if (d->table->owner)
			add_process(x, d->table->owner, waiter);
	}
}

/* Who has the other end besides the waiter itself: named first, as a process often keeps a copy of an end that is meant
 * for others. */
static void add_others(struct enders *x, const struct open_file *f, const struct task *waiter)
{
	unsigned n = 0;
	for (const struct descriptor *d = f->holders; d && n < 4 * MAX_ENDERS; d = d->next, n++)
		if (d->table->owner && d->table->owner != waiter->process)
			add_process(x, d->table->owner, waiter);
}

/* Those who only keep the end open are no hope. */
static void add_writers(struct enders *x, const struct open_file *f, const struct task *waiter)
{
	unsigned n = 0;
	for (const struct descriptor *d = f->holders; d && n < 4 * MAX_ENDERS; d = d->next, n++) {
		if (d->table->owner == waiter->process)
			x->self = true;
		if (d->table->owner && !descriptor_only_keeps(d, waiter->process))
			add_process(x, d->table->owner, waiter);
	}
}

static void add_side(const struct world *w, struct enders *x, const struct channel *c, int side, bool reads,
	const struct task *waiter)
{
	if (!c->side[side].known) {
		hope(x, OUTSIDE);
		return;
	}
	for (const struct open_file *f = c->side[side].files; f && !reads; f = f->side_next)
		add_others(x, f, waiter);
	for (const struct open_file *f = c->side[side].files; f; f = f->side_next)
		(reads ? add_writers : add_holders)(x, f, waiter);
	if (c->passing_count)
		hope(x, BUSY);
	if (!c->side[side].files) /* then the call returns at once, or somebody has the end whom the trace does not show
				   */
		hope(x, c->made && w->forks_seen ? BUSY : OUTSIDE);
}

static bool is_pipe(const struct open_file *f)
{
	return f->object == OBJECT_PIPE || f->object == OBJECT_FIFO;
}

int64_t file_unread(const struct open_file *f)
{
	const struct channel *c = f ? f->channel : NULL;
	if (!c || !c->side[0].known || !c->side[1].known)
		return 0;
	uint64_t in = c->side[is_pipe(f) ? 1 : !f->side].bytes;
	uint64_t out = is_pipe(f) ? c->side[0].bytes : c->side[f->side].receive_bytes;
	return in > out ? (int64_t)(in - out) : 0;
}

static bool has_unread(const struct open_file *f)
{
	return file_unread(f) > 0;
}

/* Attached processes may hold what the trace did not see them open: with several of them, each other's. Of those who do
 * something unlike `kind` nothing is supposed (WAIT_NONE: whatever they do). */
static void add_attached(struct world *w, struct enders *x, const struct task *waiter, enum wait_kind kind)
{
	unsigned n = 0;
	if (waiter->process->attached)
		for (struct process *p = w->processes; p && n < MAX_ENDERS; p = p->next, n++)
			if (p != waiter->process && p->attached &&
				(kind == WAIT_NONE || (p->tasks && p->tasks->wait.kind == kind)))
				add_process(x, p, waiter);
	if (!x->count)
		hope(x, OUTSIDE);
}

static void on_read(const struct world *w, struct enders *x, const struct open_file *f, const struct task *waiter)
{
	if (!f || f->object == OBJECT_UNKNOWN || f->object == OBJECT_TERMINAL) {
		hope(x, OUTSIDE);
	} else if (f->object == OBJECT_EVENTFD) {
		add_holders(x, f, waiter);
	} else if (f->object == OBJECT_SIGNALFD || f->object == OBJECT_INOTIFY || f->object == OBJECT_TIMERFD ||
		f->object == OBJECT_PIDFD || (f->socket && f->socket->state == SOCKET_LISTENING)) {
		hope(x, IDLE);
	} else if (!f->channel || (!is_pipe(f) && f->object != OBJECT_SOCKET)) {
		hope(x, f->object == OBJECT_SOCKET || is_pipe(f) ? OUTSIDE : BUSY);
	} else if (has_unread(f)) {
		hope(x, BUSY);
	} else {
		add_side(w, x, f->channel, is_pipe(f) ? 1 : !f->side, true, waiter);
	}
}

/* A write that fits, and one whose reader waits for data, is only on its way. Small writes may take more room than they
 * have bytes. */
static bool has_room(const struct open_file *f, int64_t asked)
{
	const struct channel *c = f->channel;
	if (!is_pipe(f) || !c->made || asked < 0)
		return false;
	uint64_t unread = c->side[1].bytes > c->side[0].bytes ? c->side[1].bytes - c->side[0].bytes : 0;
	return (uint64_t)asked + unread <= (uint64_t)c->capacity / 2;
}

static bool is_read_from(const struct enders *x, const struct open_file *f)
{
	for (unsigned i = 0; i < x->count; i++) {
		const struct wait *t = &x->task[i]->wait;
		if (t->kind == WAIT_READ && t->file && t->file->channel == f->channel && t->file->side != f->side)
			return true;
	}
	return false;
}

static void on_write(struct world *w, struct enders *x, const struct open_file *f, const struct task *waiter)
{
	if (f && f->channel && (is_pipe(f) || f->object == OBJECT_SOCKET) &&
		f->channel->side[is_pipe(f) ? 0 : !f->side].known) {
		add_side(w, x, f->channel, is_pipe(f) ? 0 : !f->side, false, waiter);
		if (has_room(f, waiter->wait.asked) || is_read_from(x, f))
			hope(x, BUSY);
	} else if (f && (is_pipe(f) || f->object == OBJECT_UNKNOWN)) {
		add_attached(w, x, waiter, WAIT_NONE);
	} else {
		hope(x, f && f->object != OBJECT_SOCKET ? BUSY : OUTSIDE);
	}
}

static void on_child(struct world *w, struct enders *x, const struct task *waiter)
{
	const struct process *p = waiter->process;
	struct process *child = waiter->wait.target > 0 ? state_find_process(w, waiter->wait.target) : NULL;
	if (waiter->wait.target > 0) {
		if (process_alive(child))
			add_process(x, child, waiter);
		else
			hope(x, child ? BUSY : OUTSIDE);
		return;
	}
	for (const struct process *c = w->processes; c; c = c->next)
		if (c->parent == p)
			add_process(x, c, waiter);
	if (!x->count)
		hope(x, OUTSIDE);
}

static struct segment *segment_at(const struct process *p, uint64_t addr)
{
	for (const struct mapping *m = p->mappings; m; m = m->next)
		if (addr >= m->addr && addr - m->addr < m->size)
			return m->segment;
	return NULL;
}

/* A shared futex: whoever maps the same memory. If they all have ended, the last of them is who should have woken it.
 */
static void on_shared_futex(struct enders *x, const struct task *waiter)
{
	const struct segment *s = segment_at(waiter->process, waiter->wait.addr);
	if (!s) {
		hope(x, OUTSIDE);
		return;
	}
	for (unsigned i = 0; i < s->user_count; i++) {
		struct process *p = s->users[i].process;
		if (process_alive(p))
			add_process(x, p, waiter);
		else
			x->dead = p;
	}
	if (s->kind != SEGMENT_ANONYMOUS && !s->created)
		hope(x, OUTSIDE);
	if (!x->count && x->dead)
		x->dead_step = x->dead->end_step;
	else if (!x->count)
		hope(x, OUTSIDE);
}

/* Threads of a process that strace was attached to show up one by one and cannot be told from processes. Where some of
 * them sit in poll or sleep or do something, the others wait for work; a mutex, whose futex has the value 2 when
 * somebody waits for it, is nothing to wait for so long. */
enum { MUTEX_CONTENDED = 2 };

static bool others_at_work(struct world *w, const struct task *waiter)
{
	unsigned n = 0;
	for (struct process *p = w->processes; p && n < MAX_ENDERS; p = p->next, n++)
		if (!p->from_start && p != waiter->process && p->tasks && p->tasks->wait.kind != WAIT_FUTEX)
			return true;
	return false;
}

static void on_futex(struct world *w, struct enders *x, const struct task *waiter)
{
	const struct process *p = waiter->process;
	if (waiter->wait.shared) {
		struct task *joined = waiter->wait.target > 1 ? state_find_task(w, waiter->wait.target) : NULL;
		if (joined && joined->process == p && joined != waiter) {
			add_task(x, joined); /* pthread_join waits on the thread's own number */
			return;
		}
		on_shared_futex(x, waiter);
		return;
	}
	if (p->task_count < 2 || p->attached)
		hope(x, OUTSIDE);
	if (!p->from_start && waiter->wait.target != MUTEX_CONTENDED && others_at_work(w, waiter))
		hope(x, BUSY);
	add_process(x, p, waiter);
}

static void on_semaphore(struct world *w, struct enders *x, const struct task *waiter)
{
	struct semset *s = world_semset_by_id(w, waiter->wait.id);
	bool held = false;
	for (unsigned i = 0; s && i < s->holder_count; i++) {
		struct sem_holder *h = &s->holders[i];
		if (h->taken <= 0 || (waiter->wait.number >= 0 && h->num != waiter->wait.number))
			continue;
		held = true;
		if (h->process == waiter->process)
			x->self = true;
		else if (process_alive(h->process))
			add_process(x, h->process, waiter);
		else
			x->dead = h->process, x->dead_step = h->step;
	}
	if (!held && (!s || !s->created))
		hope(x, OUTSIDE);
	else if (!held)
		add_everybody(w, x, waiter);
	if (!held && s && s->key != 0) /* whoever knows the key may give */
		hope(x, OUTSIDE);
}

/* Whoever knows the key of a queue may send and receive. */
static void on_queue(struct world *w, struct enders *x, const struct task *waiter)
{
	const struct msgqueue *q = world_msgqueue_by_id(w, waiter->wait.id);
	add_everybody(w, x, waiter);
	if (!q || !q->created || q->key != 0)
		hope(x, OUTSIDE);
}

static void on_lock(struct world *w, struct enders *x, const struct task *waiter)
{
	const struct lock *l = waiter->wait.file ? waiter->wait.file->lock : NULL;
	for (unsigned i = 0; l && i < l->holder_count; i++) {
		const struct lock_holder *h = &l->holders[i];
		if (h->file && h->file != waiter->wait.file)
			add_holders(x, h->file, waiter);
		else if (!h->file && h->process != waiter->process)
			add_process(x, h->process, waiter);
	}
	if (!l || !l->holder_count)
		add_attached(w, x, waiter, WAIT_LOCK);
}

static void on_connect(struct world *w, struct enders *x, const struct task *waiter)
{
	const struct open_file *f = waiter->wait.file;
	struct binding *b = f && f->socket ? world_binding_for(w, &f->socket->peer, NULL) : NULL;
	if (b && b->file && b->listen)
		add_holders(x, b->file, waiter);
	else
		hope(x, OUTSIDE);
}

/* A process that alone has ever held both ends wakes itself from signal handlers or threads: the self-pipe trick. */
static bool talks_to_itself(const struct open_file *f, const struct process *p)
{
	if (!f || !f->channel)
		return false;
	const struct side *other = &f->channel->side[is_pipe(f) ? 1 : !f->side];
	if (!other->known || !other->files || other->gone_total)
		return false;
	for (const struct descriptor *d = other->files->holders; d; d = d->next)
		if (d->table->owner != p)
			return false;
	return f->channel->maker == p;
}

/* What the process wakes itself with is no reason to hope: whoever could do so waits too. */
static bool is_own_waker(const struct polled *p, const struct process *process)
{
	return p->file && (p->file->object == OBJECT_EVENTFD || talks_to_itself(p->file, process));
}

static bool leads_to(const struct polled *p, const struct process *whom)
{
	if (!p->file || !p->file->channel)
		return false;
	int other = is_pipe(p->file) ? p->in || !p->out : !p->file->side;
	for (const struct open_file *f = p->file->channel->side[other].files; f; f = f->side_next)
		for (const struct descriptor *d = f->holders; d; d = d->next)
			if (d->table->owner == whom)
				return true;
	return false;
}

/* What a poll is about: the member whose other end `whom` has, or the only one besides those that the process wakes
 * itself with; of several the first, if `any` will do. NULL: there is none. */
const struct polled *wait_polled_about(const struct task *t, const struct process *whom, bool any)
{
	const struct polled *only = NULL;
	unsigned count = 0;
	for (unsigned i = 0; i < t->wait.polled_count; i++) {
		const struct polled *p = &t->wait.polled[i];
		if (t->wait.polled_count > 1 && is_own_waker(p, t->process))
			continue;
		if (whom && leads_to(p, whom))
			return p;
		only = count++ ? only : p;
	}
	return count == 1 || any ? only : NULL;
}

/* A handler of SIGCHLD ends the poll when a child ends. */
static void add_children(struct world *w, struct enders *x, const struct task *waiter)
{
	const struct disposition *d = process_disposition(waiter->process, "SIGCHLD");
	for (const struct process *c = d && d->handler == HANDLER_FUNCTION ? w->processes : NULL; c; c = c->next)
		if (c->parent == waiter->process)
			add_process(x, c, waiter);
}

/* A member of a poll. Bytes that lie there end the wait, unless they were reported before and only news is. */
static void on_member(struct world *w, struct enders *x, const struct polled *p, const struct task *waiter)
{
	const struct open_file *f = p->file;
	if (p->off)
		return;
	if (p->in || !p->out || !f) {
		if (p->edge && f && f->channel && has_unread(f))
			add_side(w, x, f->channel, is_pipe(f) ? 1 : !f->side, true, waiter);
		else
			on_read(w, x, f, waiter);
	} else {
		on_write(w, x, f, waiter);
	}
}

/* The best of the members. A program that has nothing but its own wakers waits for signals. */
static void on_poll(struct world *w, struct enders *x, const struct task *waiter)
{
	const struct wait *t = &waiter->wait;
	unsigned others = 0;
	add_children(w, x, waiter);
	for (unsigned i = 0; i < t->polled_count; i++) {
		bool own = is_own_waker(&t->polled[i], waiter->process);
		others += !own;
		if (!own || waiter->process->task_count > 1 || t->polled[i].file->object == OBJECT_EVENTFD)
			on_member(w, x, &t->polled[i], waiter);
	}
	if (t->polled_count > 1)
		x->self = false; /* wakers of its own are not what it waits for */
	if (!others && (t->polled_count != 1 || t->polled[0].file->object != OBJECT_EVENTFD))
		hope(x, IDLE);
}

void wait_feeders_find(struct world *w, const struct task *t, struct enders *x)
{
	*x = (struct enders){.floor = STUCK};
	switch (t->wait.kind) {
	case WAIT_READ:
		on_read(w, x, t->wait.file, t);
		break;
	case WAIT_WRITE:
		on_write(w, x, t->wait.file, t);
		break;
	case WAIT_CHILD:
		on_child(w, x, t);
		break;
	case WAIT_FUTEX:
		on_futex(w, x, t);
		break;
	case WAIT_SEM:
		on_semaphore(w, x, t);
		break;
	case WAIT_LOCK:
		on_lock(w, x, t);
		break;
	case WAIT_CONNECT:
		on_connect(w, x, t);
		break;
	case WAIT_POLL:
		on_poll(w, x, t);
		break;
	case WAIT_MSGRCV:
	case WAIT_MSGSND:
		on_queue(w, x, t);
		break;
	case WAIT_FIFO_OPEN:
		add_everybody(w, x, t);
		break;
	case WAIT_MQ_RECEIVE:
	case WAIT_MQ_SEND:
		if (t->wait.file)
			add_holders(x, t->wait.file, t);
		add_everybody(w, x, t);
		hope(x, OUTSIDE); /* they all have names */
		break;
	default:
		break;
	}
}
