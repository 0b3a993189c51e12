/* Stack frames in the layouts that strace has printed them in. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <ipcdiag/frame.h>

static void check(const char *line, const char *module, const char *function, uint64_t offset, uint64_t address)
{
	struct frames *f = frames_parse(slice_of(line));
	assert_non_null(f);
	assert_int_equal(f->count, 1);
	assert_string_equal(f->list[0].module, module);
	if (function)
		assert_string_equal(f->list[0].function, function);
	else
		assert_null(f->list[0].function);
	assert_int_equal(f->list[0].offset, offset);
	assert_int_equal(f->list[0].address, address);
	assert_true(frame_is_line(slice_of(line)));
	frames_free(f);
}

static void layouts_are_read(void **state)
{
	(void)state;
	check(" > /lib/x86_64-linux-gnu/libc-2.27.so(__write+0x14) [0x110154]", "/lib/x86_64-linux-gnu/libc-2.27.so",
		"__write", 0x14, 0x110154);
	check(" > /usr/bin/x() [0x1234]", "/usr/bin/x", NULL, 0, 0x1234);
	check(" > /usr/bin/x(+0x0) [0x1234]", "/usr/bin/x", NULL, 0, 0x1234);
	check(" > /a b/x (deleted)(main+0x1) [0x2]", "/a b/x (deleted)", "main", 1, 2);
	check(" > /x(std::f(int (*)(char))+0x10) [0x20]", "/x", "std::f(int (*)(char))", 0x10, 0x20);
	check(" > /x(a::operator()(b) const+0x10) [0x20]", "/x", "a::operator()(b) const", 0x10, 0x20);
	check(" > /x(g [clone .cold]+0x10) [0x20]", "/x", "g [clone .cold]", 0x10, 0x20);
	check(" > unexpected_backtracing_error [0x6f]", "unexpected_backtracing_error", NULL, 0, 0x6f);
	check(" > [vdso](clock_gettime+0x3) [0x4]", "[vdso]", "clock_gettime", 3, 4);
}

static void sources_are_read(void **state)
{
	(void)state;
	struct frames *f = frames_parse(SLICE(" > /x(main+0x1) [0x2] /src/a b.c:12\n > /x(f+0x1) [0x3] c.c:\n"));
	assert_int_equal(f->count, 2);
	assert_string_equal(f->list[0].file, "/src/a b.c");
	assert_int_equal(f->list[0].line, 12);
	assert_null(f->list[1].file);
	frames_free(f);
}

static void other_lines_are_none(void **state)
{
	(void)state;
	static const char *const lines[] = {"", " >", " > ", " > x", " > [0x", " > [0x1]", " > too many stack frames",
		"> /x(f+0x1) [0x2]x", " | 00000  61 |", " > x [0xzz]"};
	for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
		assert_false(frame_is_line(slice_of(lines[i])));
	assert_null(frames_parse(SLICE("")));
	assert_null(frames_parse(SLICE("\n\n > \n")));
}

static void own_code_is_found(void **state)
{
	(void)state;
	struct frames *f = frames_parse(
		SLICE(" > /usr/lib/libc.so.6(write+0x1) [0x2]\n > /opt/app/lib.so(wrap+0x1) [0x2]\n"
		      " > /opt/app/app(work+0x1) [0x2] work.c:3\n > /opt/app/app(main+0x1) [0x2] main.c:9\n"));
	assert_string_equal(frames_own(f)->function, "work"); /* the innermost with a line */
	struct frames *copy = frames_copy(f);
	frames_free(f);
	assert_string_equal(frames_own(copy)->file, "work.c");
	frames_free(copy);
	f = frames_parse(SLICE(
		" > /usr/lib/libc.so.6(write+0x1) [0x2]\n > /usr/bin/cat(main+0x1) [0x2]\n > /app(_start+0x1) [0x2]\n"));
	assert_null(frames_own(f));
	frames_free(f);
	assert_null(frames_own(NULL));
}

static void there_is_a_limit(void **state)
{
	(void)state;
	char text[FRAMES_MAX * 2 * 24] = "";
	for (int i = 0; i < FRAMES_MAX * 2; i++)
		strcat(text, " > /x(f+0x1) [0x2]\n");
	struct frames *f = frames_parse(slice_of(text));
	assert_int_equal(f->count, FRAMES_MAX);
	frames_free(f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(layouts_are_read), cmocka_unit_test(sources_are_read),
		cmocka_unit_test(other_lines_are_none), cmocka_unit_test(own_code_is_found),
		cmocka_unit_test(there_is_a_limit)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
