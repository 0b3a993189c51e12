/* Who has a thing open: every /proc/PID/fd that may be read. */
#ifndef LIVE_HOLDERS_H
#define LIVE_HOLDERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum { HOLDERS_KEPT = 16 };

struct live_holder {
	pid_t pid;
	int fd;
	int mode; /* O_RDONLY, O_WRONLY, O_RDWR; -1: not known */
};

struct live_holders {
	struct live_holder list[HOLDERS_KEPT];
	size_t count;
	bool complete; /* all processes could be looked at, in time */
};

/* Who has "pipe:[7]", "socket:[9]", "anon_inode:[eventfd]", a path: what the links in /proc/PID/fd say. Looks until
 * `deadline` (proc_clock). */
void holders_find(struct live_holders *h, const char *link, double deadline);

/* The access mode of a descriptor, or -1. */
int holders_mode(pid_t pid, int fd);

#endif
