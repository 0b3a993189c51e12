/* A whole trace through the model and all rules, twice: with the first halves of calls put off, and without. The findings must be
 * the same. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "../diagnose.h"

static void read_all(int fd, bool put_off, struct buffer *out)
{
	char path[64];
	const char *error;
	struct trace *t = trace_new(event_wants);
	snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
	if (trace_add_input(t, path, "input", &error))
		abort();
	diagnose(t, put_off, out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buffer later = {0}, now = {0};
	int fd = memfd_create("trace", MFD_CLOEXEC);
	if (fd < 0 || write(fd, data, size) != (ssize_t)size)
		abort();
	read_all(fd, true, &later);
	read_all(fd, false, &now);
	if (strcmp(later.ptr, now.ptr) != 0)
		abort();
	buffer_release(&later);
	buffer_release(&now);
	close(fd);
	return 0;
}
