/* What is counted and told: nothing gets lost in silence, and nothing grows without bounds. */
#include "trace_sample.h"

static struct trace_stats read_text(const char *content, trace_wants *wants)
{
	struct buffer out = {0};
	struct trace *t = sample_open(wants, sample_file("trace", content));
	sample_read(t, &out);
	struct trace_stats stats = *trace_statistics(t);
	buffer_release(&out);
	trace_free(t);
	return stats;
}

static void counts_every_line(void **state)
{
	(void)state;
	struct trace_stats s =
		read_text("1 getpid() = 1\n\n1 read(3,  <unfinished ...>\nhello\n2 close(4) = 0\n"
			  "1 <... read resumed>\"x\", 1) = 1\n1 broken(1) and then some\n2 +++ exited with 0 +++\n",
			NULL);
	assert_int_equal(s.lines, 8);
	assert_int_equal(s.blank, 1);
	assert_int_equal(s.foreign, 2);
	assert_int_equal(s.unparsed, 1);
	assert_int_equal(s.tasks, 2);
	assert_int_equal(s.records[RECORD_SYSCALL], 2);
	assert_int_equal(s.records[RECORD_UNFINISHED], 1);
	assert_int_equal(s.records[RECORD_RESUMED], 1);
	assert_int_equal(s.records[RECORD_OUTPUT], 2);
	assert_int_equal(s.records[RECORD_EXIT], 1);
	assert_true(s.has_pids && s.sees_closes && s.sees_exits && !s.sees_forks && !s.has_times && !s.has_durations);
}

static void notes_say_where(void **state)
{
	size_t count;
	struct buffer out = {0};
	struct trace *t = sample_open(NULL, sample_file("trace", "1 getpid() = 1\n1 broken(1) and\n1 broken(2) and\n"));
	(void)state;
	sample_read(t, &out);
	const struct trace_note *notes = trace_notes(t, &count);
	assert_int_equal(count, 1);
	assert_string_equal(notes[0].kind, "unparsed");
	assert_int_equal(notes[0].count, 2);
	assert_int_equal(notes[0].first_line, 2);
	buffer_release(&out);
	trace_free(t);
}

static void other_text_is_no_record(void **state)
{
	(void)state;
	struct trace_stats s =
		read_text("#include <stdio.h>\n\nint main(void)\n{\n\tputs(\"x\");\n\treturn 0;\n}\n", NULL);
	assert_int_equal(s.records[RECORD_SYSCALL] + s.records[RECORD_RESUMED] + s.records[RECORD_EXIT], 0);
	assert_int_equal(s.foreign, 6);
}

static enum trace_relative relative_of(const char *content)
{
	return read_text(content, NULL).relative;
}

static void recognises_relatives(void **state)
{
	(void)state;
	assert_int_equal(relative_of("     2.934 ( 0.016 ms): d/20872 write(fd: 5<pipe:[9]>, count: 1)   = 1\n"
				     "     3.000 (         ): d/20872 read(fd: 3)   ...\n"),
		RELATIVE_PERF);
	assert_int_equal(relative_of("SYS_write(1, \"x\", 1) = 1\nputs(\"x\") = 2\nSYS_exit_group(0 <no return ...>\n"),
		RELATIVE_LTRACE);
	assert_int_equal(
		relative_of(
			"I0807 17:33:26.838190  2331196 strace.go:570] [   2:   2] x E close(0x3)\n"
			"I0807 17:33:26.838199  2331196 strace.go:607] [   2:   2] x X close(0x3) = 0 (0x0) (1µs)\n"),
		RELATIVE_GVISOR);
	assert_int_equal(relative_of("openat(AT_FDCWD,\"/etc/passwd\",O_RDONLY,00)\t = 3 (0x3)\nclose(3)\t = 0 (0x0)\n"
				     "open(\"/x\",O_RDONLY,00)\t ERR#2 'No such file or directory'\n"),
		RELATIVE_TRUSS);
	assert_int_equal(relative_of("malloc(24) = 0x55d0c0de\nstrlen(\"abc\") = 3\n"), RELATIVE_LTRACE);
	assert_int_equal(relative_of("open(\"/dev/dtracehelper\\0\", 0x2, 0x0)\t\t = 3 0\nclose(0x3)\t\t = 0 0\n"),
		RELATIVE_DTRUSS);
	assert_int_equal(
		relative_of("  1234 cat      CALL  open(0x7ff,0,0)\n  1234 cat      RET   open 3\n"), RELATIVE_KDUMP);
	assert_int_equal(relative_of("1 10:04:05.123456789 0 cat (1234) > open\n"
				     "2 10:04:05.123456790 0 cat (1234) < open fd=3(<f>/etc/passwd)\n"),
		RELATIVE_SYSDIG);
	assert_int_equal(
		relative_of("close(3) = 0\nmalloc(1) = 2\nfcntl(8, F_GETFL) = 0x2 (flags O_RDWR)\n"), RELATIVE_NONE);
}

