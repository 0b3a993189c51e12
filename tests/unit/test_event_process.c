/* Processes, signals, time. */
#include "event_sample.h"

static const struct sample processes[] = {
	{"fork() = 12", "fork ret=12 op=fork"},
	{"vfork( <unfinished ...>", "enter fork op=vfork vfork"},
	{"clone(child_stack=NULL, flags=CLONE_CHILD_CLEARTID|CLONE_CHILD_SETTID|SIGCHLD, child_tidptr=0x3f9c2650) = 4337",
		"fork ret=4337 op=CLONE_CHILD_CLEARTID|CLONE_CHILD_SETTID|SIGCHLD"},
	{"clone(child_stack=0x7f, flags=CLONE_VM|CLONE_FILES|CLONE_THREAD|CLONE_SYSVSEM, parent_tid=[5], tls=0x7f, child_tidptr=0x7f) = 5",
		"fork ret=5 op=CLONE_VM|CLONE_FILES|CLONE_THREAD|CLONE_SYSVSEM thread share_files"},
	{"clone(child_stack=NULL, flags=CLONE_VM|CLONE_VFORK|SIGCHLD) = 9",
		"fork ret=9 op=CLONE_VM|CLONE_VFORK|SIGCHLD vfork"},
	{"clone(child_stack=NULL, flags=CLONE_PIDFD|SIGCHLD, parent_tid=[6]) = 9",
		"fork ret=9 fd=6 op=CLONE_PIDFD|SIGCHLD"},
	{"clone(child_stack=NULL, flags=0x1200000|17, child_tidptr=0x2edf650) = 4458", "fork ret=4458 op=0x1200000|17"},
	{"clone(child_stack=0x7f, flags=0x10f00, child_tidptr=0x2edf650) = 4458",
		"fork ret=4458 op=0x10f00 thread share_files"},
	{"clone(0x3d0f00, 0x7f11, 0x7f12, 0x7f13, 0x7f14) = 0x117e", "fork ret=4478 op=0x3d0f00 thread share_files"},
	{"1 clone( <unfinished ...>\n1 <... clone resumed> child_stack=0, flags=CLONE_CHILD_CLEARTID|SIGCHLD, child_tidptr=0x1) = 7",
		"exit fork ret=7 op=CLONE_CHILD_CLEARTID|SIGCHLD"},
	{"clone3({flags=CLONE_VM|CLONE_FILES|CLONE_THREAD, child_tid=0x7f, exit_signal=0, stack=0x7f, stack_size=0x8} => {parent_tid=[4173]}, 88) = 4173",
		"fork ret=4173 op=CLONE_VM|CLONE_FILES|CLONE_THREAD thread share_files"},
	{"clone3({flags=0, exit_signal=SIGCHLD, stack=NULL, stack_size=0}, 64) = 4882", "fork ret=4882 op=0"},
	{"syscall_435(0x7ffc7b, 0x58, 0, 0, 0, 0) = 0x11", "fork ret=17"},
	{"execve(\"/bin/sh\", [\"sh\", \"-c\", \"a, b\"], 0x7ffc /* 37 vars */) = 0",
		"exec ret=0 path=/bin/sh path2=sh"},
	{"execve(\"/bin/sh\", [\"sh\"], [/* 37 vars */]) = -1 ENOENT (No such file or directory)",
		"exec ret=-1 error=ENOENT path=/bin/sh path2=sh"},
	{"execveat(3, \"\", [\"x\", \"y\"], 0x7ffc /* 3 vars */, AT_EMPTY_PATH) = 0", "exec ret=0 path= path2=x"},
	{"exit_group(3) = ?", "exit_call value=3"},
	{"_exit(0) = ?", "exit_call value=0"},
	{"+++ exited with 4 +++", "exited value=4"},
	{"+++ killed by SIGBUS (core dumped) +++", "killed signal=SIGBUS"},
	{"7 +++ superseded by execve in pid 8095 +++", "superseded target=8095"},
	{"strace: Process 4173 attached", "attached target=4173"},
	{"strace: Process 13448 detached", "detached target=13448"},
	{"getpid() = 5", "own_id ret=5 op=getpid"},
	{"set_tid_address(0x7f1140458a10) = 26968", "own_id ret=26968 op=set_tid_address"},
	{"getpid() = 2 /* 5092 in strace's PID NS */", "own_id ret=5092 op=getpid"},
	{"clone(child_stack=NULL, flags=SIGCHLD) = 2 /* 5092 in strace's PID NS */ <0.000123>",
		"fork ret=5092 op=SIGCHLD"},
	{"setuid(33) = 0", "setuid ret=0 value=33"},
	{"setresuid(-1, 1000, 4294967295) = 0", "setuid ret=0 value=1000"},
	{"setreuid32(0, 4294967295) = 0", "setuid ret=0"},
	{"restart_syscall(<... resuming interrupted clock_nanosleep ...>) = 0", "restart ret=0 op=clock_nanosleep"},
	{"restart_syscall(<... resuming interrupted read ...> <unfinished ...>", "enter restart op=read"},
	{"sched_yield() = 0", "yield ret=0 op=sched_yield"},
};

