/* Calls on descriptors, files, pipes and lists of descriptors. */
#include "event_sample.h"

static const struct sample opens[] = {
	{"openat(AT_FDCWD, \"/tmp/f\", O_RDWR|O_CREAT|O_TRUNC|O_CLOEXEC, 0640) = 5",
		"open ret=5 mode=0640 path=/tmp/f both cloexec creat trunc"},
	{"open(\"/tmp/fifo\", O_WRONLY|O_NONBLOCK) = -1 ENXIO (No such device or address)",
		"open ret=-1 error=ENXIO path=/tmp/fifo write nonblock"},
	{"openat(AT_FDCWD</home/a,b>, \"x\", O_RDONLY) = 3</home/a,b/x>", "open ret=3 path=x read"},
	{"openat(9</tmp/a \"q\\76>, \"x\", O_RDONLY) = 3", "open ret=3 path=x read"},
	{"openat2(AT_FDCWD, \"/etc/passwd\", {flags=O_RDONLY|O_EXCL, resolve=0}, 24) = 3",
		"open ret=3 path=/etc/passwd read excl"},
	{"creat(\"/tmp/c\", 0600) = 3", "open ret=3 mode=0600 path=/tmp/c write creat trunc"},
	{"openat(AT_FDCWD, \"/x\", O_RDONLY|O_PATH) = 3", "open ret=3 path=/x"},
	{"open(\"/a, \\\"b\\\" = 3\", O_RDONLY) = 4", "open ret=4 path=/a, \\\"b\\\" = 3 read"},
	{"mknod(\"/tmp/p\", S_IFIFO|0600) = 0", "mknod ret=0 mode=0600 path=/tmp/p fifo"},
	{"mknodat(AT_FDCWD, \"/tmp/n\", S_IFCHR|0600, makedev(0x1, 0x3)) = 0", "mknod ret=0 mode=0600 path=/tmp/n"},
	{"unlink(\"/tmp/p\") = 0", "unlink ret=0 path=/tmp/p"},
	{"unlinkat(AT_FDCWD, \"/tmp/p\", 0) = 0", "unlink ret=0 path=/tmp/p"},
	{"rename(\"a\", \"b\") = 0", "unlink ret=0 path=a path2=b"},
	{"renameat2(AT_FDCWD, \"a\", AT_FDCWD, \"b\", RENAME_NOREPLACE) = 0", "unlink ret=0 path=a path2=b"},
	{"mq_unlink(\"q\") = 0", "unlink ret=0 makes=mq path=q"},
	{"ftruncate(4</dev/shm/x>(deleted), 8192) = 0", "truncate ret=0 fd=4 size=8192 note=/dev/shm/x"},
	{"truncate(\"/f\", 0) = 0", "truncate ret=0 size=0 path=/f"},
	{"fallocate(3, 0, 4096, 4096) = 0", "truncate ret=0 fd=3 size=8192 op=fallocate"},
	{"fallocate(3, FALLOC_FL_KEEP_SIZE|FALLOC_FL_PUNCH_HOLE, 0, 4096) = 0", ""},
	{"chroot(\"/srv\") = 0", "chroot ret=0 path=/srv"},
};

