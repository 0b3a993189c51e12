/* Numbers that have names: for -X raw and -e raw, which print numbers, and for -X verbose. Values are those of x86-64
 * and of most other architectures. */
#include "operands.h"

static const struct slice comment_open = SLICE("/* "), comment_close = SLICE(" */"), unknown_mark = SLICE("???");

/* The words of the comment in "0x2 [comment: AF_INET]"; ptr == NULL if there is none or it says that there is no name.
 */
static struct slice comment_of(struct slice arg)
{
	size_t start = slice_find(arg, comment_open, 0);
	if (start == SIZE_MAX)
		return (struct slice){NULL, 0};
	struct slice text = slice_skip(arg, start + comment_open.len);
	size_t end = slice_find(text, comment_close, 0);
	if (end == SIZE_MAX || slice_find(slice_take(text, end), unknown_mark, 0) != SIZE_MAX)
		return (struct slice){NULL, 0};
	return slice_take(text, end);
}

static struct slice without_comment(struct slice arg)
{
	size_t start = slice_find(arg, comment_open, 0);
	return start == SIZE_MAX ? arg : slice_trim(slice_take(arg, start));
}

static bool starts_with_number(struct slice arg)
{
	char c = arg.len > 1 && arg.ptr[0] == '-' ? arg.ptr[1] : arg.ptr[0];
	return c >= '0' && c <= '9';
}

static const char *name_of(int64_t number, const struct number_name *names)
{
	for (; names && names->name; names++)
		if (names->number == number)
			return names->name;
	return NULL;
}

struct slice operand_name(struct slice arg, const struct number_name *names)
{
	int64_t number;
	if (!arg.len)
		return (struct slice){NULL, 0};
	if (!starts_with_number(arg))
		return without_comment(arg);
	/* a name of ours first: comments of old versions are prose ("send and receive") */
	const char *name = arg_number(arg, &number) ? name_of(number, names) : NULL;
	if (name)
		return slice_of(name);
	struct slice comment = comment_of(arg);
	return comment.ptr ? comment : without_comment(arg);
}

int64_t operand_code(struct slice arg, const struct number_name *names)
{
	int64_t number;
	if (!arg.len)
		return -1;
	if (starts_with_number(arg))
		return arg_number(arg, &number) ? number : -1;
	arg = without_comment(arg);
	for (; names->name; names++)
		if (slice_is(arg, names->name))
			return names->number;
	return -1;
}

const struct number_name names_fcntl[] = {
	{0, "F_DUPFD"},
	{1, "F_GETFD"},
	{2, "F_SETFD"},
	{3, "F_GETFL"},
	{4, "F_SETFL"},
	{5, "F_GETLK"},
	{6, "F_SETLK"},
	{7, "F_SETLKW"},
	{12, "F_GETLK64"},
	{13, "F_SETLK64"},
	{14, "F_SETLKW64"},
	{36, "F_OFD_GETLK"},
	{37, "F_OFD_SETLK"},
	{38, "F_OFD_SETLKW"},
	{1030, "F_DUPFD_CLOEXEC"},
	{1031, "F_SETPIPE_SZ"},
	{1032, "F_GETPIPE_SZ"},
	{1033, "F_ADD_SEALS"},
	{0, NULL},
};

const struct number_name names_ioctl[] = {
	{0x541b, "FIONREAD"},
	{0x5421, "FIONBIO"},
	{0x5450, "FIONCLEX"},
	{0x5451, "FIOCLEX"},
	{0x5441, "TIOCGPTPEER"},
	{0, NULL},
};

const struct number_name names_family[] = {
	{0, "AF_UNSPEC"},
	{1, "AF_UNIX"},
	{2, "AF_INET"},
	{3, "AF_AX25"},
	{4, "AF_IPX"},
	{10, "AF_INET6"},
	{15, "AF_KEY"},
	{16, "AF_NETLINK"},
	{17, "AF_PACKET"},
	{29, "AF_CAN"},
	{30, "AF_TIPC"},
	{31, "AF_BLUETOOTH"},
	{38, "AF_ALG"},
	{40, "AF_VSOCK"},
	{44, "AF_XDP"},
	{0, NULL},
};

