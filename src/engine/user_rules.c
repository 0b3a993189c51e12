/* User rules: YAML in, struct rule out. What data cannot say, a pattern on the arguments or the program's name, is the
 * one examine function that all of them share. */
#include <ipcdiag/user_rules.h>

#include <stddef.h>
#include <stdlib.h>

#include <ipcdiag/change.h>
#include <ipcdiag/document.h>
#include <ipcdiag/finding.h>
#include <ipcdiag/memory.h>
#include <ipcdiag/pattern.h>

#include "user_rule.h"

struct user_rules {
	struct user_rule **rules;
	size_t count, cap;
	struct document **documents;
	size_t document_count, document_cap;
};

/* The arguments of the call as printed; of what is known of a call that does not return, its line. */
static struct slice arguments_of(const struct change *c)
{
	if (c->event && c->event->record && c->event->record->args.ptr)
		return c->event->record->args;
	return c->step ? step_text(c->step) : SLICE("");
}

/* How long the call took, -1: not known. */
static double seconds_of(const struct change *c)
{
	char text[32] = "", *end;
	struct slice duration = c->event && c->event->record ? c->event->record->duration : (struct slice){0};
	if (!duration.len || duration.len >= sizeof text)
		return -1;
	memcpy(text, duration.ptr, duration.len);
	double seconds = strtod(text, &end);
	return *end ? -1 : seconds;
}

/* What a pattern caught becomes a value for the texts. */
static void take_capture(void *context, const char *name, struct slice value)
{
	finding_set(context, name, value);
}

static bool examine(struct finding *f, const struct change *c, const struct world *w)
{
	(void)w;
	const struct user_rule *u =
		(const struct user_rule *)((const char *)f->rule - offsetof(struct user_rule, rule));
	if (u->duration >= 0 && !(seconds_of(c) >= u->duration))
		return false;
	if (u->process && !(f->process && pattern_find(u->process, slice_of(f->process), take_capture, f)))
		return false;
	if (u->arguments && !pattern_find(u->arguments, arguments_of(c), take_capture, f))
		return false;
	if (c->event && c->event->record)
		finding_set(f, "duration", c->event->record->duration);
	return true;
}

struct user_rules *user_rules_new(void)
{
	return memory_alloc(sizeof(struct user_rules));
}

static void free_rule(struct user_rule *u)
{
	pattern_free(u->arguments);
	pattern_free(u->process);
	for (size_t i = 0; i < u->text_count; i++)
		free(u->texts[i]);
	free(u);
}

void user_rules_free(struct user_rules *u)
{
	if (!u)
		return;
	for (size_t i = 0; i < u->count; i++)
		free_rule(u->rules[i]);
	for (size_t i = 0; i < u->document_count; i++)
		document_free(u->documents[i]);
	free(u->rules);
	free(u->documents);
	free(u);
}

static bool is_taken(const struct user_rules *u, const char *id)
{
	unsigned count;
	const struct rule *const *rules = rules_builtin(&count);
	for (unsigned i = 0; i < count; i++)
		if (strcmp(rules[i]->id, id) == 0)
			return true;
	for (size_t i = 0; i < u->count; i++)
		if (strcmp(u->rules[i]->rule.id, id) == 0)
			return true;
	return false;
}

static bool add_rule(
	struct user_rules *u, const struct document *d, const struct document_node *node, struct buffer *error)
{
	struct user_rule *rule = memory_alloc(sizeof *rule);
	bool good = user_rule_read(rule, d, node, error);
	if (good && is_taken(u, rule->rule.id)) {
		document_add_place(error, d, node);
		buffer_add_format(error, "there is a rule '%s' already", rule->rule.id);
		good = false;
	}
	if (!good) {
		free_rule(rule);
		return false;
	}
	rule->rule.examine = examine;
	u->rules = memory_grow(u->rules, &u->cap, u->count, sizeof *u->rules);
	u->rules[u->count++] = rule;
	return true;
}

bool user_rules_load(struct user_rules *u, const char *path, struct buffer *error)
{
	int number;
	struct document *d = document_load(path, error, &number);
	if (!d)
		return false;
	u->documents = memory_grow(u->documents, &u->document_cap, u->document_count, sizeof *u->documents);
	u->documents[u->document_count++] = d;
	const struct document_node *root = document_root(d);
	if (root && root->kind != DOCUMENT_LIST) {
		document_add_place(error, d, root);
		buffer_add_text(error, "expected is a list of rules, each '- id: ...'");
		return false;
	}
	for (const struct document_node *n = root ? root->children : NULL; n; n = n->next)
		if (!add_rule(u, d, n, error))
			return false;
	return true;
}

unsigned user_rules_count(const struct user_rules *u)
{
	return (unsigned)u->count;
}

const struct rule *user_rules_get(const struct user_rules *u, unsigned index)
{
	return &u->rules[index]->rule;
}

unsigned user_rules_overruns(const struct user_rules *u, unsigned index)
{
	const struct user_rule *rule = u->rules[index];
	return (rule->arguments ? pattern_overruns(rule->arguments) : 0) +
		(rule->process ? pattern_overruns(rule->process) : 0);
}
