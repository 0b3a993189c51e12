#include "progress.h"

#include <sys/stat.h>
#include <unistd.h>

#include <ipcdiag/buffer.h>

enum { LONG_FILE = 32 << 20, TICKS = 4096, WIDTH = 40 };

static void print(const struct buffer *line)
{
	ssize_t written = write(STDERR_FILENO, line->ptr, line->len);
	(void)written; /* it is only a bar */
}

void progress_start(struct progress *p, const char *path, bool wanted)
{
	struct stat st;
	*p = (struct progress){.percent = -1};
	if (wanted && isatty(STDERR_FILENO) && stat(path, &st) == 0 && S_ISREG(st.st_mode) && st.st_size >= LONG_FILE)
		p->size = (uint64_t)st.st_size;
}

void progress_tick(struct progress *p, uint64_t done)
{
	if (!p->size || ++p->ticks % TICKS)
		return;
	int percent =
		done >= p->size ? 100 : (int)(done * 100 / p->size); /* compressed files hold more than their size */
	if (percent == p->percent)
		return;
	p->percent = percent;
	struct buffer line = {0};
	buffer_add_char(&line, '\r');
	buffer_add_char(&line, '[');
	for (int i = 0; i < WIDTH; i++)
		buffer_add_char(&line, i * 100 < percent * WIDTH ? '#' : ' ');
	buffer_add_format(&line, "] %3d %%", percent);
	print(&line);
	buffer_release(&line);
}

void progress_end(struct progress *p)
{
	if (p->percent < 0)
		return;
	struct buffer line = {0};
	buffer_add_format(&line, "\r%*s\r", WIDTH + 8, "");
	print(&line);
	buffer_release(&line);
	p->percent = -1;
}
