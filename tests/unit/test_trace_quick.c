/* The fast path must give what the full way gives. */
#include "trace_sample.h"

#include <glob.h>

#include "cli/records.h"
#include "trace/quick.h"

static const void *want_some(struct slice name)
{
	return name.len % 2 == 0 ? "" : NULL;
}

static const void *want_none(struct slice name)
{
	(void)name;
	return NULL;
}

static struct trace_stats read_all(const char *path, trace_wants *wants, bool quick, struct buffer *out)
{
	struct record r;
	struct trace *t = sample_open(wants, path);
	if (!quick)
		trace_without_quick(t);
	for (int got; (got = trace_next(t, &r));)
		if (got > 0)
			records_add(out, "x", &r);
	struct trace_stats stats = *trace_statistics(t);
	trace_free(t);
	return stats;
}

static void compare(const char *path, trace_wants *wants)
{
	struct buffer quick = {0}, slow = {0};
	struct trace_stats a = read_all(path, wants, true, &quick), b = read_all(path, wants, false, &slow);
	if (!slice_equal(buffer_slice(&quick), buffer_slice(&slow)) || memcmp(&a, &b, sizeof a) != 0)
		fail_msg("%s: the fast path reads something else", path);
	buffer_release(&quick);
	buffer_release(&slow);
}

static void reads_all_fixtures_the_same(void **state)
{
	static const char *const patterns[] = {"fixtures/trace/*.strace", "fixtures/demo/*.strace", "fixtures/rules/*/*/*.strace",
					       "fixtures/hostile/*"};
	glob_t found;
	size_t count = 0;
	(void)state;
	for (size_t i = 0; i < sizeof patterns / sizeof *patterns; i++) {
		if (glob(patterns[i], 0, NULL, &found))
			continue;
		for (size_t n = 0; n < found.gl_pathc; n++, count++) {
			compare(found.gl_pathv[n], want_some);
			compare(found.gl_pathv[n], want_none);
		}
		globfree(&found);
	}
	assert_true(count > 20);
}

static void assert_quick(const char *line, bool is, const char *args, const char *ret)
{
	struct quick q;
	bool got = quick_parse(slice_of(line), &q);
	if (got != is)
		fail_msg("%s: expected %d", line, is);
	if (got && args && !slice_is(q.args, args))
		fail_msg("%s: args are <%.*s>", line, (int)q.args.len, q.args.ptr);
	if (got && ret && !slice_is(q.ret, ret))
		fail_msg("%s: result is <%.*s>", line, (int)q.ret.len, q.ret.ptr);
}

static void takes_the_usual_forms(void **state)
{
	(void)state;
	assert_quick("12 read(3, \") = 5\", 5) = 5", true, "3, \") = 5\", 5", "5");
	assert_quick("close(3)                                = 0 <0.000012>", true, "3", "0");
	assert_quick("close(3) = -1 EBADF (Bad file descriptor) <0.000012>", true, "3", "-1");
	assert_quick("pause() = ? ERESTARTNOHAND (To be restarted if no handler)", true, "", "?");
	assert_quick("read(3,  <unfinished ...>", true, "3, ", NULL);
	assert_quick("<... read resumed>\"a\", 1) = 0x1f", true, "\"a\", 1", "0x1f");
}

static void leaves_the_others(void **state)
{
	static const char *const lines[] = {
	    "poll([{fd=3}], 1, 5) = 1 ([{fd=3, revents=POLLIN}])",
	    "open(\"x\", 0) = 3</x>",
	    "rt_sigtimedwait([],  <unfinished ...>) = ?",
	    "<... x resumed> <unfinished ...>",
	    "close(3) = 0 ",
	    "close(3) = --1",
	    "close(3) = 0x",
	    "close(3) = 12abc",
	    "close(3) = -1 Error (text)",
	    "close(3) = -2 EBADF (text)",
	    "close(3)",
	    "Close(3) = 0",
	    "--- SIGCHLD {si_signo=SIGCHLD} ---",
	    "= 0",
	    ") = 0",
	    "",
	};
	(void)state;
	for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
		assert_quick(lines[i], false, NULL, NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(reads_all_fixtures_the_same),
	    cmocka_unit_test(takes_the_usual_forms),
	    cmocka_unit_test(leaves_the_others),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
