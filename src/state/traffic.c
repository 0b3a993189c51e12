/* Bytes that go over channels, and calls that get nowhere. */
#include <errno.h>

#include "state.h"

/* Calls in a row that count as spinning: far above what retries do; few are enough where a trace shows little else. */
enum { SPIN_TELL = 100, SPIN_FEW_EOF = 4, SPIN_FEW = 6 };

static bool is_channel(const struct open_file *f)
{
	return f->object == OBJECT_PIPE || f->object == OBJECT_FIFO || f->object == OBJECT_SOCKET;
}

static void set_user(struct side *s, struct process *p)
{
	if (s->last_user == p)
		return;
	process_take(p);
	process_drop(s->last_user);
	s->last_user = p;
}

void traffic_sent(struct world *w, struct task *t, struct open_file *f, int64_t bytes)
{
	if (bytes <= 0)
		return;
	f->sent += (uint64_t)bytes;
	if (!is_channel(f) && f->object != OBJECT_EVENTFD)
		return;
	step_set(&f->last_write, state_step(w));
	if (!f->first_write)
		f->first_write = step_take(state_step(w));
	if (!f->channel)
		return;
	t->moved = true;
	struct side *s = &f->channel->side[f->side];
	s->bytes += (uint64_t)bytes;
	step_set(&s->last_io, state_step(w));
	if (!s->first_io)
		s->first_io = step_take(state_step(w));
	set_user(s, t->process);
}

void traffic_received(struct world *w, struct task *t, struct open_file *f, int64_t bytes)
{
	if (bytes < 0)
		return;
	f->received += (uint64_t)bytes;
	if (!is_channel(f) && f->object != OBJECT_EVENTFD)
		return;
	step_set(&f->last_read, state_step(w));
	if (!f->first_read)
		f->first_read = step_take(state_step(w));
	if (!f->channel)
		return;
	t->moved = true;
	struct side *s = &f->channel->side[f->side];
	if (f->object == OBJECT_SOCKET) {
		s->receive_bytes += (uint64_t)bytes;
		step_set(&s->last_receive, state_step(w));
		return;
	}
	s->bytes += (uint64_t)bytes;
	step_set(&s->last_io, state_step(w));
	if (!s->first_io)
		s->first_io = step_take(state_step(w));
	set_user(s, t->process);
}

static void spin_tell(struct world *w, struct task *t)
{
	struct descriptor *d = process_descriptor(t->process, t->spin.fd);
	struct change c = {.kind = CHANGE_SPIN,
		.process = t->process,
		.task = t,
		.step = t->spin.first,
		.call = t->spin.call,
		.error = t->spin.error == SPIN_READY ? 0 : t->spin.error,
		.fd = t->spin.fd,
		.descriptor = d,
		.spin = &t->spin};
	if (d) {
		c.file = d->file;
		c.channel = d->file->channel;
		c.object = d->file->object;
	}
	state_emit(w, &c);
}

/* Enough to tell of: very many, or several of a trace that shows hardly anything else. */
static bool is_spinning(const struct world *w, const struct spin *s)
{
	uint64_t few = s->error ? SPIN_FEW : SPIN_FEW_EOF;
	return s->count >= SPIN_TELL || (s->count >= few && s->count * 2 >= w->order);
}

static void spin_stop(struct world *w, struct task *t)
{
	if (is_spinning(w, &t->spin))
		spin_tell(w, t);
	t->spin.count = 0;
	t->spin.got_through = false;
}

void traffic_spin_end(struct world *w, struct task *t)
{
	if (t->spin.count)
		spin_stop(w, t);
}

/* A call got through: if it is the one that did not, the spinning was worth something. */
static void got_through(struct world *w, struct task *t, const struct event *e)
{
	t->spin.got_through = t->spin.count && t->spin.fd == e->fd;
	traffic_spin_end(w, t);
}

/* Files end where they end; who follows a growing one pauses. */
static bool may_have_writers(const struct open_file *f)
{
	return is_channel(f) || f->object == OBJECT_UNKNOWN || f->object == OBJECT_TERMINAL;
}

void traffic_spin(struct world *w, struct task *t, const struct event *e, int error, struct open_file *f)
{
	struct spin *s = &t->spin;
	if (error == 0 && (!f || !may_have_writers(f)))
		return;
	if (!s->count || s->call != e->call || s->fd != e->fd || s->error != error) {
		spin_stop(w, t);
		s->call = e->call;
		s->fd = e->fd;
		s->error = error;
		step_set(&s->first, state_step(w));
	} else if (s->count == 1) {
		step_set(&s->second, state_step(w));
	}
	s->count++;
	if (is_spinning(w, s))
		step_set(&s->last, state_step(w));
}

static void forget_rest(struct process *p, int64_t fd)
{
	struct descriptor *d = process_descriptor(p, fd);
	if (!d)
		return;
	d->file->watches_room = true;
	d->file->short_by = 0;
	step_set(&d->file->short_step, NULL);
}

