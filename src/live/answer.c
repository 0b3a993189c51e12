/* One function for each kind of question; the table says which rules ask it. */
#include <ipcdiag/live.h>

#include <arpa/inet.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/sem.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include <ipcdiag/text.h>

#include "calls.h"
#include "holders.h"
#include "proc.h"
#include "sockets.h"
#include "who.h"

enum { NAMED_MAX = 3 };

/* --- processes that have something --- */

static bool is_traced(const struct live_question *q, pid_t pid)
{
	return pid == q->pid || (q->tracer > 0 && proc_tracer(pid) == q->tracer);
}

static void add_doing(struct buffer *out, pid_t pid)
{
	struct live_task t;
	if (!calls_read(&t, pid, pid))
		return;
	buffer_add_text(out, ", which ");
	calls_describe(&t, out);
}

/* "nginx[812] (...) as fd 6, which waits in ..." for those outside of the trace. Returns how many there are. */
static size_t add_holders(struct buffer *out, const struct live_question *q, const struct live_holders *h, int mode)
{
	size_t named = 0;
	for (size_t i = 0; i < h->count && named < NAMED_MAX; i++) {
		const struct live_holder *x = &h->list[i];
		if (is_traced(q, x->pid) || (mode >= 0 && x->mode != mode && x->mode != O_RDWR && x->mode >= 0))
			continue;
		buffer_add_text(out, named++ ? " and " : "");
		who_add_all(out, x->pid, q->redact);
		buffer_add_format(out, " as fd %d", x->fd);
		add_doing(out, x->pid);
	}
	return named;
}

static void find_socket_holders(struct live_holders *h, uint64_t inode, double deadline)
{
	char link[40];
	snprintf(link, sizeof link, "socket:[%llu]", (unsigned long long)inode);
	holders_find(h, link, deadline);
}

/* --- addresses --- */

struct wanted {
	unsigned char host[16];
	bool six;
	unsigned port;
	const char *path;                         /* Unix; NULL: IP */
	struct live_socket listens, waits, other; /* .table[0]: found. other: same port on another address */
};

/* "127.0.0.1:80", "[::1]:80", "*:80", "/path", "@name" */
static bool parse_wanted(struct wanted *w, const char *address)
{
	char host[64] = "";
	*w = (struct wanted){0};
	if (!address)
		return false;
	if (address[0] == '/' || address[0] == '@') {
		w->path = address;
		return true;
	}
	if (sscanf(address, "[%63[^]]]:%u", host, &w->port) == 2)
		w->six = true;
	else if (sscanf(address, "%63[^:]:%u", host, &w->port) != 2)
		return false;
	return inet_pton(w->six ? AF_INET6 : AF_INET, host, w->host) == 1;
}

static bool is_wild(const unsigned char *host)
{
	static const unsigned char any[16];
	return memcmp(host, any, 16) == 0;
}

static bool is_loopback(const struct wanted *w)
{
	static const unsigned char loopback[16] = {[15] = 1};
	return w->six && memcmp(w->host, loopback, 16) == 0;
}

static bool see_internet(void *context, const struct live_socket *s)
{
	struct wanted *w = context;
	if (s->port != w->port)
		return true;
	bool serves = s->state == TCP_IS_LISTENING || s->state == UDP_IS_BOUND;
	if (serves && (is_wild(w->host) || sockets_takes(s, w->host, w->six)))
		w->listens = *s;
	else if (serves)
		w->other = *s;
	else
		w->waits = *s;
	return true;
}

static bool see_unix(void *context, const struct live_socket *s)
{
	struct wanted *w = context;
	if (!slice_is(s->path, w->path))
		return true;
	w->listens = *s;
	return s->state != TCP_IS_LISTENING;
}

static void look_up_address(struct wanted *w, const struct live_question *q)
{
	static const char *const tables[] = {"tcp", "tcp6", "udp", "udp6"};
	if (w->path) {
		sockets_each("unix", (pid_t)q->pid, see_unix, w);
		return;
	}
	for (size_t i = 0; i < sizeof tables / sizeof *tables && !w->listens.table[0]; i++)
		sockets_each(tables[i], (pid_t)q->pid, see_internet, w);
}

static void add_endpoint(struct buffer *out, const struct live_socket *s)
{
	char host[INET6_ADDRSTRLEN] = "?";
	bool six = strchr(s->table, '6') != NULL;
	inet_ntop(six ? AF_INET6 : AF_INET, s->host, host, sizeof host);
	buffer_add_format(out, six ? "[%s]:%u" : "%s:%u", host, s->port);
}

