/* Compressed files, families, directories, standard input that goes on. */
#include "trace_sample.h"

#include <lzma.h>
#include <zlib.h>
#include <zstd.h>

static const char text[] = "10 read(3, \"a\", 1) = 1\n10 close(3) = 0\n10 +++ exited with 0 +++\n";
static const char records[] = "syscall:read=1 syscall:close=0 exit:exited=0 ";

static size_t pack_gzip(char *into, size_t size)
{
	z_stream z = {0};
	assert_int_equal(deflateInit2(&z, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
	z.next_in = (Bytef *)text;
	z.avail_in = sizeof text - 1;
	z.next_out = (Bytef *)into;
	z.avail_out = (uInt)size;
	assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
	deflateEnd(&z);
	return size - z.avail_out;
}

static size_t pack_zstd(char *into, size_t size)
{
	size_t n = ZSTD_compress(into, size, text, sizeof text - 1, 3);
	assert_false(ZSTD_isError(n));
	return n;
}

static size_t pack_xz(char *into, size_t size)
{
	size_t at = 0;
	assert_int_equal(lzma_easy_buffer_encode(3, LZMA_CHECK_CRC32, NULL, (const uint8_t *)text, sizeof text - 1,
				 (uint8_t *)into, &at, size),
		LZMA_OK);
	return at;
}

static size_t (*const packers[])(char *, size_t) = {pack_gzip, pack_zstd, pack_xz};

static void reads_compressed_members_one_after_the_other(void **state)
{
	(void)state;
	for (size_t i = 0; i < 3; i++) {
		char packed[4096], expected[256];
		size_t size = packers[i](packed, 2048);
		memcpy(packed + size, packed, size);
		snprintf(expected, sizeof expected, "%s%s", records, records);
		struct trace *t = sample_open(NULL, sample_bytes("packed", packed, 2 * size));
		sample_expect(t, expected);
		assert_false(trace_statistics(t)->truncated);
		trace_free(t);
	}
}

static void tells_truncated_data_once(void **state)
{
	(void)state;
	for (size_t i = 0; i < 3; i++) {
		char packed[2048];
		struct buffer out = {0};
		size_t size = packers[i](packed, sizeof packed);
		struct trace *t = sample_open(NULL, sample_bytes("packed", packed, size - 6));
		sample_read(t, &out);
		assert_true(slice_ends(buffer_slice(&out), SLICE("! ")));
		assert_int_equal(slice_find(buffer_slice(&out), SLICE("!"), 0), out.len - 2);
		assert_non_null(strstr(trace_error(t), "ends early"));
		assert_true(trace_statistics(t)->truncated);
		buffer_release(&out);
		trace_free(t);
	}
}

static void tells_what_cannot_be_opened(void **state)
{
	const char *error = NULL;
	struct trace *t = trace_new(NULL);
	(void)state;
	assert_int_not_equal(trace_add_input(t, sample_path("none"), "none", &error), 0);
	assert_non_null(error);
	assert_int_not_equal(trace_add_input(t, sample_folder, "folder", &error), 0);
	assert_non_null(strstr(error, "NAME.PID"));
	sample_expect(t, "");
	trace_free(t);
}

static void reads_several_files_in_turn(void **state)
{
	const char *error;
	struct trace *t = sample_open(NULL, sample_file("one", "getpid() = 1\n"));
	(void)state;
	assert_int_equal(trace_add_input(t, sample_file("two", "getpid() = 2"), "second", &error), 0);
	sample_expect(t, "syscall:getpid=1 syscall:getpid=2 ");
	assert_string_equal(trace_file_name(t, 1), "second");
	assert_int_equal(trace_file_count(t), 2);
	trace_free(t);
}

/* --- families --- */

static void merges_by_time_and_duration(void **state)
{
	(void)state;
	sample_file("t.7",
		"1700000010.000000001 clone(flags=SIGCHLD) = 8 <0.9>\n1700000010.5 read(3, \"x\", 1) = 1 <2.0>\n"
		"1700000013.0 +++ exited with 0 +++\n");
	sample_file("t.8", "1700000010.1 write(4, \"x\", 1) = 1 <0.1>\n1700000012.0 exit_group(0) = ?\n");
	struct trace *t = sample_open(NULL, sample_path("t"));
	sample_expect(t, "syscall:clone=8 syscall:write=1 syscall:exit_group=? syscall:read=1 exit:exited=0 ");
	assert_false(trace_statistics(t)->unordered);
	assert_int_equal(trace_statistics(t)->tasks, 2);
	trace_free(t);
}

static void lets_the_child_end_before_the_wait(void **state)
{
	(void)state;
	sample_file("t.7",
		"execve(\"x\") = 0\nfork() = 8\nwait4(8, NULL, 0, NULL) = 8\n--- SIGCHLD {si_code=CLD_EXITED, si_pid=8} ---\n");
	sample_file("t.8", "getpid() = 8\n+++ exited with 0 +++\n");
	struct trace *t = sample_open(NULL, sample_folder);
	sample_expect(
		t, "syscall:execve=0 syscall:fork=8 syscall:getpid=8 exit:exited=0 syscall:wait4=8 signal:SIGCHLD ");
	assert_true(trace_statistics(t)->unordered);
	trace_free(t);
}

/* A read may happen when the write has been delivered. */
static bool is_ready(void *context, const struct record *r)
{
	bool *written = context;
	*written |= slice_is(r->name, "write");
	return *written || !slice_is(r->name, "read");
}

static void asks_whether_a_record_may_happen(void **state)
{
	bool written = false;
	(void)state;
	sample_file("t.7", "execve(\"x\") = 0\nfork() = 8\nread(3, \"x\", 1) = 1\ngetpid() = 7\n");
	sample_file("t.8", "getuid() = 0\nwrite(4, \"x\", 1) = 1\n");
	struct trace *t = sample_open(NULL, sample_folder);
	trace_on_ready(t, is_ready, &written);
	sample_expect(
		t, "syscall:execve=0 syscall:fork=8 syscall:getuid=0 syscall:write=1 syscall:read=1 syscall:getpid=7 ");
	trace_free(t);
}

/* Whole seconds: the wait has the stamp of what it waits for. */
static void keeps_causes_in_order_within_one_stamp(void **state)
{
	bool written = false;
	(void)state;
	sample_file("t.7",
		"10:00:00 fork() = 8\n10:00:00 wait4(8, NULL, 0, NULL) = 8\n10:00:00 read(3, \"x\", 1) = 1\n10:00:00 getpid() = 7\n");
	sample_file("t.8", "10:00:00 getpid() = 8\n10:00:00 write(4, \"x\", 1) = 1\n10:00:00 +++ exited with 0 +++\n");
	struct trace *t = sample_open(NULL, sample_folder);
	trace_on_ready(t, is_ready, &written);
	sample_expect(t,
		"syscall:fork=8 syscall:getpid=8 syscall:write=1 exit:exited=0 syscall:wait4=8 syscall:read=1 syscall:getpid=7 ");
	trace_free(t);
}

static bool is_never_ready(void *context, const struct record *r)
{
	(void)context;
	(void)r;
	return false;
}

static void goes_on_when_nobody_can(void **state)
{
	size_t notes;
	(void)state;
	sample_file("t.7", "getpid() = 7\ngetuid() = 7\n");
	sample_file("t.8", "getpid() = 8\n");
	struct trace *t = sample_open(NULL, sample_folder);
	trace_on_ready(t, is_never_ready, NULL);
	sample_expect(t, "syscall:getpid=7 syscall:getpid=8 syscall:getuid=7 ");
	assert_string_equal(trace_notes(t, &notes)[0].kind, "order unknown");
	trace_free(t);
}

static void knows_tasks_by_file_name(void **state)
{
	struct record r;
	(void)state;
	struct trace *t = sample_open(NULL, sample_file("t.4321", "getpid() = 4321\n"));
	assert_int_equal(trace_next(t, &r), 1);
	assert_int_equal(r.task, 4321);
	assert_int_equal(r.pid, -1);
	trace_free(t);
	t = sample_open(NULL, sample_file("log.2", "77 getpid() = 77\n"));
	assert_int_equal(trace_next(t, &r), 1);
	assert_int_equal(r.task, 77);
	trace_free(t);
}

static void follows_an_execve_into_the_leaders_file(void **state)
{
	struct record r;
	(void)state;
	sample_file("t.8", "1700000001.0 execve(\"/bin/x\", [\"x\"] <pid changed to 7 ...>\n");
	sample_file("t.7",
		"1700000000.5 getpid() = 7\n1700000001.1 +++ superseded by execve in pid 8 +++\n"
		"1700000001.2 <... execve resumed>) = 0\n");
	struct trace *t = sample_open(NULL, sample_folder);
	while (trace_next(t, &r) == 1 && r.kind != RECORD_RESUMED)
		;
	assert_int_equal(r.kind, RECORD_RESUMED);
	assert_true(slice_is(r.args, "\"/bin/x\", [\"x\"]"));
	assert_int_equal(r.task, 7);
	trace_free(t);
}

/* --- standard input --- */

static void delivers_a_line_as_soon_as_it_is_there(void **state)
{
	int ends[2];
	struct record r;
	int saved = dup(STDIN_FILENO);
	static const char first[] = "getpid() = 1\n", second[] = "clone(flags=SIGCHLDstrace: Process 5 attached\n",
			  third[] = ") = 5\n";
	(void)state;
	assert_int_equal(pipe(ends), 0);
	assert_int_equal(dup2(ends[0], STDIN_FILENO), STDIN_FILENO);
	struct trace *t = sample_open(NULL, "-");
	assert_int_equal(write(ends[1], first, sizeof first - 1), sizeof first - 1);
	assert_int_equal(trace_next(t, &r), 1);
	assert_true(slice_is(r.name, "getpid"));
	assert_int_equal(write(ends[1], second, sizeof second - 1), sizeof second - 1);
	assert_int_equal(trace_next(t, &r), 1); /* its end is not there, and is not waited for */
	assert_int_equal(r.kind, RECORD_UNFINISHED);
	assert_int_equal(trace_next(t, &r), 1);
	assert_int_equal(r.kind, RECORD_ATTACH);
	assert_int_equal(write(ends[1], third, sizeof third - 1), sizeof third - 1);
	assert_int_equal(trace_next(t, &r), 1);
	assert_int_equal(r.kind, RECORD_RESUMED);
	assert_true(slice_is(r.args, "flags=SIGCHLD"));
	assert_int_equal(r.start_line, 2);
	close(ends[1]);
	assert_int_equal(trace_next(t, &r), 0);
	trace_free(t);
	dup2(saved, STDIN_FILENO);
	close(saved);
	close(ends[0]);
}

static void count_call(void *context)
{
	++*(unsigned *)context;
}

static void says_when_it_is_about_to_wait(void **state)
{
	int ends[2], saved = dup(STDIN_FILENO);
	unsigned idle = 0;
	struct record r;
	(void)state;
	assert_int_equal(pipe(ends), 0);
	assert_int_equal(dup2(ends[0], STDIN_FILENO), STDIN_FILENO);
	struct trace *t = sample_open(NULL, "-");
	trace_on_idle(t, count_call, &idle);
	assert_int_equal(write(ends[1], text, sizeof text - 1), sizeof text - 1);
	for (int i = 0; i < 3; i++)
		assert_int_equal(trace_next(t, &r), 1);
	assert_int_equal(idle, 0);
	pid_t child = fork();
	if (child == 0) {
		usleep(100000);
		_exit(0);
	}
	close(ends[1]); /* the child still holds its copy for a while */
	assert_int_equal(trace_next(t, &r), 0);
	assert_int_equal(idle, 1);
	trace_free(t);
	dup2(saved, STDIN_FILENO);
	close(saved);
	close(ends[0]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		SAMPLE_TEST(reads_compressed_members_one_after_the_other),
		SAMPLE_TEST(tells_truncated_data_once),
		SAMPLE_TEST(tells_what_cannot_be_opened),
		SAMPLE_TEST(reads_several_files_in_turn),
		SAMPLE_TEST(merges_by_time_and_duration),
		SAMPLE_TEST(lets_the_child_end_before_the_wait),
		SAMPLE_TEST(asks_whether_a_record_may_happen),
		SAMPLE_TEST(keeps_causes_in_order_within_one_stamp),
		SAMPLE_TEST(goes_on_when_nobody_can),
		SAMPLE_TEST(knows_tasks_by_file_name),
		SAMPLE_TEST(follows_an_execve_into_the_leaders_file),
		SAMPLE_TEST(delivers_a_line_as_soon_as_it_is_there),
		SAMPLE_TEST(says_when_it_is_about_to_wait),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