/* Who asks when there is room again knows that something is left to write, and where it goes on cannot be seen. */
static void waits_for_room(struct process *p, const struct event *e)
{
	size_t at = 0;
	struct slice note, events;
	int64_t fd;
	if (!p->wrote_short)
		return;
	if (e->kind == EVENT_EPOLL_CTL && slice_find(e->list, SLICE("EPOLLOUT"), 0) != SIZE_MAX)
		forget_rest(p, e->fd2);
	while (e->kind == EVENT_POLL && event_next_polled(e, &at, &fd, &note, &events))
		if (slice_find(events, SLICE("POLLOUT"), 0) != SIZE_MAX || slice_is(events, "out"))
			forget_rest(p, fd);
}

/* A write went on after one that took less than asked: is it with the rest? */
static void check_rest(struct world *w, struct task *t, struct open_file *f, const struct event *e)
{
	bool rest = e->asked >= f->short_by && e->asked != f->short_asked;
	if (!rest)
		traffic_lost_rest(w, f, t->process, state_step(w));
	f->short_by = 0;
	step_set(&f->short_step, NULL);
}

void traffic_lost_rest(struct world *w, struct open_file *f, struct process *p, struct step *late)
{
	struct change c = {.kind = CHANGE_LOST,
		.process = p,
		.step = f->short_step,
		.late = late,
		.call = "write",
		.fd = f->short_fd,
		.file = f,
		.channel = f->channel,
		.object = f->object};
	state_emit(w, &c);
	f->short_by = 0;
}

static void wrote(struct world *w, struct task *t, struct open_file *f, const struct event *e, int64_t bytes)
{
	if (f->short_by > 0 && t->process->pid == f->short_pid)
		check_rest(w, t, f, e);
	traffic_sent(w, t, f, bytes);
	if (is_channel(f) && e->asked > bytes && bytes >= 0 && !f->watches_room) {
		t->process->wrote_short = true;
		f->short_by = e->asked - bytes;
		f->short_asked = e->asked;
		f->short_fd = e->fd;
		f->short_pid = t->process->pid;
		step_set(&f->short_step, state_step(w));
	}
}

/* perror() writes to a copy of standard error. */
static bool is_standard_error(const struct process *p, const struct event *e, const struct descriptor *d)
{
	const struct descriptor *error = e->fd == 2 ? NULL : process_descriptor(p, 2);
	return e->fd == 2 || (error && d && d->file == error->file && d->came == CAME_DUP && e->fd > 2);
}

/* What is written to standard error soon after a failure is taken for a complaint about it; between threads, at once.
 */
static void complained(struct world *w, struct process *p, const struct event *e, const struct descriptor *d)
{
	enum { SOON = 256, AT_ONCE = 24 };
	if (e->error || !p->failure || !is_standard_error(p, e, d))
		return;
	if (w->order - p->failure->order <= (p->failure->pid == e->task ? SOON : AT_ONCE))
		step_set(&p->complaint, p->failure);
}

static void write_done(struct world *w, struct task *t, const struct event *e)
{
	struct descriptor *d = state_descriptor(w, t->process, e->fd, e->note, ACCESS_WRITE);
	complained(w, t->process, e, d);
	if (d)
		wrote(w, t, d->file, e, e->kind == EVENT_SEND && e->size >= 0 ? e->size : e->ret);
	got_through(w, t, e);
}

static void tell_received(
	struct world *w, struct task *t, const struct event *e, struct descriptor *d, enum change_kind kind)
{
	struct change c = {.kind = kind,
		.event = e,
		.process = t->process,
		.task = t,
		.step = state_step(w),
		.call = e->call,
		.fd = e->fd,
		.descriptor = d};
	if (d) {
		c.file = d->file;
		c.channel = d->file->channel;
		c.object = d->file->object;
	}
	state_emit(w, &c);
}

/* Who asks for the rest of what was short before reads by records, or fills a buffer (read(2) may return less at any
 * time). */
static void see_record(struct open_file *f, const struct event *e)
{
	bool rest = f->record.left > 0 && e->asked == f->record.left;
	if (e->ret == 0) {
		f->record.ended = rest && f->record.filled;
		return;
	}
	if (!rest)
		f->record.size = e->asked;
	f->record.left = e->asked - e->ret;
	f->record.filled |= e->ret == e->asked;
}

static void read_done(struct world *w, struct task *t, const struct event *e)
{
	struct descriptor *d = state_descriptor(w, t->process, e->fd, e->note, ACCESS_READ);
	if (d && !e->peek)
		traffic_received(w, t, d->file, e->kind == EVENT_RECV && e->size >= 0 ? e->size : e->ret);
	if (d && !e->peek && e->asked > 0)
		see_record(d->file, e);
	struct taken *taken = &t->process->taken;
	if (taken->step && !taken->read && d && d->file->path && strcmp(d->file->path, taken->path) == 0)
		taken->read = step_take(state_step(w));
	if (e->truncated || e->ctrunc)
		tell_received(w, t, e, d, CHANGE_CUT);
	if (e->ret == 0 && e->asked != 0) {
		if (d && d->file->channel)
			tell_received(w, t, e, d, CHANGE_EOF);
		traffic_spin(w, t, e, 0, d ? d->file : NULL);
	} else {
		got_through(w, t, e);
	}
}

