/* Split calls: who has one outstanding, and the text of its first half. */
#ifndef HALVES_H
#define HALVES_H

#include <ipcdiag/buffer.h>
#include <ipcdiag/map.h>
#include <ipcdiag/record.h>

#include "seen.h"

struct open_call;

enum { JOIN_RECENT = 256 /* a power of two */ };

struct join {
	struct map tasks;                      /* task -> struct open_call */
	struct open_call *recent[JOIN_RECENT]; /* some of them, by the last bits of the task: looked at first */
	struct open_call *newest, *oldest;     /* all that wait, those without a pid too */
	size_t lone;                           /* how many have no pid */
	size_t *text;                          /* bytes kept of all inputs together, shared */
};

enum {
	JOIN_MAX_TEXT = 64 << 20,          /* bytes of all first halves together */
	JOIN_MAX_ADDED = 65536 + 256 + 64, /* of one first half: arguments, name, stamp */
	JOIN_SPARE_SIZE = 256,             /* bytes that are kept for the next call of a task, */
	JOIN_MAX_SPARE = 4096,             /* of so many tasks */
	JOIN_MAX_LONE = 16,                /* cut calls without a pid that may wait */
	JOIN_MAX_SEARCH = 256              /* how many are looked at to find one by name */
};

void halves_release(struct join *j);

/* Remembers the first half; of a text that came before (or NULL) it keeps nothing but that. False: its arguments were
 * too long to be kept. */
bool halves_cut(struct join *j, const struct record *r, struct seen_text *text);

/* Finds the first half of a resumed call and fills args (added to `joined`, at most JOIN_MAX_ADDED bytes and the tail),
 * start_line, start_time and task. An empty name matches the newest one (tails that strace printed without a leader).
 * False if there is none.
 * `*first`: what join_cut was given, still valid. */
bool halves_resume(struct join *j, struct record *r, struct buffer *joined, struct seen_text **first);

/* The same for a second half that came before, after the same first half: only start_line and start_time are filled.
 * Returns the number of the joined call; 0: nothing has been done. */
uint32_t halves_resume_seen(
	struct join *j, struct record *r, struct buffer *joined, struct seen *seen, const struct seen_text *second);

/* The task is gone. -1: one without a pid. */
void halves_end(struct join *j, int64_t task);

/* "+++ superseded by execve in pid THREAD +++" of the leader: the thread's call becomes the leader's. */
void halves_supersede(struct join *j, int64_t leader, int64_t thread);

#endif
