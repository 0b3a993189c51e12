#include "input.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

int input_open(struct input *in, const char *path)
{
	struct stat st;
	*in = (struct input){.fd = -1};
	in->fd = strcmp(path, "-") == 0 ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
	if (in->fd < 0)
		return errno;
	in->may_block = fstat(in->fd, &st) == 0 && !S_ISREG(st.st_mode);
	return 0;
}

void input_close(struct input *in)
{
	if (in->fd > STDIN_FILENO)
		close(in->fd);
	in->fd = -1;
}

ptrdiff_t input_read(struct input *in, char *into, size_t size)
{
	ptrdiff_t n;
	do
		n = read(in->fd, into, size);
	while (n < 0 && errno == EINTR);
	return n;
}

bool input_wait(const struct input *in, int milliseconds)
{
	struct pollfd p = {.fd = in->fd, .events = POLLIN};
	return !in->may_block || poll(&p, 1, milliseconds) != 0;
}
