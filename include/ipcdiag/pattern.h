/* Regular expressions of users (pcre2 syntax, bytes). Matching is bounded: a pattern that takes too long does not match. */
#ifndef IPCDIAG_PATTERN_H
#define IPCDIAG_PATTERN_H

#include <ipcdiag/buffer.h>

struct pattern;

/* NULL with a sentence in `error` when it is no valid pattern. Free it with pattern_free. */
struct pattern *pattern_new(struct slice expression, struct buffer *error);
void pattern_free(struct pattern *p);

/* Does the pattern match somewhere in the text? May be asked by several threads at once. */
bool pattern_matches(const struct pattern *p, struct slice text);

#endif
