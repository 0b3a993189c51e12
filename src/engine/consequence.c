/* One fault often shows in several places: the writer blocks because the ring it sits in is locked, the second write
 * fails because the first did. A finding whose own line is evidence of another one that is no less severe, and that
 * concerns the same process or channel, is a consequence of that one: it becomes a note. Blocked calls belong together
 * wherever they are, since a wait report names exactly the waits that hang together. What came *before* the other
 * finding and was no wait is a cause, and stays. What a dead process left behind causes nothing: its death is only
 * evidence of it. */
#include <stdlib.h>

#include <ipcdiag/memory.h>

#include "engine_parts.h"

/* A line that is evidence of `entry`. */
struct place {
	struct place *next; /* same line */
	struct entry *entry;
};

static uint64_t place_key(const char *file, uint64_t line)
{
	return hash_bytes(slice_of(file)) ^ line * 0x9e3779b97f4a7c15u;
}

static bool is_fault(const struct entry *x)
{
	return x->kept && x->finding.severity >= SEVERITY_WARNING;
}

static void remember_evidence(struct engine *e, struct entry *x)
{
	const struct finding *f = &x->finding;
	for (unsigned i = 0; i < f->evidence_count; i++) {
		uint64_t key = place_key(f->evidence[i].file, f->evidence[i].line);
		struct place *p = memory_alloc(sizeof *p);
		*p = (struct place){map_get(&e->places, key), x};
		map_put(&e->places, key, p);
	}
}

/* The most severe first, then rings of waits, then by position; of two at one line the one that shows more. */
static int compare_rank(const struct entry *a, const struct entry *b)
{
	const struct finding *x = &a->finding, *y = &b->finding;
	if (x->severity == y->severity && a->ring != b->ring)
		return a->ring ? -1 : 1;
	if (x->severity == y->severity && x->file_index == y->file_index && x->line == y->line &&
		x->evidence_count != y->evidence_count)
		return x->evidence_count > y->evidence_count ? -1 : 1;
	return order_compare(&x, &y);
}

static int compare_entries(const void *a, const void *b)
{
	return compare_rank(*(struct entry *const *)a, *(struct entry *const *)b);
}

static const struct entry *root_of(const struct entry *x)
{
	while (x->cause)
		x = x->cause;
	return x;
}

static bool belongs_to(const struct entry *x, const struct entry *cause)
{
	const struct finding *f = &x->finding, *g = &cause->finding;
	bool waits = x->blocked && cause->blocked;
	bool related = waits || (x->channel && x->channel == cause->channel) ||
		(x->process != NO_PROCESS && x->process == cause->process);
	bool later = f->file_index != g->file_index || f->line > g->line;
	bool same_call = f->file_index == g->file_index && f->line == g->line && cause->blocked &&
		!x->blocked; /* how the wait ended */
	if (cause->finding.work->change == CHANGE_LEFT)
		return false;
	return x != cause && related && (waits || later || same_call) && is_fault(cause) &&
		g->severity >= f->severity && root_of(cause) != x;
}

static void find_cause(struct engine *e, struct entry *x)
{
	const struct place *p = map_get(&e->places, place_key(x->finding.file, x->finding.line));
	for (; p; p = p->next)
		if (belongs_to(x, p->entry) && (!x->cause || compare_rank(p->entry, x->cause) < 0))
			x->cause = p->entry;
}

/* The least important first, so that of two that name each other the more important one stays. */
void consequences_find(struct engine *e, struct entry **batch, size_t count)
{
	qsort(batch, count, sizeof(struct entry *), compare_entries);
	for (size_t i = 0; i < count; i++)
		if (is_fault(batch[i]))
			remember_evidence(e, batch[i]);
	for (size_t i = count; i-- > 0;)
		if (is_fault(batch[i]))
			find_cause(e, batch[i]);
	for (size_t i = 0; i < count; i++) {
		if (batch[i]->cause)
			batch[i]->cause = (struct entry *)root_of(batch[i]);
	}
	for (size_t i = 0; i < count; i++)
		if (batch[i]->cause)
			batch[i]->finding.severity = SEVERITY_NOTE;
}

void consequences_release(struct engine *e)
{
	struct map_slot *s;
	for (size_t i = 0; (s = map_next(&e->places, &i));) {
		for (struct place *p = s->value, *next; p; p = next) {
			next = p->next;
			free(p);
		}
	}
	map_release(&e->places);
}
