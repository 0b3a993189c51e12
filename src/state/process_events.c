/* What processes do and what is done to them: execve, signals, limits, exits. */
#include <errno.h>
#include <stdlib.h>

#include <ipcdiag/text.h>

#include "state.h"

/* O_EXCL found the file there. */
static void note_taken(struct world *w, struct process *p, const struct event *e)
{
	if (e->kind != EVENT_OPEN || e->error != EEXIST || !e->excl || !e->path.len)
		return;
	process_forget_taken(p);
	p->taken.path = memory_copy(slice_take(e->path, 256));
	p->taken.step = step_take(state_step(w));
}

static void note_asked(struct world *w, struct process *p, const struct event *e)
{
	if (!p->taken.step || !slice_is(e->signal, "0"))
		return;
	step_set(&p->taken.asked, state_step(w));
	p->taken.pid = e->target;
	p->taken.alive = e->error != ESRCH;
}

static struct disposition *find_disposition(const struct process *p, const char *interned)
{
	struct disposition *d = p->dispositions;
	while (d && d->signal != interned)
		d = d->next;
	return d;
}

const struct disposition *process_disposition(const struct process *p, const char *signal)
{
	return p && p->dispositions ? find_disposition(p, intern(slice_of(signal))) : NULL;
}

/* The last component of a path as strace prints it: with -xx all of it is escaped, the slashes too. */
static const char *base_name(struct slice path)
{
	struct buffer plain = {0}, shown = {0};
	text_add_unescaped(&plain, path);
	struct slice name = buffer_slice(&plain);
	size_t i = name.len;
	while (i > 0 && name.ptr[i - 1] != '/')
		i--;
	text_add_visible(&shown, slice_skip(name, i));
	const char *result = intern(buffer_slice(&shown));
	buffer_release(&plain);
	buffer_release(&shown);
	return result;
}

/* execve by another thread than the leader goes on under the leader's number (PTRACE_EVENT_EXEC in ptrace(2)). */
static void drop_other_tasks(struct world *w, struct task *t)
{
	struct process *p = t->process;
	for (struct task *o = p->tasks, *next; o; o = next) {
		next = o->next_in_process;
		if (o != t)
			task_free(w, o);
	}
}

/* Programs set all signals to their default one by one; where they did so, nobody asks. */
static void set_handler(struct world *w, struct disposition *d, enum handler handler)
{
	d->handler = handler;
	step_set(&d->step, handler == HANDLER_DEFAULT ? NULL : state_step(w));
}

static void exec_succeeded(struct world *w, struct task *t, const struct event *e)
{
	struct process *p = t->process;
	struct step *step = state_step(w);
	drop_other_tasks(w, t);
	if (e->path.len)
		p->name = base_name(e->path);
	step_set(&p->exec, step);
	step_set(&p->exec_failed, NULL);
	p->watched = false; /* facts of one program image end here */
	step_set(&p->failure, NULL);
	if (!p->parent && !p->born)
		p->from_start = true;
	p->family = ++w->family;
	segment_detach_all(w, p, step);
	table_exec(w, p, step);
	for (struct disposition *d = p->dispositions; d; d = d->next)
		if (d->handler == HANDLER_FUNCTION)
			set_handler(w, d, HANDLER_DEFAULT);
	if (w->last)
		step->name = p->name;
}

static void set_disposition(struct world *w, struct process *p, const struct event *e)
{
	if (!e->op.ptr || !e->signal.len)
		return;
	const char *signal = intern(e->signal);
	struct disposition *d = find_disposition(p, signal);
	if (!d) {
		d = memory_alloc(sizeof *d);
		d->signal = signal;
		d->next = p->dispositions;
		p->dispositions = d;
	}
	d->restart = e->restart;
	set_handler(w, d,
		slice_is(e->op, "SIG_IGN")           ? HANDLER_IGNORE
			: slice_is(e->op, "SIG_DFL") ? HANDLER_DEFAULT
						     : HANDLER_FUNCTION);
}

static void set_limit(struct world *w, struct process *p, const struct event *e)
{
	struct process *q = e->target > 0 ? state_find_process(w, e->target) : p;
	struct limit *l = !q                         ? NULL
		: slice_is(e->op, "RLIMIT_NOFILE")   ? &q->nofile
		: slice_is(e->op, "RLIMIT_AS")       ? &q->address_space
		: slice_is(e->op, "RLIMIT_MSGQUEUE") ? &q->msgqueue
						     : NULL;
	int64_t soft = e->size >= 0 ? e->size : e->old;
	if (!l || soft < 0 || (e->size < 0 && l->soft == soft))
		return;
	l->soft = soft;
	step_set(&l->step, state_step(w));
}

