#include "ff_files.h"

#include <errno.h>
#include <stdlib.h>

#include <ipcdiag/map.h>
#include <ipcdiag/memory.h>

#include "ordering.h"
#include "clock.h"
#include "scan.h"

enum {
	SNIFF = 4096,       /* bytes of each file that are looked at first */
	WINDOWS = 32 << 20, /* bytes of all windows together, about */
	SMALLEST_BLOCK = 1024
};

enum member_state { MEMBER_NEW, MEMBER_STARTED, MEMBER_DONE };

/* What is needed only while a file is being read. */
struct reading {
	struct source source;
	struct record head; /* the record that comes next */
};

struct member {
	const struct file *file;
	uint32_t number;
	enum member_state state;
	struct reading *reading; /* NULL: not open */
	int64_t key;             /* time of its next record, in nanoseconds */
	int64_t stamp, days;     /* the last stamp, and midnights that passed */
	uint64_t since;          /* when it was asked first and was not ready; 0: it is not held */
	uint64_t rank;           /* among those of one key the lowest comes first */
	bool deferred;           /* its key was put off already */
	bool execs;              /* begins with an execve: may be the first task of all */
	struct member *newer, *older;
};

struct family {
	struct shared *shared;
	struct member *members;
	size_t count;
	struct map by_pid;
	struct join join;
	struct member **heap; /* with stamps: not done, by key */
	size_t heap_count;
	struct member *newest; /* without stamps: started ones, the one that ran last first */
	size_t next_new;
	struct member *last; /* gave the last record; its reading goes on before the next one */
	uint64_t turns, ranks;
	bool stamped, daily, prefixed;
	size_t block;
	trace_ready *ready;
	void *context;
	uint32_t error_file;
	const char *error;
};

/* --- first look --- */

static void look_at_line(struct family *f, struct member *m, struct slice line, bool *stamped)
{
	struct leader l;
	leader_parse(line, &l);
	f->prefixed |= l.pid >= 0;
	*stamped = l.time.ptr != NULL;
	if (l.time.ptr) {
		bool daily = false;
		m->stamp = m->key = clock_parse(l.time, &daily);
		f->daily |= daily;
	}
	m->execs = slice_starts(slice_skip(line, l.end), SLICE("execve("));
}

/* The first line of a file: its stamp and what it begins with. False: empty or unreadable. */
static bool look_at(struct family *f, struct member *m, bool *stamped)
{
	struct input in;
	char text[SNIFF];
	size_t have = 0;
	if (input_open_transient(&in, m->file->path))
		return false;
	for (ptrdiff_t n = 1; n > 0 && have < sizeof text && !in.may_block; have += n > 0 ? (size_t)n : 0)
		n = input_read(&in, text + have, sizeof text - have);
	input_close(&in);
	const char *lf = have ? memchr(text, '\n', have) : NULL;
	if (have)
		look_at_line(f, m, scan_slice(text, lf ? lf : text + have), stamped);
	return have;
}

/* Clocks without a date: when the files begin more than half a day apart, the early ones begin behind midnight. */
static void mind_midnight(struct family *f)
{
	int64_t half = CLOCK_DAY / 2 * CLOCK_SECOND, latest = 0;
	for (size_t i = 0; i < f->count; i++)
		latest = f->members[i].key > latest ? f->members[i].key : latest;
	for (size_t i = 0; i < f->count; i++) {
		struct member *m = &f->members[i];
		if (f->daily && latest - m->key > half)
			m->days = 1;
		m->key += m->days * CLOCK_DAY * CLOCK_SECOND;
	}
}

/* --- the heap of those that are not done --- */

static bool is_before(const struct member *a, const struct member *b)
{
	if (a->key != b->key)
		return a->key < b->key;
	return a->rank != b->rank ? a->rank < b->rank : a->number < b->number;
}

static void sift_down(struct family *f, size_t i)
{
	for (size_t child; (child = 2 * i + 1) < f->heap_count; i = child) {
		child += child + 1 < f->heap_count && is_before(f->heap[child + 1], f->heap[child]);
		if (!is_before(f->heap[child], f->heap[i]))
			return;
		struct member *m = f->heap[i];
		f->heap[i] = f->heap[child];
		f->heap[child] = m;
	}
}

static void build_heap(struct family *f)
{
	f->heap = memory_alloc((f->count + 1) * sizeof *f->heap);
	for (size_t i = 0; i < f->count; i++)
		f->heap[f->heap_count++] = &f->members[i];
	for (size_t i = f->heap_count / 2 + 1; i-- > 0;)
		sift_down(f, i);
}

/* --- reading one member --- */

static int fail(struct family *f, struct member *m, const char *why)
{
	f->error_file = m->number;
	f->error = why;
	return -1;
}