const struct number_name names_socket_type[] = {
	{1, "SOCK_STREAM"},
	{2, "SOCK_DGRAM"},
	{3, "SOCK_RAW"},
	{4, "SOCK_RDM"},
	{5, "SOCK_SEQPACKET"},
	{6, "SOCK_DCCP"},
	{10, "SOCK_PACKET"},
	{0, NULL},
};

const struct number_name names_shutdown[] = {{0, "SHUT_RD"}, {1, "SHUT_WR"}, {2, "SHUT_RDWR"}, {0, NULL}};

const struct number_name names_sockopt[] = {
	{2, "SO_REUSEADDR"},
	{3, "SO_TYPE"},
	{4, "SO_ERROR"},
	{7, "SO_SNDBUF"},
	{8, "SO_RCVBUF"},
	{9, "SO_KEEPALIVE"},
	{13, "SO_LINGER"},
	{15, "SO_REUSEPORT"},
	{16, "SO_PASSCRED"},
	{17, "SO_PEERCRED"},
	{20, "SO_RCVTIMEO"},
	{21, "SO_SNDTIMEO"},
	{30, "SO_ACCEPTCONN"},
	{0, NULL},
};

const struct number_name names_signal[] = {
	{1, "SIGHUP"},
	{2, "SIGINT"},
	{3, "SIGQUIT"},
	{4, "SIGILL"},
	{5, "SIGTRAP"},
	{6, "SIGABRT"},
	{7, "SIGBUS"},
	{8, "SIGFPE"},
	{9, "SIGKILL"},
	{10, "SIGUSR1"},
	{11, "SIGSEGV"},
	{12, "SIGUSR2"},
	{13, "SIGPIPE"},
	{14, "SIGALRM"},
	{15, "SIGTERM"},
	{16, "SIGSTKFLT"},
	{17, "SIGCHLD"},
	{18, "SIGCONT"},
	{19, "SIGSTOP"},
	{20, "SIGTSTP"},
	{21, "SIGTTIN"},
	{22, "SIGTTOU"},
	{23, "SIGURG"},
	{24, "SIGXCPU"},
	{25, "SIGXFSZ"},
	{26, "SIGVTALRM"},
	{27, "SIGPROF"},
	{28, "SIGWINCH"},
	{29, "SIGIO"},
	{30, "SIGPWR"},
	{31, "SIGSYS"},
	{32, "SIGRTMIN"},
	{0, NULL},
};

const struct number_name names_sigmask[] = {{0, "SIG_BLOCK"}, {1, "SIG_UNBLOCK"}, {2, "SIG_SETMASK"}, {0, NULL}};

const struct number_name names_rlimit[] = {
	{0, "RLIMIT_CPU"},
	{1, "RLIMIT_FSIZE"},
	{2, "RLIMIT_DATA"},
	{3, "RLIMIT_STACK"},
	{4, "RLIMIT_CORE"},
	{5, "RLIMIT_RSS"},
	{6, "RLIMIT_NPROC"},
	{7, "RLIMIT_NOFILE"},
	{8, "RLIMIT_MEMLOCK"},
	{9, "RLIMIT_AS"},
	{10, "RLIMIT_LOCKS"},
	{11, "RLIMIT_SIGPENDING"},
	{12, "RLIMIT_MSGQUEUE"},
	{13, "RLIMIT_NICE"},
	{14, "RLIMIT_RTPRIO"},
	{15, "RLIMIT_RTTIME"},
	{0, NULL},
};

const struct number_name names_epoll[] = {{1, "EPOLL_CTL_ADD"}, {2, "EPOLL_CTL_DEL"}, {3, "EPOLL_CTL_MOD"}, {0, NULL}};

