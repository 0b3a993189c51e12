/* What a process does after a failure: what it writes (it may complain), and whether it works on. Only for processes
 * that a finding is about. */
#include "state.h"

void process_watch(struct process *p)
{
	p->watched = true;
}

/* Bytes over a channel that nobody else has an end of: a run-time wakes its own threads. */
bool witness_is_own_affair(const struct open_file *f, const struct process *p)
{
	if (f->object == OBJECT_EVENTFD)
		return true;
	if (!f->channel)
		return false;
	for (int side = 0; side < 2; side++)
		for (const struct open_file *o = f->channel->side[side].files; o; o = o->side_next)
			for (const struct descriptor *d = o->holders; d; d = d->next)
				if (d->table->owner != p)
					return false;
	return f->channel->side[0].known && f->channel->side[1].known;
}

static bool moves_data(const struct process *p, const struct event *e)
{
	const struct descriptor *d = process_descriptor(p, e->fd);
	if (e->ret <= 0)
		return false;
	return d && e->fd > 2 && (d->file->channel || d->file->object == OBJECT_SOCKET) &&
		!witness_is_own_affair(d->file, p);
}

/* A child made or waited for, or input read. */
static bool is_service(const struct event *e)
{
	return (e->kind == EVENT_FORK && !e->thread) || (e->kind == EVENT_WAIT && e->ret > 0) ||
		(e->kind == EVENT_READ && e->fd == 0 && e->ret > 0);
}

/* Does the call use or make an IPC object? */
static bool is_use(const struct process *p, const struct event *e)
{
	switch (e->kind) {
	case EVENT_READ:
	case EVENT_RECV:
		return moves_data(p, e);
	case EVENT_CONNECT:
		return e->address.family != FAMILY_NONE;
	case EVENT_ACCEPT:
	case EVENT_LISTEN:
	case EVENT_PIPE:
	case EVENT_SOCKETPAIR:
	case EVENT_SHMAT:
	case EVENT_SHMGET:
	case EVENT_SEMGET:
	case EVENT_SEMOP:
	case EVENT_MSGGET:
	case EVENT_MSGSND:
	case EVENT_MSGRCV:
	case EVENT_MQ_SEND:
	case EVENT_MQ_RECEIVE:
		return true;
	default:
		return false;
	}
}

static bool is_null_device(const struct event *e, const struct descriptor *d)
{
	return (d && d->file->path && slice_is(SLICE("/dev/null"), d->file->path)) ||
		slice_find(e->note, SLICE("/dev/null"), 0) != SIZE_MAX;
}

static void tell_written(struct world *w, struct task *t, const struct event *e)
{
	struct descriptor *d = process_descriptor(t->process, e->fd);
	if (is_null_device(e, d))
		return;
	struct change c = {.kind = CHANGE_WROTE,
		.event = e,
		.process = t->process,
		.task = t,
		.step = state_step(w),
		.call = e->call,
		.fd = e->fd,
		.descriptor = d,
		.file = d ? d->file : NULL,
		.channel = d ? d->file->channel : NULL,
		.object = d ? d->file->object : OBJECT_UNKNOWN};
	if (c.file && c.fd > 2 && (c.channel || c.object == OBJECT_EVENTFD) &&
		witness_is_own_affair(c.file, t->process))
		return;
	state_emit(w, &c);
}

void witness_apply(struct world *w, struct task *t, const struct event *e)
{
	if (e->phase == PHASE_ENTER || e->error || !e->returned)
		return;
	if (e->kind == EVENT_WRITE || e->kind == EVENT_SEND)
		tell_written(w, t, e);
	else if (is_use(t->process, e))
		t->process->used = w->order;
	else if (is_service(e))
		t->process->served = w->order;
}