static void add_name(struct buffer *out, const struct wanted *w, const struct live_socket *s)
{
	if (w->path)
		text_add_visible(out, slice_of(w->path));
	else
		add_endpoint(out, s);
}

/* Who has this socket; nothing when only the trace's own processes do. */
static bool add_socket_holder(struct buffer *out, const struct live_question *q, const struct wanted *w,
	const struct live_socket *s, const char *verb)
{
	struct live_holders h;
	struct buffer who = {0};
	find_socket_holders(&h, s->inode, proc_clock() + LIVE_PATIENCE / 2);
	bool outside = add_holders(&who, q, &h, -1) > 0;
	if (outside || !h.count) {
		add_name(out, w, s);
		buffer_add_format(out, " %s ", verb);
		if (outside) {
			buffer_add(out, buffer_slice(&who));
		} else {
			buffer_add_text(out, "a process of user ");
			who_add_user(out, s->user);
			buffer_add_text(out, " that may not be looked into");
		}
		buffer_add_format(out, " (/proc/net/%s, /proc/*/fd)", s->table);
	}
	buffer_release(&who);
	return outside || !h.count;
}

static bool answer_address_in_use(const struct live_question *q, struct buffer *out)
{
	struct wanted w;
	struct stat st;
	if (!parse_wanted(&w, q->address))
		return false;
	look_up_address(&w, q);
	if (w.listens.table[0])
		return add_socket_holder(out, q, &w, &w.listens, "is held by");
	if (w.waits.table[0] && w.waits.state == TCP_IS_TIME_WAIT)
		buffer_add_format(out,
			"no process has port %u; a connection that was closed there is in TIME_WAIT for up to a minute (/proc/net/%s)",
			w.port, w.waits.table);
	else if (w.waits.table[0])
		return add_socket_holder(out, q, &w, &w.waits, "is held by");
	else if (w.path && w.path[0] == '/' && lstat(w.path, &st) == 0)
		buffer_add_text(
			out, "the file is there, and no socket is bound to it: it was left behind (/proc/net/unix)");
	return out->len > 0;
}

static bool answer_refused(const struct live_question *q, struct buffer *out)
{
	struct wanted w;
	if (!parse_wanted(&w, q->address) || !(w.path || w.host[0] == 127 || is_wild(w.host) || is_loopback(&w)))
		return false; /* another machine's */
	look_up_address(&w, q);
	if (w.listens.table[0])
		return add_socket_holder(out, q, &w, &w.listens, "has been taken since by");
	if (w.other.table[0])
		return add_socket_holder(out, q, &w, &w.other, "is where the port is served, by");
	buffer_add_text(out, "nobody listens on ");
	text_add_visible(out, slice_of(q->address));
	buffer_add_format(out, " of this machine (/proc/net/%s)", w.path ? "unix" : w.six ? "tcp6" : "tcp, tcp6");
	return true;
}

/* --- locks --- */

/* "1: FLOCK ADVISORY WRITE 812 fe:01:1234 0 EOF"; a line with "->" waits. */
static pid_t lock_holder(uint64_t device_major, uint64_t device_minor, uint64_t inode, pid_t but)
{
	struct buffer text = {0};
	struct slice line, rest;
	char place[48];
	pid_t found = 0;
	snprintf(place, sizeof place, "%02llx:%02llx:%llu", (unsigned long long)device_major,
		(unsigned long long)device_minor, (unsigned long long)inode);
	proc_read(&text, "/proc/locks");
	rest = buffer_slice(&text);
	while (!found && proc_next_line(&rest, &line)) {
		proc_next_word(&line);
		if (slice_is(proc_next_word(&line), "->"))
			continue;
		proc_next_word(&line);
		proc_next_word(&line);
		pid_t pid = (pid_t)proc_number(proc_next_word(&line), 10);
		if (slice_is(proc_next_word(&line), place) && pid > 0 && pid != but)
			found = pid;
	}
	buffer_release(&text);
	return found;
}

static bool answer_lock(const struct live_question *q, struct buffer *out)
{
	char path[64];
	struct stat st;
	snprintf(path, sizeof path, "/proc/%d/fd/%d", (int)q->pid, (int)q->fd);
	bool there = q->pid > 0 && q->fd >= 0 && stat(path, &st) == 0;
	if (!there && !(q->path && q->path[0] == '/' && stat(q->path, &st) == 0))
		return false;
	pid_t holder = lock_holder(major(st.st_dev), minor(st.st_dev), st.st_ino, (pid_t)q->pid);
	if (!holder || is_traced(q, holder))
		return false;
	buffer_add_text(out, "the lock is held by ");
	who_add_all(out, holder, q->redact);
	add_doing(out, holder);
	buffer_add_text(out, " (/proc/locks)");
	return true;
}

