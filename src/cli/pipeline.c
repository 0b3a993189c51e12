#include "pipeline.h"

#include <limits.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/stat.h>

#include <ipcdiag/memory.h>

#include "pack.h"

enum { BATCHES = 8 };

/* What one thread writes again and again must not lie beside what the other one uses: the line would go to and fro
 * between them. */
enum { APART = 128 };

struct batch {
	_Alignas(APART) struct pack pack;
	int got;        /* what trace_next() said behind the records: 1, go on; 0, the end; -1, an error */
	uint64_t bytes; /* read so far */
};

/* A number that one thread raises and the other waits for. */
struct counter {
	_Alignas(APART) atomic_ulong value;
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
	_Alignas(APART) struct pack filling;
	unsigned long turn; /* `filled` when memory was last taken anew */
	/* the caller's */
	_Alignas(APART) struct batch *taking; /* NULL: the next one is to be waited for */
	size_t at;
	struct record record; /* the one that was taken last */
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
	enum { LOOKS = 4000 };
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
	p->filling.used = 0;
}

static void end_batch(struct pipeline *p, int got)
{
	struct batch *b = &p->batches[atomic_load(&p->filled.value) % BATCHES];
	pack_copy(&b->pack, &p->filling);
	b->got = got;
	b->bytes = trace_statistics(p->trace)->bytes;
	raise_counter(&p->filled, 1);
}

/* Called by the trace: records that were delivered before the last turn, or all, must be done with. */
static void let_go(void *context, bool all)
{
	struct pipeline *p = context;
	if (p->filling.used) {
		end_batch(p, 1);
		begin_batch(p);
	}
	unsigned long filled = atomic_load(&p->filled.value);
	wait_until(&p->done, all ? filled : p->turn);
	p->turn = filled;
}

static void *read_trace(void *context)
{
	struct pipeline *p = context;
	struct record r;
	int got = 1;
	begin_batch(p);
	while (got && !atomic_load_explicit(&p->stopped, memory_order_relaxed)) {
		got = trace_next(p->trace, &r);
		if (got > 0)
			pack_add(&p->filling, &r);
		if (got > 0 && pack_has_room(&p->filling))
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
	struct pipeline *p = memory_alloc_aligned(APART, sizeof *p);
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

int pipeline_next(struct pipeline *p, const struct record **record, uint64_t *bytes)
{
	*record = &p->record;
	for (;; drop_batch(p)) {
		if (!p->taking)
			take_batch(p);
		*bytes = p->taking->bytes;
		if (pack_next(&p->taking->pack, &p->at, &p->record))
			return 1;
		int got = p->taking->got;
		if (got <= 0) {
			p->taking->got = got < 0; /* a failure is told once; the next call reads on */
			return got;
		}
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
