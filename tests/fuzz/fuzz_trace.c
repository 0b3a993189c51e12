/* A whole trace: all records are read and written as JSON, then once more on the fast path and without it: the counts
 * must be the same. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include <ipcdiag/trace.h>

#include "cli/records.h"
#include "trace/quick.h"

static char path[64];

static const void *want_some(struct slice name)
{
	return name.len % 2 == 0 ? "" : NULL;
}

static struct trace_stats read_all(trace_wants *wants, bool quick)
{
	const char *error;
	struct record r;
	struct buffer text = {0};
	struct trace *t = trace_new(wants);
	if (!quick)
		trace_without_quick(t);
	if (trace_add_input(t, path, "input", &error))
		abort();
	for (int got; (got = trace_next(t, &r));) {
		if (got > 0)
			records_add(&text, "input", &r);
		buffer_clear(&text);
	}
	struct trace_stats stats = *trace_statistics(t);
	trace_free(t);
	buffer_release(&text);
	return stats;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	int fd = memfd_create("trace", MFD_CLOEXEC);
	if (fd < 0 || write(fd, data, size) != (ssize_t)size)
		abort();
	snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
	read_all(NULL, true);
	struct trace_stats quick = read_all(want_some, true), slow = read_all(want_some, false);
	for (int kind = 0; kind < RECORD_KINDS; kind++)
		if (quick.records[kind] != slow.records[kind])
			abort();
	if (quick.lines != slow.lines || quick.tasks != slow.tasks || quick.unparsed != slow.unparsed)
		abort();
	close(fd);
	return 0;
}