/* --- System V --- */

/* The row of /proc/sysvipc/NAME with this id or key, its fields in `fields`, `count` of them. */
static bool sysv_row(const char *name, const struct live_question *q, uint64_t *fields, size_t count)
{
	struct buffer text = {0};
	struct slice line, rest;
	bool found = false;
	int64_t id = -1, key = 0;
	bool by_id = q->id && slice_number(slice_of(q->id), &id);
	bool by_key = !by_id && q->key && slice_number(slice_of(q->key), &key) && key;
	proc_read(&text, "/proc/sysvipc/%s", name);
	rest = buffer_slice(&text);
	proc_next_line(&rest, &line);
	while (!found && (by_id || by_key) && proc_next_line(&rest, &line)) {
		for (size_t i = 0; i < count; i++)
			fields[i] = (uint64_t)strtoll(proc_next_word(&line).ptr, NULL, i == 2 ? 8 : 10);
		found = by_id ? (int64_t)fields[1] == id : (uint32_t)fields[0] == (uint32_t)key;
	}
	buffer_release(&text);
	return found;
}

static void add_owner(struct buffer *out, const char *what, const uint64_t *row, uint64_t owner)
{
	buffer_add_format(out, "%s %d (key 0x%x, mode %03o) belongs to user ", what, (int)row[1], (unsigned)row[0],
		(unsigned)row[2] & 0777);
	who_add_user(out, (uid_t)owner);
}

static void add_process_or_ended(struct buffer *out, const char *role, pid_t pid, const struct live_question *q)
{
	struct buffer text = {0};
	if (pid <= 0)
		return;
	buffer_add_format(out, "; %s ", role);
	if (proc_read(&text, "/proc/%d/comm", (int)pid)) {
		who_add_all(out, pid, q->redact);
		if (!is_traced(q, pid))
			add_doing(out, pid);
	} else {
		buffer_add_format(out, "process %d, which has ended", (int)pid);
	}
	buffer_release(&text);
}

/* Each semaphore: its value, who waits, who changed it last. */
static bool answer_semaphores(const struct live_question *q, struct buffer *out)
{
	enum { SHOWN = 4 };
	uint64_t row[8];
	if (!sysv_row("sem", q, row, 8))
		return false;
	add_owner(out, "semaphore set", row, row[4]);
	for (int i = 0; i < (int)row[3] && i < SHOWN; i++) {
		int value = semctl((int)row[1], i, GETVAL), waiting = semctl((int)row[1], i, GETNCNT);
		if (value < 0)
			break;
		buffer_add_format(out, "; semaphore %d is %d, %d wait for more", i, value, waiting > 0 ? waiting : 0);
		add_process_or_ended(out, "it was changed last by", (pid_t)semctl((int)row[1], i, GETPID), q);
	}
	buffer_add_text(out, " (/proc/sysvipc/sem, semctl)");
	return true;
}

/* key msqid perms cbytes qnum lspid lrpid uid ... */
static bool answer_queue(const struct live_question *q, struct buffer *out)
{
	uint64_t row[8];
	if (!sysv_row("msg", q, row, 8))
		return false;
	add_owner(out, "message queue", row, row[7]);
	buffer_add_format(out, "; it holds %llu messages of %llu bytes in all", (unsigned long long)row[4],
		(unsigned long long)row[3]);
	add_process_or_ended(out, "sent to last by", (pid_t)row[5], q);
	add_process_or_ended(out, "received from last by", (pid_t)row[6], q);
	buffer_add_text(out, " (/proc/sysvipc/msg)");
	return true;
}

/* key shmid perms size cpid lpid nattch uid ... */
static bool answer_segment(const struct live_question *q, struct buffer *out)
{
	uint64_t row[8];
	if (!sysv_row("shm", q, row, 8))
		return false;
	add_owner(out, "segment", row, row[7]);
	buffer_add_format(out, "; it has %llu bytes and is attached %llu times", (unsigned long long)row[3],
		(unsigned long long)row[6]);
	add_process_or_ended(out, "made by", (pid_t)row[4], q);
	buffer_add_text(out, " (/proc/sysvipc/shm)");
	return true;
}

/* --- the other end of a descriptor --- */

static bool find_link(struct buffer *link, const struct live_question *q)
{
	return q->pid > 0 && q->fd >= 0 && proc_link(link, "/proc/%d/fd/%d", (int)q->pid, (int)q->fd);
}

