/* The end of findings: recovery, the rule's last word, evidence, consequences, texts. */
#include <stdlib.h>

#include <ipcdiag/condition.h>
#include <ipcdiag/memory.h>

#include "engine_parts.h"

static void apply_recovery(struct finding *f)
{
	const struct retry *r = &f->work->recovery;
	if (!r->step)
		return;
	f->severity = SEVERITY_NOTE;
	finding_set_number(f, "recovered_line", (int64_t)r->step->line);
}

static void cancel(struct entry *x)
{
	x->kept = false;
	work_free(&x->finding);
}

/* False: the rule took it back. */
static bool judge(struct engine *e, struct entry *x)
{
	struct finding *f = &x->finding;
	struct finding_work *w = f->work;
	fold_forget(e, x);
	recovery_forget(e, f);
	complaints_forget(e, f);
	finding_set_number(f, "count", (int64_t)f->count);
	finding_set_number(f, "last_line", (int64_t)w->last->line);
	apply_recovery(f);
	if (f->rule->settle)
		f->rule->settle(f, e->world);
	if (!w->cancelled)
		outcome_judge(f);
	if (w->cancelled) {
		cancel(x);
		return false;
	}
	cause_choose(f);
	f->time = w->first->time[0] ? memory_copy(slice_of(w->first->time)) : NULL;
	if (w->first->last_line > f->line && f->line_count < FINDING_MAX_LINES && f->count == 1)
		f->lines[f->line_count++] = w->first->last_line; /* where its result stands */
	f->text = step_copy_line(w->first);
	evidence_settle(f);
	return true;
}

static int compare_entries(const void *a, const void *b)
{
	const struct finding *x = &(*(struct entry *const *)a)->finding, *y = &(*(struct entry *const *)b)->finding;
	return order_compare(&x, &y);
}

void settle_batch(struct engine *e, struct entry **batch, size_t count)
{
	size_t left = 0;
	for (size_t i = 0; i < count; i++)
		if (judge(e, batch[i]))
			batch[left++] = batch[i];
	consequences_find(e, batch, left);
	for (size_t i = 0; i < left; i++) {
		struct finding *f = &batch[i]->finding;
		if (e->options.weigh)
			f->severity = e->options.weigh(e->options.weigh_context, f);
		render_texts(f);
	}
	qsort(batch, left, sizeof(struct entry *), compare_entries);
	for (size_t i = 0; i < left; i++) {
		fingerprint_settle(e, batch[i]);
		work_free(&batch[i]->finding);
		if (e->settled)
			e->settled(e->settled_context, &batch[i]->finding);
	}
}
