/* A typed event: what a record means, with its operands as values. The event layer knows system calls; it keeps no
 * state. Slices point into the record (escaped, as printed) and live as long as it. */
#ifndef IPCDIAG_EVENT_H
#define IPCDIAG_EVENT_H

#include <ipcdiag/buffer.h>
#include <ipcdiag/record.h>

/* One kind for all calls that do the same to the model. */
enum event_kind {
	EVENT_NONE,
	/* descriptors */
	EVENT_OPEN,        /* path, access, creat, excl, trunc, nonblock, cloexec, path_shm; ret = fd */
	EVENT_CLOSE,       /* fd */
	EVENT_CLOSE_RANGE, /* fd = first, fd2 = last (UINT32_MAX: all), cloexec: only marks */
	EVENT_DUP, /* fd -> ret; fd2 = wanted number (dup2, dup3), or -1; cloexec. Also fcntl F_DUPFD* (min = lowest) */
	EVENT_GETFL,      /* fd; flags known from the result */
	EVENT_SETFL,      /* fd, nonblock. Also ioctl FIONBIO */
	EVENT_GETFD,      /* fd; cloexec known from the result */
	EVENT_SETFD,      /* fd, cloexec */
	EVENT_READ,       /* fd, asked (bytes, -1 unknown); read readv pread64 ... on descriptors, not recv* */
	EVENT_WRITE,      /* fd, asked */
	EVENT_TRANSFER,   /* splice tee sendfile copy_file_range: fd = from, fd2 = to, asked */
	EVENT_POLL,       /* poll ppoll select pselect6: list, size = its length, timeout */
	EVENT_EPOLL_CTL,  /* fd = epoll, fd2 = target, op, list = events, addr = data */
	EVENT_EPOLL_WAIT, /* fd, timeout */
	EVENT_MAKE,     /* any other call that makes one descriptor: eventfd, epoll_create, timerfd, signalfd, inotify,
			 * memfd,     userfaultfd, pidfd_open (target), io_uring_setup, perf_event_open ...: makes; ret =
			 * fd.     mq_open: path,     access, creat, excl, nonblock, size = message size, value = most
			 * messages
			 */
	EVENT_IOURING,  /* fd, op (register opcode), size (submitted, registered), min */
	EVENT_TRUNCATE, /* fd or path, size: ftruncate, truncate, fallocate (op = "fallocate") */
	EVENT_SEAL,     /* fd, list = seals as printed: fcntl F_ADD_SEALS */
	EVENT_UNLINK,   /* path: unlink, unlinkat, rmdir; path2 set: rename; makes = "mq": mq_unlink */
	EVENT_MKNOD,    /* path, fifo */
	EVENT_IOCTL,    /* fd, op, value (FIONREAD): any other ioctl */
	EVENT_STAT,     /* fd or path: fstat & co., op = "S_IFIFO", "S_IFSOCK", "S_IFCHR" ..., size: when printed */
	/* pipes */
	EVENT_PIPE,      /* fd = read end, fd2 = write end, cloexec, nonblock */
	EVENT_PIPE_SIZE, /* fd, size; op F_SETPIPE_SZ / F_GETPIPE_SZ; ret = capacity */
	/* sockets */
	EVENT_SOCKET,     /* domain, type, protocol, nonblock, cloexec; ret = fd */
	EVENT_SOCKETPAIR, /* fd, fd2, domain, type, ... */
	EVENT_BIND,       /* fd, address, size = address length */
	EVENT_LISTEN,     /* fd, size = backlog */
	EVENT_ACCEPT,     /* fd = listener, ret = fd, address = peer, nonblock, cloexec */
	EVENT_CONNECT,    /* fd, address, size = address length */
	EVENT_SEND,       /* fd, asked, address (destination), passed[] = SCM_RIGHTS, dontwait, op = flags as printed.
			   * sendmmsg: ret       counts messages, size = bytes moved (-1 not printed; all other sends and
			   * receives:       -1) */
	EVENT_RECV,       /* fd, asked, passed[], truncated (MSG_TRUNC), ctrunc, dontwait, peek, op, address (source);
			   * recvmmsg as       sendmmsg */
	EVENT_SHUTDOWN,   /* fd, op = SHUT_RD / SHUT_WR / SHUT_RDWR (numbers and old comments become these) */
	EVENT_SOCKNAME,   /* fd, address: getsockname */
	EVENT_PEERNAME,   /* fd, address: getpeername */
	EVENT_GETSOCKOPT, /* fd, op = option; SO_ERROR: so_error */
	EVENT_SETSOCKOPT, /* fd, op = option, value */
	/* processes */
	EVENT_FORK, /* ret = child; thread (CLONE_THREAD), share_files, vfork, fd = its pidfd; op = flags (NULL: not
		       printed) */
	EVENT_EXEC, /* path, path2 = argv[0] */
	EVENT_EXIT_CALL,  /* exit_group, exit: value = status */
	EVENT_EXITED,     /* +++: value = status */
	EVENT_KILLED,     /* +++: signal */
	EVENT_SUPERSEDED, /* target = the old thread id */
	EVENT_ATTACHED,   /* target */
	EVENT_DETACHED,   /* target */
	EVENT_SIGNAL,     /* signal, sender (si_pid), op = si_code ("stopped": a state, "--- stopped by"), value =
			   * si_status,     addr = si_addr, path = si_status as printed */
	EVENT_WAIT, /* wait4 waitid waitpid: target (-1 any, 0/neg. group), nohang; ret = child (waitid: from siginfo, 0
		     * if not printed); op = WIFEXITED (value = status), WIFSIGNALED (signal), WIFSTOPPED, WIFCONTINUED;
		     * peek: WNOWAIT */
	EVENT_KILL, /* kill tkill tgkill pidfd_send_signal: target (tgkill: the thread; id = its process), signal ("0":
		       none) */
	EVENT_SIGACTION, /* signal, op = "SIG_IGN", "SIG_DFL" or the handler, restart, list = sa_flags; `op.ptr ==
			    NULL`: only asked */
	EVENT_SIGMASK,   /* op = SIG_BLOCK/SIG_UNBLOCK/SIG_SETMASK, list = set */
	EVENT_SIGRETURN,
	EVENT_SLEEP,   /* nanosleep, clock_nanosleep, pause, sigsuspend, rt_sigtimedwait: timeout (pause: infinite) */
	EVENT_SETUID,  /* value = new effective uid, -1 if not changed */
	EVENT_LIMIT,   /* op = "RLIMIT_NOFILE"; target (0: itself); size = new soft limit or INT64_MAX; old = old soft
			* limit;   -1: not printed */
	EVENT_OWN_ID,  /* ret = getpid / gettid / set_tid_address (op) */
	EVENT_RESTART, /* restart_syscall: op = name of what it resumes, if printed */
	EVENT_YIELD,   /* sched_yield */
	/* System V */
	EVENT_SHMGET,
	EVENT_SEMGET,
	EVENT_MSGGET, /* key (0: IPC_PRIVATE), size, creat, excl, mode; ret = id */
	EVENT_SHMAT,  /* id, addr (asked), rdonly; ret = address */
	EVENT_SHMDT,  /* addr */
	EVENT_SHMCTL,
	EVENT_SEMCTL,
	EVENT_MSGCTL, /* id, op = IPC_RMID, SETVAL ...(without IPC_64|), fd2 = semnum, value (SETVAL,
		       * GETVAL), list = semctl's last argument; IPC_STAT: value = shm_nattch, msg_qnum; size =
		       * shm_segsz, msg_qbytes */
	EVENT_SEMOP,  /* id, list = operations, timeout; undo, nonblock: of any operation */
	EVENT_MSGSND, /* id, mtype, size, nonblock */
	EVENT_MSGRCV, /* id, mtype (wanted), value = received type, size, nonblock. A type not printed is INT64_MIN */
	/* POSIX */
	EVENT_MMAP,   /* only MAP_SHARED: fd (-1 anonymous), size, offset = value, writable; ret = address */
	EVENT_MUNMAP, /* addr, size */
	EVENT_MQ_SEND,
	EVENT_MQ_RECEIVE, /* fd, size, timeout */
	/* between processes and threads */
	EVENT_FUTEX,  /* addr, op = FUTEX_WAIT ... (the command alone), value, timeout, shared (no _PRIVATE), old =
			 second address */
	EVENT_LOCK,   /* flock, fcntl F_SETLK/F_SETLKW/F_OFD_*: fd, lock, wait, ofd_owned (flock, OFD), value = start,
			 size = length */
	EVENT_CHROOT, /* path */
	EVENT_KINDS
};

