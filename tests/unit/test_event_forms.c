/* What all calls share: results, split calls, numbers in place of names, argument names, names of calls and errors. */
#include "event_sample.h"

static const struct sample results[] = {
	{"close(3) = -1 EBADF (Bad file descriptor) (INJECTED)", "close ret=-1 error=EBADF fd=3 injected"},
	{"close(3) = 0 (INJECTED: args, retval)", "close ret=0 fd=3 injected"},
	{"close(3) = 0 (DELAYED)", "close ret=0 fd=3"},
	{"close(3) = -1 (errno 9)", "close ret=-1 error=EBADF fd=3"},
	{"close(3) = -1 EBADF (Ungültiger Dateideskriptor)", "close ret=-1 error=EBADF fd=3"},
	{"close(3) = ? <unavailable>", "close fd=3"},
	{"write(4, \"x\", 1) = ? ERESTART_RESTARTBLOCK (Interrupted by signal)",
		"write error=ERESTART_RESTARTBLOCK fd=4 asked=1 restarted"},
	{"shmat(0, 0x400000000, 0) = ?", "shmat id=0 addr=0x400000000"},
	{"write(0x4, 0x47ccbc, 0x1) = 0x1", "write ret=1 fd=4 asked=1"},
	{"open(0x7ffc, 0x241, 0x1a4) = 0x3", "open ret=3 mode=0644 write creat trunc"},
	{"close(3 <unfinished ...>) = ?", "close fd=3"},
};

/* The second half knows what the first one had, as long as it was seen. */
static const struct sample split[] = {
	{"7 read(5,  <unfinished ...>\n7 <... read resumed>\"ping\\n\", 32) = 5", "exit read ret=5 fd=5 asked=32"},
	{"7 read(5 <unfinished ...>\n7 <... read resumed>, \"ping\\n\", 32) = 5", "exit read ret=5 fd=5 asked=32"},
	{"7 read(5,  <unfinished ...>\n7 <... read resumed> \"ping\\n\", 32) = 5", "exit read ret=5 fd=5 asked=32"},
	{"7 connect(3, {sa_family=AF_UNIX, sun_path=\"/s\"}, 110 <unfinished ...>\n7 <... connect resumed>) = 0",
		"exit connect ret=0 fd=3 size=110 address=AF_UNIX name=/s"},
	{"<... read resumed>\"ping\\n\", 32) = 5", "exit read ret=5 asked=32"},
	{"<... read resumed>, \"ping\\n\", 32) = 5", "exit read ret=5 asked=32"},
	{"<... close resumed>) = 0", "exit close ret=0"},
	{"<... pipe2 resumed>[3, 4], O_CLOEXEC) = 0", "exit pipe ret=0 fd=3 fd2=4 cloexec"},
	{"<... accept resumed>{sa_family=AF_UNIX}, [110 => 2]) = 4", "exit accept ret=4 address=AF_UNIX"},
	{"<... accept4 resumed>, {sa_family=AF_UNIX}, [110 => 2], SOCK_CLOEXEC) = 4",
		"exit accept ret=4 address=AF_UNIX cloexec"},
	{"<... wait4 resumed>[{WIFEXITED(s) && WEXITSTATUS(s) == 3}], WNOHANG, NULL) = 9",
		"exit wait ret=9 value=3 op=WIFEXITED nohang"},
	{"<... waitid resumed>{si_signo=SIGCHLD, si_code=CLD_EXITED, si_pid=7, si_uid=0, si_status=1}, WEXITED, NULL) = 0",
		"exit wait ret=7 value=1 op=WIFEXITED"},
	{"<... recvfrom resumed>\"x\", 64, 0, NULL, NULL) = 1", "exit recv ret=1 asked=64 op=0"},
	{"<... socketpair resumed>[3, 4]) = 0", "exit socketpair ret=0 fd=3 fd2=4"},
	{"<... fstat resumed>{st_mode=S_IFIFO|0600, ...}) = 0", "exit stat ret=0 op=S_IFIFO"},
	{"<... clone resumed>, child_tidptr=0x1) = 7", "exit fork ret=7"},
	{"<... clone3 resumed> => {parent_tid=[21347]}, 88) = 21347", "exit fork ret=21347"},
	{"<... mmap resumed>) = 0x7000", ""},
	{"<... fcntl resumed>) = 0", ""},
	{"<... connect resumed>) = -1 ECONNREFUSED (Connection refused)", "exit connect ret=-1 error=ECONNREFUSED"},
};