static const struct sample stats[] = {
	{"newfstatat(3, \"\", {st_mode=S_IFREG|0644, st_size=53135, ...}, AT_EMPTY_PATH) = 0",
		"stat ret=0 fd=3 size=53135 op=S_IFREG"},
	{"newfstatat(AT_FDCWD, \"/run/s\", {st_mode=S_IFSOCK|0755, st_size=0, ...}, 0) = 0",
		"stat ret=0 size=0 path=/run/s op=S_IFSOCK"},
	{"newfstatat(AT_FDCWD, \"a_mode=S_IFIFO\", 0x7ffc, 0) = -1 ENOENT (No such file or directory)",
		"stat ret=-1 error=ENOENT path=a_mode=S_IFIFO"},
	{"newfstatat(AT_FDCWD, \"a_mode=S_IFIFO\", {st_mode=S_IFDIR|0755, ...}, 0) = 0",
		"stat ret=0 path=a_mode=S_IFIFO op=S_IFDIR"},
	{"fstat(4<pipe:[9]>, {st_mode=S_IFIFO|0600, st_size=0, ...}) = 0",
		"stat ret=0 fd=4 size=0 note=pipe:[9] op=S_IFIFO"},
	{"fstat64(1, {st_mode=S_IFCHR|0620, st_rdev=makedev(136, 0), ...}) = 0", "stat ret=0 fd=1 op=S_IFCHR"},
	{"stat(\"/x\", {st_mode=S_IFREG|0640, st_size=7, ...}) = 0", "stat ret=0 size=7 path=/x op=S_IFREG"},
	{"fstat(3, {st_mode=0140777, st_size=0, ...}) = 0", "stat ret=0 fd=3 size=0 op=S_IFSOCK"},
	{"statx(3, \"\", AT_EMPTY_PATH, STATX_ALL, {stx_mask=STATX_BASIC_STATS, stx_mode=S_IFIFO|0600, stx_size=0, ...}) = 0",
		"stat ret=0 fd=3 size=0 op=S_IFIFO"},
};