static const struct sample waits[] = {
	{"wait4(-1, [{WIFEXITED(s) && WEXITSTATUS(s) == 7}], 0, NULL) = 12", "wait ret=12 value=7 op=WIFEXITED"},
	{"wait4(12, [{WIFSIGNALED(s) && WTERMSIG(s) == SIGBUS && WCOREDUMP(s)}], WNOHANG, NULL) = 12",
		"wait ret=12 target=12 op=WIFSIGNALED signal=SIGBUS nohang"},
	{"wait4(12, [{WIFSTOPPED(s) && WSTOPSIG(s) == SIGSTOP}], WSTOPPED, NULL) = 12",
		"wait ret=12 target=12 op=WIFSTOPPED"},
	{"wait4(-1, [{WIFCONTINUED(s)}], WCONTINUED, NULL) = 12", "wait ret=12 op=WIFCONTINUED"},
	{"wait4(-1, [{WIFSIGNALED(s) && WTERMSIG(s) == 9}], 0x1, NULL) = 12",
		"wait ret=12 op=WIFSIGNALED signal=SIGKILL nohang"},
	{"wait4(-1, NULL, WNOHANG|WSTOPPED, NULL) = 0", "wait ret=0 nohang"},
	{"waitpid(-1, NULL, WNOHANG) = -1 ECHILD (No child processes)", "wait ret=-1 error=ECHILD nohang"},
	{"wait4(21319,  <unfinished ...>", "enter wait target=21319"},
	{"wait4(0xffffffff, 0x7ffe4c3e88cc, 0, 0) = 0x117e", "wait ret=4478"},
	{"wait4(18975<d_fork>, [{WIFEXITED(s) && WEXITSTATUS(s) == 0}], 0, NULL) = 18975",
		"wait ret=18975 value=0 target=18975 op=WIFEXITED"},
	{"1 wait4(2 /* 5092 in strace's PID NS */,  <unfinished ...>\n1 <... wait4 resumed>[{WIFEXITED(s) && WEXITSTATUS(s) == 3}], 0, NULL) = 2",
		"exit wait ret=5092 value=3 target=5092 op=WIFEXITED"},
	{"waitid(P_PID, 21325, {si_signo=SIGCHLD, si_code=CLD_EXITED, si_pid=21325, si_uid=0, si_status=5, si_utime=0, si_stime=0}, WEXITED, NULL) = 0",
		"wait ret=21325 value=5 target=21325 op=WIFEXITED"},
	{"waitid(P_ALL, 0, {si_signo=SIGCHLD, si_code=CLD_KILLED, si_pid=7, si_uid=0, si_status=SIGKILL, si_utime=0, si_stime=0}, WEXITED|WNOWAIT, NULL) = 0",
		"wait ret=7 op=WIFSIGNALED signal=SIGKILL peek"},
	{"waitid(P_ALL, 0, {}, WNOHANG|WEXITED, NULL) = 0", "wait ret=0 nohang"},
	{"waitid(P_PGID, 7, NULL, WEXITED, NULL) = -1 ECHILD (No child processes)",
		"wait ret=-1 error=ECHILD target=-7"},
	{"waitid(P_PIDFD, 4, NULL, WEXITED, NULL) = 0", "wait ret=0 fd=4"},
	{"waitid(0x1, 9, NULL, 0x4, NULL) = 0", "wait ret=9 target=9"},
};

