#include "input.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include "decoder.h"

int input_open(struct input *in, const char *path)
{
	struct stat st;
	*in = (struct input){.fd = -1};
	in->fd = strcmp(path, "-") == 0 ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
	if (in->fd < 0)
		return errno;
	bool known = fstat(in->fd, &st) == 0;
	in->may_block = known && !S_ISREG(st.st_mode);
	in->size = known && S_ISREG(st.st_mode) ? (size_t)st.st_size : 0;
	return 0;
}

void input_close(struct input *in)
{
	decoder_free(in->decoder);
	in->decoder = NULL;
	if (in->fd > STDIN_FILENO)
		close(in->fd);
	in->fd = -1;
}

int input_open_transient(struct input *in, const char *path)
{
	struct stat st;
	if (stat(path, &st) < 0)
		return errno;
	if (!S_ISREG(st.st_mode))
		return input_open(in, path);
	*in = (struct input){.fd = -1, .transient = path, .size = (size_t)st.st_size};
	return 0;
}

static ptrdiff_t read_transient(struct input *in, char *into, size_t size)
{
	int fd = open(in->transient, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -1;
	ptrdiff_t n;
	do
		n = pread(fd, into, size, in->at);
	while (n < 0 && errno == EINTR);
	int error = errno;
	close(fd);
	errno = error;
	in->at += n > 0 ? n : 0;
	return n;
}

static ptrdiff_t read_some(struct input *in, char *into, size_t size)
{
	ptrdiff_t n;
	if (in->transient)
		return read_transient(in, into, size);
	do
		n = read(in->fd, into, size);
	while (n < 0 && errno == EINTR);
	return n;
}

ptrdiff_t input_read_raw(struct input *in, char *into, size_t size)
{
	size_t left = in->head_len - in->head_at;
	if (!left)
		return read_some(in, into, size);
	left = left < size ? left : size;
	memcpy(into, in->head + in->head_at, left);
	in->head_at += left;
	return (ptrdiff_t)left;
}

/* Reads on only while it could be magic: a live trace must not wait for more. */
static bool could_be_magic(const struct input *in)
{
	unsigned char c = (unsigned char)in->head[0];
	return in->head_len == 0 || (in->head_len < DECODER_MAGIC && (c == 0x1f || c == 0x28 || c == 0xfd));
}

static ptrdiff_t begin(struct input *in)
{
	ptrdiff_t n = 1;
	in->begun = true;
	while (n > 0 && could_be_magic(in)) {
		n = read_some(in, in->head + in->head_len, DECODER_MAGIC - in->head_len);
		if (n < 0)
			return n;
		in->head_len += (size_t)n;
	}
	in->decoder = decoder_new((struct slice){in->head, in->head_len});
	return 0;
}

ptrdiff_t input_read(struct input *in, char *into, size_t size)
{
	if (!in->begun && begin(in) < 0)
		return -1;
	return in->decoder ? decoder_read(in, into, size) : input_read_raw(in, into, size);
}

bool input_wait(const struct input *in, int milliseconds)
{
	struct pollfd p = {.fd = in->fd, .events = POLLIN};
	if (!in->may_block || in->decoder || in->head_at < in->head_len)
		return true;
	return poll(&p, 1, milliseconds) != 0;
}
