/* Processes of this machine in words. */
#ifndef LIVE_WHO_H
#define LIVE_WHO_H

#include <sys/types.h>

#include <ipcdiag/buffer.h>

/* "nginx[812]" */
void who_add(struct buffer *out, pid_t pid);
/* "nginx[812] (user www-data, since 09:14:02, nginx -g daemon off;)"; command lines are left out with `redact`. */
void who_add_all(struct buffer *out, pid_t pid, bool redact);
/* "alice", or the number. */
void who_add_user(struct buffer *out, uid_t user);

#endif
