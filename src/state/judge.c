/* Judging blocked calls: follows from each waiter to those who could end its wait, and from them on.
 *
 * Each task gets a value: the best that can be hoped for. A wait that several could end is as good as the best of them. Values only
 * rise while they are computed, so that rings settle at STUCK: nobody in them can end anything. */
#include <stdlib.h>

#include "state.h"

enum value { STUCK, ASLEEP, IDLE, OUTSIDE, BUSY };

enum { MAX_ENDERS = 64, LONG_SLEEP = 10 /* seconds; below, a sleeper is a poller that comes back */ };

struct enders {
	struct task *task[MAX_ENDERS];
	unsigned count;
	enum value floor;           /* hope that does not come from a task: OUTSIDE, IDLE, BUSY */
	bool self;                  /* the waiter's own process holds what it waits for */
	struct process *dead;       /* who would have ended it and is gone */
	struct step *dead_step;
};

struct judging {
	struct world *w;
	struct task **nodes;
	size_t count, cap;
	uint64_t mark;
	bool at_end;
};

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

static void add_process(struct enders *x, const struct process *p, const struct task *waiter)
{
	if (!process_alive(p))
		return;
	for (struct task *t = p->tasks; t; t = t->next_in_process)
		if (t != waiter)
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

static void add_side(struct enders *x, const struct channel *c, int side, bool reads, const struct task *waiter)
{
	if (!c->side[side].known) {
		hope(x, OUTSIDE);
		return;
	}
	for (const struct open_file *f = c->side[side].files; f; f = f->side_next)
		(reads ? add_writers : add_holders)(x, f, waiter);
	if (c->passing_count)
		hope(x, BUSY);
}

static bool is_pipe(const struct open_file *f)
{
	return f->object == OBJECT_PIPE || f->object == OBJECT_FIFO;
}

static bool has_unread(const struct open_file *f)
{
	const struct channel *c = f->channel;
	if (!c || !c->side[0].known || !c->side[1].known)
		return false;
	if (is_pipe(f))
		return c->side[1].bytes > c->side[0].bytes;
	return c->side[!f->side].bytes > c->side[f->side].receive_bytes;
}

/* Attached processes may hold what the trace did not see them open: with several of them, each other's. Of those who do something
 * unlike `kind` nothing is supposed (WAIT_NONE: whatever they do). */
static void add_attached(struct world *w, struct enders *x, const struct task *waiter, enum wait_kind kind)
{
	unsigned n = 0;
	if (waiter->process->attached)
		for (struct process *p = w->processes; p && n < MAX_ENDERS; p = p->next, n++)
			if (p != waiter->process && p->attached && (kind == WAIT_NONE || (p->tasks && p->tasks->wait.kind == kind)))
				add_process(x, p, waiter);
	if (!x->count)
		hope(x, OUTSIDE);
}

static void on_read(struct enders *x, const struct open_file *f, const struct task *waiter)
{
	if (!f || f->object == OBJECT_UNKNOWN || f->object == OBJECT_TERMINAL) {
		hope(x, OUTSIDE);
	} else if (f->object == OBJECT_EVENTFD) {
		add_holders(x, f, waiter);
	} else if (f->object == OBJECT_SIGNALFD || f->object == OBJECT_INOTIFY || f->object == OBJECT_PIDFD
		   || (f->socket && f->socket->state == SOCKET_LISTENING)) {
		hope(x, IDLE);
	} else if (!f->channel || (!is_pipe(f) && f->object != OBJECT_SOCKET)) {
		hope(x, f->object == OBJECT_SOCKET || is_pipe(f) ? OUTSIDE : BUSY);
	} else if (has_unread(f)) {
		hope(x, BUSY);
	} else {
		add_side(x, f->channel, is_pipe(f) ? 1 : !f->side, true, waiter);
	}
}

static void on_write(struct world *w, struct enders *x, const struct open_file *f, const struct task *waiter)
{
	if (f && f->channel && (is_pipe(f) || f->object == OBJECT_SOCKET) && f->channel->side[is_pipe(f) ? 0 : !f->side].known)
		add_side(x, f->channel, is_pipe(f) ? 0 : !f->side, false, waiter);
	else if (f && (is_pipe(f) || f->object == OBJECT_UNKNOWN))
		add_attached(w, x, waiter, WAIT_NONE);
	else
		hope(x, f && f->object != OBJECT_SOCKET ? BUSY : OUTSIDE);
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

/* A shared futex: whoever maps the same memory. If they all have ended, the last of them is who should have woken it. */
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

static void on_poll(struct enders *x, const struct task *waiter)
{
	const struct wait *t = &waiter->wait;
	if (!t->polled_count)
		hope(x, IDLE);
	for (unsigned i = 0; i < t->polled_count; i++)
		on_read(x, t->polled[i].file, waiter);
	if (t->polled_count > 1) /* a main loop */
		hope(x, IDLE);
}

static void find_enders(struct judging *j, const struct task *t, struct enders *x)
{
	struct world *w = j->w;
	*x = (struct enders){.floor = STUCK};
	switch (t->wait.kind) {
	case WAIT_READ:
		on_read(x, t->wait.file, t);
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
		on_poll(x, t);
		break;
	case WAIT_MSGRCV:
	case WAIT_MSGSND:
	case WAIT_FIFO_OPEN:
		add_everybody(w, x, t);
		break;
	case WAIT_MQ_RECEIVE:
	case WAIT_MQ_SEND:
		if (t->wait.file)
			add_holders(x, t->wait.file, t);
		add_everybody(w, x, t);
		break;
	default:
		break;
	}
	if (t->wait.kind == WAIT_POLL && x->floor == STUCK && !x->count)
		hope(x, OUTSIDE);
}

/* Tasks whose value does not come from others. */
static bool own_value(const struct task *t, int *value)
{
	switch (t->wait.kind) {
	case WAIT_NONE:
	case WAIT_OTHER:
		*value = BUSY;
		return true;
	case WAIT_PAUSE:
		*value = ASLEEP;
		return true;
	case WAIT_SLEEP:
		*value = t->wait.seconds >= LONG_SLEEP || t->wait.seconds < 0 ? ASLEEP : BUSY;
		return true;
	case WAIT_ACCEPT:
		*value = IDLE;
		return true;
	default:
		if (t->wait.forever)
			return false;
		*value = BUSY;
		return true;
	}
}

static void add_node(struct judging *j, struct task *t)
{
	if (t->judged.mark == j->mark)
		return;
	t->judged = (struct judgement){.mark = j->mark, .value = STUCK};
	j->nodes = memory_grow(j->nodes, &j->cap, j->count, sizeof *j->nodes);
	j->nodes[j->count++] = t;
}

static void collect(struct judging *j)
{
	struct enders x;
	int value;
	for (size_t i = 0; i < j->count; i++) {
		if (own_value(j->nodes[i], &value))
			continue;
		find_enders(j, j->nodes[i], &x);
		for (unsigned k = 0; k < x.count; k++)
			add_node(j, x.task[k]);
	}
}

static bool raise(struct judging *j, struct task *t)
{
	struct enders x;
	int value, best;
	struct task *next = NULL;
	if (own_value(t, &value)) {
		best = value;
	} else {
		find_enders(j, t, &x);
		best = x.floor;
		for (unsigned k = 0; k < x.count; k++) {
			if (x.task[k]->judged.value > best || (!next && x.task[k]->judged.value == best && best > (int)x.floor)) {
				best = x.task[k]->judged.value;
				next = x.task[k];
			}
		}
		if (!next && x.count && best == STUCK)
			next = x.task[0];
	}
	if (best == t->judged.value && (next == t->judged.next || t->judged.next))
		return false;
	bool changed = best != t->judged.value;
	t->judged.value = best;
	t->judged.next = next;
	return changed;
}

static void evaluate(struct judging *j)
{
	for (int pass = 0; pass < 64; pass++) {
		bool changed = false;
		for (size_t i = j->count; i > 0; i--)
			changed |= raise(j, j->nodes[i - 1]);
		if (!changed)
			return;
	}
}

static bool is_waiting(const struct task *t)
{
	int value;
	return !own_value(t, &value);
}

static struct wait_edge edge_of(struct task *t)
{
	return (struct wait_edge){.task = t, .process = t->process, .step = t->wait.step, .kind = t->wait.kind,
				  .for_whom = t->judged.next ? t->judged.next->process : NULL};
}

/* The finding of a ring is told at the blocked write, else at the first wait that is not for a child. */
static int weight(const struct task *t)
{
	return t->wait.kind == WAIT_WRITE ? 2 : t->wait.kind != WAIT_CHILD;
}

static struct task *best_of_ring(struct task *in)
{
	struct task *best = in;
	for (struct task *t = in->judged.next; t != in; t = t->judged.next) {
		bool earlier = t->wait.step && best->wait.step && t->wait.step->line < best->wait.step->line;
		if (weight(t) > weight(best) || (weight(t) == weight(best) && earlier))
			best = t;
	}
	return best;
}

static void mark_ring(struct task *in)
{
	struct task *best = best_of_ring(in), *t = in;
	do {
		t->judged.ring = true;
		t->judged.subject = best;
		t = t->judged.next;
	} while (t != in);
}

/* The waiter at the end of the chain, whose ender waits for nothing itself, or the chosen one of a ring. Every task is walked over
 * twice in all: once on the way to its subject, once to write it down. */
static void find_subject(struct task *from)
{
	struct task *t = from;
	while (!t->judged.subject) {
		t->judged.visiting = true;
		struct task *next = t->judged.next;
		if (!next || !is_waiting(next))
			t->judged.subject = t;
		else if (next->judged.visiting && !next->judged.subject)
			mark_ring(next);
		else
			t = next;
	}
	struct task *subject = t->judged.subject;
	for (t = from; !t->judged.subject; t = t->judged.next)
		t->judged.subject = subject;
}

static void group(struct judging *j)
{
	for (size_t i = 0; i < j->count; i++)
		if (is_waiting(j->nodes[i]))
			find_subject(j->nodes[i]);
	for (size_t i = j->count; i > 0; i--) {
		struct task *t = j->nodes[i - 1], *subject = t->judged.subject;
		if (!subject || subject == t || t->judged.ring)
			continue;
		t->judged.behind_next = subject->judged.behind;
		subject->judged.behind = t;
	}
}

static enum verdict verdict_of(const struct task *t, const struct enders *x)
{
	switch (t->judged.value) {
	case STUCK:
		return x->self && !x->count ? VERDICT_SELF : VERDICT_NOBODY;
	case ASLEEP:
		return VERDICT_ASLEEP;
	case IDLE:
		return VERDICT_IDLE;
	case OUTSIDE:
		return VERDICT_OUTSIDE;
	default:
		return VERDICT_BUSY;
	}
}

static void report(struct judging *j, struct task *t, bool ring)
{
	struct enders x;
	struct wait_report r = {.wait = &t->wait, .task = t, .at_end = j->at_end && !t->wait.interrupted,
				.attached = t->process->attached};
	find_enders(j, t, &x);
	r.verdict = ring ? VERDICT_CYCLE : verdict_of(t, &x);
	struct task *next = t->judged.next;
	r.ring[r.ring_count++] = edge_of(t);
	for (struct task *m = next; ring && m != t && r.ring_count < WAIT_MAX_EDGES; m = m->judged.next)
		r.ring[r.ring_count++] = edge_of(m);
	if (!ring && next)
		r.ring[r.ring_count++] = edge_of(next);
	r.ender = next ? next->process : x.dead;
	r.ender_step = next ? next->wait.step : x.dead_step;
	r.ender_wait = next ? next->wait.kind : WAIT_NONE;
	for (struct task *b = t->judged.behind; b && r.behind_count < WAIT_MAX_EDGES; b = b->judged.behind_next)
		r.behind[r.behind_count++] = edge_of(b);
	struct open_file *f = t->wait.file;
	int64_t fd = t->wait.fd;
	if (t->wait.kind == WAIT_POLL && t->wait.polled_count == 1) {
		f = t->wait.polled[0].file;
		fd = t->wait.polled[0].fd;
	}
	struct change c = {.kind = CHANGE_BLOCKED, .process = t->process, .task = t, .step = t->wait.step, .call = t->wait.call,
			   .fd = fd, .file = f, .channel = f ? f->channel : NULL,
			   .object = f ? f->object : OBJECT_UNKNOWN, .wait = &r,
			   .descriptor = process_descriptor(t->process, fd)};
	if (t->wait.kind == WAIT_SEM)
		c.semset = world_semset_by_id(j->w, t->wait.id);
	if (t->wait.kind == WAIT_MSGRCV || t->wait.kind == WAIT_MSGSND)
		c.queue = world_msgqueue_by_id(j->w, t->wait.id);
	if (t->wait.kind == WAIT_FIFO_OPEN)
		c.channel = state_known_fifo(j->w, slice_of(t->wait.path));
	if (t->wait.kind == WAIT_FIFO_OPEN)
		c.object = OBJECT_FIFO;
	c.lock = f ? f->lock : NULL;
	state_emit(j->w, &c);
}

/* Opens of unknown files are only then waits for a FIFO when they did not return for good. */
static bool worth_telling(struct judging *j, const struct task *t)
{
	if (t->wait.kind == WAIT_CHILD || t->wait.kind == WAIT_NONE || t->wait.kind == WAIT_OTHER)
		return false;
	if (t->wait.kind == WAIT_FIFO_OPEN)
		return t->wait.interrupted || state_known_fifo(j->w, slice_of(t->wait.path));
	return true;
}

static void tell(struct judging *j, struct task *t)
{
	struct task *subject = t->judged.subject ? t->judged.subject : t;
	if (subject->wait.judged)
		return;
	subject->wait.judged = true;
	if (subject->judged.ring || worth_telling(j, subject))
		report(j, subject, subject->judged.ring);
}

void judge_blocked(struct world *w, bool at_end)
{
	struct judging j = {.w = w, .mark = ++w->judgings, .at_end = at_end};
	while (w->blocked) {
		struct task *t = w->blocked;
		wait_unlist(w, t);
		if (!t->wait.judged)
			add_node(&j, t);
	}
	size_t first = j.count;
	if (w->judged_nodes > MAX_JUDGED || !first)
		goto done;
	collect(&j);
	w->judged_nodes += j.count;
	evaluate(&j);
	group(&j);
	for (size_t i = 0; i < first; i++)
		if (is_waiting(j.nodes[i]) || j.nodes[i]->wait.kind == WAIT_ACCEPT)
			tell(&j, j.nodes[i]);
	for (size_t i = 0; i < first; i++)
		j.nodes[i]->wait.judged = true;
done:
	free(j.nodes);
}