static bool from_outside(const struct world *w, const struct event *e)
{
	return e->sender <= 0 || !map_get(&w->tasks, (uint64_t)(e->sender + 1));
}

/* A child that strace does not follow is only seen to end by SIGCHLD, or when it is waited for. Its status is -1 when
 * that is not printed. */
static void unseen_end(struct world *w, struct process *child, int status, struct slice signal)
{
	if (!child || child->end != END_ALIVE || child->calls)
		return;
	child->status = status;
	if (signal.len)
		child->signal = intern(signal);
	step_set(&child->end_step, state_step(w));
	process_end(w, child, signal.len ? END_KILLED : END_EXITED);
}

static void reaped(struct world *w, const struct event *e)
{
	struct process *child = e->error || !e->returned || e->ret <= 0 ? NULL : state_find_process(w, e->ret);
	if (slice_in_words(e->op, "WIFSTOPPED WIFCONTINUED"))
		return;
	bool killed = slice_is(e->op, "WIFSIGNALED");
	unseen_end(w, child, slice_is(e->op, "WIFEXITED") ? (int)e->value : -1, killed ? e->signal : (struct slice){0});
}

static void child_ended(struct world *w, const struct event *e)
{
	if (slice_is(e->signal, "SIGCHLD") && slice_is(e->op, "CLD_EXITED") && e->sender > 0)
		unseen_end(w, state_find_process(w, e->sender), (int)e->value, (struct slice){0});
}

/* Signals with which people end a program; what comes after them tells about the operator, not about the program. */
static bool is_operators(struct slice signal)
{
	return slice_in_words(signal, "SIGINT SIGTERM SIGQUIT SIGHUP SIGTSTP");
}

bool state_from_operator(const struct world *w, const struct event *e)
{
	return e->kind == EVENT_SIGNAL && is_operators(e->signal) && from_outside(w, e);
}

/* Does a handler end the call that the signal came into? Those of restart kinds go on with SA_RESTART, or always
 * (signal(7)). */
static bool ends_call(const struct process *p, const struct wait *x, struct slice signal)
{
	enum { ERESTARTSYS = 512, ERESTARTNOINTR = 513 };
	const struct disposition *d = NULL;
	for (d = p->dispositions; d && !slice_is(signal, d->signal); d = d->next)
		;
	if (!d && x->kind != WAIT_NONE && x->interrupted && x->error == EINTR)
		return true; /* only a handler lets a call return EINTR; where it was set is not in the trace */
	if (!d || d->handler != HANDLER_FUNCTION || x->kind == WAIT_NONE || !x->interrupted ||
		x->error == ERESTARTNOINTR)
		return false;
	return x->error != ERESTARTSYS || !d->restart;
}

static void note_interruption(struct world *w, struct task *t, const struct event *e)
{
	struct process *p = t->process;
	if (!ends_call(p, &t->wait, e->signal))
		return;
	step_set(&p->interrupted, t->wait.step);
	p->interrupted_call = t->wait.call;
	step_set(&p->interrupter, state_step(w));
	p->interrupter_name = intern(e->signal);
}

/* The descriptor that a SIGPIPE is about: of a write that took a part only, because the last reader left in the middle
 * of it, else standard output, if that is a pipe without readers (tail -f looks for itself). */
static struct descriptor *broken_descriptor(const struct task *t)
{
	const struct wait *x = &t->wait;
	if (x->kind == WAIT_WRITE && x->interrupted)
		return process_descriptor(t->process, x->fd);
	struct descriptor *d = process_descriptor(t->process, 1);
	const struct channel *c = d ? d->file->channel : NULL;
	bool broken = c && d->file->object == OBJECT_PIPE && c->side[0].known && !c->side[0].files;
	return broken ? d : NULL;
}

static void add_broken(struct change *c)
{
	struct descriptor *d = slice_is(c->event->signal, "SIGPIPE") ? broken_descriptor(c->task) : NULL;
	if (!d)
		return;
	c->call = c->task->wait.call;
	c->descriptor = d;
	c->fd = d->fd;
	c->file = d->file;
	c->channel = d->file->channel;
	c->object = d->file->object;
}

