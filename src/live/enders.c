#include "enders.h"

#include <fcntl.h>
#include <linux/futex.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sem.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/uio.h>

#include "holders.h"
#include "proc.h"
#include "sockets.h"

static void add(struct enders *e, struct ender x)
{
	if (e->count == ENDERS_MAX) {
		e->known = false;
		return;
	}
	e->list[e->count++] = x;
}

/* Reads memory of a task without stopping it; false: that is not allowed, or there is nothing. */
static bool peek(pid_t pid, uint64_t address, void *to, size_t size)
{
	struct iovec here = {to, size}, there = {(void *)(uintptr_t)address, size};
	return process_vm_readv(pid, &here, 1, &there, 1, 0) == (ssize_t)size;
}

/* --- descriptors --- */

static int mode_of(struct survey_fd *d)
{
	if (d->mode == -2)
		d->mode = holders_mode(d->pid, d->fd);
	return d->mode;
}

/* All who have the thing open other than only for `not_for`. */
static void add_holders(struct enders *e, const struct survey *s, const char *link, int not_for)
{
	for (size_t i = 0; i < s->fd_count; i++) {
		struct survey_fd *d = &s->fds[i];
		if (strcmp(d->link, link) == 0 && (not_for < 0 || mode_of(d) != not_for))
			add(e, (struct ender){d->pid, 0, d->fd});
	}
}

static bool is_fifo(const struct survey_fd *d)
{
	char path[64];
	struct stat st;
	snprintf(path, sizeof path, "/proc/%d/fd/%d", (int)d->pid, d->fd);
	return stat(path, &st) == 0 && S_ISFIFO(st.st_mode);
}

/* `writing`: it waits for room, else for data. */
static void of_descriptor(struct enders *e, const struct survey *s, const struct survey_fd *d, bool writing)
{
	unsigned long long inode;
	char link[40];
	if (!d)
		return;
	if (strncmp(d->link, "pipe:[", 6) == 0 || (d->link[0] == '/' && is_fifo(d))) {
		e->part = writing ? "the read end" : "the write end";
		e->how = "/proc/*/fd";
		add_holders(e, s, d->link, writing ? O_WRONLY : O_RDONLY);
		e->known = e->count > 0; /* else it would not wait: who has it cannot be seen from here */
	} else if (sscanf(d->link, "socket:[%llu]", &inode) == 1) {
		uint64_t peer = sockets_other_end(d->pid, inode);
		e->part = "the other end";
		e->how = "sock_diag, /proc/*/fd";
		e->known = peer != 0;
		snprintf(link, sizeof link, "socket:[%llu]", (unsigned long long)peer);
		if (peer)
			add_holders(e, s, link, -1);
		e->known = e->known && e->count; /* else another machine, namespace, or a user we may not look at */
	}
}

static void of_poll(struct enders *e, const struct survey *s, const struct live_task *t)
{
	enum { FDS_MAX = 16 };
	struct pollfd list[FDS_MAX];
	bool forever =
		strcmp(t->call, "poll") == 0 ? (int32_t)t->args[2] < 0 : strcmp(t->call, "ppoll") == 0 && !t->args[2];
	size_t count = t->args[1];
	if (!forever || !count || count > FDS_MAX || !peek(t->tid, t->args[0], list, count * sizeof *list))
		return;
	bool known = true;
	for (size_t i = 0; i < count && known; i++) {
		e->known = list[i].fd < 0;
		if (list[i].fd >= 0)
			of_descriptor(e, s, survey_fd(s, t->pid, list[i].fd),
				(list[i].events & (POLLIN | POLLOUT)) == POLLOUT);
		known = e->known;
	}
	e->known = known;
	e->part = "the other end";
}

/* --- locks --- */

/* "1: FLOCK ADVISORY WRITE 812 fe:01:1234 0 EOF", and below it with the same number "1: -> FLOCK ... 813 ..." for each
 * who waits. */
static void of_lock(struct enders *e, const struct live_task *t)
{
	struct buffer text = {0};
	struct slice line, rest;
	pid_t holder = 0;
	if (!proc_read(&text, "/proc/locks"))
		return;
	rest = buffer_slice(&text);
	while (!e->known && proc_next_line(&rest, &line)) {
		proc_next_word(&line);
		struct slice word = proc_next_word(&line);
		bool waits = slice_is(word, "->");
		for (int skipped = waits ? 0 : 1; skipped < 3; skipped++)
			proc_next_word(&line);
		pid_t pid = (pid_t)proc_number(proc_next_word(&line), 10);
		if (!waits)
			holder = pid;
		e->known = waits && pid == t->pid && holder > 0;
	}
	e->part = "the lock";
	e->how = "/proc/locks";
	if (e->known)
		add(e, (struct ender){holder, 0, -1});
	buffer_release(&text);
}

/* --- System V --- */

