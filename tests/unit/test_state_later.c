/* What is done for speed must change no finding: every fixture is read the fast way and the plain one (diagnose.h), as
 * it is and three times over, so that its texts come again. */
#include "trace_sample.h"

#include <glob.h>
#include "diagnose.h"

static void compare_as_it_is(const char *path)
{
	struct buffer later = {0}, now = {0};
	diagnose(sample_open(event_wants, path), true, &later);
	diagnose(sample_open(event_wants, path), false, &now);
	if (!slice_equal(buffer_slice(&later), buffer_slice(&now)))
		fail_msg("%s: the fast way changes the findings:\n%s\nto\n%s", path, now.ptr, later.ptr);
	buffer_release(&later);
	buffer_release(&now);
}

static void compare(const char *path)
{
	struct stat st;
	compare_as_it_is(path);
	if (stat(path, &st) == 0 && S_ISREG(st.st_mode))
		compare_as_it_is(sample_repeated(path, 3));
}

static void finds_the_same_in_all_fixtures(void **state)
{
	static const char *const patterns[] = {"fixtures/trace/*.strace", "fixtures/demo/*.strace",
		"fixtures/rules/*/*/*.strace", "fixtures/hostile/*"};
	glob_t found;
	size_t count = 0;
	(void)state;
	for (size_t i = 0; i < sizeof patterns / sizeof *patterns; i++) {
		if (glob(patterns[i], 0, NULL, &found))
			continue;
		for (size_t n = 0; n < found.gl_pathc; n++, count++)
			compare(found.gl_pathv[n]);
		globfree(&found);
	}
	assert_true(count > 20);
}

/* What comes between the halves: a signal, a kill, a change of what is waited for, an end of the trace, an odd line. */
static void finds_the_same_whatever_comes_between(void **state)
{
	static const char *const betweens[] = {
		"11 --- SIGTERM {si_signo=SIGTERM, si_code=SI_USER, si_pid=1, si_uid=0} ---\n",
		"11 --- SIGTERM {si_signo=SIGTERM, si_code=SI_USER, si_pid=1, si_uid=0} ---\n11 <... read resumed>0x7ffd, 10) = ? ERESTARTSYS "
		"(To be restarted if SA_RESTART is set)\n",
		"11 <... read resumed>0x7ffd, 10) = -1 EINTR (Interrupted system call)\n",
		"11 +++ killed by SIGKILL +++\n10 wait4(-1, [{WIFSIGNALED(s) && WTERMSIG(s) == SIGKILL}], 0, NULL) = 11\n",
		"10 close(4) = 0\n",
		"10 write(4, \"x\", 1) = 1\n11 <... read resumed>\"x\", 10) = 1\n11 read(3,  <unfinished ...>\n",
		"10 read(3,  <unfinished ...>\n",
		"11 <... read resumed>0x7ffd, 10) = -1 EAGAIN (Resource temporarily unavailable)\n11 write(4, \"y\", 1 <unfinished ...>\n",
		"11 read(3, \"\", 10) = 0\n",
		"12 execve(\"/bin/x\", [\"x\"], 0x7ffd /* 3 vars */) = 0\n12 read(0,  <unfinished ...>\n",
	};
	static const char before[] =
		"10 execve(\"/bin/a\", [\"a\"], 0x7ffd /* 3 vars */) = 0\n10 pipe([3, 4]) = 0\n"
		"10 clone(child_stack=NULL, flags=CLONE_CHILD_SETTID|SIGCHLD, child_tidptr=0x7f) = 11\n"
		"11 read(3,  <unfinished ...>\n";
	(void)state;
	for (size_t i = 0; i < sizeof betweens / sizeof *betweens; i++) {
		char text[2048];
		for (int tail = 0; tail < 3; tail++) {
			static const char *const tails[] = {"", "10 wait4(-1,  <unfinished ...>\n",
				"10 exit_group(1) = ?\n10 +++ exited with 1 +++\n"};
			snprintf(text, sizeof text, "%s%s%s", before, betweens[i], tails[tail]);
			compare(sample_file("between.strace", text));
		}
	}
}

/* The same for halves of calls that only take their time, and of an open that may be of a FIFO. */
static void finds_the_same_of_other_calls(void **state)
{
	static const struct {
		const char *half, *resumed;
	} calls[] = {
		{"close(3", "<... close resumed>) = 0"},
		{"openat(AT_FDCWD, \"cmd.fifo\", O_RDONLY", "<... openat resumed>) = 5"},
		{"openat(AT_FDCWD, \"cmd.fifo\", O_WRONLY",
			"<... openat resumed>) = ? ERESTARTSYS (To be restarted if SA_RESTART is set)"},
		{"newfstatat(AT_FDCWD, \"cmd.fifo\", ",
			"<... newfstatat resumed>{st_mode=S_IFIFO|0600, st_size=0, ...}, 0) = 0"},
		{"dup2(3, 0", "<... dup2 resumed>) = 0"},
		{"rt_sigaction(SIGPIPE, {sa_handler=SIG_IGN, sa_mask=[], sa_flags=0}, ",
			"<... rt_sigaction resumed>NULL, 8) = 0"},
		{"prlimit64(0, RLIMIT_NOFILE, {rlim_cur=5, rlim_max=5}, ", "<... prlimit64 resumed>NULL) = 0"},
	};
	static const char *const betweens[] = {
		"",
		"11 --- SIGTERM {si_signo=SIGTERM, si_code=SI_USER, si_pid=1, si_uid=0} ---\n",
		"11 +++ killed by SIGKILL +++\n10 wait4(-1, [{WIFSIGNALED(s) && WTERMSIG(s) == SIGKILL}], 0, NULL) = 11\n",
		"10 mknodat(AT_FDCWD, \"cmd.fifo\", S_IFIFO|0600) = 0\n",
		"10 write(4, \"x\", 1) = -1 EPIPE (Broken pipe)\n",
		"11 read(3,  <unfinished ...>\n",
	};
	static const char *const tails[] = {
		"", "11 write(4, \"x\", 1) = 1\n11 read(3,  <unfinished ...>\n10 wait4(-1,  <unfinished ...>\n"};
	static const char before[] =
		"10 execve(\"/bin/a\", [\"a\"], 0x7ffd /* 3 vars */) = 0\n10 access(\"x\", R_OK) = 0\n10 pipe([3, 4]) = 0\n"
		"10 clone(child_stack=NULL, flags=CLONE_CHILD_SETTID|SIGCHLD, child_tidptr=0x7f) = 11\n";
	(void)state;
	for (size_t i = 0; i < sizeof calls / sizeof *calls; i++)
		for (size_t k = 0; k < sizeof betweens / sizeof *betweens; k++)
			for (int way = 0; way < 4; way++) {
				char text[2048];
				bool returns = way & 1;
				snprintf(text, sizeof text, "%s11 %s <unfinished ...>\n%s%s%s%s%s", before,
					calls[i].half, betweens[k], returns ? "11 " : "",
					returns ? calls[i].resumed : "", returns ? "\n" : "", tails[way / 2]);
				compare(sample_file("between.strace", text));
			}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_the_same_in_all_fixtures),
		cmocka_unit_test(finds_the_same_whatever_comes_between),
		cmocka_unit_test(finds_the_same_of_other_calls),
	};
	return cmocka_run_group_tests(tests, sample_begin, sample_end);
}
