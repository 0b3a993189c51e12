/* System V, POSIX, futexes. */
#include "event_sample.h"

static const struct sample sysv[] = {
	{"shmget(IPC_PRIVATE, 8192, IPC_CREAT|0600) = 98345", "shmget ret=98345 size=8192 key=0 mode=0600 creat"},
	{"shmget(0x4242, 1, 000) = -1 ENOENT (No such file or directory)",
		"shmget ret=-1 error=ENOENT size=1 key=16962 mode=0"},
	{"shmget(0x1, 4096, 0x600|0644) = -1 EEXIST (File exists)",
		"shmget ret=-1 error=EEXIST size=4096 key=1 mode=0644 creat excl"},
	{"semget(IPC_PRIVATE, 3, IPC_CREAT|IPC_EXCL|0644) = 32777",
		"semget ret=32777 size=3 key=0 mode=0644 creat excl"},
	{"msgget(0x20342be, 0) = -1 ENOENT (No such file or directory)",
		"msgget ret=-1 error=ENOENT key=33768126 mode=0"},
	{"shmat(98345, NULL, 0) = 0x7fc626974000", "shmat ret=140489027698688 id=98345"},
	{"shmat(98345, 0x500000, SHM_RDONLY) = -1 EINVAL (Invalid argument)",
		"shmat ret=-1 error=EINVAL id=98345 addr=0x500000 rdonly"},
	{"shmdt(0x7fc626974000) = 0", "shmdt ret=0 addr=0x7fc626974000"},
	{"shmctl(98345, IPC_RMID, NULL) = 0", "shmctl ret=0 id=98345 op=IPC_RMID"},
	{"shmctl(98345, IPC_64|IPC_RMID, 0) = 0", "shmctl ret=0 id=98345 op=IPC_RMID"},
	{"shmctl(98345, 0x100, NULL) = 0", "shmctl ret=0 id=98345 op=IPC_RMID"},
	{"shmctl(98345, 0, NULL) = 0", "shmctl ret=0 id=98345 op=IPC_RMID"},
	{"shmctl(98345, IPC_STAT, {shm_perm={uid=0, gid=0, mode=0600, key=0, cuid=0, cgid=0}, shm_segsz=8192, shm_cpid=1, shm_lpid=1, shm_nattch=2, ...}) = 0",
		"shmctl ret=0 size=8192 value=2 id=98345 op=IPC_STAT"},
	{"msgctl(5, IPC_STAT, {msg_perm={uid=0}, msg_stime=1, msg_qnum=1, msg_qbytes=16384, msg_lspid=1}) = 0",
		"msgctl ret=0 size=16384 value=1 id=5 op=IPC_STAT"},
	{"semctl(7, 0, SETVAL, 0x2) = 0", "semctl ret=0 fd2=0 value=2 id=7 op=SETVAL list=0x2"},
	{"semctl(7, 1, IPC_64|SETVAL, [0x2]) = 0", "semctl ret=0 fd2=1 value=2 id=7 op=SETVAL list=[0x2]"},
	{"semctl(7, 0, IPC_64|SETVAL, 0xffde2518) = 0", "semctl ret=0 fd2=0 id=7 op=SETVAL list=0xffde2518"},
	{"semctl(7, 0, GETVAL) = 3", "semctl ret=3 fd2=0 value=3 id=7 op=GETVAL"},
	{"semctl(7, 0, 0x10, 0x1) = 0", "semctl ret=0 fd2=0 value=1 id=7 op=SETVAL list=0x1"},
	{"semtimedop(5, [{sem_num=0, sem_op=-1, sem_flg=SEM_UNDO}], 1, NULL) = 0",
		"semop ret=0 size=1 id=5 list=[{sem_num=0, sem_op=-1, sem_flg=SEM_UNDO}] infinite undo"},
	{"semop(5, {{0, -1, 0}, {1, 1, IPC_NOWAIT}}, 2 <unfinished ...>",
		"enter semop size=2 id=5 list={{0, -1, 0}, {1, 1, IPC_NOWAIT}} infinite nonblock"},
	{"semtimedop(5, [{sem_num=2, sem_op=-1, sem_flg=0}], 1, {tv_sec=0, tv_nsec=2000000}) = -1 EAGAIN (Resource temporarily unavailable)",
		"semop ret=-1 error=EAGAIN size=1 id=5 list=[{sem_num=2, sem_op=-1, sem_flg=0}] finite seconds=0.002"},
	{"semop(0, 0xbfd5897e, 2 <unfinished ...>", "enter semop size=2 id=0 list=0xbfd5897e infinite"},
	{"msgsnd(5, {mtype=7, mtext=\"payload, with ) and \\\"q\\\"\\0\"}, 24, IPC_NOWAIT) = 0",
		"msgsnd ret=0 size=24 id=5 mtype=7 nonblock"},
	{"msgsnd(5, {7, \"x\"}, 24, 0) = 0", "msgsnd ret=0 size=24 id=5 mtype=7"},
	{"msgrcv(5, {mtype=7, mtext=\"x\"...}, 40, -3, MSG_NOERROR) = 24",
		"msgrcv ret=24 size=40 value=7 id=5 mtype=-3"},
	{"msgrcv(5, 0x7ffe, 40, 3, IPC_NOWAIT) = -1 ENOMSG (No message of desired type)",
		"msgrcv ret=-1 error=ENOMSG size=40 id=5 mtype=3 nonblock"},
	{"msgrcv(5, 0xffc5, 40, IPC_NOWAIT) = -1 ENOMSG (No message of desired type)",
		"msgrcv ret=-1 error=ENOMSG size=40 id=5 nonblock"},
	{"msgrcv(5,  <unfinished ...>", "enter msgrcv id=5"},
};

