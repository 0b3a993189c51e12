/* Events that make, copy, close and watch descriptors. */
#include <stdlib.h>

#include "state.h"

static bool succeeded(const struct event *e)
{
	return e->phase != PHASE_ENTER && e->returned && !e->error;
}

static enum object object_from_path(struct world *w, struct slice path)
{
	w->scratch.len = 0;
	buffer_add(&w->scratch, slice_take(path, 256));
	if (slice_starts(path, SLICE("/dev/shm/")))
		return OBJECT_SHM;
	if (slice_starts(path, SLICE("/dev/pts/")) || slice_starts(path, SLICE("/dev/tty")) ||
		slice_is(path, "/dev/ptmx"))
		return OBJECT_TERMINAL;
	if (w->pipes.count && map_get(&w->pipes, hash_bytes(buffer_slice(&w->scratch)) | 1))
		return OBJECT_FIFO;
	return OBJECT_FILE;
}

static void opened(struct world *w, struct task *t, const struct event *e)
{
	struct process *p = t->process;
	struct step *step = state_step(w);
	struct open_file *f = file_new(w, object_from_path(w, e->path), p, step);
	f->access = e->access;
	f->nonblock = e->nonblock;
	file_set_path(f, e->path);
	open_file_take(f);
	struct descriptor *d = table_put(w, p->table, e->ret, f, CAME_MADE, step);
	if (d)
		d->cloexec = e->cloexec;
	if (d && f->object == OBJECT_FIFO)
		channel_join(state_fifo(w, f->path), e->access == ACCESS_WRITE, f);
	if (d && f->object == OBJECT_SHM)
		f->segment = segment_take(segment_for_file(w, p, f, e));
	open_file_drop(f);
}

static const struct made_kind {
	const char *name;
	enum object object;
} made_kinds[] = {{"eventfd", OBJECT_EVENTFD}, {"epoll", OBJECT_EPOLL}, {"timerfd", OBJECT_TIMERFD},
	{"signalfd", OBJECT_SIGNALFD}, {"inotify", OBJECT_INOTIFY}, {"memfd", OBJECT_MEMFD}, {"pidfd", OBJECT_PIDFD},
	{"uring", OBJECT_URING}, {"mq", OBJECT_MQ}};

static enum object object_from_make(const char *makes)
{
	for (size_t i = 0; makes && i < sizeof made_kinds / sizeof *made_kinds; i++)
		if (strcmp(makes, made_kinds[i].name) == 0)
			return made_kinds[i].object;
	return OBJECT_OTHER;
}

static void made(struct world *w, struct task *t, const struct event *e)
{
	struct process *p = t->process;
	struct step *step = state_step(w);
	struct open_file *f = file_new(w, object_from_make(e->makes), p, step);
	f->access = ACCESS_BOTH;
	f->nonblock = e->nonblock;
	f->capacity = e->value;
	f->message_size = e->size;
	file_set_path(f, e->path);
	open_file_take(f);
	struct descriptor *d = table_put(w, p->table, e->ret, f, CAME_MADE, step);
	if (d)
		d->cloexec = e->cloexec;
	if (d && f->object == OBJECT_MEMFD)
		f->segment = segment_take(segment_for_file(w, p, f, e));
	open_file_drop(f);
}

static void closed(struct world *w, struct task *t, const struct event *e)
{
	if (state_descriptor(w, t->process, e->fd, (struct slice){0}, ACCESS_UNKNOWN))
		table_close(w, t->process, e->fd, GONE_CLOSED, state_step(w));
}

static void duplicated(struct world *w, struct task *t, const struct event *e)
{
	struct descriptor *from = state_descriptor(w, t->process, e->fd, e->note, ACCESS_UNKNOWN);
	if (!from || e->ret == e->fd || e->ret < 0)
		return;
	struct open_file *f = open_file_take(from->file);
	struct descriptor *d = table_put(w, t->process->table, e->ret, f, CAME_DUP, state_step(w));
	if (d)
		d->cloexec = e->cloexec;
	open_file_drop(f);
}

static void flags_set(struct world *w, struct task *t, const struct event *e)
{
	struct descriptor *d = state_descriptor(w, t->process, e->fd, e->note, ACCESS_UNKNOWN);
	if (!d)
		return;
	if (e->kind == EVENT_SETFD || e->kind == EVENT_GETFD)
		d->cloexec = e->cloexec;
	else
		d->file->nonblock = e->nonblock;
}

static const struct stat_kind {
	const char *type;
	enum object object;
} stat_kinds[] = {
	{"S_IFIFO", OBJECT_PIPE}, {"S_IFSOCK", OBJECT_SOCKET}, {"S_IFCHR", OBJECT_TERMINAL}, {"S_IFREG", OBJECT_FILE}};

/* fstat tells what an inherited number is; stat of a path tells that it is a FIFO. */
static void looked_at(struct world *w, struct task *t, const struct event *e)
{
	if (e->fd < 0) {
		if (slice_is(e->op, "S_IFIFO") && e->path.len) {
			w->scratch.len = 0;
			buffer_add(&w->scratch, slice_take(e->path, 256));
			state_fifo(w, w->scratch.ptr);
		}
		return;
	}
	struct descriptor *d = state_descriptor(w, t->process, e->fd, e->note, ACCESS_UNKNOWN);
	if (d && slice_is(e->op, "S_IFIFO") && d->file->object == OBJECT_FILE && d->file->path) {
		d->file->object = OBJECT_FIFO;
		channel_join(state_fifo(w, d->file->path), d->file->access == ACCESS_WRITE, d->file);
	}
	if (!d || d->file->object != OBJECT_UNKNOWN)
		return;
	for (size_t i = 0; i < sizeof stat_kinds / sizeof *stat_kinds; i++)
		if (slice_is(e->op, stat_kinds[i].type))
			d->file->object = stat_kinds[i].object;
}

static void fifo_made(struct world *w, const struct event *e)
{
	if (!e->fifo || !e->path.len)
		return;
	w->scratch.len = 0;
	buffer_add(&w->scratch, slice_take(e->path, 256));
	char *path = memory_copy(buffer_slice(&w->scratch));
	struct channel *c = state_fifo(w, path);
	if (c)
		step_set(&c->made, state_step(w));
	free(path);
}

void fd_apply(struct world *w, struct task *t, const struct event *e)
{
	if (!succeeded(e))
		return;
	switch (e->kind) {
	case EVENT_OPEN:
		opened(w, t, e);
		break;
	case EVENT_MAKE:
		made(w, t, e);
		break;
	case EVENT_CLOSE:
		closed(w, t, e);
		break;
	case EVENT_CLOSE_RANGE:
		table_close_range(w, t->process, e->fd, e->fd2, e->cloexec);
		break;
	case EVENT_DUP:
		duplicated(w, t, e);
		break;
	case EVENT_SETFL:
	case EVENT_GETFL:
	case EVENT_GETFD:
	case EVENT_SETFD:
		flags_set(w, t, e);
		break;
	case EVENT_EPOLL_CTL:
		epoll_changed(w, t, e);
		break;
	case EVENT_EPOLL_WAIT:
		epoll_reported(w, t, e);
		break;
	case EVENT_STAT:
		looked_at(w, t, e);
		break;
	case EVENT_MKNOD:
		fifo_made(w, e);
		break;
	default:
		break;
	}
}