static void signalled(struct world *w, struct task *t, const struct event *e)
{
	struct change c = {
		.kind = CHANGE_SIGNAL, .event = e, .process = t->process, .task = t, .step = state_step(w), .fd = -1};
	note_interruption(w, t, e);
	child_ended(w, e);
	if (state_from_operator(w, e)) {
		deadlock_blocked(w, false);
		t->process->injected_end = true;
	} else if (is_operators(e->signal)) {
		if (t->process->killer < 0) /* a kill of a whole group names nobody (kill(2)); the signal does */
			t->process->killer = e->sender;
		deadlock_killed(w, t->process, state_find_process(w, e->sender));
	}
	t->last_signal = intern(e->signal);
	step_set(&t->last_signal_step, state_step(w));
	add_broken(&c);
	state_emit(w, &c);
}

static void killed(struct world *w, struct task *t, const struct event *e)
{
	struct process *p = t->process;
	if (p->end == END_ALIVE || p->end == END_EXITED) {
		p->signal = intern(e->signal);
		if (t->last_signal && strcmp(t->last_signal, p->signal) == 0)
			step_set(&p->fatal_signal, t->last_signal_step);
	}
	if (p->end == END_ALIVE) {
		if (p->killer < 0 && slice_in_words(e->signal, "SIGKILL SIGALRM SIGINT SIGTERM SIGQUIT SIGHUP")) {
			deadlock_blocked(w, false);
			p->injected_end = true;
		} else if (p->killer >= 0) {
			deadlock_killed(w, p, state_find_process(w, p->killer));
		}
		step_set(&p->end_step, state_step(w));
		process_end(w, p, END_KILLED);
	} else if (p->end == END_EXITED && !p->end_step) {
		p->end = END_KILLED;
	}
	step_set(&p->end_step, state_step(w));
	task_free(w, t);
}

static void exited(struct world *w, struct task *t, const struct event *e)
{
	struct process *p = t->process;
	bool last = p->task_count <= 1;
	if (p->end == END_ALIVE && last) {
		p->status = (int)e->value;
		process_take(p);
		step_set(&p->end_step, state_step(w));
		process_end(w, p, END_EXITED);
		process_drop(p);
	}
	if (p->end != END_ALIVE) {
		if (p->end == END_EXITED && (t->tid == p->pid || !p->end_step || p->end_step == p->exit_call)) {
			p->status = (int)e->value;
			step_set(&p->end_step, state_step(w));
		}
	}
	task_free(w, t);
}

static void exit_called(struct world *w, struct task *t, const struct event *e)
{
	struct process *p = t->process;
	if (p->end != END_ALIVE || (strcmp(e->call, "exit_group") != 0 && p->task_count > 1))
		return;
	p->status = (int)(e->value & 0xff);
	step_set(&p->exit_call, state_step(w));
	step_set(&p->end_step, state_step(w));
	process_end(w, p, END_EXITED);
}

static void superseded(struct world *w, struct task *t, const struct event *e)
{
	struct task *old = e->target >= 0 ? state_find_task(w, e->target) : NULL;
	if (old && old != t && old->process == t->process)
		task_free(w, old);
}

static void attached(struct world *w, struct task *t)
{
	struct process *p = t->process;
	if (!p->born && !p->exec && !p->parent && !p->from_start)
		p->attached = true;
	(void)w;
}

static void detached(struct world *w, const struct event *e)
{
	struct task *t = e->target >= 0 ? state_find_task(w, e->target) : NULL;
	if (!t || t->process->end != END_ALIVE)
		return;
	if (t->wait.kind == WAIT_FIFO_OPEN)
		t->wait.interrupted = true; /* somebody looked at it for as long as he liked: it does not return */
	deadlock_blocked(w, true);
	if (t->process->task_count <= 1)
		process_end(w, t->process, END_LOST);
	else
		task_free(w, t);
}

static void own_id(struct world *w, struct task *t, const struct event *e)
{
	if (e->ret <= 0 || t->tid >= 0 || e->error)
		return;
	bool thread = slice_is(e->op, "getpid") && t->process->task_count > 1;
	if (!thread && !state_find_task(w, e->ret))
		task_rename(w, t, e->ret);
}

static void note_bad_close(struct process *p, int64_t fd)
{
	p->bad_closes = fd - 1 == p->bad_close ? p->bad_closes + 1 : 1;
	p->bad_close = fd;
	if (p->bad_closes > p->bad_closes_most)
		p->bad_closes_most = p->bad_closes;
}

/* EMFILE that says nothing about descriptors, or not only. */
static bool has_own_limit(const struct event *e)
{
	return e->kind == EVENT_IOURING ||
		(e->makes && (strcmp(e->makes, "inotify") == 0 || strcmp(e->makes, "mq") == 0));
}

