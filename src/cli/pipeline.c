#include "pipeline.h"

#include <limits.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/stat.h>

#include <ipcdiag/memory.h>

enum { BATCHES = 8, RECORDS = 128 };

struct batch {
	struct record records[RECORDS];
	unsigned count;
	int got;        /* what trace_next() said behind the records: 1, go on; 0, the end; -1, an error */
	uint64_t bytes; /* read so far */
};

/* A number that one thread raises and the other waits for. */
struct counter {
	atomic_ulong value;
	atomic_uint sleepers;
	pthread_mutex_t lock;
	pthread_cond_t raised;
};

struct pipeline {
	struct trace *trace;
	pthread_t reader;
	struct counter filled, done; /* batches */
	atomic_bool stopped;
	/* the reader's */
	struct batch *filling;
	unsigned long turn; /* `filled` when memory was last taken anew */
	/* the caller's */
	const struct batch *taking; /* NULL: the next one is to be waited for */
	unsigned at;
	struct batch batches[BATCHES];
};

/* --- waiting for each other --- */

static void counter_init(struct counter *c)
{
	pthread_mutex_init(&c->lock, NULL);
	pthread_cond_init(&c->raised, NULL);
}

static void counter_release(struct counter *c)
{
	pthread_mutex_destroy(&c->lock);
	pthread_cond_destroy(&c->raised);
}

static void raise_counter(struct counter *c, unsigned long by)
{
	atomic_fetch_add(&c->value, by);
	if (!atomic_load(&c->sleepers))
		return;
	pthread_mutex_lock(&c->lock);
	pthread_cond_signal(&c->raised);
	pthread_mutex_unlock(&c->lock);
}

static void sleep_until(struct counter *c, unsigned long value)
{
	pthread_mutex_lock(&c->lock);
	atomic_fetch_add(&c->sleepers, 1);
	while (atomic_load(&c->value) < value)
		pthread_cond_wait(&c->raised, &c->lock);
	atomic_fetch_sub(&c->sleepers, 1);
	pthread_mutex_unlock(&c->lock);
}

/* The other one is never far: going to sleep and being woken would take longer than most waits. */
static void wait_until(struct counter *c, unsigned long value)
{
	enum { LOOKS = 2000 };
	for (int i = 0; i < LOOKS; i++) {
		if (atomic_load(&c->value) >= value)
			return;
#if defined(__x86_64__) || defined(__i386__)
		__builtin_ia32_pause();
#endif
	}
	sleep_until(c, value);
}

/* --- the reader --- */

static void begin_batch(struct pipeline *p)
{
	unsigned long filled = atomic_load(&p->filled.value);
	if (filled >= BATCHES)
		wait_until(&p->done, filled - BATCHES + 1);
	p->filling = &p->batches[filled % BATCHES];
	p->filling->count = 0;
	p->filling->got = 1;
}

static void end_batch(struct pipeline *p, int got)
{
	p->filling->got = got;
	p->filling->bytes = trace_statistics(p->trace)->bytes;
	raise_counter(&p->filled, 1);
}

/* Called by the trace: records that were delivered before the last turn, or all, must be done with. */
static void let_go(void *context, bool all)
{
	struct pipeline *p = context;
	if (p->filling->count) {
		end_batch(p, 1);
		begin_batch(p);
	}
	unsigned long filled = atomic_load(&p->filled.value);
	wait_until(&p->done, all ? filled : p->turn);
	p->turn = filled;
}

/* Reads the next record into the batch. The trace may end that batch on the way, with let_go(): then the record moves on. */
static int read_record(struct pipeline *p)
{
	struct record *into = &p->filling->records[p->filling->count];
	int got = trace_next(p->trace, into);
	struct record *place = &p->filling->records[p->filling->count];
	if (got <= 0)
		return got;
	if (place != into)
		*place = *into;
	p->filling->count++;
	return got;
}

static void *read_trace(void *context)
{
	struct pipeline *p = context;
	int got = 1;
	begin_batch(p);
	while (got && !atomic_load_explicit(&p->stopped, memory_order_relaxed)) {
		got = read_record(p);
		if (got > 0 && p->filling->count < RECORDS)
			continue;
		end_batch(p, got);
		if (got < 0) /* the trace keeps its message until it reads on */
			wait_until(&p->done, atomic_load(&p->filled.value));
		if (got)
			begin_batch(p);
	}
	return NULL;
}

/* --- the caller --- */

struct pipeline *pipeline_start(struct trace *t)
{
	struct pipeline *p = memory_alloc(sizeof *p);
	p->trace = t;
	counter_init(&p->filled);
	counter_init(&p->done);
	trace_on_reuse(t, let_go, p);
	if (pthread_create(&p->reader, NULL, read_trace, p) == 0)
		return p;
	trace_on_reuse(t, NULL, NULL);
	counter_release(&p->filled);
	counter_release(&p->done);
	free(p);
	return NULL;
}

static void take_batch(struct pipeline *p)
{
	unsigned long done = atomic_load(&p->done.value);
	wait_until(&p->filled, done + 1);
	p->taking = &p->batches[done % BATCHES];
	p->at = 0;
}

static void drop_batch(struct pipeline *p)
{
	p->taking = NULL;
	raise_counter(&p->done, 1);
}

/* The record was written by another core: asks for it, and the line it points to, before it is wanted. */
static void fetch_early(const struct batch *b, unsigned at)
{
	enum { LINE = 64 };
	if (at + 2 < b->count)
		for (size_t i = 0; i < sizeof *b->records; i += LINE)
			__builtin_prefetch((const char *)&b->records[at + 2] + i);
	if (at + 1 < b->count)
		__builtin_prefetch(b->records[at + 1].text.ptr);
}

int pipeline_next(struct pipeline *p, const struct record **record, uint64_t *bytes)
{
	for (;; drop_batch(p)) {
		if (!p->taking)
			take_batch(p);
		const struct batch *b = p->taking;
		unsigned at = p->at++;
		*bytes = b->bytes;
		if (at < b->count) {
			fetch_early(b, at);
			*record = &b->records[at];
			return 1;
		}
		if (at == b->count && b->got <= 0)
			return b->got;
	}
}

void pipeline_stop(struct pipeline *p)
{
	if (!p)
		return;
	atomic_store(&p->stopped, true);
	raise_counter(&p->done, ULONG_MAX / 2); /* more than the reader can be waiting for */
	pthread_join(p->reader, NULL);
	trace_on_reuse(p->trace, NULL, NULL);
	counter_release(&p->filled);
	counter_release(&p->done);
	free(p);
}

bool pipeline_pays(const char *path)
{
	enum { LONG_FILE = 8 << 20 };
	struct stat st;
	cpu_set_t cores;
	return stat(path, &st) == 0 && S_ISREG(st.st_mode) && st.st_size >= LONG_FILE &&
	       sched_getaffinity(0, sizeof cores, &cores) == 0 && CPU_COUNT(&cores) > 1;
}