static const struct sample numbers[] = {
	{"socket(0x2, 0x1|0x80000, 0x6) = 3", "socket ret=3 domain=AF_INET type=SOCK_STREAM protocol=0x6 cloexec"},
	{"socket(0x1, 0x80805, 0) = 3", "socket ret=3 domain=AF_UNIX type=SOCK_SEQPACKET protocol=0 cloexec nonblock"},
	{"socket(0x2 /* AF_INET */, 0x1 /* SOCK_STREAM */|0x80000 /* SOCK_CLOEXEC */, 0x6 /* IPPROTO_TCP */) = 3",
		"socket ret=3 domain=AF_INET type=SOCK_STREAM protocol=IPPROTO_TCP cloexec"},
	{"openat(-100 /* AT_FDCWD */, \"/tmp/f\", 0x242 /* O_RDWR|O_CREAT|O_TRUNC */, 0640) = 5",
		"open ret=5 mode=0640 path=/tmp/f both creat trunc"},
	{"openat(-100, \"/tmp/f\", 0) = 5", "open ret=5 path=/tmp/f read"},
	{"openat(-100, \"/tmp/f\", 0x80800) = 5", "open ret=5 path=/tmp/f read cloexec nonblock"},
	{"fcntl(4, 0x4, 0x802) = 0", "setfl ret=0 fd=4 nonblock"},
	{"fcntl(4, 0x2 /* F_SETFD */, 0x1 /* FD_CLOEXEC */) = 0", "setfd ret=0 fd=4 cloexec"},
	{"fcntl(5, 0x6 /* F_SETLK */, {l_type=0x1 /* F_WRLCK */, l_whence=0 /* SEEK_SET */, l_start=3, l_len=9}) = 0",
		"lock ret=0 fd=5 size=9 value=3 exclusive"},
	{"fcntl(5, 0x7, {l_type=0x2, l_whence=0, l_start=3, l_len=9}) = 0",
		"lock ret=0 fd=5 size=9 value=3 release wait"},
	{"pipe2([3, 4], 0x80800) = 0", "pipe ret=0 fd=3 fd2=4 cloexec nonblock"},
	{"pipe2([3, 4], 0x80000 /* O_CLOEXEC */) = 0", "pipe ret=0 fd=3 fd2=4 cloexec"},
	{"mknodat(-100 /* AT_FDCWD */, \"/p\", 010600 /* S_IFIFO|0600 */) = 0", "mknod ret=0 mode=0600 path=/p fifo"},
	{"newfstatat(-100 /* AT_FDCWD */, \"/dev/null\", {st_mode=020666 /* S_IFCHR|0666 */, ...}, 0) = 0",
		"stat ret=0 path=/dev/null op=S_IFCHR"},
	{"shutdown(4, 0x1 /* SHUT_WR */) = 0", "shutdown ret=0 fd=4 op=SHUT_WR"},
	{"getsockopt(4, 0x1, 0x4, [111], [4]) = 0", "getsockopt ret=0 fd=4 value=111 so_error=111 op=SO_ERROR"},
	{"setsockopt(4, 0x6 /* SOL_TCP */, 0x1 /* TCP_NODELAY */, [1], 4) = 0",
		"setsockopt ret=0 fd=4 value=1 op=TCP_NODELAY"},
	{"sendto(6, \"x\", 1, 0x4040, NULL, 0) = 1", "send ret=1 fd=6 asked=1 op=0x4040 dontwait"},
	{"sendmsg(6, {msg_name=NULL, msg_namelen=0, msg_iov=[{iov_base=\"fd!\", iov_len=3}], msg_iovlen=1, msg_control=[{cmsg_len=24, cmsg_level=0x1, "
	 "cmsg_type=0x1, cmsg_data=[3, 5]}], msg_controllen=24, msg_flags=0}, 0x80) = 3",
		"send ret=3 fd=6 asked=3 passed=3,5 op=0x80"},
	{"epoll_ctl(0x7, 0x2, 0x3, 0) = 0", "epoll_ctl ret=0 fd=7 fd2=3 op=EPOLL_CTL_DEL"},
	{"epoll_wait(0x7, 0x7ffed1df7b80, 0x4, 0xffffffff) = 0x2",
		"epoll_wait ret=2 fd=7 list=0x7ffed1df7b80 infinite"},
	{"flock(3, 0x6) = 0", "lock ret=0 fd=3 exclusive ofd_owned"},
	{"rt_sigprocmask(0 /* SIG_BLOCK */, [USR2], NULL, 8) = 0", "sigmask ret=0 op=SIG_BLOCK list=[USR2]"},
	{"close_range(0x3, 0xffffffff, 0x4) = 0", "close_range ret=0 fd=3 fd2=4294967295 cloexec"},
	{"close(0xffffffff) = -1 EBADF (Bad file descriptor)", "close ret=-1 error=EBADF"},
	{"syscall_436(0x3, 0xffffffff, 0, 0, 0, 0) = 0", "close_range ret=0 fd=3 fd2=4294967295"},
};