static const struct sample descriptors[] = {
	{"close(3<TCP:[127.0.0.1:80->127.0.0.1:5]>) = 0", "close ret=0 fd=3 note=TCP:[127.0.0.1:80->127.0.0.1:5]"},
	{"close(-1) = -1 EBADF (Bad file descriptor)", "close ret=-1 error=EBADF"},
	{"close_range(3, 4294967295, 0) = 0", "close_range ret=0 fd=3 fd2=4294967295"},
	{"close_range(3, 10, CLOSE_RANGE_CLOEXEC) = 0", "close_range ret=0 fd=3 fd2=10 cloexec"},
	{"dup(3<pipe:[1]>) = 4<pipe:[1]>", "dup ret=4 fd=3 note=pipe:[1]"},
	{"dup2(3, 1) = 1", "dup ret=1 fd=3 fd2=1"},
	{"dup3(3, 10, O_CLOEXEC) = 10", "dup ret=10 fd=3 fd2=10 cloexec"},
	{"fcntl(3, F_DUPFD, 10) = 10", "dup ret=10 fd=3 min=10"},
	{"fcntl64(3, F_DUPFD_CLOEXEC, 10) = 10", "dup ret=10 fd=3 min=10 cloexec"},
	{"fcntl(3, F_GETFL) = 0x8802 (flags O_RDWR|O_NONBLOCK|O_LARGEFILE)", "getfl ret=34818 fd=3 both nonblock"},
	{"fcntl(3, F_GETFL) = 0x1 (flags O_WRONLY)", "getfl ret=1 fd=3 write"},
	{"fcntl(3, F_SETFL, O_RDONLY|O_NONBLOCK) = 0", "setfl ret=0 fd=3 nonblock"},
	{"fcntl(3, F_SETFL, O_RDONLY) = 0", "setfl ret=0 fd=3"},
	{"fcntl(3, F_SETFD, FD_CLOEXEC) = 0", "setfd ret=0 fd=3 cloexec"},
	{"fcntl(3, F_GETFD) = 0x1 (flags FD_CLOEXEC)", "getfd ret=1 fd=3 cloexec"},
	{"fcntl(4<pipe:[1]>, F_SETPIPE_SZ, 65536) = 65536",
		"pipe_size ret=65536 fd=4 size=65536 note=pipe:[1] op=F_SETPIPE_SZ"},
	{"fcntl(4, F_GETPIPE_SZ) = 4096", "pipe_size ret=4096 fd=4 op=F_GETPIPE_SZ"},
	{"ioctl(3, FIONBIO, [1]) = 0", "setfl ret=0 fd=3 value=1 op=FIONBIO nonblock"},
	{"ioctl(3, FIOCLEX) = 0", "setfd ret=0 fd=3 op=FIOCLEX cloexec"},
	{"ioctl(3, FIONCLEX) = 0", "setfd ret=0 fd=3 op=FIONCLEX"},
	{"ioctl(3, FIONREAD, [11]) = 0", "ioctl ret=0 fd=3 value=11 op=FIONREAD"},
	{"ioctl(0, TCGETS, 0x7ffc) = -1 ENOTTY (Inappropriate ioctl for device)",
		"ioctl ret=-1 error=ENOTTY fd=0 op=TCGETS"},
	{"ioctl(3</dev/ptmx<char 5:2 @/dev/pts/0>>, TIOCGPTPEER, O_RDWR|O_NOCTTY) = 4",
		"make ret=4 makes=ioctl fd=3 note=/dev/ptmx<char 5:2 @/dev/pts/0> op=TIOCGPTPEER"},
	{"pipe([3, 4]) = 0", "pipe ret=0 fd=3 fd2=4"},
	{"pipe2([3<pipe:[9]>, 4<pipe:[9]>], O_CLOEXEC|O_NONBLOCK) = 0",
		"pipe ret=0 fd=3 fd2=4 note=pipe:[9] note2=pipe:[9] cloexec nonblock"},
	{"pipe(0x7ffc) = -1 EMFILE (Too many open files)", "pipe ret=-1 error=EMFILE"},
	{"flock(3, LOCK_EX|LOCK_NB) = -1 EAGAIN (Resource temporarily unavailable)",
		"lock ret=-1 error=EAGAIN fd=3 exclusive ofd_owned"},
	{"flock(3, LOCK_SH) = 0", "lock ret=0 fd=3 lock_shared wait ofd_owned"},
	{"flock(3, LOCK_UN) = 0", "lock ret=0 fd=3 release wait ofd_owned"},
	{"fcntl(3, F_SETLKW, {l_type=F_WRLCK, l_whence=SEEK_SET, l_start=3, l_len=9}) = 0",
		"lock ret=0 fd=3 size=9 value=3 exclusive wait"},
	{"fcntl(3, F_SETLK, {type=F_RDLCK, whence=SEEK_SET, start=0, len=0}) = 0", "lock ret=0 fd=3 lock_shared"},
	{"fcntl(3, F_OFD_SETLK, {l_type=F_UNLCK, l_whence=SEEK_SET, l_start=0, l_len=0}) = 0",
		"lock ret=0 fd=3 size=0 value=0 release ofd_owned"},
};