static bool answer_pipe_end(const struct live_question *q, struct buffer *out, const char *link)
{
	bool reads = strstr(q->rule, "full") == NULL;
	struct live_holders h;
	struct buffer who = {0};
	holders_find(&h, link, proc_clock() + LIVE_PATIENCE / 2);
	bool found = add_holders(&who, q, &h, reads ? O_WRONLY : O_RDONLY) > 0;
	if (found) {
		buffer_add_format(out, "the %s end is held by ", reads ? "write" : "read");
		buffer_add(out, buffer_slice(&who));
		buffer_add_text(out, " (/proc/*/fd)");
	}
	buffer_release(&who);
	return found;
}

static bool answer_socket_end(const struct live_question *q, struct buffer *out, uint64_t inode)
{
	struct live_holders h;
	struct buffer who = {0};
	uint64_t peer = sockets_other_end((pid_t)q->pid, inode);
	if (!peer)
		return false;
	find_socket_holders(&h, peer, proc_clock() + LIVE_PATIENCE / 2);
	bool found = add_holders(&who, q, &h, -1) > 0;
	if (found) {
		buffer_add_text(out, "the other end is held by ");
		buffer_add(out, buffer_slice(&who));
		buffer_add_text(out, " (sock_diag, /proc/*/fd)");
	}
	buffer_release(&who);
	return found;
}

static bool answer_other_end(const struct live_question *q, struct buffer *out)
{
	struct buffer link = {0};
	unsigned long long inode;
	bool found = false;
	if (find_link(&link, q)) {
		if (sscanf(link.ptr, "socket:[%llu]", &inode) == 1)
			found = answer_socket_end(q, out, inode);
		else if (strncmp(link.ptr, "pipe:[", 6) == 0 || link.ptr[0] == '/')
			found = answer_pipe_end(q, out, link.ptr);
	}
	buffer_release(&link);
	return found;
}

/* --- files and limits --- */

static bool answer_permission(const struct live_question *q, struct buffer *out)
{
	const char *path = q->path ? q->path : q->address;
	struct stat st;
	if (!path || path[0] != '/' || lstat(path, &st) != 0)
		return false;
	text_add_visible(out, slice_of(path));
	buffer_add_format(out, " has mode %04o and belongs to user ", (unsigned)st.st_mode & 07777);
	who_add_user(out, st.st_uid);
	buffer_add_format(out, ", group %u (stat)", (unsigned)st.st_gid);
	return true;
}

static bool answer_descriptors(const struct live_question *q, struct buffer *out)
{
	struct buffer text = {0};
	size_t count = 0;
	int *fds = q->pid > 0 ? proc_numbers(&count, "/proc/%d/fd", (int)q->pid) : NULL;
	struct slice line = {0}, rest;
	free(fds);
	if (count && proc_read(&text, "/proc/%d/limits", (int)q->pid)) {
		rest = buffer_slice(&text);
		while (proc_next_line(&rest, &line) && !slice_starts(line, SLICE("Max open files")))
			;
		line = slice_skip(line, strlen("Max open files"));
		struct slice soft = proc_next_word(&line), hard = proc_next_word(&line);
		buffer_add_format(out,
			"it has %zu descriptors open; its limit is %.*s, which it may raise to %.*s (/proc/%d/limits)",
			count, (int)soft.len, soft.ptr, (int)hard.len, hard.ptr, (int)q->pid);
	}
	buffer_release(&text);
	return out->len > 0;
}

/* --- who asks what --- */

/* Rules by id, or by folder when the name ends in '/'; the first that fits is asked. */
static const struct {
	const char *rule;
	bool (*answer)(const struct live_question *q, struct buffer *out);
} table[] = {
	{"socket/address-in-use", answer_address_in_use},
	{"socket/connect-refused", answer_refused},
	{"socket/unix-missing", answer_refused},
	{"socket/permission", answer_permission},
	{"socket/receive-blocked", answer_other_end},
	{"lock/", answer_lock},
	{"sem/", answer_semaphores},
	{"msg/", answer_queue},
	{"shm/posix-denied", answer_permission},
	{"shm/", answer_segment},
	{"pipe/", answer_other_end},
	{"fd/limit", answer_descriptors},
	{"deadlock/stalled", answer_other_end},
};

static bool asks(const char *rule, const char *name)
{
	size_t n = strlen(name);
	return name[n - 1] == '/' ? strncmp(rule, name, n) == 0 : strcmp(rule, name) == 0;
}

bool live_answer(const struct live_question *q, struct buffer *sentence)
{
	size_t start = sentence->len;
	for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
		struct buffer text = {0};
		bool found = asks(q->rule, table[i].rule) && table[i].answer(q, &text);
		if (found)
			buffer_add(sentence, buffer_slice(&text));
		buffer_release(&text);
		if (found)
			break;
	}
	return sentence->len > start;
}
