/* What epoll instances look at: epoll_ctl(2), epoll(7). */
#include <stdlib.h>

#include "state.h"

static struct watched *find(const struct open_file *epoll, int64_t fd)
{
	for (unsigned i = 0; i < epoll->watched_count; i++)
		if (epoll->watched[i].fd == fd)
			return &epoll->watched[i];
	return NULL;
}

static struct watched *add(struct open_file *epoll, int64_t fd)
{
	if (epoll->watched_count >= WAIT_MAX_FILES)
		return NULL;
	if (!epoll->watched)
		epoll->watched = memory_alloc(WAIT_MAX_FILES * sizeof *epoll->watched);
	struct watched *x = &epoll->watched[epoll->watched_count++];
	*x = (struct watched){.fd = fd};
	return x;
}

static void forget(struct watched *x)
{
	step_set(&x->step, NULL);
	step_set(&x->told, NULL);
}

static void unwatch(struct open_file *epoll, int64_t fd)
{
	struct watched *x = find(epoll, fd);
	if (!x)
		return;
	forget(x);
	*x = epoll->watched[--epoll->watched_count];
}

static void watch(struct world *w, struct open_file *epoll, const struct event *e)
{
	struct watched *x = find(epoll, e->fd2);
	if (!x && !(x = add(epoll, e->fd2)))
		return;
	x->data = e->addr;
	x->in = arg_has_flag(e->list, "EPOLLIN");
	x->out = arg_has_flag(e->list, "EPOLLOUT");
	x->edge = arg_has_flag(e->list, "EPOLLET");
	x->once = arg_has_flag(e->list, "EPOLLONESHOT");
	x->armed = true;
	epoll->watches_once |= x->once;
	step_set(&x->told, NULL);
	step_set(&x->step, x->edge || x->once ? state_step(w) : NULL);
}

void epoll_changed(struct world *w, struct task *t, const struct event *e)
{
	struct descriptor *d = state_descriptor(w, t->process, e->fd, e->note, ACCESS_UNKNOWN);
	if (!d)
		return;
	d->file->object = OBJECT_EPOLL;
	if (slice_is(e->op, "EPOLL_CTL_DEL"))
		unwatch(d->file, e->fd2);
	else
		watch(w, d->file, e);
}

static void disarm(struct world *w, struct open_file *epoll, uint64_t data)
{
	for (unsigned i = 0; i < epoll->watched_count; i++) {
		struct watched *x = &epoll->watched[i];
		if (!x->once || x->data != data)
			continue;
		x->armed = false;
		step_set(&x->told, state_step(w));
	}
}

/* Those with EPOLLONESHOT are disabled by being reported. */
void epoll_reported(struct world *w, struct task *t, const struct event *e)
{
	struct descriptor *d = e->ret > 0 ? process_descriptor(t->process, e->fd) : NULL;
	uint64_t data;
	if (!d || !d->file->watches_once)
		return;
	for (size_t at = 0; event_next_ready(e, &at, &data);)
		disarm(w, d->file, data);
}

void epoll_free(struct open_file *epoll)
{
	for (unsigned i = 0; i < epoll->watched_count; i++)
		forget(&epoll->watched[i]);
	free(epoll->watched);
}