const struct number_name names_futex[] = {
	{0, "FUTEX_WAIT"},
	{1, "FUTEX_WAKE"},
	{2, "FUTEX_FD"},
	{3, "FUTEX_REQUEUE"},
	{4, "FUTEX_CMP_REQUEUE"},
	{5, "FUTEX_WAKE_OP"},
	{6, "FUTEX_LOCK_PI"},
	{7, "FUTEX_UNLOCK_PI"},
	{8, "FUTEX_TRYLOCK_PI"},
	{9, "FUTEX_WAIT_BITSET"},
	{10, "FUTEX_WAKE_BITSET"},
	{11, "FUTEX_WAIT_REQUEUE_PI"},
	{12, "FUTEX_CMP_REQUEUE_PI"},
	{13, "FUTEX_LOCK_PI2"},
	{0, NULL},
};

const struct number_name names_shm[] = {
	{0, "IPC_RMID"},
	{1, "IPC_SET"},
	{2, "IPC_STAT"},
	{3, "IPC_INFO"},
	{11, "SHM_LOCK"},
	{12, "SHM_UNLOCK"},
	{13, "SHM_STAT"},
	{14, "SHM_INFO"},
	{15, "SHM_STAT_ANY"},
	{0, NULL},
};

const struct number_name names_msg[] = {
	{0, "IPC_RMID"},
	{1, "IPC_SET"},
	{2, "IPC_STAT"},
	{3, "IPC_INFO"},
	{11, "MSG_STAT"},
	{12, "MSG_INFO"},
	{13, "MSG_STAT_ANY"},
	{0, NULL},
};

const struct number_name names_sem[] = {
	{0, "IPC_RMID"},
	{1, "IPC_SET"},
	{2, "IPC_STAT"},
	{3, "IPC_INFO"},
	{11, "GETPID"},
	{12, "GETVAL"},
	{13, "GETALL"},
	{14, "GETNCNT"},
	{15, "GETZCNT"},
	{16, "SETVAL"},
	{17, "SETALL"},
	{18, "SEM_STAT"},
	{19, "SEM_INFO"},
	{20, "SEM_STAT_ANY"},
	{0, NULL},
};

const struct number_name names_idtype[] = {{0, "P_ALL"}, {1, "P_PID"}, {2, "P_PGID"}, {3, "P_PIDFD"}, {0, NULL}};

const struct number_name names_locktype[] = {{0, "F_RDLCK"}, {1, "F_WRLCK"}, {2, "F_UNLCK"}, {0, NULL}};

const struct number_name names_siginfo[] = {
	{0, "SI_USER"},
	{0x80, "SI_KERNEL"},
	{-1, "SI_QUEUE"},
	{-2, "SI_TIMER"},
	{-3, "SI_MESGQ"},
	{-4, "SI_ASYNCIO"},
	{-5, "SI_SIGIO"},
	{-6, "SI_TKILL"},
	{0, NULL},
};

const struct number_name names_siginfo_chld[] = {
	{1, "CLD_EXITED"},
	{2, "CLD_KILLED"},
	{3, "CLD_DUMPED"},
	{4, "CLD_TRAPPED"},
	{5, "CLD_STOPPED"},
	{6, "CLD_CONTINUED"},
	{0, NULL},
};

const struct number_name names_siginfo_segv[] = {
	{1, "SEGV_MAPERR"}, {2, "SEGV_ACCERR"}, {3, "SEGV_BNDERR"}, {4, "SEGV_PKUERR"}, {0, NULL}};

const struct number_name names_siginfo_bus[] = {{1, "BUS_ADRALN"}, {2, "BUS_ADRERR"}, {3, "BUS_OBJERR"}, {0, NULL}};

const struct number_name names_uring[] = {
	{0, "IORING_REGISTER_BUFFERS"},
	{1, "IORING_UNREGISTER_BUFFERS"},
	{2, "IORING_REGISTER_FILES"},
	{3, "IORING_UNREGISTER_FILES"},
	{4, "IORING_REGISTER_EVENTFD"},
	{5, "IORING_UNREGISTER_EVENTFD"},
	{6, "IORING_REGISTER_FILES_UPDATE"},
	{0, NULL},
};
