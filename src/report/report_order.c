#include "report_order.h"

#include <stdlib.h>

#include <ipcdiag/memory.h>

static int compare_numbers(uint64_t a, uint64_t b)
{
	return (a > b) - (a < b);
}

static int compare_rules(const void *left, const void *right)
{
	const struct rule *const *a = left, *const *b = right;
	return strcmp((*a)->id, (*b)->id);
}

const struct rule **order_rules(const struct report *r, unsigned *count)
{
	size_t all = (size_t)r->rule_count + r->finding_count;
	const struct rule **list = memory_alloc((all + 1) * sizeof *list);
	for (unsigned i = 0; i < r->rule_count; i++)
		list[i] = r->rules[i];
	for (unsigned i = 0; i < r->finding_count; i++)
		list[r->rule_count + i] = r->findings[i]->rule;
	qsort(list, all, sizeof *list, compare_rules);
	unsigned kept = 0;
	for (size_t i = 0; i < all; i++)
		if (!kept || strcmp(list[kept - 1]->id, list[i]->id) != 0)
			list[kept++] = list[i];
	*count = kept;
	return list;
}

unsigned order_find_rule(const struct rule *const *rules, unsigned count, const struct rule *rule)
{
	const struct rule *const *hit = bsearch(&rule, rules, count, sizeof *rules, compare_rules);
	return (unsigned)(hit - rules);
}

static int compare_findings_by_rule(const void *left, const void *right)
{
	const struct ordered *a = left, *b = right;
	int order = strcmp(a->finding->rule->id, b->finding->rule->id);
	return order ? order : compare_numbers(a->position, b->position);
}

static int compare_inputs(const void *left, const void *right)
{
	const struct ordered *a = left, *b = right;
	int order = compare_numbers(a->finding->file_index, b->finding->file_index);
	return order ? order : compare_findings_by_rule(left, right);
}

static int compare_fingerprints(const void *left, const void *right)
{
	const struct ordered *a = left, *b = right;
	int order = compare_numbers(a->finding->fingerprint, b->finding->fingerprint);
	return order ? order : compare_numbers(a->position, b->position);
}

static struct ordered *order_findings(const struct report *r, int (*compare)(const void *, const void *))
{
	struct ordered *list = memory_alloc((r->finding_count + (size_t)1) * sizeof *list);
	for (unsigned i = 0; i < r->finding_count; i++)
		list[i] = (struct ordered){r->findings[i], i};
	qsort(list, r->finding_count, sizeof *list, compare);
	return list;
}

struct ordered *order_by_input_and_rule(const struct report *r)
{
	return order_findings(r, compare_inputs);
}

struct ordered *order_by_rule(const struct report *r)
{
	return order_findings(r, compare_findings_by_rule);
}

struct ordered *order_by_fingerprint(const struct report *r)
{
	return order_findings(r, compare_fingerprints);
}