/* Which semaphore of the set it waits for: the first whose value is too small for what the task wants. */
static int wanted_semaphore(const struct live_task *t)
{
	enum { OPERATIONS_MAX = 16 };
	struct sembuf list[OPERATIONS_MAX];
	size_t count = t->args[2] < OPERATIONS_MAX ? t->args[2] : OPERATIONS_MAX;
	if (!peek(t->tid, t->args[1], list, count * sizeof *list))
		return -1;
	for (size_t i = 0; i < count; i++) {
		int value = semctl((int)t->args[0], list[i].sem_num, GETVAL);
		if (value >= 0 && (list[i].sem_op ? list[i].sem_op + value < 0 : value > 0))
			return list[i].sem_num;
	}
	return -1;
}

/* Nobody holds a semaphore; but who changed it last is who took it, unless that is the waiter, who then waits for what
 * others will give. */
static void of_semaphore(struct enders *e, const struct live_task *t)
{
	int number = wanted_semaphore(t);
	int value = number < 0 ? -1 : semctl((int)t->args[0], number, GETVAL);
	int last = number < 0 ? -1 : semctl((int)t->args[0], number, GETPID);
	if (value < 0)
		return;
	snprintf(e->detail, sizeof e->detail, "semaphore %d is %d", number, value);
	e->lead = "it was changed last by ";
	e->how = "semctl GETVAL, GETPID";
	e->likely = true;
	e->known = last > 0 && last != t->pid && (strcmp(t->call, "semop") == 0 || !t->args[3]);
	if (last > 0)
		add(e, (struct ender){last, 0, -1});
}

/* --- children, threads --- */

static void of_child(struct enders *e, const struct survey *s, const struct live_task *t)
{
	pid_t wanted = strcmp(t->call, "wait4") == 0 ? (pid_t)t->args[0] : -1;
	e->lead = "that ends with ";
	e->how = "/proc/*/status";
	e->known = true;
	for (size_t i = 0; i < s->process_count; i++)
		if (s->processes[i].parent == t->pid && (wanted <= 0 || s->processes[i].pid == wanted))
			add(e, (struct ender){s->processes[i].pid, 0, -1});
}

static bool is_task_of(const struct survey *s, pid_t pid, pid_t tid)
{
	const struct survey_process *p = survey_process(s, pid);
	for (size_t i = 0; p && i < p->task_count; i++)
		if (s->tasks[p->first_task + i].tid == tid)
			return true;
	return false;
}

/* A lock word of glibc: 2 is "locked, somebody waits", the owner stands two words behind (nptl, struct
 * __pthread_mutex_s); pthread_join waits on the number of the thread itself. Else, when the futex is private, any other
 * thread of the process may be the one. */
static void of_futex(struct enders *e, const struct survey *s, const struct live_task *t)
{
	uint32_t word[3] = {0};
	int operation = (int)t->args[1] & FUTEX_CMD_MASK;
	const struct survey_process *p = survey_process(s, t->pid);
	if ((operation != FUTEX_WAIT && operation != FUTEX_WAIT_BITSET) || t->args[3] || !p ||
		!peek(t->tid, t->args[0], word, sizeof word))
		return;
	pid_t owner = word[0] == 2 ? (pid_t)word[2] : is_task_of(s, t->pid, (pid_t)word[0]) ? (pid_t)word[0] : 0;
	e->how = "process_vm_readv";
	e->likely = true;
	if (owner && is_task_of(s, t->pid, owner)) {
		e->known = true;
		e->lead = word[0] == 2 ? NULL : "that ends with ";
		e->part = word[0] == 2 ? "the mutex" : NULL;
		add(e, (struct ender){t->pid, owner, -1});
		return;
	}
	e->known = (t->args[1] & FUTEX_PRIVATE_FLAG) != 0;
	e->lead = "only its other threads can wake it: ";
	for (size_t i = 0; e->known && i < p->task_count; i++)
		if (s->tasks[p->first_task + i].tid != t->tid)
			add(e, (struct ender){t->pid, s->tasks[p->first_task + i].tid, -1});
}

void enders_find(struct enders *e, const struct survey *s, const struct live_task *t)
{
	*e = (struct enders){0};
	if (!t->call)
		return;
	switch (t->wait) {
	case LIVE_READ:
	case LIVE_WRITE:
		of_descriptor(e, s, survey_fd(s, t->pid, (int)t->args[0]), t->wait == LIVE_WRITE);
		break;
	case LIVE_POLL:
		of_poll(e, s, t);
		break;
	case LIVE_LOCK:
		of_lock(e, t);
		break;
	case LIVE_SEM:
		of_semaphore(e, t);
		break;
	case LIVE_CHILD:
		of_child(e, s, t);
		break;
	case LIVE_FUTEX:
		of_futex(e, s, t);
		break;
	default:
		break;
	}
}
