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
	static const char *const patterns[] = {"fixtures/trace/*.strace", "fixtures/demo/*.strace",
		"fixtures/rules/*/*/*.strace", "fixtures/hostile/*"};
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
	struct line l;
	struct quick q;
	struct shapes shapes = {0};
	quick_begin(slice_of(line), &shapes, &l);
	bool got = quick_parse(&l, &q);
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
	assert_quick("open(\"x\", 0) = 3</x>", true, "\"x\", 0", "3");
	assert_quick("accept(3<TCP:[0.0.0.0:80]>, NULL, NULL) = 12<TCP:[127.0.0.1:80->127.0.0.1:9]> <0.000012>", true,
		"3<TCP:[0.0.0.0:80]>, NULL, NULL", "12");
	assert_quick(
		"close(3<TCP:[127.0.0.1:80->127.0.0.1:9]>)    = 0", true, "3<TCP:[127.0.0.1:80->127.0.0.1:9]>", "0");
	assert_quick("close(3</tmp/a b>) = 0", true, "3</tmp/a b>", "0");
	assert_quick("open(\"x\", 0) = 3</x (deleted)>", true, "\"x\", 0", "3");
	assert_quick("close(3</dev/null<char 1:3>>) = 0", true, "3</dev/null<char 1:3>>", "0");
	assert_quick("close(3</dev/vda<block 254:0>>) = 0", true, "3</dev/vda<block 254:0>>", "0");
	assert_quick("open(\"x\", 0) = 3</dev/null<char 1:3>> <0.000012>", true, "\"x\", 0", "3");
	assert_quick("poll([{fd=3}], 1, 5) = 1 ([{fd=3, revents=POLLIN}])", true, "[{fd=3}], 1, 5", "1");
	assert_quick("poll([{fd=3}], 1, 5) = 0 (Timeout) <0.005012>", true, "[{fd=3}], 1, 5", "0");
	assert_quick("fcntl(3, F_GETFL) = 0x8002 (flags O_RDWR|O_LARGEFILE)", true, "3, F_GETFL", "0x8002");
}

static void leaves_the_others(void **state)
{
	static const char *const lines[] = {
		"poll([{fd=3}], 1, 5) = 1 ([{fd=3, revents=POLLIN})",
		"poll([{fd=3}], 1, 5) = 1 ([{fd=3, revents=POLLIN}]) (left 5)",
		"poll([{fd=3<TCP:[5]>}], 1, 5) = 1 ([{fd=3<TCP:[5], revents=POLLIN}]) <0.000012>",
		"write(3, \"x) = 1 (y\", 9)",
		"write(3, \"x\", 9) = 0x (y)",
		"close(3</tmp/a>) = 0>) = 0",
		"close(3</tmp/a<b>) = 0",
		"close(</tmp/a>) = 0",
		"close(3<>) = 0",
		"close(3</dev/null<chat 1:3>>) = 0",
		"read(3, <... read resumed>) = 5",
		"read(3, 5 <... read resumed>) = 5",
		"read(3<... read resumed>) = 5",
		"<... wait4 resumed>) = 1<unfinished ...>",
		"open(\"x\", 0) = 3</a) = 4<b>",
		"open(\"x\", 0) = 3</a) =    4<b>",
		"open(\"x = y\", 0) = 3</x>",
		"close(5</a>)    =5<b 1) = 5</x>",
		"close(5</a>)=5<b 1) = 5</x>",
		"open(\"x\", 0) = 3</x>>",
		"open(\"x\", 0) = 3<>",
		"open(\"x\", 0) = <x>",
		"open(\"x\", 0) = -1</x>",
		"pidfd_open(5, 0) = 0x3<pid:5>",
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

/* The line ends where its memory does. */
static void assert_same_leader(struct shapes *shapes, const char *text)
{
	struct leader quick, slow;
	struct slice line = {NULL, strlen(text)};
	char *memory = malloc(line.len ? line.len : 1);
	line.ptr = memcpy(memory, text, line.len);
	shapes_parse_leader(shapes, line, &quick);
	leader_parse(line, &slow);
	if (quick.pid != slow.pid || quick.end != slow.end || quick.any != slow.any || quick.bracket != slow.bracket ||
		!slice_equal(quick.time, slow.time) || !slice_equal(quick.rel, slow.rel) ||
		!slice_equal(quick.comm, slow.comm))
		fail_msg("%s: a known shape changes the leader", text);
	free(memory);
}

/* Each follows each: what one teaches must not change how the other is read. */
static void known_shapes_change_no_leader(void **state)
{
	static const char *const leaders[] = {"", "12 ", "12  ", "1234 ", "1234  1700000000.123456 ",
		"1234  17000000x0.123456 ", "1234  1700000000:123456 ", "99999 1700000000.123456 ",
		"9999999 1700000000.123456 ", "1234  09:22:33.766483 ", "1234  09:22:33:766483 ", "1234  0.000012 ",
		"1234  123456.123456 ", "1234<sh> 09:22:33 ", "09:22:33.123456 ", "1700000000.123456 ",
		"     0.000123 ", "[pid 12] ", "[pid  1234] ", "[pid 12345] ", "[pid 12345] 09:22:33 ",
		"[pid 12x45] 09:22:33 ", "1234  09:22:33 [00007f505dae5ad7] ", "1234  09:22:33 (+     0.000790) ",
		"4294967 09:22:33 ", "/:;<=> 09:22:33 "};
	static const char *const events[] = {"read(3, \"0123456789012345678901234567890123456789\", 40) = 40",
		"<... read resumed>...", "(x",
		"[00007f505dae5ad7] read(3, \"01234567890123456789012345678901234\", 40) = 40", " x", "7 close(3) = 0",
		"p"};
	enum { COUNT = sizeof leaders / sizeof *leaders, EVENTS = sizeof events / sizeof *events };
	(void)state;
	for (size_t i = 0; i < COUNT * COUNT * EVENTS * EVENTS; i++) {
		char first[256], second[256];
		struct shapes shapes = {0};
		snprintf(first, sizeof first, "%s%s", leaders[i % COUNT], events[i / COUNT / COUNT % EVENTS]);
		snprintf(second, sizeof second, "%s%s", leaders[i / COUNT % COUNT], events[i / COUNT / COUNT / EVENTS]);
		assert_same_leader(&shapes, first);
		assert_same_leader(&shapes, second);
		assert_same_leader(&shapes, first);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(known_shapes_change_no_leader),
		cmocka_unit_test(reads_all_fixtures_the_same),
		cmocka_unit_test(takes_the_usual_forms),
		cmocka_unit_test(leaves_the_others),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