static const struct sample bytes[] = {
	{"read(0, \"a, b) = 3, 7\", 12) = 12", "read ret=12 fd=0 asked=12"},
	{"read(5,  <unfinished ...>", "enter read fd=5"},
	{"read(5 <unfinished ...>", "enter read fd=5"},
	{"read(3, 0x7ffc, 8) = ? ERESTARTSYS (To be restarted if SA_RESTART is set)",
		"read error=ERESTARTSYS fd=3 asked=8 restarted"},
	{"write(1, \"x\"..., 100000) = 65536", "write ret=65536 fd=1 asked=100000"},
	{"write(3, \"\\\", 5\", 4) = 4", "write ret=4 fd=3 asked=4"},
	{"pread64(3, \"ab\", 784, 64) = 784", "read ret=784 fd=3 asked=784"},
	{"pwrite(3, \"ab\", 2, 0) = 2", "write ret=2 fd=3 asked=2"},
	{"writev(1, [{iov_base=\"a, {\", iov_len=4}, {iov_base=\"b\", iov_len=1}], 2) = 5", "write ret=5 fd=1 asked=5"},
	{"writev(1, [{\"pw\", 2}, {\"\\\"}\", 2}], 2) = 4", "write ret=4 fd=1 asked=4"},
	{"readv(3, [{iov_base=\"abc\", iov_len=10}, ...], 90) = 3", "read ret=3 fd=3"},
	{"preadv2(3, [{iov_base=\"abc\", iov_len=10}], 1, 0, RWF_NOWAIT) = 3", "read ret=3 fd=3 asked=10"},
	{"splice(7<pipe:[1]>, NULL, 5<socket:[2]>, [0], 9, SPLICE_F_MOVE|SPLICE_F_NONBLOCK) = 9",
		"transfer ret=9 fd=7 fd2=5 asked=9 note=pipe:[1] note2=socket:[2] dontwait"},
	{"tee(7, 10, 4, 0) = 4", "transfer ret=4 fd=7 fd2=10 asked=4"},
	{"sendfile(11, 5, [2] => [7], 5) = 5", "transfer ret=5 fd=5 fd2=11 asked=5"},
	{"sendfile64(11, 5, [2 => 7], 5) = 5", "transfer ret=5 fd=5 fd2=11 asked=5"},
	{"copy_file_range(5, NULL, 6, NULL, 7, 0) = 0", "transfer ret=0 fd=5 fd2=6 asked=7"},
	{"vmsplice(10, [{iov_base=\"vm\", iov_len=2}], 1, 0) = 2", "write ret=2 fd=10 asked=2"},
};

static const struct sample makers[] = {
	{"eventfd2(0, EFD_CLOEXEC|EFD_NONBLOCK) = 3", "make ret=3 makes=eventfd cloexec nonblock"},
	{"eventfd(4) = 8", "make ret=8 makes=eventfd"},
	{"epoll_create1(EPOLL_CLOEXEC) = 7", "make ret=7 makes=epoll cloexec"},
	{"epoll_create(5) = 8", "make ret=8 makes=epoll"},
	{"timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK) = 14", "make ret=14 makes=timerfd nonblock"},
	{"signalfd4(-1, [USR1 CHLD], 8, O_NONBLOCK) = 13", "make ret=13 makes=signalfd nonblock"},
	{"signalfd4(13, [USR1], 8, 0) = 13", ""},
	{"inotify_init1(IN_CLOEXEC) = 5", "make ret=5 makes=inotify cloexec"},
	{"memfd_create(\"a (b)\", MFD_CLOEXEC) = 4", "make ret=4 makes=memfd path=a (b) cloexec"},
	{"pidfd_open(4415, 0) = 18", "make ret=18 makes=pidfd target=4415 cloexec"},
	{"io_uring_setup(4, {flags=0, sq_entries=4}) = 3", "make ret=3 makes=uring cloexec"},
	{"perf_event_open({type=PERF_TYPE_HARDWARE, size=0}, 0, -1, -1, PERF_FLAG_FD_CLOEXEC) = 3",
		"make ret=3 makes=perf cloexec"},
	{"bpf(BPF_MAP_CREATE, {map_type=BPF_MAP_TYPE_HASH}, 72) = 3", "make ret=3 makes=bpf cloexec"},
	{"bpf(BPF_MAP_LOOKUP_ELEM, {map_fd=3}, 72) = 0", ""},
	{"mq_open(\"q\", O_RDWR|O_CREAT|O_NONBLOCK, 0600, {mq_flags=0, mq_maxmsg=10, mq_msgsize=64, mq_curmsgs=0}) = 3",
		"make ret=3 makes=mq size=64 value=10 mode=0600 path=q both cloexec nonblock creat"},
	{"io_uring_enter(3, 1, 2, IORING_ENTER_GETEVENTS, NULL, 8) = 1", "iouring ret=1 fd=3 size=1 min=2"},
	{"io_uring_register(3, IORING_REGISTER_FILES, [4, -1], 2) = 0",
		"iouring ret=0 fd=3 size=2 op=IORING_REGISTER_FILES"},
};