/* Closes it; -1 if it was not read to its end. */
static int finish(struct family *f, struct member *m)
{
	struct stream *st = &m->reading->source.stream;
	int error = st->error;
	bool truncated = st->input.truncated;
	uint64_t line = st->line;
	bool torn = m->reading->source.torn;
	reader_release(&m->reading->source);
	free(m->reading);
	m->reading = NULL;
	m->state = MEMBER_DONE;
	if (truncated) {
		f->shared->stats.truncated = true;
		shared_note(f->shared, "truncated", m->number, line);
		return fail(f, m, "the compressed data ends early or is damaged");
	}
	if (error)
		return fail(f, m, strerror(error));
	return torn ? fail(f, m, READER_TORN) : 0;
}

static int open_member(struct family *f, struct member *m)
{
	m->reading = memory_alloc(sizeof *m->reading);
	struct source *s = &m->reading->source;
	reader_init(s, f->shared, m->number);
	s->file_pid = f->prefixed ? -1 : m->file->pid;
	s->join = &f->join;
	s->in_family = true;
	s->stream.block = f->block;
	m->state = MEMBER_STARTED;
	int error = stream_open(&s->stream, m->file->path, true);
	if (!error)
		return 0;
	s->stream.error = error;
	return finish(f, m);
}

static int64_t stamp_of(struct member *m, struct slice time)
{
	bool daily;
	int64_t stamp = clock_parse(time, &daily);
	if (stamp < 0)
		return m->key;
	if (daily && m->stamp - stamp > CLOCK_DAY / 2 * CLOCK_SECOND)
		m->days++;
	m->stamp = stamp;
	return stamp + m->days * CLOCK_DAY * CLOCK_SECOND;
}

/* When a record happens: a call when it returns, if -T says when that was; a fork before its child's first record. */
static int64_t key_of(struct member *m)
{
	const struct record *r = &m->reading->head;
	bool daily;
	int64_t key = stamp_of(m, r->time);
	if (r->kind == RECORD_SYSCALL && r->duration.ptr && r->time.ptr && ordering_child(r) < 0)
		key += clock_parse(r->duration, &daily);
	return key > m->key ? key : m->key;
}

/* Reads its next record. 1: there is one; 0: it is done; -1: and could not be read to its end. */
static int advance(struct family *f, struct member *m)
{
	if (!m->reading && open_member(f, m) < 0)
		return -1;
	if (reader_next(&m->reading->source, &m->reading->head) <= 0)
		return finish(f, m);
	m->since = m->rank = 0;
	if (f->stamped && !m->deferred)
		m->key = key_of(m);
	else if (f->stamped)
		m->key = stamp_of(m, m->reading->head.time); /* it was put off to this very time */
	m->deferred = false;
	return 1;
}

static bool is_held(struct family *f, struct member *m)
{
	int64_t ended = ordering_ended(&m->reading->head);
	struct member *other = ended >= 0 ? map_get(&f->by_pid, (uint64_t)ended) : NULL;
	if (other && other != m && other->state != MEMBER_DONE)
		return true;
	return f->ready && !f->ready(f->context, &m->reading->head);
}

/* --- merging by time --- */

/* A call without -T returned at some time between its stamp and the task's next one. */
static bool put_off(struct member *m)
{
	struct slice stamp = reader_next_stamp(&m->reading->source);
	struct member copy = *m;
	m->deferred = true;
	m->key = stamp.ptr ? stamp_of(&copy, stamp) : INT64_MAX;
	return true;
}

/* Lets others of the same time go first, unless nothing has happened since it was asked last. */
static bool steps_back(struct family *f, struct member *m)
{
	if (m->since == f->turns)
		return false;
	m->since = f->turns;
	m->rank = ++f->ranks;
	return true;
}

static int next_by_time(struct family *f, struct record *out)
{
	while (f->heap_count) {
		struct member *m = f->heap[0];
		if (!m->reading || f->last == m) {
			f->last = NULL;
			int got = advance(f, m);
			if (got <= 0)
				f->heap[0] = f->heap[--f->heap_count];
			sift_down(f, 0);
			if (got < 0)
				return -1;
			continue;
		}
		bool held = m->reading->head.kind != RECORD_UNFINISHED && is_held(f, m);
		if (held && (!m->deferred ? put_off(m) : steps_back(f, m))) {
			sift_down(f, 0);
			continue;
		}
		f->turns++;
		f->last = m;
		*out = m->reading->head;
		return 1;
	}
	return 0;
}

/* --- without stamps --- */

static void take_out(struct family *f, struct member *m)
{
	if (m->newer)
		m->newer->older = m->older;
	else
		f->newest = m->older;
	if (m->older)
		m->older->newer = m->newer;
	m->newer = m->older = NULL;
}

