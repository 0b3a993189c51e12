#include "holders.h"

#include <fcntl.h>
#include <stdlib.h>

#include "proc.h"

int holders_mode(pid_t pid, int fd)
{
	struct buffer text = {0};
	int mode = -1;
	if (proc_read(&text, "/proc/%d/fdinfo/%d", (int)pid, fd))
		mode = (int)proc_number(proc_field(buffer_slice(&text), "flags"), 8) & O_ACCMODE;
	buffer_release(&text);
	return mode;
}

static void look_at(struct live_holders *h, pid_t pid, const char *link)
{
	size_t count;
	int *fds = proc_numbers(&count, "/proc/%d/fd", (int)pid);
	struct buffer target = {0};
	if (!fds) /* kernel threads and zombies have none; others may not be looked at */
		h->complete = h->complete && !proc_read(&target, "/proc/%d/cmdline", (int)pid);
	for (size_t i = 0; i < count && h->count < HOLDERS_KEPT; i++)
		if (proc_link(&target, "/proc/%d/fd/%d", (int)pid, fds[i]) && slice_is(buffer_slice(&target), link))
			h->list[h->count++] = (struct live_holder){pid, fds[i], holders_mode(pid, fds[i])};
	buffer_release(&target);
	free(fds);
}

void holders_find(struct live_holders *h, const char *link, double deadline)
{
	size_t count, i;
	int *pids = proc_numbers(&count, "/proc");
	*h = (struct live_holders){.complete = true};
	for (i = 0; i < count && h->count < HOLDERS_KEPT && proc_clock() < deadline; i++)
		look_at(h, pids[i], link);
	h->complete = h->complete && i == count;
	free(pids);
}
