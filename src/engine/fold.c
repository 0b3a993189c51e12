/* Equal findings become one with a count. Equal: same rule, process, call, error and object, and the same severity and
 * texts. */
#include <stdlib.h>

#include <ipcdiag/memory.h>

#include "engine_parts.h"

struct fold_key {
	const struct rule *rule;
	const struct process *process;
	const char *call, *error, *message, *cause; /* literals and interned: compared by address */
	uint64_t kind, severity, identity;
};

static uint64_t key_of(const struct finding *f)
{
	const struct finding_work *w = f->work;
	struct fold_key key;
	memset(&key, 0, sizeof key);
	key.rule = f->rule;
	key.process = w->process;
	key.call = f->call;
	key.error = f->error;
	key.message = w->message;
	key.cause = w->cause;
	key.kind = (uint64_t)w->change;
	key.severity = (uint64_t)f->severity;
	key.identity = hash_bytes(slice_of(w->service));
	return hash_bytes((struct slice){(const char *)&key, sizeof key});
}

static bool is_same(const struct finding *a, const struct finding *b)
{
	const struct finding_work *x = a->work, *y = b->work;
	return a->rule == b->rule && x->process == y->process && a->call == b->call && a->error == b->error &&
		x->change == y->change && a->severity == b->severity && x->message == y->message &&
		x->cause == y->cause && (x->process || a->pid == b->pid) && strcmp(x->service, y->service) == 0;
}

static struct entry *find_same(const struct engine *e, const struct entry *d)
{
	struct entry *x = map_get(&e->folds, d->fold_key);
	while (x && !is_same(&x->finding, &d->finding))
		x = x->next_same_key;
	return x;
}

static void add_again(struct finding *f, const struct finding *again)
{
	f->count++;
	if (f->line_count < FINDING_MAX_LINES && f->lines[f->line_count - 1] != again->line)
		f->lines[f->line_count++] = again->line;
	step_set(&f->work->last, again->work->first);
}

static void remember_process(struct engine *e, struct finding *f)
{
	uint64_t key = (uint64_t)(uintptr_t)f->work->process;
	if (!e->live || !f->work->process)
		return;
	f->work->next_of_process = map_get(&e->by_process, key);
	map_put(&e->by_process, key, f);
}

static void keep(struct engine *e, struct entry *d)
{
	d->kept = true;
	d->next_same_key = map_get(&e->folds, d->fold_key);
	map_put(&e->folds, d->fold_key, d);
	e->entries = memory_grow(e->entries, &e->cap, e->count, sizeof(struct entry *));
	e->entries[e->count++] = d;
	remember_process(e, &d->finding);
}

struct finding *fold_draft(struct engine *e, struct entry *d)
{
	d->fold_key = key_of(&d->finding);
	struct entry *same = find_same(e, d), *told = map_get(&e->told, d->fold_key);
	if (told && !same) {
		told->finding.count++;
		new_finding_discard(e, d);
		return NULL;
	}
	if (same)
		add_again(&same->finding, &d->finding);
	else if (e->count < FINDINGS_MAX)
		keep(e, d);
	else
		e->dropped++;
	if (d->kept)
		return &d->finding;
	new_finding_discard(e, d);
	return same ? &same->finding : NULL;
}

void fold_forget(struct engine *e, struct entry *x)
{
	struct entry *first = map_get(&e->folds, x->fold_key);
	if (first == x) {
		if (x->next_same_key)
			map_put(&e->folds, x->fold_key, x->next_same_key);
		else
			map_remove(&e->folds, x->fold_key);
		return;
	}
	while (first && first->next_same_key != x)
		first = first->next_same_key;
	if (first)
		first->next_same_key = x->next_same_key;
}
