/* Findings put in another order than that of the report. */
#ifndef IPCDIAG_REPORT_ORDER_H
#define IPCDIAG_REPORT_ORDER_H

#include <ipcdiag/report.h>

struct ordered {
	const struct finding *finding;
	unsigned position; /* in r->findings; equal findings stay in that order */
};

/* The enabled rules and those of the findings, each once, by id (as strcmp orders it): `*count` of them. Never NULL;
 * the caller frees the list. */
const struct rule **order_rules(const struct report *r, unsigned *count);
/* Where the rule stands in such a list; it must be in it. */
unsigned order_find_rule(const struct rule *const *rules, unsigned count, const struct rule *rule);

/* All findings by input, then rule id; by rule id only. Never NULL; the caller frees it. */
struct ordered *order_by_input_and_rule(const struct report *r);
struct ordered *order_by_rule(const struct report *r);
/* All findings by fingerprint. Never NULL; the caller frees it. */
struct ordered *order_by_fingerprint(const struct report *r);

#endif