enum event_phase {
	PHASE_WHOLE, /* entered and returned */
	PHASE_ENTER, /* entered, not returned yet: only the first arguments may be known */
	PHASE_EXIT   /* returned; its ENTER was delivered before, unless the trace began within the call */
};

enum event_access { ACCESS_UNKNOWN, ACCESS_READ, ACCESS_WRITE, ACCESS_BOTH };
enum event_lock { LOCK_UNKNOWN, LOCK_SHARED, LOCK_EXCLUSIVE, LOCK_RELEASE };
enum event_timeout { TIMEOUT_UNKNOWN, TIMEOUT_ZERO, TIMEOUT_FINITE, TIMEOUT_INFINITE };
enum address_family { FAMILY_NONE, FAMILY_UNIX, FAMILY_INET, FAMILY_INET6, FAMILY_OTHER };

struct address {
	enum address_family family;
	struct slice family_name; /* "AF_INET", as printed (PF_, AF_LOCAL, AF_FILE become AF_...) */
	struct slice host;        /* "127.0.0.1", "::1" */
	int64_t port;             /* -1: none */
	struct slice path;        /* AF_UNIX; escaped, as printed */
	bool abstract;
	char text[48]; /* holds `host` when strace printed bytes (-X raw): then `host` points here */
};

enum { EVENT_MAX_PASSED = 16 };

