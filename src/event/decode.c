/* From record to event: which decoder, what phase, what result. */
#include <stdlib.h>

#include "decoders.h"

const void *event_wants(struct slice name)
{
	return syscall_find(name.ptr, name.len);
}

enum event_kind event_kind_of(const struct record *r)
{
	const struct syscall *s = r->call;
	return s ? (enum event_kind)s->kind : EVENT_NONE;
}

static void clear_event(struct event *e, const struct record *r)
{
	*e = (struct event){.record = r,
		.call = "",
		.task = r->task,
		.fd = -1,
		.fd2 = -1,
		.asked = -1,
		.size = -1,
		.old = -1,
		.value = -1,
		.key = -1,
		.id = -1,
		.mtype = -1,
		.min = -1,
		.mode = -1,
		.target = -1,
		.sender = -1,
		.address = {.port = -1}};
}

/* "-1 (errno 2)" and "-1 516 (Unknown error 516)", which say the number where there is no name. */
static int unnamed_error(const struct record *r)
{
	static const struct slice word = SLICE("errno "), old_word = SLICE("Unknown error ");
	int64_t number;
	for (size_t i = 0; i < r->aux_count; i++) {
		struct slice text = r->aux[i];
		size_t skip = slice_starts(text, word) ? word.len : slice_starts(text, old_word) ? old_word.len : 0;
		if (skip && slice_number(slice_skip(text, skip), &number) && number > 0 && number < 4096)
			return (int)number;
	}
	return 0;
}

static void read_result(const struct record *r, struct event *e)
{
	static const struct slice injected = SLICE("INJECTED");
	int64_t value;
	if (r->ret.len && slice_number(r->ret, &value)) {
		e->returned = true;
		e->ret = value;
	}
	if (r->err.len)
		e->error = errno_number(r->err);
	if (!e->error && e->returned && e->ret == -1)
		e->error = unnamed_error(r);
	e->restarted = (e->error >= 512 && e->error <= 514) || e->error == 516;
	for (size_t i = 0; i < r->aux_count; i++)
		e->injected |= slice_starts(r->aux[i], injected);
}

/* In a process namespace the numbers of the tracee are not those of the trace, which stand in a comment behind the
 * result. */
static void translate_result(const struct record *r, struct event *e)
{
	static const struct slice mark = SLICE(" in strace's PID NS */"), open = SLICE("/* ");
	size_t at = SIZE_MAX, from = 0, start;
	int64_t value;
	if (e->ret <= 0 || !r->text.len || !r->ret.len)
		return;
	for (size_t next; (next = slice_find(r->text, mark, from)) != SIZE_MAX; from = next + mark.len)
		at = next;
	if (at == SIZE_MAX)
		return;
	struct slice rest = slice_trim(slice_skip(r->text, at + mark.len));
	if (rest.len && rest.ptr[0] != '<' && rest.ptr[0] != '(')
		return; /* it belongs to an argument */
	start = at;
	while (start > 0 && r->text.ptr[start - 1] >= '0' && r->text.ptr[start - 1] <= '9')
		start--;
	if (start < open.len || !slice_ends(slice_take(r->text, start), open))
		return;
	if (slice_number(slice_skip(slice_take(r->text, at), start), &value))
		e->ret = value;
}

static bool returns_pid(enum event_kind kind)
{
	return kind == EVENT_FORK || kind == EVENT_WAIT || kind == EVENT_OWN_ID;
}

static bool decode_call(const struct record *r, enum event_phase phase, struct event *e)
{
	const struct syscall *s = r->call ? r->call : syscall_find(r->name.ptr, r->name.len);
	if (!s)
		return false;
	clear_event(e, r);
	e->kind = (enum event_kind)s->kind;
	e->phase = phase;
	e->call = s->name;
	if (phase != PHASE_ENTER)
		read_result(r, e);
	struct args a = {r->args, 0};
	if (!r->args.ptr)
		a = (struct args){s->entry == ENTRY_ALL ? (struct slice){NULL, 0} : r->args_tail, s->entry};
	if (!s->decode(&a, e))
		return false;
	if (phase != PHASE_ENTER && returns_pid(e->kind))
		translate_result(r, e);
	return e->kind != EVENT_NONE;
}

bool decode_nothing(const struct args *a, struct event *e)
{
	(void)a;
	(void)e;
	return false;
}

static bool decode_end(const struct record *r, enum event_kind kind, struct event *e)
{
	int64_t value;
	clear_event(e, r);
	e->kind = kind;
	if (kind == EVENT_KILLED)
		e->signal = operand_name(r->name, names_signal);
	else if (slice_number(r->ret, &value))
		*(kind == EVENT_EXITED ? &e->value : &e->target) = value;
	return true;
}

static bool decode_attach(const struct record *r, struct event *e)
{
	bool attached = slice_is(r->name, "attached");
	return (attached || slice_is(r->name, "detached")) &&
		decode_end(r, attached ? EVENT_ATTACHED : EVENT_DETACHED, e);
}

