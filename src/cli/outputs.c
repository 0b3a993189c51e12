#include "outputs.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <ipcdiag/buffer.h>
#include <ipcdiag/memory.h>

#include "say.h"
#include "status.h"

enum { PIPE_WRITE = 4096 };

static void look_at(struct output *o)
{
	struct stat st;
	o->pipe = fstat(o->fd, &st) == 0 && (S_ISFIFO(st.st_mode) || S_ISSOCK(st.st_mode));
}

void output_open_standard(struct output *o, int fd)
{
	*o = (struct output){.fd = fd,
		.path = memory_copy(fd == STDERR_FILENO ? SLICE("standard error") : SLICE("standard output"))};
	look_at(o);
}

/* Opens a new file beside the target; the name is random so that parallel runs do not meet. */
static int open_temporary(struct output *o)
{
	struct buffer name = {0};
	buffer_add_format(&name, "%s.XXXXXX", o->target);
	o->temporary = buffer_detach(&name);
	o->fd = mkostemp(o->temporary, O_CLOEXEC);
	if (o->fd < 0)
		return errno;
	mode_t mask = umask(0);
	umask(mask);
	fchmod(o->fd, 0666 & ~mask); /* best effort: the file is readable by its owner at least */
	return 0;
}

int output_open_file(struct output *o, const char *path)
{
	*o = (struct output){.fd = -1, .path = memory_copy(slice_of(path))};
	struct stat st;
	if (stat(path, &st) == 0 && !S_ISREG(st.st_mode)) { /* a device, a pipe: nothing to rename */
		o->fd = open(path, O_WRONLY | O_CLOEXEC);
		if (o->fd < 0)
			return errno;
		look_at(o);
		return 0;
	}
	char resolved[PATH_MAX];
	o->target = memory_copy(slice_of(realpath(path, resolved) ? resolved : path));
	return open_temporary(o);
}

/* How much of `left` goes into one write. */
static size_t portion(const struct output *o, struct slice left)
{
	if (!o->pipe || left.len <= PIPE_WRITE)
		return left.len;
	const char *end = memrchr(left.ptr, '\n', PIPE_WRITE);
	return end ? (size_t)(end - left.ptr) + 1 : PIPE_WRITE;
}

/* Lines of more than PIPE_WRITE bytes take several writes: record locks keep others of us out meanwhile, as far as the
 * kernel has them on pipes (Linux does). */
static bool lock(const struct output *o, short kind)
{
	struct flock whole = {.l_type = kind, .l_whence = SEEK_SET};
	int result;
	do
		result = fcntl(o->fd, F_SETLKW, &whole);
	while (result != 0 && errno == EINTR);
	return result == 0;
}

void output_write(struct output *o, struct slice left)
{
	bool alone = o->pipe && lock(o, F_WRLCK);
	while (left.len && !o->error) {
		ssize_t n = write(o->fd, left.ptr, portion(o, left));
		if (n >= 0)
			left = slice_skip(left, (size_t)n);
		else if (errno != EINTR)
			o->error = errno;
	}
	if (alone)
		lock(o, F_UNLCK);
}

static void forget(struct output *o)
{
	free(o->path);
	free(o->target);
	free(o->temporary);
	*o = (struct output){.fd = -1};
}

int output_close(struct output *o)
{
	int error = o->error == EPIPE ? 0 : o->error;
	if (o->fd >= 0 && o->fd != STDERR_FILENO && close(o->fd) != 0 &&
		!error) /* messages may follow on standard error */
		error = errno;
	if (o->temporary && !error && o->fd >= 0 && rename(o->temporary, o->target) != 0)
		error = errno;
	if (o->temporary && error)
		unlink(o->temporary);
	forget(o);
	return error;
}

void output_discard(struct output *o)
{
	if (o->fd >= 0 && o->fd > STDERR_FILENO)
		close(o->fd);
	if (o->temporary)
		unlink(o->temporary);
	forget(o);
}

int output_print(struct slice text)
{
	struct output out;
	output_open_standard(&out, STDOUT_FILENO);
	output_write(&out, text);
	int error = output_close(&out);
	if (!error)
		return STATUS_OK;
	tell("standard output: %s", strerror(error));
	return STATUS_INCOMPLETE;
}
