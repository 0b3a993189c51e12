/* attach --snapshot: what /proc shows of the waits of some processes, as a table and as findings. */
#ifndef CLI_SNAPSHOT_REPORT_H
#define CLI_SNAPSHOT_REPORT_H

#include <stddef.h>
#include <sys/types.h>

struct settings;

/* Looks at `count` processes, all when there are none named, and reports. Returns the exit status. */
int snapshot_report(const struct settings *settings, const pid_t *pids, size_t count);

/* Adds what is wrong among the chosen processes of a snapshot to the session's findings. */
struct session;
struct snapshot;
void snapshot_find(struct session *s, const struct snapshot *shot);

#endif
