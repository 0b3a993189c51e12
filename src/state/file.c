/* Open files: what descriptors refer to, shared by dup, fork and SCM_RIGHTS. */
#include <stdlib.h>

#include "state.h"

const char *object_name(enum object o)
{
	static const char *const names[OBJECT_KINDS] = {[OBJECT_UNKNOWN] = "unknown",
		[OBJECT_FILE] = "file",
		[OBJECT_PIPE] = "pipe",
		[OBJECT_FIFO] = "fifo",
		[OBJECT_SOCKET] = "socket",
		[OBJECT_EVENTFD] = "eventfd",
		[OBJECT_EPOLL] = "epoll",
		[OBJECT_TIMERFD] = "timerfd",
		[OBJECT_SIGNALFD] = "signalfd",
		[OBJECT_INOTIFY] = "inotify",
		[OBJECT_MEMFD] = "memfd",
		[OBJECT_SHM] = "shm",
		[OBJECT_MQ] = "mq",
		[OBJECT_PIDFD] = "pidfd",
		[OBJECT_URING] = "uring",
		[OBJECT_TERMINAL] = "terminal",
		[OBJECT_OTHER] = "other"};
	return o < OBJECT_KINDS ? names[o] : "unknown";
}

static const struct note_form {
	struct slice start;
	enum object object;
} note_forms[] = {{{"pipe:[", 6}, OBJECT_PIPE}, {{"socket:[", 8}, OBJECT_SOCKET}, {{"TCP", 3}, OBJECT_SOCKET},
	{{"UDP", 3}, OBJECT_SOCKET}, {{"UNIX", 4}, OBJECT_SOCKET}, {{"NETLINK:[", 9}, OBJECT_SOCKET},
	{{"RAW", 3}, OBJECT_SOCKET}, {{"PING", 4}, OBJECT_SOCKET}, {{"SCTP", 4}, OBJECT_SOCKET},
	{{"DCCP", 4}, OBJECT_SOCKET}, {{"anon_inode:[eventfd]", 20}, OBJECT_EVENTFD},
	{{"{eventfd-", 9}, OBJECT_EVENTFD}, {{"anon_inode:[eventpoll]", 22}, OBJECT_EPOLL},
	{{"anon_inode:[timerfd]", 20}, OBJECT_TIMERFD}, {{"anon_inode:[signalfd]", 21}, OBJECT_SIGNALFD},
	{{"signalfd:", 9}, OBJECT_SIGNALFD}, {{"anon_inode:inotify", 18}, OBJECT_INOTIFY},
	{{"anon_inode:[io_uring]", 21}, OBJECT_URING}, {{"anon_inode:[pidfd]", 18}, OBJECT_PIDFD},
	{{"pid:", 4}, OBJECT_PIDFD}, {{"/memfd:", 7}, OBJECT_MEMFD}, {{"/dev/shm/", 9}, OBJECT_SHM},
	{{"/dev/pts/", 9}, OBJECT_TERMINAL}, {{"/dev/tty", 8}, OBJECT_TERMINAL}, {{"anon_inode:", 11}, OBJECT_OTHER},
	{{"/", 1}, OBJECT_FILE}};

enum object object_from_note(struct slice note)
{
	if (!note.ptr)
		return OBJECT_UNKNOWN;
	if (note.len > 1 && note.ptr[0] == '/' && note.ptr[1] != 'm' && note.ptr[1] != 'd') /* most by far */
		return OBJECT_FILE;
	for (size_t i = 0; i < sizeof note_forms / sizeof *note_forms; i++)
		if (note.len && note.ptr[0] == note_forms[i].start.ptr[0] && slice_starts(note, note_forms[i].start))
			return note_forms[i].object;
	return OBJECT_OTHER;
}

struct open_file *file_new(struct world *w, enum object object, struct process *maker, struct step *made)
{
	struct open_file *f = pool_get(&w->file_pool);
	f->object = object;
	f->maker = process_take(maker);
	f->made = step_take(made);
	f->capacity = f->message_size = -1;
	f->world = w;
	return f;
}

struct open_file *open_file_take(struct open_file *f)
{
	if (f)
		f->refs++;
	return f;
}

static void free_steps(struct open_file *f)
{
	struct step **steps[] = {
		&f->made, &f->first_read, &f->last_read, &f->first_write, &f->last_write, &f->passed, &f->short_step};
	for (size_t i = 0; i < sizeof steps / sizeof *steps; i++)
		step_set(steps[i], NULL);
}

void open_file_drop(struct open_file *f)
{
	if (!f || (f->refs && --f->refs))
		return;
	channel_leave(f->world, f); /* it may never have had a holder, or been lost on its way to one */
	socket_free(f->world, f);
	channel_drop(f->channel);
	segment_drop(f->segment);
	free_steps(f);
	process_drop(f->maker);
	epoll_free(f);
	free(f->path);
	pool_put(&f->world->file_pool, f);
}

void file_set_path(struct open_file *f, struct slice path)
{
	free(f->path);
	f->path = path.len ? memory_copy(slice_take(path, 256)) : NULL;
}

