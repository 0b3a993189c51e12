/* Rules that users write, in YAML files: they become the same struct rule as the built-in ones. ipcdiag-rules(5)
 * describes the form. The list owns the rules and all their texts; it must outlive the engine and every report. */
#ifndef IPCDIAG_USER_RULES_H
#define IPCDIAG_USER_RULES_H

#include <ipcdiag/buffer.h>
#include <ipcdiag/rule.h>

struct user_rules;

struct user_rules *user_rules_new(void);
void user_rules_free(struct user_rules *u);

/* Adds the rules of a file. False with "FILE:LINE:COLUMN: what is wrong" in `error`: also when an id is a built-in
 * rule's or was used before, a call or errno is not known, or a pattern does not compile. */
bool user_rules_load(struct user_rules *u, const char *path, struct buffer *error);

/* In the order in which they were loaded. */
unsigned user_rules_count(const struct user_rules *u);
const struct rule *user_rules_get(const struct user_rules *u, unsigned index);

/* How often the rule's patterns took too long and were taken for no match. */
unsigned user_rules_overruns(const struct user_rules *u, unsigned index);

#endif