static const void *want_reads(struct slice name)
{
	return slice_is(name, "read") ? "" : NULL;
}

static void unwanted_calls_are_counted_only(void **state)
{
	(void)state;
	struct trace *t = sample_open(want_reads,
		sample_file("trace",
			"1 read(3,  <unfinished ...>\n1 close(3) = 0\n2 wait4(-1,  <unfinished ...>\n"
			"1 <... read resumed>\"x\", 1) = 1\n2 <... wait4 resumed>) = 1\nhello\n"
			"2 +++ exited with 0 +++\n"));
	sample_expect(t, "unfinished:read resumed:read=1 exit:exited=0 ");
	assert_int_equal(trace_statistics(t)->records[RECORD_RESUMED], 2);
	assert_int_equal(trace_statistics(t)->foreign, 1);
	trace_free(t);
}

/* --- bounds --- */

static void takes_lines_of_any_length(void **state)
{
	struct buffer b = {0};
	(void)state;
	buffer_add_text(&b, "1 write(3, \"");
	for (int i = 0; i < 3000000; i++)
		buffer_add_char(&b, 'x');
	buffer_add_text(&b, "\", 3000000) = 3000000\n1 getpid() = 1\n");
	struct trace *t = sample_open(NULL, sample_file("trace", b.ptr));
	sample_expect(t, "syscall:write=3000000 syscall:getpid=1 ");
	trace_free(t);
	buffer_release(&b);
}

static void drops_text_of_a_cut_call_that_is_too_long(void **state)
{
	struct buffer b = {0};
	struct record r;
	size_t count;
	(void)state;
	buffer_add_text(&b, "1 read(3, \"");
	for (int i = 0; i < TRACE_MAX_OPEN_TEXT; i++)
		buffer_add_char(&b, 'x');
	buffer_add_text(&b, "\" <unfinished ...>\n1 <... read resumed>, 9) = 9\n");
	struct trace *t = sample_open(NULL, sample_file("trace", b.ptr));
	assert_int_equal(trace_next(t, &r), 1);
	assert_int_equal(trace_next(t, &r), 1);
	assert_int_equal(r.start_line, 1);
	assert_null(r.args.ptr);
	assert_true(slice_is(r.args_tail, ", 9"));
	assert_int_equal(trace_next(t, &r), 0);
	assert_string_equal(trace_notes(t, &count)[0].kind, "text of a cut call dropped");
	trace_free(t);
	buffer_release(&b);
}

/* A call that never closes, and a count that promises more than there is, must not swallow what follows. */
static void damaged_calls_end_soon(void **state)
{
	struct buffer b = {0};
	struct trace_stats s;
	(void)state;
	for (int i = 0; i < 2000; i++)
		buffer_add_text(&b,
			"write(1, \"a\", 999999a\nread(0, {[(\n<... \n1<1<1<1<1<1<1<1<1<1<1<1<1<1<1<\nclose(3) = 0\n");
	s = read_text(b.ptr, NULL);
	assert_int_equal(s.lines, 10000);
	assert_int_equal(s.records[RECORD_SYSCALL], 2000);
	buffer_release(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		SAMPLE_TEST(counts_every_line),
		SAMPLE_TEST(notes_say_where),
		SAMPLE_TEST(other_text_is_no_record),
		SAMPLE_TEST(recognises_relatives),
		SAMPLE_TEST(unwanted_calls_are_counted_only),
		SAMPLE_TEST(takes_lines_of_any_length),
		SAMPLE_TEST(drops_text_of_a_cut_call_that_is_too_long),
		SAMPLE_TEST(damaged_calls_end_soon),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
