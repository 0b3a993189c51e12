/* Judging blocked calls: follows from each waiter to those who could end its wait, and from them on.
 *
 * Each task gets a value: the best that can be hoped for. A wait that several could end is as good as the best of them.
 * Values only rise while they are computed, so that rings settle at STUCK: nobody in them can end anything. */
#include <stdlib.h>

#include "deadlock.h"

struct judging {
	struct world *w;
	struct task **nodes;
	size_t count, cap;
	uint64_t mark;
	bool at_end;
};

/* Tasks whose value does not come from others. */
static bool own_value(const struct world *w, const struct task *t, int *value)
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
	case WAIT_FIFO_OPEN: /* opens of other files only take their time */
		*value = BUSY;
		return !state_known_fifo(w, slice_of(t->wait.path)) && !t->wait.interrupted;
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
		if (own_value(j->w, j->nodes[i], &value))
			continue;
		wait_feeders_find(j->w, j->nodes[i], &x);
		for (unsigned k = 0; k < x.count; k++)
			add_node(j, x.task[k]);
	}
}

static bool raise(struct judging *j, struct task *t)
{
	struct enders x;
	int value, best;
	struct task *next = NULL;
	if (own_value(j->w, t, &value)) {
		best = value;
	} else {
		wait_feeders_find(j->w, t, &x);
		best = (int)x.floor;
		for (unsigned k = 0; k < x.count; k++) {
			if (x.task[k]->judged.value > best ||
				(!next && x.task[k]->judged.value == best && best > (int)x.floor)) {
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

static bool is_waiting(const struct world *w, const struct task *t)
{
	int value;
	return !own_value(w, t, &value);
}

static struct wait_edge edge_of(struct task *t)
{
	return (struct wait_edge){.task = t,
		.process = t->process,
		.step = t->wait.step,
		.kind = t->wait.kind,
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

/* The waiter at the end of the chain, whose ender waits for nothing itself, or the chosen one of a ring. Every task is
 * walked over twice in all: once on the way to its subject, once to write it down. */
static void find_subject(const struct world *w, struct task *from)
{
	struct task *t = from;
	while (!t->judged.subject) {
		t->judged.visiting = true;
		struct task *next = t->judged.next;
		if (!next || !is_waiting(w, next))
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
		if (is_waiting(j->w, j->nodes[i]))
			find_subject(j->w, j->nodes[i]);
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
	struct wait_report r = {.wait = &t->wait,
		.task = t,
		.at_end = j->at_end && !t->wait.interrupted,
		.attached = t->process->attached};
	wait_feeders_find(j->w, t, &x);
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
	const struct polled *only = t->wait.kind == WAIT_POLL
		? wait_polled_about(t, next ? next->process : NULL, r.verdict == VERDICT_NOBODY)
		: NULL;
	if (only) {
		f = only->file;
		fd = only->fd;
	}
	struct change c = {.kind = CHANGE_BLOCKED,
		.process = t->process,
		.task = t,
		.step = t->wait.step,
		.call = t->wait.call,
		.fd = fd,
		.file = f,
		.channel = f ? f->channel : NULL,
		.object = f ? f->object : OBJECT_UNKNOWN,
		.wait = &r,
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

static bool ring_has(const struct task *in, const struct process *p)
{
	const struct task *t = in;
	do {
		if (t->process == p)
			return true;
		t = t->judged.next;
	} while (t != in);
	return false;
}

/* Judges the first `first` nodes; the others are added as they are met. */
static void judge(struct judging *j)
{
	size_t first = j->count;
	if (j->w->judged_nodes > MAX_JUDGED || !first)
		return;
	collect(j);
	j->w->judged_nodes += j->count;
	evaluate(j);
	group(j);
	for (size_t i = 0; i < first; i++)
		if (is_waiting(j->w, j->nodes[i]) || j->nodes[i]->wait.kind == WAIT_ACCEPT)
			tell(j, j->nodes[i]);
	for (size_t i = 0; i < first; i++)
		j->nodes[i]->wait.judged = true;
}

/* Nobody could have ended this wait, and least of all who ends the process now. */
static bool hangs_without(struct judging *j, const struct task *t, const struct process *sender)
{
	struct enders x;
	/* whoever idles waits for something to come: nobody idles in a write */
	if ((t->judged.value != STUCK && t->wait.kind != WAIT_WRITE) || !t->wait.forever)
		return false;
	wait_feeders_find(j->w, t, &x);
	for (unsigned i = 0; i < x.count; i++)
		if (x.task[i]->process == sender)
			return false;
	return true;
}

/* A process of the trace sends `victim` a signal that ends programs. It may be an orderly end, so that only rings count
 * which the sender is not part of: `timeout` stops programs that hang. */
void deadlock_killed(struct world *w, struct process *victim, const struct process *sender)
{
	struct judging j = {.w = w, .mark = ++w->judgings};
	for (struct task *t = victim->tasks; t; t = t->next_in_process)
		if (t->listed && !t->wait.judged)
			add_node(&j, t);
	size_t first = j.count;
	if (first && w->judged_nodes <= MAX_JUDGED) {
		collect(&j);
		w->judged_nodes += j.count;
		evaluate(&j);
		group(&j);
	}
	for (size_t i = 0; i < first; i++) {
		struct task *subject = j.nodes[i]->judged.subject;
		if (subject && (subject->judged.ring ? !ring_has(subject, sender) : hangs_without(&j, subject, sender)))
			tell(&j, subject);
	}
	free(j.nodes);
}

void deadlock_blocked(struct world *w, bool at_end)
{
	struct judging j = {.w = w, .mark = ++w->judgings, .at_end = at_end};
	world_catch_up(w);
	while (w->blocked) {
		struct task *t = w->blocked;
		wait_unlist(w, t);
		if (!t->wait.judged)
			add_node(&j, t);
	}
	judge(&j);
	free(j.nodes);
}

/* Those that have waited for as long as the stall threshold by `now`. They are listed newest first. */
void deadlock_stalled(struct world *w, double now)
{
	struct judging j = {.w = w, .mark = ++w->judgings};
	struct task *t;
	while ((t = w->longest_blocked) && now - step_seconds(t->wait.step) >= w->options.stall) {
		wait_unlist(w, t);
		if (!t->wait.judged && step_seconds(t->wait.step) >= 0)
			add_node(&j, t);
	}
	judge(&j);
	free(j.nodes);
}
