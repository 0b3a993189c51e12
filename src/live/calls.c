#include "calls.h"

#include <stdio.h>
#include <sys/syscall.h>

#include <ipcdiag/text.h>

#include "proc.h"

/* Calls that wait for others; numbers are this machine's. `stopped`: never restarted after a stop, signal(7). */
static const struct call {
	long number;
	const char *name;
	enum live_wait wait;
	bool stopped;
} table[] = {
	{SYS_read, "read", LIVE_READ, false},
	{SYS_readv, "readv", LIVE_READ, false},
	{SYS_recvfrom, "recvfrom", LIVE_READ, false},
	{SYS_recvmsg, "recvmsg", LIVE_READ, false},
	{SYS_recvmmsg, "recvmmsg", LIVE_READ, false},
	{SYS_splice, "splice", LIVE_READ, false},
	{SYS_write, "write", LIVE_WRITE, false},
	{SYS_writev, "writev", LIVE_WRITE, false},
	{SYS_sendto, "sendto", LIVE_WRITE, false},
	{SYS_sendmsg, "sendmsg", LIVE_WRITE, false},
	{SYS_accept, "accept", LIVE_ACCEPT, false},
	{SYS_accept4, "accept4", LIVE_ACCEPT, false},
	{SYS_connect, "connect", LIVE_WRITE, false},
	{SYS_flock, "flock", LIVE_LOCK, false},
	{SYS_fcntl, "fcntl", LIVE_LOCK, false},
	{SYS_openat, "openat", LIVE_OPEN, false},
#ifdef SYS_open
	{SYS_open, "open", LIVE_OPEN, false},
	{SYS_poll, "poll", LIVE_POLL, false},
	{SYS_select, "select", LIVE_POLL, false},
	{SYS_epoll_wait, "epoll_wait", LIVE_POLL, true},
	{SYS_pause, "pause", LIVE_PAUSE, false},
#endif
	{SYS_ppoll, "ppoll", LIVE_POLL, false},
	{SYS_pselect6, "pselect6", LIVE_POLL, false},
	{SYS_epoll_pwait, "epoll_pwait", LIVE_POLL, true},
	{SYS_wait4, "wait4", LIVE_CHILD, false},
	{SYS_waitid, "waitid", LIVE_CHILD, false},
	{SYS_semop, "semop", LIVE_SEM, true},
	{SYS_semtimedop, "semtimedop", LIVE_SEM, true},
	{SYS_msgrcv, "msgrcv", LIVE_MSGRCV, true},
	{SYS_msgsnd, "msgsnd", LIVE_MSGSND, true},
	{SYS_mq_timedreceive, "mq_timedreceive", LIVE_READ, false},
	{SYS_mq_timedsend, "mq_timedsend", LIVE_WRITE, false},
	{SYS_futex, "futex", LIVE_FUTEX, false},
	{SYS_rt_sigsuspend, "rt_sigsuspend", LIVE_PAUSE, false},
	{SYS_rt_sigtimedwait, "rt_sigtimedwait", LIVE_PAUSE, true},
	{SYS_nanosleep, "nanosleep", LIVE_SLEEP, false},
	{SYS_clock_nanosleep, "clock_nanosleep", LIVE_SLEEP, false},
};

static const struct call *find_call(long number)
{
	for (size_t i = 0; i < sizeof table / sizeof *table; i++)
		if (table[i].number == number)
			return &table[i];
	return NULL;
}

static const struct call *call_of(const struct live_task *t)
{
	for (size_t i = 0; i < sizeof table / sizeof *table; i++)
		if (table[i].name == t->call)
			return &table[i];
	return NULL;
}

/* "running", or the call's number, its six arguments, stack pointer and program counter; -1: blocked, in no call. */
static void parse_call(struct live_task *t, struct slice text)
{
	struct slice word = proc_next_word(&text);
	int64_t number;
	const struct call *c = slice_number(word, &number) ? find_call((long)number) : NULL;
	if (slice_is(slice_trim(word), "running"))
		t->wait = LIVE_RUNS;
	for (int i = 0; c && i < 6; i++)
		t->args[i] = proc_number(proc_next_word(&text), 16);
	if (c) {
		t->call = c->name;
		t->wait = c->wait;
	}
}

bool calls_read(struct live_task *t, pid_t pid, pid_t tid)
{
	struct buffer text = {0};
	*t = (struct live_task){.pid = pid, .tid = tid};
	bool there = proc_read(&text, "/proc/%d/task/%d/stat", (int)pid, (int)tid);
	const char *end = there ? strrchr(text.ptr, ')') : NULL;
	t->state = end && end[1] == ' ' ? end[2] : '?';
	if (there && proc_read(&text, "/proc/%d/task/%d/wchan", (int)pid, (int)tid) && text.ptr[0] != '0')
		snprintf(t->wchan, sizeof t->wchan, "%s", text.ptr);
	if (there && proc_read(&text, "/proc/%d/task/%d/syscall", (int)pid, (int)tid))
		parse_call(t, buffer_slice(&text));
	if (t->state == 'R')
		t->wait = LIVE_RUNS;
	buffer_release(&text);
	return there;
}

static const char *state_words(char state)
{
	switch (state) {
	case 'R':
		return "runs";
	case 'D':
		return "waits for a device or file system (state D)";
	case 'T':
		return "is stopped by a signal (state T)";
	case 't':
		return "is stopped by a debugger (state t)";
	case 'Z':
		return "has ended and is not waited for (zombie)";
	default:
		return "sleeps";
	}
}

/* What a call with a descriptor or id says of it. */
static void add_operand(struct buffer *out, const struct live_task *t)
{
	switch (t->wait) {
	case LIVE_READ:
	case LIVE_WRITE:
	case LIVE_ACCEPT:
	case LIVE_LOCK:
		buffer_add_format(out, " on fd %d", (int)t->args[0]);
		break;
	case LIVE_SEM:
	case LIVE_MSGRCV:
	case LIVE_MSGSND:
		buffer_add_format(out, " on id %d", (int)t->args[0]);
		break;
	default:
		break;
	}
}

void calls_describe(const struct live_task *t, struct buffer *out)
{
	if (t->call) {
		buffer_add_format(out, "waits in %s", t->call);
		add_operand(out, t);
		return;
	}
	buffer_add_text(out, state_words(t->state));
	if (t->wchan[0] && t->state == 'S') {
		buffer_add_text(out, " in ");
		text_add_visible(out, slice_of(t->wchan));
	}
}

bool calls_interrupted_by_stop(const struct live_task *t)
{
	const struct call *c = call_of(t);
	return c && c->stopped;
}
