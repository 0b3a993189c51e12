/* A second thread that reads ahead must deliver what one thread reads. */
#include "trace_sample.h"

#include <glob.h>
#include <stdlib.h>
#include <sys/stat.h>

#include <ipcdiag/event.h>

#include "cli/pipeline.h"
#include "cli/records.h"

static void add_slice(struct buffer *out, struct slice text)
{
	buffer_add_char(out, '|');
	buffer_add(out, text);
}

/* Of a record whose text is known, what is its own. */
static void add_record(struct buffer *out, const struct record *r)
{
	buffer_add_format(out, "%d %d %u %d %u %llu %llu %lld %lld", (int)r->kind, (int)r->end, r->text_id,
		r->text_known, r->file, (unsigned long long)r->line, (unsigned long long)r->start_line,
		(long long)r->pid, (long long)r->task);
	add_slice(out, r->time);
	add_slice(out, r->start_time);
	add_slice(out, r->duration);
	buffer_add_char(out, '\n');
	if (!r->text_known)
		records_add(out, "x", r);
}

static void read_alone(const char *path, struct buffer *out)
{
	struct record r;
	struct trace *t = sample_open(event_wants, path);
	trace_number_texts(t);
	for (int got; (got = trace_next(t, &r));)
		if (got > 0)
			add_record(out, &r);
		else
			buffer_add_text(out, trace_error(t));
	trace_free(t);
}

/* Reads until the output has `limit` bytes. */
static void read_ahead(const char *path, size_t limit, struct buffer *out)
{
	const struct record *r;
	uint64_t bytes = 0, before = 0;
	struct trace *t = sample_open(event_wants, path);
	trace_number_texts(t);
	struct pipeline *p = pipeline_start(t);
	assert_non_null(p);
	for (int got; out->len < limit && (got = pipeline_next(p, &r, &bytes));) {
		if (got > 0)
			add_record(out, r);
		else
			buffer_add_text(out, trace_error(t));
		assert_true(bytes >= before);
		before = bytes;
	}
	pipeline_stop(p);
	trace_free(t);
}

/* Single files only. */
static void compare(const char *path)
{
	struct stat st;
	if (stat(path, &st) < 0 || !S_ISREG(st.st_mode))
		return;
	struct buffer alone = {0}, ahead = {0};
	read_alone(path, &alone);
	read_ahead(path, SIZE_MAX, &ahead);
	if (!slice_equal(buffer_slice(&alone), buffer_slice(&ahead)))
		fail_msg("%s: two threads read something else than one", path);
	buffer_release(&alone);
	buffer_release(&ahead);
}

static void reads_all_fixtures_the_same(void **state)
{
	static const char *const patterns[] = {
		"fixtures/trace/*.strace", "fixtures/rules/pipe/*/*.strace", "fixtures/hostile/*"};
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

/* Long enough for all memory to be taken again several times: split calls, signals, glued lines, long arguments. */
static const char *write_long(void)
{
	enum { ROUNDS = 12000 };
	struct buffer text = {0};
	for (int i = 0; i < ROUNDS; i++) {
		buffer_add_format(&text,
			"[pid %d] read(%d,  <unfinished ...>\n[pid 9] write(%d, \"%0*d\", %d <unfinished ...>\n",
			10 + i % 7, i % 50, i % 40, 1 + i % 300, i, i);
		buffer_add_format(&text,
			"[pid %d] <... read resumed>\"%0*d\", 512) = %d\n[pid 9] <... write resumed>) = %d\n",
			10 + i % 7, 1 + i % 200, i, i, i);
		buffer_add_format(&text,
			"[pid 8] 12:00:%02d.%06d fsync(%d) = 0 <0.%06d>\n[pid 8] 12:00:%02d.%06d read(%d,  <unfinished ...>\n"
			"[pid 8] 12:00:%02d.%06d <... read resumed>\"\", 10) = 0 <0.%06d>\n",
			i % 60, i, i % 5, i, i % 60, i, i % 3, i % 60, i, i);
		if (i % 100 == 0)
			buffer_add_text(
				&text, "[pid 9] --- SIGCHLD {si_signo=SIGCHLD, si_code=CLD_EXITED, si_pid=1} ---\n");
		if (i % 500 == 0)
			buffer_add_text(
				&text, "strace: Process 77 attached\n[pid 9] write(1, \"out\\n\", 4out\n) = 4\n");
		if (i % 4000 == 0)
			buffer_add_format(&text, "[pid 9] write(5, \"%0*d\", 90000) = 90000\n", 90000, i);
	}
	const char *path = sample_bytes("long.strace", text.ptr, text.len);
	buffer_release(&text);
	return path;
}

static void reads_long_files_the_same(void **state)
{
	(void)state;
	compare(write_long());
}

static void ends_in_the_middle(void **state)
{
	struct buffer out = {0};
	const char *path = write_long();
	(void)state;
	for (size_t limit = 0; limit < 3000000; limit = limit * 5 + 1) {
		buffer_clear(&out);
		read_ahead(path, limit, &out);
	}
	buffer_release(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_all_fixtures_the_same),
		cmocka_unit_test_setup_teardown(reads_long_files_the_same, sample_begin, sample_end),
		cmocka_unit_test_setup_teardown(ends_in_the_middle, sample_begin, sample_end),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
