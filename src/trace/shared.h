/* What all inputs of one trace share: wishes, counts, notes. */
#ifndef TRACE_SHARED_H
#define TRACE_SHARED_H

#include <ipcdiag/trace.h>

#include "seen.h"
#include "shape.h"

/* What all inputs of one trace share. */
struct shared {
	trace_wants *wants;
	bool slow; /* no fast path: for the test that compares both */
	trace_foreign *foreign;
	void *foreign_context;
	trace_reuse *reuse;
	void *reuse_context;
	struct trace_stats stats;
	struct trace_note *notes;
	size_t note_count, note_cap;
	uint64_t *pids;   /* a bit for each pid printed so far */
	uint64_t printed; /* how many that are */
	size_t open_text;
	struct shapes shapes;               /* of leaders */
	struct seen *seen;                  /* NULL: texts are not numbered */
	unsigned relatives[RELATIVE_KINDS]; /* lines of other tracers */
};

/* Counts a note; the first place is kept. `kind` is static text. */
void shared_note(struct shared *sh, const char *kind, uint32_t file, uint64_t line);

/* Counts the pid as a task if it was not printed before. */
void shared_count_pid(struct shared *sh, int64_t pid);
static inline bool shared_has_counted(const struct shared *sh, int64_t pid)
{
	return sh->pids && pid <= LEADER_PID_MAX && sh->pids[pid / 64] >> pid % 64 & 1;
}

/* Which kinds of calls, descriptor notes and durations the trace has. */
void shared_learn_call(struct trace_stats *st, struct slice name, struct slice args, struct slice duration);

/* Tells that memory of delivered records is used again, see trace_on_reuse. */
void shared_reuse(struct shared *sh, bool all);

/* A line that is, as it seems, of another tracer. */
void shared_meet_relative(struct shared *sh, enum trace_relative relative);

#endif