static const struct sample posix[] = {
	{"mmap(NULL, 8192, PROT_READ|PROT_WRITE, MAP_SHARED, 4</dev/shm/a,MAP_PRIVATE>, 0x1000) = 0x7000",
		"mmap ret=28672 fd=4 size=8192 value=4096 note=/dev/shm/a,MAP_PRIVATE writable"},
	{"mmap(NULL, 4096, PROT_READ, MAP_SHARED|MAP_ANONYMOUS, -1, 0) = 0x7000", "mmap ret=28672 size=4096 value=0"},
	{"mmap2(NULL, 4096, PROT_READ, MAP_SHARED_VALIDATE, 3, 0) = 0x7000", "mmap ret=28672 fd=3 size=4096 value=0"},
	{"mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, 3</MAP_SHARED>, 0) = 0x7000", ""},
	{"mmap(NULL, 4096, 0x3, 0x1, 4, 0) = 0x7000", "mmap ret=28672 fd=4 size=4096 value=0 writable"},
	{"mmap(NULL, 4096, 0x3, 0x2, 4, 0) = 0x7000", ""},
	{"mmap(NULL, 4096, 0x3 /* PROT_READ|PROT_WRITE */, 0x22 /* MAP_PRIVATE|MAP_ANONYMOUS */, -1, 0) = 0x7000", ""},
	{"mmap(addr=NULL, length=4096, prot=PROT_READ, flags=MAP_PRIVATE, fd=4, offset=0) = 0x7000", ""},
	{"mmap(addr=NULL, length=4096, prot=PROT_READ, flags=MAP_SHARED, fd=4, offset=0) = 0x7000",
		"mmap ret=28672 fd=4 size=4096 value=0"},
	{"munmap(0x7f44a8d01000, 8192) = 0", "munmap ret=0 size=8192 addr=0x7f44a8d01000"},
	{"mq_timedsend(3, \"a, b\", 4, 0, NULL) = 0", "mq_send ret=0 fd=3 size=4 infinite"},
	{"mq_timedsend(3, \"x\", 1, 0, {tv_sec=1795425785, tv_nsec=0}) = -1 ETIMEDOUT (Connection timed out)",
		"mq_send ret=-1 error=ETIMEDOUT fd=3 size=1 finite seconds=-1"},
	{"mq_timedreceive(3,  <unfinished ...>", "enter mq_receive fd=3"},
	{"mq_timedreceive(3, \"x\", 8192, [0], NULL) = 1", "mq_receive ret=1 fd=3 size=8192 infinite"},
	{"mq_getsetattr(3, {mq_flags=O_NONBLOCK, mq_maxmsg=0, mq_msgsize=0, mq_curmsgs=0}, NULL) = 0",
		"setfl ret=0 fd=3 nonblock"},
	{"mq_getsetattr(3, NULL, {mq_flags=0, mq_maxmsg=10, mq_msgsize=64, mq_curmsgs=0}) = 0", ""},
};