static const struct sample named[] = {
	{"read(fd=3, buf=\"ping\\n\", count=32) = 5", "read ret=5 fd=3 asked=32"},
	{"openat(dirfd=AT_FDCWD, pathname=\"/tmp/dm_f\", flags=O_RDWR|O_CREAT, mode=0640) = 5",
		"open ret=5 mode=0640 path=/tmp/dm_f both creat"},
	{"pipe2(pipefd=[7, 8], flags=0) = 0", "pipe ret=0 fd=7 fd2=8"},
	{"execve(pathname=\"/bin/x\", argv=[\"x=y\"], envp=0x7fff /* 5 vars */) = 0",
		"exec ret=0 path=/bin/x path2=x=y"},
	{"fcntl(fd=5, op=F_SETLK, arg={l_type=F_WRLCK, l_whence=SEEK_SET, l_start=3, l_len=9}) = 0",
		"lock ret=0 fd=5 size=9 value=3 exclusive"},
	{"newfstatat(dirfd=AT_FDCWD, pathname=\"/dev/null\", statbuf={st_mode=S_IFCHR|0666, ...}, flags=0) = 0",
		"stat ret=0 path=/dev/null op=S_IFCHR"},
	{"fstat(fd=3, statbuf={st_mode=S_IFIFO|0600, ...}) = 0", "stat ret=0 fd=3 op=S_IFIFO"},
	{"unlink(path=\"/tmp/dm_f\") = 0", "unlink ret=0 path=/tmp/dm_f"},
	{"kill(pid=7, sig=SIGTERM) = 0", "kill ret=0 target=7 signal=SIGTERM"},
	{"pwrite64(fd=3, buf=\"x\", count=1, offset=0) = 1", "write ret=1 fd=3 asked=1"},
	{"exit_group(status=3) = ?", "exit_call value=3"},
};

static void test_results(void **state)
{
	(void)state;
	CHECK_SAMPLES(results);
}

static void test_split(void **state)
{
	(void)state;
	CHECK_SAMPLES(split);
}

static void test_numbers(void **state)
{
	(void)state;
	CHECK_SAMPLES(numbers);
}

static void test_named(void **state)
{
	(void)state;
	CHECK_SAMPLES(named);
}

static void test_wants(void **state)
{
	static const char *const wanted[] = {"read", "pipe", "semtimedop_time64", "futex", "clone3", "osf_wait4",
		"_newselect", "mmap2", "syscall_0x1b3", "old_mmap", "io_uring_enter", "pselect6_time64", "ugetrlimit"};
	static const char *const others[] = {
		"", "rea", "readx", "brk", "mprotect", "READ", "lseek", "syscall_0x270f", "???", "\xff\xfe\x80pen"};
	(void)state;
	for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++)
		assert_non_null(event_wants(slice_of(wanted[i])));
	for (size_t i = 0; i < sizeof others / sizeof *others; i++)
		assert_null(event_wants(slice_of(others[i])));
	assert_null(event_wants((struct slice){NULL, 0}));
}

