/* Traces for the tests of trace/: text goes to a file, records come back as short words. */
#ifndef TESTS_TRACE_SAMPLE_H
#define TESTS_TRACE_SAMPLE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <ipcdiag/buffer.h>
#include <ipcdiag/trace.h>

static char sample_folder[64];

/* A new folder for each test. */
static inline int sample_begin(void **state)
{
	(void)state;
	strcpy(sample_folder, "/tmp/ipcdiag-trace-XXXXXX");
	return mkdtemp(sample_folder) ? 0 : -1;
}

static inline int sample_end(void **state)
{
	char command[128];
	(void)state;
	snprintf(command, sizeof command, "rm -rf '%s'", sample_folder);
	return system(command);
}

/* The path of `name` in the folder; the text stays until the next call but three. */
static inline const char *sample_path(const char *name)
{
	static char paths[4][256];
	static unsigned next;
	char *path = paths[next++ % 4];
	snprintf(path, sizeof paths[0], "%s/%s", sample_folder, name);
	return path;
}

static inline const char *sample_bytes(const char *name, const char *bytes, size_t size)
{
	const char *path = sample_path(name);
	FILE *f = fopen(path, "wb");
	assert_non_null(f);
	assert_int_equal(fwrite(bytes, 1, size, f), size);
	assert_int_equal(fclose(f), 0);
	return path;
}

static inline const char *sample_file(const char *name, const char *text)
{
	return sample_bytes(name, text, strlen(text));
}

/* A file that holds another one's bytes so many times. */
static inline const char *sample_repeated(const char *path, int times)
{
	struct buffer text = {0}, all = {0};
	char block[4096];
	FILE *f = fopen(path, "rb");
	assert_non_null(f);
	for (size_t n; (n = fread(block, 1, sizeof block, f)) > 0;)
		buffer_add(&text, (struct slice){block, n});
	fclose(f);
	for (int i = 0; i < times; i++)
		buffer_add(&all, buffer_slice(&text));
	const char *copy = sample_bytes("repeated.strace", all.ptr ? all.ptr : "", all.len);
	buffer_release(&text);
	buffer_release(&all);
	return copy;
}

static inline struct trace *sample_open(trace_wants *wants, const char *path)
{
	const char *error;
	struct trace *t = trace_new(wants);
	assert_int_equal(trace_add_input(t, path, path, &error), 0);
	return t;
}

/* "kind:name=ret " for each record; "!" for an input that could not be read on. */
static inline void sample_read(struct trace *t, struct buffer *out)
{
	struct record r;
	for (int got; (got = trace_next(t, &r));) {
		if (got < 0) {
			buffer_add_text(out, "! ");
			continue;
		}
		buffer_add_text(out, record_kind_name(r.kind));
		if (r.name.ptr) {
			buffer_add_char(out, ':');
			buffer_add(out, r.name);
		}
		if (r.ret.ptr) {
			buffer_add_char(out, '=');
			buffer_add(out, r.ret);
		}
		buffer_add_char(out, ' ');
	}
}

static inline void sample_expect(struct trace *t, const char *expected)
{
	struct buffer out = {0};
	buffer_add_text(&out, "");
	sample_read(t, &out);
	assert_string_equal(buffer_slice(&out).ptr, expected);
	buffer_release(&out);
}

#define SAMPLE_TEST(function) cmocka_unit_test_setup_teardown(function, sample_begin, sample_end)

#endif