static const struct sample futexes[] = {
	{"futex(0x7fff9d92578c, FUTEX_WAIT_PRIVATE, 1, NULL) = -1 EAGAIN (Resource temporarily unavailable)",
		"futex ret=-1 error=EAGAIN value=1 addr=0x7fff9d92578c op=FUTEX_WAIT infinite"},
	{"futex(0x7f, FUTEX_WAIT_PRIVATE, 2, NULL <unfinished ...>",
		"enter futex value=2 addr=0x7f op=FUTEX_WAIT infinite"},
	{"futex(0x7f, FUTEX_WAIT, 2, {tv_sec=0, tv_nsec=1000}) = -1 ETIMEDOUT (Connection timed out)",
		"futex ret=-1 error=ETIMEDOUT value=2 addr=0x7f op=FUTEX_WAIT finite seconds=1e-06 shared"},
	{"futex(0x7f, FUTEX_WAIT_BITSET_PRIVATE|FUTEX_CLOCK_REALTIME, 0, NULL, FUTEX_BITSET_MATCH_ANY) = 0",
		"futex ret=0 value=0 addr=0x7f op=FUTEX_WAIT_BITSET infinite"},
	{"futex(0x7f, FUTEX_WAIT_BITSET|FUTEX_CLOCK_REALTIME, 0, {tv_sec=1795425785, tv_nsec=0}, FUTEX_BITSET_MATCH_ANY) = 0",
		"futex ret=0 value=0 addr=0x7f op=FUTEX_WAIT_BITSET finite seconds=-1 shared"},
	{"futex(0x7f, FUTEX_WAKE_PRIVATE, 2147483647) = 3", "futex ret=3 value=2147483647 addr=0x7f op=FUTEX_WAKE"},
	{"futex(0x7f, FUTEX_WAKE_OP, 1, 1, 0x7e, FUTEX_OP_SET<<28|0x5<<12|FUTEX_OP_CMP_GT<<24|0x7) = 0",
		"futex ret=0 old=126 value=1 addr=0x7f op=FUTEX_WAKE_OP shared"},
	{"futex(0x7f, FUTEX_LOCK_PI_PRIVATE, NULL) = 0", "futex ret=0 addr=0x7f op=FUTEX_LOCK_PI infinite"},
	{"futex(0x7f, 0x80 /* FUTEX_WAIT_PRIVATE */, 2, NULL) = 0",
		"futex ret=0 value=2 addr=0x7f op=FUTEX_WAIT infinite"},
	{"futex(0x7f, 0x189, 2, NULL, 0xffffffff) = 0",
		"futex ret=0 old=4294967295 value=2 addr=0x7f op=FUTEX_WAIT_BITSET infinite"},
	{"futex(uaddr=0x7f, futex_op=FUTEX_WAIT, val=1, timeout=NULL) = 0",
		"futex ret=0 value=1 addr=0x7f op=FUTEX_WAIT infinite shared"},
	{"futex_wait(0x7f, 1, 0xffffffff, FUTEX2_SIZE_U32|FUTEX2_PRIVATE, NULL, CLOCK_REALTIME) = 0",
		"futex ret=0 value=1 addr=0x7f op=FUTEX_WAIT infinite"},
	{"futex_wake(0x7f, 0xffffffff, 1, FUTEX2_SIZE_U32) = 1", "futex ret=1 value=1 addr=0x7f op=FUTEX_WAKE shared"},
	{"futex_waitv([{val=0, uaddr=0x7f, flags=FUTEX2_SIZE_U32}], 1, 0, NULL, CLOCK_MONOTONIC) = 0",
		"futex ret=0 addr=0x7f op=FUTEX_WAITV list=[{val=0, uaddr=0x7f, flags=FUTEX2_SIZE_U32}] infinite shared"},
};

static void test_sysv(void **state)
{
	(void)state;
	CHECK_SAMPLES(sysv);
}

static void test_posix(void **state)
{
	(void)state;
	CHECK_SAMPLES(posix);
}

static void test_futexes(void **state)
{
	(void)state;
	CHECK_SAMPLES(futexes);
}

static void check_semops(const char *line, const char *expected)
{
	struct opened o;
	struct buffer out = {0};
	size_t position = 0;
	int64_t num, op;
	bool undo, nowait;
	sample_open(&o, line);
	buffer_add_text(&out, "");
	while (event_next_semop(&o.event, &position, &num, &op, &undo, &nowait))
		buffer_add_format(
			&out, "%lld:%lld%s%s ", (long long)num, (long long)op, undo ? "u" : "", nowait ? "n" : "");
	assert_string_equal(out.ptr, expected);
	buffer_release(&out);
	sample_close(&o);
}

static void test_semops(void **state)
{
	(void)state;
	check_semops(
		"semtimedop(5, [{sem_num=0, sem_op=-1, sem_flg=SEM_UNDO}, {sem_num=1, sem_op=2, sem_flg=IPC_NOWAIT|SEM_UNDO}], 2, NULL) = 0",
		"0:-1u 1:2un ");
	check_semops("semop(5, {{0, -1, SEM_UNDO}, {3, 0, IPC_NOWAIT}}, 2) = 0", "0:-1u 3:0n ");
	check_semops("semop(5, [{sem_num=0, sem_op=-1, sem_flg=0x1800}], 1) = 0", "0:-1un ");
	check_semops("semop(5, [{sem_num=0, sem_op=1, sem_flg=0}, ...], 40) = 0", "0:1 ");
	check_semops("semop(5, 0x7ffc, 2) = -1 EINVAL (Invalid argument)", "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sysv),
		cmocka_unit_test(test_posix),
		cmocka_unit_test(test_futexes),
		cmocka_unit_test(test_semops),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