static const struct sample waits[] = {
	{"poll([{fd=3, events=POLLIN}], 1, -1) = 1 ([{fd=3, revents=POLLHUP}])",
		"poll ret=1 size=1 list=[{fd=3, events=POLLIN}] infinite"},
	{"poll(NULL, 0, 100) = 0 (Timeout)", "poll ret=0 size=0 list=NULL finite seconds=0.1"},
	{"poll([{fd=3, events=POLLIN}], 1, 0) = 0 (Timeout)", "poll ret=0 size=1 list=[{fd=3, events=POLLIN}] zero"},
	{"poll(0, 0, 4294967295) = ? ERESTART_RESTARTBLOCK (Interrupted by signal)",
		"poll error=ERESTART_RESTARTBLOCK size=0 list=0 infinite restarted"},
	{"ppoll([{fd=3, events=POLLIN}], 1, NULL, [INT], 8) = 1 ([{fd=3, revents=POLLIN}])",
		"poll ret=1 size=1 list=[{fd=3, events=POLLIN}] infinite"},
	{"ppoll_time64([{fd=4, events=POLLIN}], 1, {tv_sec=0, tv_nsec=1000000}, NULL, 8) = 0 (Timeout)",
		"poll ret=0 size=1 list=[{fd=4, events=POLLIN}] finite seconds=0.001"},
	{"pselect6(7, [3 5], [6], NULL, {1, 500000000}, 0) = 2 (in [3], out [6], left {1, 4})",
		"poll ret=2 size=7 list=[3 5], [6], NULL finite seconds=1.5"},
	{"select(5, [4], NULL, NULL, {0, 500000}) = 0 (Timeout)",
		"poll ret=0 size=5 list=[4], NULL, NULL finite seconds=0.5"},
	{"_newselect(5, [4], NULL, NULL, NULL) = 1 (in [4])", "poll ret=1 size=5 list=[4], NULL, NULL infinite"},
	{"epoll_ctl(7, EPOLL_CTL_ADD, 3<pipe:[1]>, {events=EPOLLIN|EPOLLET, data={u32=3, u64=3}}) = 0",
		"epoll_ctl ret=0 fd=7 fd2=3 addr=0x3 note2=pipe:[1] op=EPOLL_CTL_ADD list=EPOLLIN|EPOLLET"},
	{"epoll_ctl(7, EPOLL_CTL_MOD, 3, {EPOLLOUT, {u32=3, u64=3}}) = 0",
		"epoll_ctl ret=0 fd=7 fd2=3 addr=0x3 op=EPOLL_CTL_MOD list=EPOLLOUT"},
	{"epoll_wait(7, [], 4, -1) = 0", "epoll_wait ret=0 fd=7 list=[] infinite"},
	{"epoll_wait(8, {}, 4, 250) = 0", "epoll_wait ret=0 fd=8 list={} finite seconds=0.25"},
	{"epoll_pwait2(8, [], 4, NULL, NULL, 8) = 0", "epoll_wait ret=0 fd=8 list=[] infinite"},
	{"epoll_pwait2(8, [], 4, {tv_sec=2, tv_nsec=0}, NULL, 8) = 0",
		"epoll_wait ret=0 fd=8 list=[] finite seconds=2"},
	{"epoll_wait(5,  <unfinished ...>", "enter epoll_wait fd=5"},
};

static void test_opens(void **state)
{
	(void)state;
	CHECK_SAMPLES(opens);
}

static void test_stats(void **state)
{
	(void)state;
	CHECK_SAMPLES(stats);
}

static void test_descriptors(void **state)
{
	(void)state;
	CHECK_SAMPLES(descriptors);
}

static void test_bytes(void **state)
{
	(void)state;
	CHECK_SAMPLES(bytes);
}

static void test_makers(void **state)
{
	(void)state;
	CHECK_SAMPLES(makers);
}

