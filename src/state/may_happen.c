/* What can have happened yet: for traces whose processes were written to separate files without time stamps. */
#include "state.h"

static bool may_read(const struct open_file *f, int64_t bytes)
{
	const struct channel *c = f->channel;
	if (!c || (f->object != OBJECT_PIPE && f->object != OBJECT_SOCKET))
		return true;
	int other = f->object == OBJECT_PIPE ? 1 : !f->side;
	const struct side *from = &c->side[other];
	if (!from->known)
		return true;
	uint64_t taken = f->object == OBJECT_PIPE ? c->side[0].bytes : c->side[f->side].receive_bytes;
	if (bytes > 0)
		return from->bytes >= taken + (uint64_t)bytes;
	return !from->files || from->shut; /* end of file: nobody writes any more */
}

static bool may_wait(const struct world *w, const struct event *e)
{
	struct task *child = e->ret > 0 ? map_get(&w->tasks, (uint64_t)(e->ret + 1)) : NULL;
	return !child || !process_alive(child->process);
}

bool world_may_happen(const struct world *w, const struct event *e)
{
	struct task *t = map_get(&w->tasks, (uint64_t)(e->task + 1));
	if (state_from_operator(w, e)) /* it comes to all of them, when they have done what they could */
		return false;
	if (!t || e->phase == PHASE_ENTER || e->error || !e->returned)
		return true;
	const struct descriptor *d = process_descriptor(t->process, e->fd);
	switch (e->kind) {
	case EVENT_READ:
	case EVENT_RECV:
		return !d || may_read(d->file, e->ret);
	case EVENT_WAIT:
		return may_wait(w, e);
	case EVENT_ACCEPT:
		return !d || !d->file->socket || d->file->socket->pending_count > 0;
	default:
		return true;
	}
}