static const struct sample signals[] = {
	{"kill(4256, SIGUSR1) = 0", "kill ret=0 target=4256 signal=SIGUSR1"},
	{"kill(18976<d_fork>, SIGKILL) = 0", "kill ret=0 target=18976 signal=SIGKILL"},
	{"kill(-5, 0) = 0", "kill ret=0 target=-5 signal=0"},
	{"kill(7, 9) = ?", "kill target=7 signal=SIGKILL"},
	{"kill(1 /* 5091 in strace's PID NS */, SIGTERM) = 0", "kill ret=0 target=5091 signal=SIGTERM"},
	{"tgkill(4256, 4257, SIGABRT) = 0", "kill ret=0 id=4256 target=4257 signal=SIGABRT"},
	{"tkill(4257, SIGABRT) = 0", "kill ret=0 target=4257 signal=SIGABRT"},
	{"pidfd_send_signal(18<pid:4415>, SIGTERM, NULL, 0) = 0",
		"kill ret=0 fd=18 target=4415 note=pid:4415 signal=SIGTERM"},
	{"rt_sigqueueinfo(4256, SIGRT_4, {si_signo=SIGRT_4, si_code=SI_QUEUE, si_pid=1, si_uid=0}) = 0",
		"kill ret=0 target=4256 signal=SIGRT_4"},
	{"rt_sigaction(SIGPIPE, {sa_handler=SIG_IGN, sa_mask=[PIPE], sa_flags=SA_RESTORER|SA_RESTART, sa_restorer=0x7f}, {sa_handler=SIG_DFL, sa_mask=[], sa_flags=0}, 8) = 0",
		"sigaction ret=0 op=SIG_IGN list=SA_RESTORER|SA_RESTART signal=SIGPIPE restart"},
	{"rt_sigaction(SIGINT, {0x401615, [HUP INT], SA_RESTORER|SA_RESTART, 0x408ae0}, {SIG_DFL, [], 0}, 8) = 0",
		"sigaction ret=0 op=0x401615 list=SA_RESTORER|SA_RESTART signal=SIGINT restart"},
	{"rt_sigaction(SIGINT, NULL, {sa_handler=SIG_DFL, sa_mask=[], sa_flags=0}, 8) = 0",
		"sigaction ret=0 signal=SIGINT"},
	{"rt_sigaction(13, {sa_handler=0x1, sa_mask=[], sa_flags=0x10000000, sa_restorer=0x7f}, NULL, 8) = 0",
		"sigaction ret=0 op=SIG_IGN list=0x10000000 signal=SIGPIPE restart"},
	{"signal(SIGPIPE, SIG_IGN) = 0 (SIG_DFL)", "sigaction ret=0 op=SIG_IGN signal=SIGPIPE"},
	{"rt_sigprocmask(SIG_BLOCK, [USR1 CHLD], NULL, 8) = 0", "sigmask ret=0 op=SIG_BLOCK list=[USR1 CHLD]"},
	{"rt_sigprocmask(SIG_SETMASK, ~[RTMIN RT_1], [USR2], 8) = 0",
		"sigmask ret=0 op=SIG_SETMASK list=~[RTMIN RT_1]"},
	{"rt_sigprocmask(SIG_BLOCK, NULL, [], 8) = 0", ""},
	{"rt_sigreturn({mask=[]}) = -1 EINTR (Interrupted system call)",
		"sigreturn ret=-1 error=EINTR op=rt_sigreturn"},
	{"--- SIGCHLD {si_signo=SIGCHLD, si_code=CLD_EXITED, si_pid=21321, si_uid=0, si_status=4, si_utime=0, si_stime=0} ---",
		"signal value=4 sender=21321 path=4 op=CLD_EXITED signal=SIGCHLD"},
	{"--- SIGCHLD {si_signo=SIGCHLD, si_code=CLD_KILLED, si_pid=18984<h_pipe.sh>, si_uid=0, si_status=SIGKILL, si_utime=0, si_stime=0} ---",
		"signal sender=18984 path=SIGKILL op=CLD_KILLED signal=SIGCHLD"},
	{"--- SIGCHLD {si_signo=17, si_code=0x1, si_pid=4458, si_uid=0, si_status=0, si_utime=0, si_stime=0} ---",
		"signal value=0 sender=4458 path=0 op=CLD_EXITED signal=SIGCHLD"},
	{"--- SIGSEGV {si_signo=SIGSEGV, si_code=SEGV_MAPERR, si_addr=0x10} ---",
		"signal addr=0x10 op=SEGV_MAPERR signal=SIGSEGV"},
	{"--- SIGBUS {si_signo=0x7, si_code=0x2, si_addr=0x7f00} ---",
		"signal addr=0x7f00 op=BUS_ADRERR signal=SIGBUS"},
	{"--- SIGPIPE {si_signo=SIGPIPE, si_code=SI_USER, si_pid=5, si_uid=0} ---",
		"signal sender=5 op=SI_USER signal=SIGPIPE"},
	{"--- stopped by SIGSTOP ---", "signal op=stopped signal=SIGSTOP"},
	{"--- SIGCHLD (Child exited) @ 0 (0) ---", "signal signal=SIGCHLD"},
};