static void transferred(struct world *w, struct task *t, const struct event *e)
{
	struct descriptor *from = state_descriptor(w, t->process, e->fd, e->note, ACCESS_READ);
	struct open_file *in = open_file_take(from ? from->file : NULL); /* the other's note may let it go */
	struct descriptor *to = state_descriptor(w, t->process, e->fd2, e->note2, ACCESS_WRITE);
	if (in && strcmp(e->call, "tee") != 0)
		traffic_received(w, t, in, e->ret);
	if (to)
		traffic_sent(w, t, to->file, e->ret);
	open_file_drop(in);
	traffic_spin_end(w, t);
}

/* What poll reported first, and whether that was a hangup. */
static void spin_about(struct task *t, const struct event *e)
{
	struct spin *s = &t->spin;
	struct slice note, events;
	uint64_t data;
	int64_t fd;
	for (size_t at = 0; e->kind == EVENT_POLL && s->fd < 0 && event_next_polled(e, &at, &fd, &note, &events);) {
		struct slice told = event_polled_result(e, fd);
		s->fd = told.len ? fd : -1;
		s->hangup = arg_has_flag(told, "POLLHUP") && !arg_has_flag(told, "POLLIN");
	}
	const struct descriptor *d = e->kind == EVENT_EPOLL_WAIT ? process_descriptor(t->process, e->fd) : NULL;
	size_t at = 0;
	if (!d || !event_next_ready(e, &at, &data))
		return;
	for (unsigned i = 0; i < d->file->watched_count; i++)
		if (d->file->watched[i].data == data)
			s->fd = d->file->watched[i].fd;
}

/* A poll that returns at once, time after time, with no other call in between: what it reports is never dealt with. */
static void spin_ready(struct world *w, struct task *t, const struct event *e)
{
	enum { SURE = 3 };
	struct spin *s = &t->spin;
	bool next = s->count && s->error == SPIN_READY && s->call == e->call && t->process->calls == s->calls + 1;
	if (s->count && s->error == 0)
		return; /* a run of ends of file, in which poll has its place */
	if (!next) {
		traffic_spin_end(w, t);
		s->call = e->call;
		s->fd = -1;
		s->error = SPIN_READY;
		s->hangup = false;
	}
	s->calls = t->process->calls;
	if (++s->count < SURE)
		return;
	if (s->count == SURE) {
		step_set(&s->first, state_step(w));
		spin_about(t, e);
	}
	if (is_spinning(w, s))
		step_set(&s->last, state_step(w));
}

/* Waiting calls end a run of EAGAINs; a run of ends of file only ends by sleeping, since poll returns at once there. */
static void waited(struct world *w, struct task *t, const struct event *e)
{
	bool zero = e->timeout == TIMEOUT_ZERO;
	struct process *p = t->process;
	if (p->interrupted && e->returned && !e->error && strcmp(p->interrupted_call, e->call) == 0)
		step_set(&p->interrupted, NULL); /* it called again */
	if ((e->kind == EVENT_POLL || e->kind == EVENT_EPOLL_WAIT) && !zero && e->returned && !e->error)
		t->vain_polls = e->ret == 0 ? t->vain_polls + 1 : 0;
	bool ready = (e->kind == EVENT_POLL || e->kind == EVENT_EPOLL_WAIT) && !zero && e->returned && e->ret > 0;
	if (t->spin.count && !zero && (t->spin.error || e->kind == EVENT_SLEEP) &&
		(!ready || t->spin.error != SPIN_READY))
		traffic_spin_end(w, t);
	if (ready)
		spin_ready(w, t, e);
}

void traffic_apply(struct world *w, struct task *t, const struct event *e)
{
	if (e->phase == PHASE_ENTER)
		return;
	bool ok = e->returned && !e->error;
	if (ok && e->ret > 0 && e->kind != EVENT_POLL && e->kind != EVENT_EPOLL_WAIT)
		t->vain_polls = 0;
	waits_for_room(t->process, e);
	switch (e->kind) {
	case EVENT_READ:
	case EVENT_RECV:
		if (ok)
			read_done(w, t, e);
		break;
	case EVENT_WRITE:
	case EVENT_SEND:
		if (ok)
			write_done(w, t, e);
		break;
	case EVENT_TRANSFER:
		if (ok)
			transferred(w, t, e);
		break;
	case EVENT_POLL:
	case EVENT_EPOLL_WAIT:
	case EVENT_SLEEP:
	case EVENT_FUTEX:
	case EVENT_WAIT:
		waited(w, t, e);
		return;
	default:
		return;
	}
	if (e->error == EAGAIN) {
		struct descriptor *d = process_descriptor(t->process, e->fd);
		traffic_spin(w, t, e, EAGAIN, d ? d->file : NULL);
	}
}
