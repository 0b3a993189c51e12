#include "inputs.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include <ipcdiag/buffer.h>
#include <ipcdiag/memory.h>

#include "input_families.h"
#include "say.h"

static void add(struct inputs *in, const char *path)
{
	in->paths = memory_grow(in->paths, &in->cap, in->count, sizeof *in->paths);
	in->paths[in->count++] = path;
}

static int read_all(int fd, struct buffer *text)
{
	char part[16384];
	ssize_t n;
	while ((n = read(fd, part, sizeof part)) != 0) {
		if (n > 0)
			buffer_add(text, (struct slice){part, (size_t)n});
		else if (errno != EINTR)
			return errno;
	}
	return 0;
}

static int read_list(const char *path, struct buffer *text)
{
	if (strcmp(path, "-") == 0)
		return read_all(STDIN_FILENO, text);
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return errno;
	int error = read_all(fd, text);
	close(fd);
	return error;
}

/* Cuts the list in place; empty names are passed over. */
static void add_names(struct inputs *in, char *text, size_t length, char separator)
{
	char *end = text + length;
	while (text < end) {
		char *stop = memchr(text, separator, (size_t)(end - text));
		if (!stop)
			stop = end; /* the NUL behind the list */
		*stop = '\0';
		if (*text)
			add(in, text);
		text = stop + 1;
	}
}

bool inputs_collect(struct inputs *in, const struct settings *settings, char **operands)
{
	*in = (struct inputs){0};
	for (char **path = operands; *path; path++)
		add(in, *path);
	if (settings->files_from) {
		struct buffer text = {0};
		int error = read_list(settings->files_from, &text);
		if (error) {
			tell("%s: %s", settings->files_from, strerror(error));
			buffer_release(&text);
			return false;
		}
		size_t length = text.len;
		in->list = buffer_detach(&text);
		add_names(in, in->list, length, settings->null_separated ? '\0' : '\n');
		if (!in->count) {
			tell("%s: names no trace", settings->files_from);
			return false;
		}
	}
	if (!in->count)
		add(in, "-");
	in->count = family_join(in->paths, in->count, &in->families, &in->family_count);
	return true;
}

void inputs_release(struct inputs *in)
{
	free(in->paths);
	free(in->list);
	for (size_t i = 0; i < in->family_count; i++)
		free(in->families[i]);
	free(in->families);
	*in = (struct inputs){0};
}