static void test_errors(void **state)
{
	(void)state;
	assert_int_equal(errno_number(SLICE("EPERM")), 1);
	assert_int_equal(errno_number(SLICE("E2BIG")), 7);
	assert_int_equal(errno_number(SLICE("EAGAIN")), 11);
	assert_int_equal(errno_number(SLICE("EWOULDBLOCK")), 11);
	assert_int_equal(errno_number(SLICE("EPIPE")), 32);
	assert_int_equal(errno_number(SLICE("EXFULL")), 54);
	assert_int_equal(errno_number(SLICE("EHWPOISON")), 133);
	assert_int_equal(errno_number(SLICE("ERESTARTSYS")), 512);
	assert_int_equal(errno_number(SLICE("ERESTART_RESTARTBLOCK")), 516);
	assert_int_equal(errno_number(SLICE("ERESTART")), 85);
	assert_int_equal(errno_number(SLICE("EPIP")), 0);
	assert_int_equal(errno_number(SLICE("EPIPEX")), 0);
	assert_int_equal(errno_number(SLICE("")), 0);
	assert_int_equal(errno_number((struct slice){NULL, 0}), 0);
	assert_string_equal(errno_name(11), "EAGAIN");
	assert_string_equal(errno_name(35), "EDEADLK");
	assert_string_equal(errno_name(95), "EOPNOTSUPP");
	assert_null(errno_name(0));
	assert_null(errno_name(100000));
	for (int i = 1; i < 600; i++)
		if (errno_name(i))
			assert_int_equal(errno_number(slice_of(errno_name(i))), i);
}

static void test_kind_names(void **state)
{
	(void)state;
	for (unsigned i = 0; i < EVENT_KINDS; i++)
		assert_string_not_equal(event_kind_name((enum event_kind)i), "unknown");
	assert_string_equal(event_kind_name(EVENT_KINDS), "unknown");
	assert_string_equal(event_kind_name(EVENT_MQ_SEND), "mq_send");
}

/* The usual forms of sends and receives are read in one go. With a name before the first argument, as -N prints, they
 * are not: both ways must say the same. */
static void test_transfers_in_one_go(void **state)
{
	static const char *const arguments[] = {
		"9, \"text\", 4096, 0, NULL, NULL",
		"9, \"te\\\"xt, 5, 0\"..., 4096, MSG_DONTWAIT|MSG_NOSIGNAL, NULL, 0",
		"9<socket:[77]>, \"\", 0, MSG_PEEK",
		"9<TCP:[127.0.0.1:1->127.0.0.1:2]>, \"a\"..., 1, 0, NULL, NULL",
		"9<UNIX-STREAM:[1->2, \"/a,b\"]>, \"a\", 1, 0",
		"9, \"a\", 1, 0x40, NULL, NULL",
		"9, \"a\", 1, 64, NULL, NULL",
		"9, \"a\", 010, 0, NULL, NULL",
		"9, \"a\", 99999999999, 0, NULL, NULL",
		"4294967295, \"a\", 1, 0, NULL, NULL",
		"9, \"a\", 1, 0, {sa_family=AF_INET, sin_port=htons(53), sin_addr=inet_addr(\"10.0.0.1\")}, 16",
		"9, NULL, 0, 0, NULL, NULL",
		"9, 0x7ffd, 16, MSG_PEEK|MSG_DONTWAIT, NULL, NULL",
		"9, \"a\"",
		"9, \"a\", 1",
		"9, \"a\\\\\", 1, 0",
		"9,\"a\",1,0",
		"9 , \"a\", 1, 0 /* none */",
	};
	static const char *const calls[] = {"sendto", "recvfrom", "send", "recv"};
	(void)state;
	for (size_t i = 0; i < sizeof arguments / sizeof *arguments * 4; i++) {
		struct opened plain, with_name;
		struct buffer a = {0}, b = {0};
		char text[512];
		snprintf(text, sizeof text, "%s(%s) = 1\n", calls[i % 4], arguments[i / 4]);
		sample_open(&plain, text);
		snprintf(text, sizeof text, "%s(fd=%s) = 1\n", calls[i % 4], arguments[i / 4]);
		sample_open(&with_name, text);
		assert_int_equal(plain.decoded, with_name.decoded);
		if (plain.decoded) {
			event_print(&plain.event, &a);
			event_print(&with_name.event, &b);
			assert_string_equal(a.ptr, b.ptr);
		}
		buffer_release(&a);
		buffer_release(&b);
		sample_close(&plain);
		sample_close(&with_name);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_results),
		cmocka_unit_test(test_split),
		cmocka_unit_test(test_numbers),
		cmocka_unit_test(test_named),
		cmocka_unit_test(test_transfers_in_one_go),
		cmocka_unit_test(test_wants),
		cmocka_unit_test(test_errors),
		cmocka_unit_test(test_kind_names),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