void file_hold(struct open_file *f, struct descriptor *d)
{
	open_file_take(f);
	d->file = f;
	d->prev = NULL;
	d->next = f->holders;
	if (d->next)
		d->next->prev = d;
	f->holders = d;
	f->holder_count++;
}

void file_last_close(struct world *w, struct open_file *f, struct step *step)
{
	if (f->passing) {
		in_flight_orphaned(w);
		return;
	}
	if (f->socket && f->socket->binding) {
		struct binding *b = f->socket->binding;
		step_set(&b->gone, step ? step : w->event ? state_step(w) : NULL);
		b->file = NULL;
		f->socket->binding = NULL;
	}
	lock_file_gone(w, f);
	if (w->event)
		bindings_accepted_closed(w, f);
	channel_leave(w, f);
	if (f->channel && !f->channel->side[f->side].files)
		in_flight_purge(w, f->channel, f->side);
}

void file_release(struct world *w, struct descriptor *d, enum gone_how how, struct step *step)
{
	struct open_file *f = d->file;
	if (f->channel && how != GONE_NEVER)
		channel_note_gone(w, f, d, how, step);
	struct process *owner = d->table->owner;
	if (f->short_by > 0 && owner && owner->pid == f->short_pid && (f->holder_count == 1 || !process_alive(owner)))
		traffic_lost_rest(w, f, owner, NULL);
	if (d->prev)
		d->prev->next = d->next;
	else
		f->holders = d->next;
	if (d->next)
		d->next->prev = d->prev;
	if (--f->holder_count == 0)
		file_last_close(w, f, step);
	open_file_drop(f);
}

/* A number that was open before the trace began, or that a guessed child inherited: made when it is first used. */
static struct open_file *unknown_file(struct world *w, struct slice note, enum event_access use)
{
	enum object object = object_from_note(note);
	struct open_file *f = file_new(w, object, NULL, NULL);
	f->access = use;
	if (object == OBJECT_PIPE) {
		if (use == ACCESS_READ || use == ACCESS_WRITE)
			channel_join(state_pipe_by_note(w, note), use == ACCESS_WRITE, f);
	} else if (object == OBJECT_SOCKET) {
		socket_of(w, f);
	} else if (object == OBJECT_FILE || object == OBJECT_SHM || object == OBJECT_MEMFD) {
		file_set_path(f, note);
	}
	return f;
}

/* A child whose fork was not seen may use what its parent has closed since. */
static struct open_file *from_parents_past(struct world *w, struct process *p, int64_t fd, enum event_access use)
{
	struct closed *c = p->guessed && p->parent ? table_get_closed(p->parent->table, fd) : NULL;
	if (!c || !c->channel || c->channel->kind > CHANNEL_FIFO || use == ACCESS_UNKNOWN)
		return NULL;
	struct open_file *f = file_new(w, OBJECT_PIPE, NULL, c->made);
	f->access = use;
	channel_join(c->channel, use == ACCESS_WRITE, f);
	return f;
}

/* Of a file whose open was not seen all that is known is an earlier note (a guessed parent's, perhaps). Deleted files
 * get a suffix. */
static bool is_other_path(const struct open_file *f, struct slice note)
{
	return !f->made && f->path && !slice_starts(note, slice_of(f->path)) && !slice_starts(slice_of(f->path), note);
}

/* Is what the number refers to plainly something else than what the model has? */
static bool contradicts(const struct open_file *f, struct slice note)
{
	if (!note.ptr || f->object == OBJECT_UNKNOWN || f->object == OBJECT_FIFO)
		return false;
	enum object o = object_from_note(note);
	if (o == OBJECT_FILE && f->object == OBJECT_FILE)
		return is_other_path(f, note);
	return o != f->object && (o == OBJECT_PIPE || o == OBJECT_SOCKET);
}

bool file_note_is_news(const struct open_file *f, struct slice note)
{
	if (!note.ptr)
		return false;
	return contradicts(f, note) || (f->object == OBJECT_PIPE && !f->channel) ||
		(f->object == OBJECT_SOCKET && (!f->socket || !f->socket->label));
}

/* The descriptor that a successful call used; `use` tells which end of a pipe it must be. */
struct descriptor *state_descriptor(
	struct world *w, struct process *p, int64_t fd, struct slice note, enum event_access use)
{
	struct descriptor *d = process_descriptor(p, fd);
	if (!p->table || fd < 0)
		return NULL;
	if (!d || contradicts(d->file, note)) {
		struct open_file *f = from_parents_past(w, p, fd, use);
		d = table_put(w, p->table, fd, f ? f : unknown_file(w, note, use), CAME_BEFORE, NULL);
		if (!d)
			return NULL;
	}
	if (d->file->object == OBJECT_PIPE && !d->file->channel && note.ptr &&
		(use == ACCESS_READ || use == ACCESS_WRITE))
		channel_join(state_pipe_by_note(w, note), use == ACCESS_WRITE, d->file);
	if (d->file->object == OBJECT_SOCKET && note.ptr)
		socket_note(w, d->file, note);
	return d;
}
