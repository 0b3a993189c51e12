/* Regular expressions of users (pcre2 syntax, bytes). Matching is bounded: a pattern that takes too long does not
 * match. */
#ifndef IPCDIAG_PATTERN_H
#define IPCDIAG_PATTERN_H

#include <ipcdiag/buffer.h>

struct pattern;

/* NULL with a sentence in `error` when it is no valid pattern. Free it with pattern_free. */
struct pattern *pattern_new(struct slice expression, struct buffer *error);
void pattern_free(struct pattern *p);

/* Does the pattern match somewhere in the text? May be asked by several threads at once. */
bool pattern_matches(struct pattern *p, struct slice text);

/* Called for a group: its name, or "capture1", "capture2" ... for one without, and what it caught. */
typedef void pattern_visit(void *context, const char *name, struct slice value);

/* The same; when it matches, visits the groups that took part. */
bool pattern_find(struct pattern *p, struct slice text, pattern_visit *visit, void *context);

/* The name of a group, from 0 on; NULL behind the last. */
const char *pattern_group(const struct pattern *p, unsigned index);

/* How often matching was given up; after PATTERN_PATIENCE times the pattern matches nothing any more. */
enum { PATTERN_PATIENCE = 1000 };
unsigned pattern_overruns(const struct pattern *p);

#endif