struct event {
	enum event_kind kind;
	enum event_phase phase;
	const struct record *record;
	const char *call; /* name of the call as printed (static), "" if it is none */
	int64_t task;     /* record->task */
	/* result; meaningful unless phase is PHASE_ENTER */
	int64_t ret;    /* decimal or hex value */
	int error;      /* errno number, 0: none. Internal ones: ERESTARTSYS 512 ... ERESTART_RESTARTBLOCK 516 */
	bool returned;  /* a value was printed ("?" and a cut call: false) */
	bool restarted; /* error is one of ERESTART* */
	bool injected;  /* strace made the error up (INJECTED) */
	/* operands; what a kind uses is said at the kind */
	bool cloexec, nonblock, creat, excl, trunc, fifo, thread, share_files, vfork, nohang, restart, dontwait,
		truncated, ctrunc, rdonly, writable, shared, wait, ofd_owned, undo, peek;
	enum event_timeout timeout;
	int64_t fd, fd2; /* -1: none or unknown */
	int64_t asked, size;
	struct slice note, note2; /* annotations <...> of fd, fd2; returned descriptors: record->retnote */
	/* from here on what fewer calls have */
	unsigned passed_count;
	enum event_access access;
	double seconds; /* TIMEOUT_FINITE; -1: a deadline was given, not a duration */
	struct slice path, path2, op, list;
	int64_t old, value, key, id, mtype, min, mode;
	uint64_t addr;
	int64_t target, sender;
	enum event_lock lock;
	int so_error;
	const char *makes;   /* EVENT_MAKE: "eventfd", "epoll", "timerfd", "signalfd", "inotify", "memfd", "pidfd",
				"uring", "mq", ... */
	struct slice signal; /* "SIGPIPE" */
	struct slice domain, type, protocol; /* AF_..., SOCK_... without flags, as printed */
	struct address address;
	int64_t passed[EVENT_MAX_PASSED]; /* SCM_RIGHTS descriptors */
};

/* Is there an event in calls of this name? NULL: no (trace_wants). */
const void *event_wants(struct slice name);

/* The kind of event in a call that event_wants was asked about, EVENT_NONE if that depends on the arguments. */
enum event_kind event_kind_of(const struct record *r);

/* What a record means. False: nothing that the model wants. All absent operands are -1, NULL or false. */
bool event_decode(const struct record *r, struct event *e);

/* Number of an errno name ("EPIPE", "ERESTARTSYS"), 0 if unknown; and its name, NULL if unknown. */
/* The names that event_wants knows, from 0 on, some of them empty; NULL behind the last. For "did you mean". */
const char *event_call_name(unsigned index);

int errno_number(struct slice name);
const char *errno_name(int number);

/* poll's and select's list: the next descriptor; false at the end. `events` is what is waited for: "POLLIN|POLLOUT"
 * (select: "in", "out", "except"). Start with *position = 0. */
bool event_next_polled(const struct event *e, size_t *position, int64_t *fd, struct slice *note, struct slice *events);

/* epoll_wait's result: the cookie of the next one that is ready; false at the end. Start with *position = 0. */
bool event_next_ready(const struct event *e, size_t *position, uint64_t *data);

/* poll's result "[{fd=3, revents=POLLIN}]": what was reported for `fd`; ptr == NULL: nothing. */
struct slice event_polled_result(const struct event *e, int64_t fd);

/* semop's list: the next operation; false at the end. */
bool event_next_semop(const struct event *e, size_t *position, int64_t *num, int64_t *op, bool *undo, bool *nowait);

/* Reads "{sa_family=AF_INET, sin_port=htons(80), ...}", in all the forms of old and new versions and -X raw/verbose. */
void address_parse(struct slice argument, struct address *a);
/* ::ffff:127.0.0.1 is what an IPv6 socket calls 127.0.0.1 (ipv6(7)): makes it FAMILY_INET. address_parse does so
 * itself. */
void address_unmap(struct address *a);

const char *event_kind_name(enum event_kind kind); /* for the debug dump: "open", "close", ... */

/* Adds the event as one line of text without line feed, cleaned for a terminal: phase, kind, result and what operands
 * it has. */
void event_print(const struct event *e, struct buffer *out);

#endif
