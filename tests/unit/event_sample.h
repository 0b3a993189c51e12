/* Events from the text of traces: the text goes through the reader, the last event of it is printed. */
#ifndef IPCDIAG_TESTS_EVENT_SAMPLE_H
#define IPCDIAG_TESTS_EVENT_SAMPLE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

#include <ipcdiag/event.h>
#include <ipcdiag/trace.h>

struct sample {
	const char *lines;    /* of a trace */
	const char *expected; /* event_print of the last event, "" if the last record is none */
};

/* Reads a trace up to its last record; `*event` and its record stay valid until sample_close. */
struct opened {
	struct trace *trace;
	struct record record;
	struct event event;
	bool decoded;
	int file;
};

static inline void sample_open(struct opened *o, const char *lines)
{
	char path[64];
	const char *error = NULL;
	size_t length = strlen(lines);
	o->file = memfd_create("sample", 0);
	assert_true(o->file >= 0 && write(o->file, lines, length) == (ssize_t)length);
	snprintf(path, sizeof path, "/proc/self/fd/%d", o->file);
	o->trace = trace_new(NULL);
	assert_int_equal(trace_add_input(o->trace, path, "sample", &error), 0);
	/* records die with the next one, so the last is found by counting */
	unsigned count = 0;
	while (trace_next(o->trace, &o->record) > 0)
		count++;
	trace_free(o->trace);
	o->trace = trace_new(NULL);
	lseek(o->file, 0, SEEK_SET);
	assert_int_equal(trace_add_input(o->trace, path, "sample", &error), 0);
	assert_true(count > 0);
	while (count--)
		assert_int_equal(trace_next(o->trace, &o->record), 1);
	o->decoded = event_decode(&o->record, &o->event);
}

static inline void sample_close(struct opened *o)
{
	trace_free(o->trace);
	close(o->file);
}

static inline void check_samples(const struct sample *samples, size_t count)
{
	unsigned wrong = 0;
	for (size_t i = 0; i < count; i++) {
		struct opened o;
		struct buffer text = {0};
		sample_open(&o, samples[i].lines);
		buffer_add_text(&text, "");
		if (o.decoded)
			event_print(&o.event, &text);
		if (strcmp(text.ptr, samples[i].expected) != 0) {
			print_error("%s\n    is       %s\n    expected %s\n", samples[i].lines, text.ptr,
				samples[i].expected);
			wrong++;
		}
		buffer_release(&text);
		sample_close(&o);
	}
	assert_int_equal(wrong, 0);
}

#define CHECK_SAMPLES(samples) check_samples(samples, sizeof(samples) / sizeof *(samples))

#endif
