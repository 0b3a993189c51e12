/* System V message queues: what waits in them, as far as seen. */
#include <stdlib.h>

#include "state.h"

struct msgqueue *world_msgqueues(const struct world *w)
{
	return w->queues;
}

struct msgqueue *world_msgqueue_by_id(const struct world *w, int64_t id)
{
	return registry_by_id(&w->queue_numbers, id);
}

struct msgqueue *world_msgqueue_by_key(const struct world *w, int64_t key)
{
	return registry_by_key(&w->queue_numbers, key);
}

void msgqueue_free(struct msgqueue *q)
{
	for (unsigned i = 0; i < q->waiting_kept; i++)
		step_drop(q->waiting[i].step);
	struct step **steps[] = {
		&q->made, &q->removed, &q->first_send, &q->last_send, &q->first_receive, &q->last_receive};
	for (size_t i = 0; i < sizeof steps / sizeof *steps; i++)
		step_set(steps[i], NULL);
	process_drop(q->creator);
	process_drop(q->remover);
	process_drop(q->last_user);
	free(q);
}

static struct msgqueue *add(struct world *w, int64_t id)
{
	if (w->object_count >= MAX_OBJECTS)
		return NULL;
	struct msgqueue *q = memory_alloc(sizeof *q);
	q->id = id;
	q->key = q->mode = -1;
	q->next = w->queues;
	w->queues = q;
	w->object_count++;
	registry_add(&w->queue_numbers, id, -1, q);
	return q;
}

static void got(struct world *w, struct task *t, const struct event *e)
{
	struct msgqueue *q = world_msgqueue_by_id(w, e->ret);
	if ((q && !q->removed && (q->key == e->key || q->key < 0)) || !(q = add(w, e->ret)))
		return;
	q->key = e->key;
	registry_add(&w->queue_numbers, q->id, q->key, q);
	q->mode = e->mode;
	q->created = e->creat || e->key == 0;
	q->creator = process_take(t->process);
	q->made = step_take(state_step(w));
}

/* What a receive took: the message of the type that is printed with it, else the first one that it would take. */
static bool is_taken(const struct message *m, const struct event *e)
{
	if (e->value != INT64_MIN && e->value != -1)
		return m->type == e->value;
	return e->mtype <= 0 || m->type == e->mtype;
}

static bool forget_message(struct msgqueue *q, const struct event *e)
{
	for (unsigned i = 0; i < q->waiting_kept; i++) {
		if (!is_taken(&q->waiting[i], e))
			continue;
		step_drop(q->waiting[i].step);
		memmove(&q->waiting[i], &q->waiting[i + 1], (--q->waiting_kept - i) * sizeof q->waiting[0]);
		return true;
	}
	return false;
}

/* A receive that waits for its message begins before the send, and is applied before it where it is printed as one line
 * (strace -ff). */
static bool is_early(struct world *w, struct msgqueue *q, const struct event *e)
{
	if (q->messages > q->waiting_kept || !q->created || q->early_count >= QUEUE_TYPES || e->value == INT64_MIN ||
		e->value == -1)
		return false;
	q->early[q->early_count++] = (struct early){e->value, w->order};
	return true;
}

static bool was_early(const struct world *w, struct msgqueue *q, const struct event *e)
{
	enum { SOON = 64 };
	for (unsigned i = q->early_count; i-- > 0;) {
		bool old = w->order - q->early[i].order > SOON, same = q->early[i].type == e->mtype;
		if (old || same)
			memmove(&q->early[i], &q->early[i + 1], (--q->early_count - i) * sizeof q->early[0]);
		if (same && !old)
			return true;
	}
	return false;
}

static void set_user(struct msgqueue *q, struct process *p)
{
	process_take(p);
	process_drop(q->last_user);
	q->last_user = p;
}

static void sent(struct world *w, struct task *t, const struct event *e)
{
	struct msgqueue *q = world_msgqueue_by_id(w, e->id);
	if (!q && !(q = add(w, e->id)))
		return;
	set_user(q, t->process);
	q->sent++;
	step_set(&q->last_send, state_step(w));
	if (!q->first_send)
		q->first_send = step_take(state_step(w));
	if (was_early(w, q, e))
		return;
	q->messages++;
	q->bytes += e->size > 0 ? e->size : 0;
	if (q->waiting_kept < QUEUE_TYPES)
		q->waiting[q->waiting_kept++] = (struct message){e->mtype, e->size, step_take(state_step(w))};
}

static void received(struct world *w, struct task *t, const struct event *e)
{
	struct msgqueue *q = world_msgqueue_by_id(w, e->id);
	if (!q && !(q = add(w, e->id)))
		return;
	set_user(q, t->process);
	q->received++;
	if (forget_message(q, e) || !is_early(w, q, e)) {
		q->messages -= q->messages > 0;
		q->bytes = q->bytes > e->ret ? q->bytes - e->ret : 0;
	}
	step_set(&q->last_receive, state_step(w));
	if (!q->first_receive)
		q->first_receive = step_take(state_step(w));
}

static void controlled(struct world *w, struct task *t, const struct event *e)
{
	struct msgqueue *q = world_msgqueue_by_id(w, e->id);
	if (!q || !slice_is(e->op, "IPC_RMID") || q->removed)
		return;
	step_set(&q->removed, state_step(w));
	q->remover = process_take(t->process);
}

/* POSIX queues are counted at the open file, which a fork shares. */
static void mq_transferred(struct world *w, struct task *t, const struct event *e)
{
	struct descriptor *d = process_descriptor(t->process, e->fd);
	struct open_file *f = d ? d->file : NULL;
	bool sends = e->kind == EVENT_MQ_SEND;
	if (!f)
		return;
	struct step **first = sends ? &f->first_write : &f->first_read;
	f->queued += sends ? 1 : f->queued > 0 ? -1 : 0;
	step_set(sends ? &f->last_write : &f->last_read, state_step(w));
	if (!*first)
		*first = step_take(state_step(w));
}

void msgqueue_apply(struct world *w, struct task *t, const struct event *e)
{
	if (e->phase == PHASE_ENTER || e->error || !e->returned)
		return;
	if (e->kind == EVENT_MSGGET)
		got(w, t, e);
	else if (e->kind == EVENT_MSGSND)
		sent(w, t, e);
	else if (e->kind == EVENT_MSGRCV)
		received(w, t, e);
	else if (e->kind == EVENT_MSGCTL)
		controlled(w, t, e);
	else if (e->kind == EVENT_MQ_SEND || e->kind == EVENT_MQ_RECEIVE)
		mq_transferred(w, t, e);
}