static void test_waits(void **state)
{
	(void)state;
	CHECK_SAMPLES(waits);
}

/* All that event_next_polled and event_polled_result say of a call: "fd events result, ...". */
static void check_polled(const char *line, const char *expected)
{
	struct opened o;
	struct buffer out = {0};
	struct slice note, events;
	size_t position = 0;
	int64_t fd;
	sample_open(&o, line);
	assert_true(o.decoded);
	buffer_add_text(&out, "");
	while (event_next_polled(&o.event, &position, &fd, &note, &events)) {
		struct slice result = event_polled_result(&o.event, fd);
		buffer_add_format(&out, "%lld", (long long)fd);
		if (note.ptr)
			buffer_add_format(&out, "<%.*s>", (int)note.len, note.ptr);
		buffer_add_format(&out, " %.*s %.*s; ", (int)events.len, events.ptr, (int)result.len, result.ptr);
	}
	assert_string_equal(out.ptr, expected);
	buffer_release(&out);
	sample_close(&o);
}

static void test_polled(void **state)
{
	(void)state;
	check_polled(
		"poll([{fd=3<pipe:[7]>, events=POLLIN}, {fd=5, events=POLLIN|POLLPRI}, {fd=-1}], 3, 100) = 1 ([{fd=5, revents=POLLIN}])",
		"3<pipe:[7]> POLLIN ; 5 POLLIN|POLLPRI POLLIN; ");
	check_polled("poll(NULL, 0, 1) = 0 (Timeout)", "");
	check_polled("poll(0x7ffed1df7d60, 0x3, 0x64) = 0x1", "");
	check_polled(
		"ppoll([{fd=3, events=POLLIN}], 1, {tv_sec=0, tv_nsec=2}, NULL, 8) = 1 ([{fd=3, revents=POLLHUP}], left {tv_sec=0, tv_nsec=1})",
		"3 POLLIN POLLHUP; ");
	check_polled("pselect6(7, [3 5], [6], [7], NULL, NULL) = 2 (in [3], out [6], left {tv_sec=1, tv_nsec=4})",
		"3 in in; 5 in ; 6 out out; 7 except ; ");
	check_polled(
		"select(9, [3<UNIX-STREAM:[1->2,\"/a ] b\"]> 8<pipe:[3]>], NULL, [5], {tv_sec=1, tv_usec=0}) = 0 (Timeout)",
		"3<UNIX-STREAM:[1->2,\"/a ] b\"]> in ; 8<pipe:[3]> in ; 5 except ; ");
	check_polled("select(n=7, inp=NULL, outp=[6], exp=NULL, tvp=NULL) = 1 (out [6])", "6 out out; ");
	check_polled("pselect6(0x7, 0x7ffed1df7c50, 0x7ffed1df7bd0, 0, 0x7ffed1df7b10, 0) = 0x2", "");
	check_polled("poll([{fd=3, events=POLLIN}, {fd=4, events=POLLOUT}], 2, -1 <unfinished ...>",
		"3 POLLIN ; 4 POLLOUT ; ");
}

/* Lists that no strace prints must come to an end, too. */
static void test_broken_lists(void **state)
{
	static const char *const lists[] = {"[)", "[), 3]", "[3 )", "[{), 1}]", "[(((", "[,,,", "{=,=}", "[\"", "[3<",
		"[3</*", "~[", "[]]]", "[ ~ ]"};
	(void)state;
	for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
		struct slice element;
		size_t position = 0, count = 0;
		while (arg_next_element(slice_of(lists[i]), &position, &element))
			assert_true(++count < 10);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_opens),
		cmocka_unit_test(test_stats),
		cmocka_unit_test(test_descriptors),
		cmocka_unit_test(test_bytes),
		cmocka_unit_test(test_makers),
		cmocka_unit_test(test_waits),
		cmocka_unit_test(test_polled),
		cmocka_unit_test(test_broken_lists),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
