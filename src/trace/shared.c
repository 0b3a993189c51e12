#include "shared.h"

#include <ipcdiag/memory.h>

#include "leader.h"
#include "other_tracers.h"
#include "scan.h"

void shared_note(struct shared *sh, const char *kind, uint32_t file, uint64_t line)
{
	for (size_t i = 0; i < sh->note_count; i++) {
		if (strcmp(sh->notes[i].kind, kind) == 0) {
			sh->notes[i].count++;
			return;
		}
	}
	sh->notes = memory_grow(sh->notes, &sh->note_cap, sh->note_count, sizeof *sh->notes);
	sh->notes[sh->note_count++] = (struct trace_note){kind, 1, line, file};
}

void shared_count_pid(struct shared *sh, int64_t pid)
{
	if (pid > LEADER_PID_MAX)
		return;
	if (!sh->pids)
		sh->pids = memory_alloc(LEADER_PID_MAX / 8 + 8);
	uint64_t bit = UINT64_C(1) << (pid % 64), *word = &sh->pids[pid / 64];
	sh->printed += !(*word & bit);
	sh->stats.tasks = sh->printed;
	*word |= bit;
}

/* Asked for every call, so the first letter decides first. */
void shared_learn_call(struct trace_stats *st, struct slice name, struct slice args, struct slice duration)
{
	enum { SAMPLE = 256, ENOUGH = 2 };
	if (st->records[RECORD_SYSCALL] + st->records[RECORD_UNFINISHED] <= SAMPLE && relative_is_library_call(name) &&
		++st->library_calls >= ENOUGH)
		st->relative = RELATIVE_LTRACE;
	char first = name.len ? name.ptr[0] : 0;
	if (first == 'c' || first == 'f' || first == 'v') {
		st->sees_closes = st->sees_closes || slice_is(name, "close") || slice_is(name, "close_range");
		st->sees_forks = st->sees_forks || slice_in_words(name, "fork vfork clone clone2 clone3");
	}
	if (!st->has_fd_notes && args.len) {
		const char *end = args.ptr + args.len, *q = scan_digits(args.ptr, end);
		st->has_fd_notes = q > args.ptr && q < end && *q == '<';
	}
	st->has_durations |= duration.ptr != NULL;
}

void shared_reuse(struct shared *sh, bool all)
{
	if (sh->reuse)
		sh->reuse(sh->reuse_context, all);
}

void shared_meet_relative(struct shared *sh, enum trace_relative relative)
{
	enum { ENOUGH = 2 }; /* one line may be anything */
	if (relative != RELATIVE_NONE && ++sh->relatives[relative] >= ENOUGH)
		sh->stats.relative = relative;
}
