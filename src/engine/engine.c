#include <ipcdiag/engine.h>

#include <stdlib.h>
#include <time.h>

#include <ipcdiag/memory.h>
#include <ipcdiag/world.h>

#include "identity.h"
#include "engine_parts.h"

/* --- one change --- */

static void keep_identity(struct engine *e, struct finding *f, const struct change *c)
{
	buffer_clear(&e->text);
	f->work->shared_identity = identity_add(&e->text, c, ABOUT_OBJECT);
	f->work->identity = memory_copy(buffer_slice(&e->text));
	buffer_clear(&e->text);
	identity_add(&e->text, c, ABOUT_SERVICE);
	f->work->service = memory_copy(buffer_slice(&e->text));
}

static double monotonic(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void settle_now(struct engine *e, struct finding *f)
{
	struct entry *batch[] = {entry_of(f)};
	settle_batch(e, batch, 1);
}

/* Overdue while somebody watches: now is when they want to know. */
static bool is_overdue(const struct engine *e, const struct change *c)
{
	return e->live && ((c->kind == CHANGE_BLOCKED && c->wait && !c->wait->at_end) || c->kind == CHANGE_SPIN);
}

static void forget_process(struct engine *e, const struct finding *f)
{
	uint64_t key = (uint64_t)(uintptr_t)f->work->process;
	struct finding *first = map_get(&e->by_process, key);
	if (first == f && f->work->next_of_process)
		map_put(&e->by_process, key, f->work->next_of_process);
	else if (first == f)
		map_remove(&e->by_process, key);
	while (first && first->work->next_of_process != f)
		first = first->work->next_of_process;
	if (first)
		first->work->next_of_process = f->work->next_of_process;
}

/* Rules look at what tasks wait for. */
static void catch_up(struct engine *e)
{
	if (e->world)
		world_catch_up(e->world);
}

static void look_around(struct engine *e, struct finding *f)
{
	struct buffer sentence = {0};
	if (e->look && e->look(e->look_context, f, &sentence))
		f->work->seen = buffer_detach(&sentence);
	buffer_release(&sentence);
}

static void consider(void *context, const struct rule *rule, const struct change *c)
{
	struct engine *e = context;
	if (rule->applies && !rule->applies(c, e->world))
		return;
	catch_up(e);
	struct entry *d = new_finding_begin(e, rule, c);
	if (!d)
		return;
	if (rule->examine && !rule->examine(&d->finding, c, e->world)) {
		new_finding_discard(e, d);
		return;
	}
	new_finding_tell(&d->finding);
	keep_identity(e, &d->finding, c);
	d->seen = e->live ? monotonic() : 0;
	fingerprint_begin(d, c);
	struct finding *f = fold_draft(e, d);
	if (f == &d->finding)
		look_around(e, f);
	if (f && is_overdue(e, c)) {
		forget_process(e, f);
		settle_now(e, f);
	} else if (f) {
		recovery_watch(e, f, c);
		complaints_watch(e, f, c);
	}
}

/* --- settling while the trace goes on --- */

/* Nothing that comes later changes what such a rule says: no last word, no recovery. */
static bool is_final(const struct rule *rule)
{
	return !rule->settle && rule->recovery == RECOVERY_NONE;
}

static void settle_process(struct engine *e, const struct process *p)
{
	struct finding *f = map_remove(&e->by_process, (uint64_t)(uintptr_t)p), *rest = NULL, *next;
	for (; f; f = next) {
		next = f->work->next_of_process;
		if (is_final(f->rule)) {
			settle_now(e, f);
		} else {
			f->work->next_of_process = rest;
			rest = f;
		}
	}
	if (rest)
		map_put(&e->by_process, (uint64_t)(uintptr_t)p, rest);
}

void engine_take(struct engine *e, const struct change *c)
{
	if (c->kind == CHANGE_CALL && (!c->error || c->connected))
		recovery_see(e, c);
	if (c->kind == CHANGE_WROTE && c->process)
		complaints_hear(e, c);
	matcher_each(&e->matcher, c, consider, e);
	if (e->live && c->kind == CHANGE_ENDED && c->process) {
		catch_up(e);
		settle_process(e, c->process);
	}
}

static void hear(void *context, const struct change *c)
{
	engine_take(context, c);
}

/* Old enough to be told; those before `ticked` are settled already. */
static bool is_old(const struct entry *x, double now)
{
	return x->finding.work && now - x->seen >= ENGINE_PATIENCE;
}

void engine_tick(struct engine *e)
{
	double now = e->live ? monotonic() : 0;
	struct entry **batch = NULL;
	size_t count = 0, cap = 0;
	while (e->live && e->ticked < e->count &&
		(!e->entries[e->ticked]->finding.work || is_old(e->entries[e->ticked], now))) {
		struct entry *x = e->entries[e->ticked++];
		if (!x->finding.work)
			continue;
		forget_process(e, &x->finding);
		map_put(&e->told, x->fold_key, x);
		batch = memory_grow(batch, &cap, count, sizeof(struct entry *));
		batch[count++] = x;
	}
	if (count)
		settle_batch(e, batch, count);
	free(batch);
}

/* --- life --- */

struct engine *engine_make(const struct engine_options *options)
{
	struct engine *e = memory_alloc(sizeof *e);
	e->options = *options;
	matcher_init(&e->matcher, options->rules, options->rule_count);
	return e;
}

struct engine *engine_new(const struct engine_options *options, struct world *w)
{
	struct engine *e = engine_make(options);
	e->world = w;
	matcher_ask_successes(&e->matcher, w);
	world_on_change(w, hear, e);
	return e;
}

void engine_free(struct engine *e)
{
	if (!e)
		return;
	if (e->world)
		world_on_change(e->world, NULL, NULL);
	for (size_t i = 0; i < e->count; i++)
		entry_free(e->entries[i]);
	if (e->draft)
		entry_free(e->draft);
	consequences_release(e);
	matcher_release(&e->matcher);
	map_release(&e->folds);
	map_release(&e->links);
	map_release(&e->by_process);
	map_release(&e->told);
	map_release(&e->ordinals);
	map_release(&e->watched);
	map_release(&e->pairs);
	map_release(&e->pair_counts);
	buffer_release(&e->spoken.line);
	buffer_release(&e->text);
	free(e->entries);
	free(e->sorted);
	free(e);
}

void engine_on_settled(struct engine *e, engine_settled *callback, void *context)
{
	e->settled = callback;
	e->settled_context = context;
}

void engine_on_new(struct engine *e, engine_look *callback, void *context)
{
	e->look = callback;
	e->look_context = context;
}

void engine_set_live(struct engine *e, bool live)
{
	e->live = live;
}

void engine_finish(struct engine *e)
{
	struct entry **batch = memory_alloc((e->count + 1) * sizeof(struct entry *));
	size_t count = 0;
	for (size_t i = 0; i < e->count; i++)
		if (e->entries[i]->finding.work)
			batch[count++] = e->entries[i];
	map_release(&e->by_process);
	settle_batch(e, batch, count);
	free(batch);
}

const struct finding *const *engine_findings(struct engine *e, unsigned *count)
{
	e->sorted = memory_resize(e->sorted, (e->count + 1) * sizeof *e->sorted);
	e->sorted_count = 0;
	for (size_t i = 0; i < e->count; i++)
		if (e->entries[i]->kept && !e->entries[i]->finding.work)
			e->sorted[e->sorted_count++] = &e->entries[i]->finding;
	qsort(e->sorted, e->sorted_count, sizeof *e->sorted, order_compare);
	*count = e->sorted_count;
	return e->sorted;
}

uint64_t engine_dropped(const struct engine *e)
{
	return e->dropped;
}
