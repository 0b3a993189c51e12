#include "jobs.h"

#include <pthread.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <string.h>

#include <ipcdiag/intern.h>
#include <ipcdiag/map.h>
#include <ipcdiag/memory.h>

#include "pipeline.h"
#include "signals.h"

/* What came of one input. */
struct slot {
	struct tally tally;
	bool incomplete;
};

struct pool_of_jobs {
	const struct session *session;
	const struct inputs *inputs;
	struct slot *slots;
	pthread_mutex_t lock;
	size_t next; /* the first input that nobody has taken; guarded by the lock */
};

const char *jobs_shown_name(const struct settings *settings, const char *path)
{
	if (strcmp(path, "-") != 0)
		return path;
	return settings->stdin_name ? settings->stdin_name : "<stdin>";
}

static size_t take_next(struct pool_of_jobs *p)
{
	pthread_mutex_lock(&p->lock);
	size_t taken = p->next < p->inputs->count && !signals_stopped() ? p->next++ : SIZE_MAX;
	pthread_mutex_unlock(&p->lock);
	return taken;
}

static bool is_brief(const char *path)
{
	enum { BRIEF = 1 << 17 };
	struct stat st;
	return stat(path, &st) == 0 && S_ISREG(st.st_mode) && st.st_size < BRIEF;
}

static void read_one(struct pool_of_jobs *p, size_t i)
{
	struct analysis a;
	const struct settings *settings = p->session->settings;
	analysis_init(&a, settings, &p->session->rules);
	analysis_add(&a, p->inputs->paths[i], jobs_shown_name(settings, p->inputs->paths[i]));
	bool alone = settings->jobs == 1 || p->inputs->count == 1; /* two bars would fight */
	progress_start(
		&a.progress, p->inputs->paths[i], alone && settings->progress == PROGRESS_AUTO && !settings->quiet);
	a.brief = is_brief(p->inputs->paths[i]);
	a.ahead = alone && trace_file_count(a.trace) == 1 && pipeline_pays(p->inputs->paths[i]);
	if (!a.incomplete)
		analysis_run(&a);
	p->slots[i].incomplete = a.incomplete;
	tally_add(&p->slots[i].tally, &a);
	analysis_release(&a);
}

static void *work(void *context)
{
	struct pool_of_jobs *p = context;
	for (size_t i; (i = take_next(p)) != SIZE_MAX;)
		read_one(p, i);
	intern_release();
	return NULL;
}

static void run_threads(struct pool_of_jobs *p, size_t count)
{
	pthread_t *threads = memory_alloc(count * sizeof *threads);
	size_t started = 0;
	while (started < count && pthread_create(&threads[started], NULL, work, p) == 0)
		started++;
	if (!started)
		work(p);
	for (size_t i = 0; i < started; i++)
		pthread_join(threads[i], NULL);
	free(threads);
}

void jobs_read(struct session *s, const struct inputs *in)
{
	struct pool_of_jobs p = {.session = s, .inputs = in, .slots = memory_alloc((in->count + 1) * sizeof *p.slots)};
	size_t count = (size_t)s->settings->jobs < in->count ? (size_t)s->settings->jobs : in->count;
	pthread_mutex_init(&p.lock, NULL);
	hash_bytes(SLICE("")); /* seeds the hash before there are several threads */
	if (count > 1)
		run_threads(&p, count);
	else
		work(&p);
	for (size_t i = 0; i < in->count; i++) {
		s->outcome.incomplete |= p.slots[i].incomplete;
		tally_take(&s->tally, &p.slots[i].tally);
	}
	s->outcome.incomplete |= signals_tell_stopped(); /* perhaps before all inputs were taken */
	pthread_mutex_destroy(&p.lock);
	free(p.slots);
}