static const struct sample sleeps[] = {
	{"nanosleep({tv_sec=1, tv_nsec=500000000}, NULL) = 0", "sleep ret=0 finite seconds=1.5"},
	{"nanosleep({0, 2000000}, 0x7ffc) = 0", "sleep ret=0 finite seconds=0.002"},
	{"clock_nanosleep(CLOCK_REALTIME, 0, {tv_sec=0, tv_nsec=5000000}, NULL) = 0",
		"sleep ret=0 finite seconds=0.005"},
	{"clock_nanosleep(CLOCK_REALTIME, TIMER_ABSTIME, {tv_sec=1795425785, tv_nsec=0}, NULL) = 0",
		"sleep ret=0 finite seconds=-1"},
	{"pause() = ? ERESTARTNOHAND (To be restarted if no handler)", "sleep error=ERESTARTNOHAND infinite restarted"},
	{"rt_sigsuspend([INT], 8 <unfinished ...>", "enter sleep list=[INT] infinite"},
	{"rt_sigtimedwait([USR2], {si_signo=SIGUSR2, si_code=SI_USER, si_pid=4256, si_uid=0}, {tv_sec=0, tv_nsec=1000000}, 8) = 12 (SIGUSR2)",
		"sleep ret=12 list=[USR2] signal=SIGUSR2 finite seconds=0.001"},
	{"rt_sigtimedwait([],  <unfinished ...>", "enter sleep list=[]"},
	{"prlimit64(0, RLIMIT_NOFILE, {rlim_cur=24, rlim_max=24}, NULL) = 0",
		"limit ret=0 size=24 target=0 op=RLIMIT_NOFILE"},
	{"prlimit64(0, RLIMIT_STACK, NULL, {rlim_cur=8192*1024, rlim_max=RLIM64_INFINITY}) = 0",
		"limit ret=0 old=8388608 target=0 op=RLIMIT_STACK"},
	{"prlimit64(77, 0x7, {rlim_cur=RLIM64_INFINITY, rlim_max=RLIM64_INFINITY}, {rlim_cur=0, rlim_max=0}) = 0",
		"limit ret=0 size=max old=0 target=77 op=RLIMIT_NOFILE"},
	{"prlimit64(0, RLIMIT_AS, {rlim_cur=9223372036854775807*1024, rlim_max=0}, NULL) = 0",
		"limit ret=0 size=max target=0 op=RLIMIT_AS"},
	{"getrlimit(RLIMIT_NOFILE, {rlim_cur=1024, rlim_max=4*1024}) = 0",
		"limit ret=0 old=1024 target=0 op=RLIMIT_NOFILE"},
	{"setrlimit(RLIMIT_NOFILE, {rlim_cur=RLIM_INFINITY, rlim_max=RLIM_INFINITY}) = -1 EPERM (Operation not permitted)",
		"limit ret=-1 error=EPERM size=max target=0 op=RLIMIT_NOFILE"},
};

static void test_processes(void **state)
{
	(void)state;
	CHECK_SAMPLES(processes);
}

static void test_waits(void **state)
{
	(void)state;
	CHECK_SAMPLES(waits);
}

static void test_signals(void **state)
{
	(void)state;
	CHECK_SAMPLES(signals);
}

static void test_sleeps_and_limits(void **state)
{
	(void)state;
	CHECK_SAMPLES(sleeps);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_processes),
		cmocka_unit_test(test_waits),
		cmocka_unit_test(test_signals),
		cmocka_unit_test(test_sleeps_and_limits),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
