/* One user rule: the engine's struct rule, and what belongs to it. */
#ifndef ENGINE_USER_RULE_H
#define ENGINE_USER_RULE_H

#include <ipcdiag/document.h>
#include <ipcdiag/pattern.h>
#include <ipcdiag/rule.h>

enum { USER_RULE_TEXTS = 3 * RULE_MAX_MATCH, USER_RULE_CAUSES = 16 };

struct user_rule {
	struct rule rule;                          /* texts are the document's, but for lists of words: */
	struct pattern *arguments, *process;       /* NULL: any */
	double duration;                           /* seconds that the call must have taken; negative: any */
	struct cause causes[USER_RULE_CAUSES + 1]; /* rule.causes, when there are rows */
	char *texts[USER_RULE_TEXTS];              /* words that were a list in the file, joined */
	size_t text_count;
};

/* Fills a zeroed rule from its node. False with place and reason in `error`. */
bool user_rule_read(
	struct user_rule *u, const struct document *d, const struct document_node *node, struct buffer *error);

#endif