static void put_first(struct family *f, struct member *m)
{
	m->older = f->newest;
	m->newer = NULL;
	if (f->newest)
		f->newest->newer = m;
	f->newest = m;
}

static int start(struct family *f, struct member *m)
{
	int got = advance(f, m);
	if (got > 0)
		put_first(f, m);
	return got;
}

/* Nobody told of it: a task that was attached to, or the first of all. */
static struct member *pick_new(struct family *f)
{
	if (f->turns == 0)
		for (size_t i = 0; i < f->count; i++)
			if (f->members[i].execs)
				return &f->members[i];
	while (f->next_new < f->count && f->members[f->next_new].state != MEMBER_NEW)
		f->next_new++;
	return f->next_new < f->count ? &f->members[f->next_new] : NULL;
}

static int give(struct family *f, struct member *m, struct record *out)
{
	take_out(f, m);
	put_first(f, m);
	f->last = m;
	*out = m->reading->head;
	return 1;
}

/* The record was delivered: its child may start, the task reads on. */
static int go_on(struct family *f)
{
	struct member *m = f->last;
	f->last = NULL;
	int64_t pid = ordering_child(&m->reading->head);
	struct member *child = pid >= 0 ? map_get(&f->by_pid, (uint64_t)pid) : NULL;
	int got = advance(f, m);
	if (got <= 0)
		take_out(f, m);
	if (child && child->state == MEMBER_NEW) {
		int started = start(f, child);
		if (got > 0 && started > 0) {
			take_out(f, m);
			put_first(f, m);
		}
		got = started < 0 ? started : got;
	}
	return got;
}

static struct member *find_ready(struct family *f, struct member **longest)
{
	*longest = NULL;
	for (struct member *m = f->newest; m; m = m->older) {
		if (!is_held(f, m))
			return m;
		m->since = m->since ? m->since : ++f->turns;
		if (!*longest || m->since < (*longest)->since)
			*longest = m;
	}
	return NULL;
}

static int next_by_cause(struct family *f, struct record *out)
{
	if (f->last && go_on(f) < 0)
		return -1;
	for (;;) {
		struct member *longest, *m = find_ready(f, &longest);
		if (m)
			return give(f, m, out);
		struct member *fresh = pick_new(f);
		f->turns++;
		if (fresh) {
			if (start(f, fresh) < 0)
				return -1;
			continue;
		}
		if (!longest)
			return 0;
		shared_note(f->shared, "order unknown", longest->number, longest->reading->head.line);
		return give(f, longest, out);
	}
}

/* --- all of it --- */

static void count_task(struct shared *sh, int64_t pid)
{
	if (pid < 0)
		return;
	shared_count_pid(sh, pid);
	sh->stats.has_pids = true;
}

struct family *ff_new(struct shared *shared, const struct file *files, struct group group)
{
	struct family *f = memory_alloc(sizeof *f);
	*f = (struct family){.shared = shared, .count = group.count, .stamped = true};
	f->members = memory_alloc(f->count * sizeof *f->members);
	f->join.text = &shared->open_text;
	f->block = WINDOWS / f->count;
	f->block = f->block < SMALLEST_BLOCK ? SMALLEST_BLOCK : f->block > STREAM_BLOCK ? STREAM_BLOCK : f->block;
	for (uint32_t i = 0; i < group.count; i++) {
		struct member *m = &f->members[i];
		bool stamped = false;
		*m = (struct member){.file = &files[group.first + i], .number = group.first + i};
		if (look_at(f, m, &stamped))
			f->stamped &= stamped;
		map_put(&f->by_pid, (uint64_t)m->file->pid, m);
	}
	for (size_t i = 0; i < f->count && !f->prefixed; i++)
		count_task(shared, f->members[i].file->pid);
	mind_midnight(f);
	if (f->stamped)
		build_heap(f);
	shared->stats.unordered |= !f->stamped;
	if (!f->stamped && f->count > 1)
		shared_note(shared, "order unknown", group.first, 0);
	return f;
}

void ff_on_ready(struct family *f, trace_ready *ready, void *context)
{
	f->ready = ready;
	f->context = context;
}

int ff_next(struct family *f, struct record *out)
{
	return f->stamped ? next_by_time(f, out) : next_by_cause(f, out);
}

const char *ff_error(const struct family *f, uint32_t *file)
{
	*file = f->error_file;
	return f->error ? f->error : "";
}

void ff_free(struct family *f)
{
	if (!f)
		return;
	for (size_t i = 0; i < f->count; i++) {
		if (f->members[i].reading)
			reader_release(&f->members[i].reading->source);
		free(f->members[i].reading);
	}
	halves_release(&f->join);
	map_release(&f->by_pid);
	free(f->members);
	free(f->heap);
	free(f);
}