bool event_decode(const struct record *r, struct event *e)
{
	switch (r->kind) {
	case RECORD_SYSCALL:
		return decode_call(r, PHASE_WHOLE, e);
	case RECORD_UNFINISHED:
		return decode_call(r, PHASE_ENTER, e);
	case RECORD_RESUMED:
		return decode_call(r, PHASE_EXIT, e);
	case RECORD_SIGNAL:
		clear_event(e, r);
		return decode_signal_record(r, e);
	case RECORD_EXIT:
		return decode_end(r, EVENT_EXITED, e);
	case RECORD_KILLED:
		return decode_end(r, EVENT_KILLED, e);
	case RECORD_SUPERSEDED:
		return decode_end(r, EVENT_SUPERSEDED, e);
	case RECORD_ATTACH:
		return decode_attach(r, e);
	default:
		return false;
	}
}

static const char *const kind_names[EVENT_KINDS] = {
	[EVENT_NONE] = "none",
	[EVENT_OPEN] = "open",
	[EVENT_CLOSE] = "close",
	[EVENT_CLOSE_RANGE] = "close_range",
	[EVENT_DUP] = "dup",
	[EVENT_GETFL] = "getfl",
	[EVENT_SETFL] = "setfl",
	[EVENT_GETFD] = "getfd",
	[EVENT_SETFD] = "setfd",
	[EVENT_READ] = "read",
	[EVENT_WRITE] = "write",
	[EVENT_TRANSFER] = "transfer",
	[EVENT_POLL] = "poll",
	[EVENT_EPOLL_CTL] = "epoll_ctl",
	[EVENT_EPOLL_WAIT] = "epoll_wait",
	[EVENT_MAKE] = "make",
	[EVENT_IOURING] = "iouring",
	[EVENT_TRUNCATE] = "truncate",
	[EVENT_UNLINK] = "unlink",
	[EVENT_MKNOD] = "mknod",
	[EVENT_IOCTL] = "ioctl",
	[EVENT_SEAL] = "seal",
	[EVENT_STAT] = "stat",
	[EVENT_PIPE] = "pipe",
	[EVENT_PIPE_SIZE] = "pipe_size",
	[EVENT_SOCKET] = "socket",
	[EVENT_SOCKETPAIR] = "socketpair",
	[EVENT_BIND] = "bind",
	[EVENT_LISTEN] = "listen",
	[EVENT_ACCEPT] = "accept",
	[EVENT_CONNECT] = "connect",
	[EVENT_SEND] = "send",
	[EVENT_RECV] = "recv",
	[EVENT_SHUTDOWN] = "shutdown",
	[EVENT_SOCKNAME] = "sockname",
	[EVENT_PEERNAME] = "peername",
	[EVENT_GETSOCKOPT] = "getsockopt",
	[EVENT_SETSOCKOPT] = "setsockopt",
	[EVENT_FORK] = "fork",
	[EVENT_EXEC] = "exec",
	[EVENT_EXIT_CALL] = "exit_call",
	[EVENT_EXITED] = "exited",
	[EVENT_KILLED] = "killed",
	[EVENT_SUPERSEDED] = "superseded",
	[EVENT_ATTACHED] = "attached",
	[EVENT_DETACHED] = "detached",
	[EVENT_SIGNAL] = "signal",
	[EVENT_WAIT] = "wait",
	[EVENT_KILL] = "kill",
	[EVENT_SIGACTION] = "sigaction",
	[EVENT_SIGMASK] = "sigmask",
	[EVENT_SIGRETURN] = "sigreturn",
	[EVENT_SLEEP] = "sleep",
	[EVENT_SETUID] = "setuid",
	[EVENT_LIMIT] = "limit",
	[EVENT_OWN_ID] = "own_id",
	[EVENT_RESTART] = "restart",
	[EVENT_YIELD] = "yield",
	[EVENT_SHMGET] = "shmget",
	[EVENT_SEMGET] = "semget",
	[EVENT_MSGGET] = "msgget",
	[EVENT_SHMAT] = "shmat",
	[EVENT_SHMDT] = "shmdt",
	[EVENT_SHMCTL] = "shmctl",
	[EVENT_SEMCTL] = "semctl",
	[EVENT_MSGCTL] = "msgctl",
	[EVENT_SEMOP] = "semop",
	[EVENT_MSGSND] = "msgsnd",
	[EVENT_MSGRCV] = "msgrcv",
	[EVENT_MMAP] = "mmap",
	[EVENT_MUNMAP] = "munmap",
	[EVENT_MQ_SEND] = "mq_send",
	[EVENT_MQ_RECEIVE] = "mq_receive",
	[EVENT_FUTEX] = "futex",
	[EVENT_LOCK] = "lock",
	[EVENT_CHROOT] = "chroot",
};

const char *event_kind_name(enum event_kind kind)
{
	return (unsigned)kind < EVENT_KINDS && kind_names[kind] ? kind_names[kind] : "unknown";
}
