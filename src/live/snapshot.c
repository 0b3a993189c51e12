#include <ipcdiag/snapshot.h>

#include <stdlib.h>
#include <time.h>

#include <ipcdiag/memory.h>
#include <ipcdiag/text.h>

#include "enders.h"
#include "proc.h"
#include "who.h"

/* What is worked with; index for index the same tasks. */
struct work {
	struct survey survey;
	struct enders *enders;
	bool *stuck;
};

/* --- who is stuck --- */

/* Can this one still end the wait? Who is gone cannot, and who waits for good himself cannot either. */
static bool is_free(const struct work *w, const struct ender *x)
{
	const struct survey_process *p = survey_process(&w->survey, x->pid);
	for (size_t i = 0; p && i < p->task_count; i++) {
		size_t at = p->first_task + i;
		if ((!x->tid || w->survey.tasks[at].tid == x->tid) && !w->stuck[at])
			return true;
	}
	return false;
}

static bool has_free_ender(const struct work *w, size_t task)
{
	const struct enders *e = &w->enders[task];
	for (size_t i = 0; i < e->count; i++)
		if (is_free(w, &e->list[i]))
			return true;
	return false;
}

/* From "all whose enders are known" down to those whom nobody can help: the greatest set in which each waits for
 * members only. */
static void find_stuck(struct work *w)
{
	for (bool changed = true; changed;) {
		changed = false;
		for (size_t i = 0; i < w->survey.task_count; i++)
			if (w->stuck[i] && has_free_ender(w, i)) {
				w->stuck[i] = false;
				changed = true;
			}
	}
}

static bool is_same_wait(const struct live_task *a, const struct live_task *b)
{
	return a->call == b->call && memcmp(a->args, b->args, sizeof a->args) == 0;
}

/* /proc is not read in one moment: who moves on in the meantime is not stuck. */
static void look_again(struct work *w)
{
	const struct timespec moment = {.tv_nsec = 100000000};
	bool any = false;
	for (size_t i = 0; i < w->survey.task_count; i++)
		any = any || w->stuck[i];
	if (!any)
		return;
	nanosleep(&moment, NULL);
	for (size_t i = 0; i < w->survey.task_count; i++) {
		const struct live_task *t = &w->survey.tasks[i];
		struct live_task now;
		if (w->stuck[i])
			w->stuck[i] = calls_read(&now, t->pid, t->tid) && is_same_wait(t, &now);
	}
	find_stuck(w);
}

/* A stuck task among those who could have ended the wait. */
static size_t next_of(const struct work *w, size_t task)
{
	const struct enders *e = &w->enders[task];
	for (size_t i = 0; i < e->count; i++) {
		const struct survey_process *p = survey_process(&w->survey, e->list[i].pid);
		for (size_t k = 0; p && k < p->task_count; k++) {
			size_t at = p->first_task + k;
			if (w->stuck[at] && (!e->list[i].tid || w->survey.tasks[at].tid == e->list[i].tid))
				return at;
		}
	}
	return SIZE_MAX;
}

/* --- in words --- */

static void add_thing(struct buffer *out, const struct work *w, const struct live_task *t, const struct enders *e)
{
	bool has_fd = t->wait == LIVE_READ || t->wait == LIVE_WRITE || t->wait == LIVE_ACCEPT || t->wait == LIVE_LOCK;
	const struct survey_fd *d = t->call && has_fd ? survey_fd(&w->survey, t->pid, (int)t->args[0]) : NULL;
	if (d) {
		buffer_add_text(out, " (");
		text_add_visible(out, slice_of(d->link));
		buffer_add_char(out, ')');
	}
	if (e->detail[0])
		buffer_add_format(out, " (%s)", e->detail);
}

static char *describe_wait(const struct work *w, const struct live_task *t, const struct enders *e)
{
	struct buffer text = {0};
	calls_describe(t, &text);
	add_thing(&text, w, t, e);
	return buffer_detach(&text);
}

