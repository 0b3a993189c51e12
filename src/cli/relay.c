#include "relay.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

int relay_open(struct relay *r, const char *path)
{
	*r = (struct relay){.from = -1, .to = -1};
	r->file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
	return r->file < 0 ? errno : 0;
}

/* Returns 0 or an errno value. */
static int write_all(int fd, const char *bytes, size_t left)
{
	while (left) {
		ssize_t n = write(fd, bytes, left);
		if (n < 0 && errno != EINTR)
			return errno;
		if (n > 0) {
			bytes += n;
			left -= (size_t)n;
		}
	}
	return 0;
}

/* A full disk does not end the analysis; an analysis that stopped ends the copying, and strace with it. */
static void *copy(void *context)
{
	struct relay *r = context;
	static _Thread_local char bytes[65536];
	ssize_t n;
	while ((n = read(r->from, bytes, sizeof bytes)) > 0 || (n < 0 && errno == EINTR)) {
		if (n < 0)
			continue;
		if (!r->error)
			r->error = write_all(r->file, bytes, (size_t)n);
		if (write_all(r->to, bytes, (size_t)n) != 0)
			break;
	}
	close(r->from);
	close(r->to);
	return NULL;
}

int relay_start(struct relay *r, int from)
{
	int ends[2];
	sigset_t all, before;
	if (pipe2(ends, O_CLOEXEC) != 0)
		return -1;
	r->from = from;
	r->to = ends[1];
	sigfillset(&all); /* signals are for the thread that reads */
	pthread_sigmask(SIG_BLOCK, &all, &before);
	errno = pthread_create(&r->thread, NULL, copy, r);
	r->running = errno == 0;
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (r->running)
		return ends[0];
	close(ends[0]);
	close(ends[1]);
	return -1;
}

void relay_stop(struct relay *r)
{
	if (!r->running)
		return;
	void *end;
	pthread_cancel(r->thread); /* it waits in read, or in write */
	pthread_join(r->thread, &end);
	if (end == PTHREAD_CANCELED) { /* else it has closed them itself, and their numbers may be others by now */
		close(r->from);
		close(r->to);
	}
	r->running = false;
}

int relay_end(struct relay *r)
{
	if (r->running)
		pthread_join(r->thread, NULL);
	r->running = false;
	if (close(r->file) != 0 && !r->error)
		r->error = errno;
	return r->error;
}
