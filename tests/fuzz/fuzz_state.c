/* A whole trace, read three times over so that its texts come again, through the model and all rules, twice: the fast
 * way and the plain one (diagnose.h). The findings must be the same. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "../diagnose.h"

static void read_all(int fd, bool fast, struct buffer *out)
{
	char path[64];
	const char *error;
	struct trace *t = trace_new(event_wants);
	snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
	if (trace_add_input(t, path, "input", &error))
		abort();
	diagnose(t, fast, out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buffer later = {0}, now = {0};
	int fd = memfd_create("trace", MFD_CLOEXEC);
	for (int i = 0; i < 3; i++)
		if (fd < 0 || write(fd, data, size) != (ssize_t)size || write(fd, "\n", 1) != 1)
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