static bool makes_descriptor(const struct event *e)
{
	switch (e->kind) {
	case EVENT_OPEN:
	case EVENT_DUP:
	case EVENT_MAKE:
	case EVENT_PIPE:
	case EVENT_SOCKET:
	case EVENT_SOCKETPAIR:
	case EVENT_ACCEPT:
		return true;
	default:
		return false;
	}
}

/* The loader looks for libraries in many places. */
static bool is_search(const struct event *e)
{
	return e->kind == EVENT_OPEN && e->error == ENOENT && slice_find(e->path, SLICE(".so"), 0) != SIZE_MAX;
}

void process_note_failure(struct world *w, struct process *p, const struct event *e)
{
	switch (e->error) {
	case EAGAIN:
		if (e->kind != EVENT_CONNECT)
			return;
		break;
	case EINTR:
	case ENOTTY:
	case ESPIPE:
	case EINPROGRESS:
	case ECHILD:
	case ENOSYS:
	case ENODATA:
		return;
	}
	if (e->restarted || e->kind == EVENT_KILL || e->kind == EVENT_STAT || e->kind == EVENT_IOCTL)
		return;
	if (e->error == ENOTCONN &&
		e->kind == EVENT_SHUTDOWN) /* of a socket that never got connected: the reason came before */
		return;
	if (e->kind == EVENT_OPEN &&
		(slice_find(e->path, SLICE("/locale"), 0) != SIZE_MAX || slice_ends(e->path, SLICE(".mo"))))
		return;
	note_taken(w, p, e);
	step_set(&p->failure, state_step(w));
	if (e->kind == EVENT_SHMGET || e->kind == EVENT_SEMGET || e->kind == EVENT_MSGGET)
		step_set(&p->get_failed, state_step(w));
	if (e->kind == EVENT_CLOSE)
		note_bad_close(p, e->fd);
	if (makes_descriptor(e) && !is_search(e))
		step_set(&p->unmade, state_step(w));
	if (e->error == EMFILE && !p->exhausted && !has_own_limit(e))
		p->exhausted = step_take(state_step(w));
	if (e->kind == EVENT_EXEC)
		step_set(&p->exec_failed, state_step(w));
}

static void note_kill(struct world *w, struct process *p, const struct event *e)
{
	p->killer = e->task >= 0 ? e->task : w->last ? w->last->tid : -1;
	step_set(&p->kill_call, state_step(w));
}

static void killed_by_call(struct world *w, const struct event *e)
{
	struct process *p = e->target > 0 ? state_find_process(w, e->target) : NULL;
	if (p && !e->error && e->signal.len && !slice_is(e->signal, "0"))
		note_kill(w, p, e);
}

void process_apply(struct world *w, struct task *t, const struct event *e)
{
	struct process *p = t->process;
	bool done = e->phase != PHASE_ENTER;
	switch (e->kind) {
	case EVENT_FORK:
		if (done)
			state_fork_returned(w, t, e);
		else
			state_fork_began(w, t, e);
		break;
	case EVENT_EXEC:
		if (done && !e->error && e->returned)
			exec_succeeded(w, t, e);
		break;
	case EVENT_EXIT_CALL:
		exit_called(w, t, e);
		break;
	case EVENT_EXITED:
		exited(w, t, e);
		break;
	case EVENT_KILLED:
		killed(w, t, e);
		break;
	case EVENT_WAIT:
		if (done)
			reaped(w, e);
		break;
	case EVENT_SUPERSEDED:
		superseded(w, t, e);
		break;
	case EVENT_ATTACHED:
		attached(w, t);
		break;
	case EVENT_DETACHED:
		detached(w, e);
		break;
	case EVENT_SIGNAL:
		signalled(w, t, e);
		break;
	case EVENT_KILL:
		killed_by_call(w, e);
		if (done)
			note_asked(w, p, e);
		break;
	case EVENT_SIGACTION:
		if (done && !e->error)
			set_disposition(w, p, e);
		break;
	case EVENT_LIMIT:
		if (done && !e->error)
			set_limit(w, p, e);
		break;
	case EVENT_SETUID:
		if (done && !e->error && e->value >= 0) {
			p->uid = e->value;
			step_set(&p->uid_step, state_step(w));
		}
		break;
	case EVENT_OWN_ID:
		if (done)
			own_id(w, t, e);
		break;
	case EVENT_CHROOT:
		if (done && !e->error)
			step_set(&p->chroot, state_step(w));
		break;
	default:
		break;
	}
}