/* "b[813] has the write end as fd 4" */
static char *describe_enders(const struct work *w, const struct live_task *t, const struct enders *e)
{
	enum { NAMED_MAX = 4 };
	struct buffer text = {0};
	if (!e->part && !e->lead)
		return NULL;
	if (!e->count && e->part && !e->how)
		return NULL;
	if (!e->count) {
		buffer_add_text(&text, "who could end that cannot be seen from here");
		return buffer_detach(&text);
	}
	buffer_add_text(&text, e->lead ? e->lead : "");
	for (size_t i = 0; i < e->count && i < NAMED_MAX; i++) {
		const struct ender *x = &e->list[i];
		buffer_add_text(&text, i ? ", " : "");
		if (x->pid == t->pid && !x->tid)
			buffer_add_text(&text, "itself ");
		who_add(&text, x->pid);
		if (x->tid && x->tid != x->pid)
			buffer_add_format(&text, " (thread %d)", (int)x->tid);
		if (!survey_process(&w->survey, x->pid))
			buffer_add_text(&text, ", which has ended");
		if (e->part)
			buffer_add_format(&text, " has %s", e->part);
		if (x->fd >= 0)
			buffer_add_format(&text, " as fd %d", x->fd);
	}
	if (e->count > NAMED_MAX)
		buffer_add_format(&text, " and %zu more", e->count - NAMED_MAX);
	return buffer_detach(&text);
}

static char *name_task(const struct live_task *t)
{
	struct buffer text = {0};
	who_add(&text, t->pid);
	if (t->tid != t->pid) {
		text.len--;
		buffer_add_format(&text, "/%d]", (int)t->tid);
	}
	return buffer_detach(&text);
}

/* --- choice --- */

static bool is_chosen(const struct survey *s, pid_t pid, const pid_t *pids, size_t count, bool tree)
{
	for (int depth = 0; pid > 0 && depth < 64; depth++) {
		for (size_t i = 0; i < count; i++)
			if (pids[i] == pid)
				return true;
		const struct survey_process *p = tree ? survey_process(s, pid) : NULL;
		pid = p ? p->parent : 0;
	}
	return count == 0;
}

static void fill_wait(struct snapshot_wait *x, const struct work *w, size_t i, bool chosen)
{
	const struct live_task *t = &w->survey.tasks[i];
	const struct enders *e = &w->enders[i];
	*x = (struct snapshot_wait){.pid = t->pid,
		.tid = t->tid,
		.program = name_task(t),
		.text = describe_wait(w, t, e),
		.enders = describe_enders(w, t, e),
		.why = e->how ? memory_copy(slice_of(e->how)) : NULL,
		.chosen = chosen,
		.known = e->known,
		.likely = e->likely,
		.stuck = w->stuck[i],
		.interruptible = calls_interrupted_by_stop(t),
		.call = t->call,
		.fd = t->wait == LIVE_READ || t->wait == LIVE_WRITE ? (int)t->args[0] : -1,
		.next = w->stuck[i] ? next_of(w, i) : SIZE_MAX};
}

struct snapshot *snapshot_take(const pid_t *pids, size_t count, bool tree)
{
	struct work w = {0};
	survey_take(&w.survey);
	size_t tasks = w.survey.task_count;
	w.enders = memory_alloc((tasks + 1) * sizeof *w.enders);
	w.stuck = memory_alloc((tasks + 1) * sizeof *w.stuck);
	for (size_t i = 0; i < tasks; i++) {
		enders_find(&w.enders[i], &w.survey, &w.survey.tasks[i]);
		w.stuck[i] = w.enders[i].known;
	}
	find_stuck(&w);
	look_again(&w);
	struct snapshot *s = memory_alloc(sizeof *s);
	s->waits = memory_alloc((tasks + 1) * sizeof *s->waits);
	s->count = tasks;
	s->partial = w.survey.partial;
	for (size_t i = 0; i < tasks; i++)
		fill_wait(&s->waits[i], &w, i, is_chosen(&w.survey, w.survey.tasks[i].pid, pids, count, tree));
	survey_release(&w.survey);
	free(w.enders);
	free(w.stuck);
	return s;
}

void snapshot_free(struct snapshot *s)
{
	for (size_t i = 0; s && i < s->count; i++) {
		free(s->waits[i].program);
		free(s->waits[i].text);
		free(s->waits[i].enders);
		free(s->waits[i].why);
	}
	if (s)
		free(s->waits);
	free(s);
}

pid_t *snapshot_traced(pid_t tracer, size_t *count)
{
	size_t all;
	int *pids = proc_numbers(&all, "/proc");
	*count = 0;
	for (size_t i = 0; i < all; i++)
		if (proc_tracer(pids[i]) == tracer)
			pids[(*count)++] = pids[i];
	return pids;
}

void snapshot_name(struct buffer *out, pid_t pid)
{
	who_add(out, pid);
}
