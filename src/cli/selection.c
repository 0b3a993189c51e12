#include "selection.h"

#include <fnmatch.h>
#include <stdlib.h>

#include <ipcdiag/memory.h>

#include <ipcdiag/suggest.h>

static void say_unknown(const char *id, struct buffer *error)
{
	unsigned count;
	const struct rule *const *rules = rules_builtin(&count);
	struct suggestion best = suggestion_start(slice_of(id));
	for (unsigned i = 0; i < count; i++)
		suggestion_offer(&best, rules[i]->id);
	buffer_add_format(error, "there is no rule '%s'", id);
	if (best.word)
		buffer_add_format(error, "; did you mean '%s'?", best.word);
	else
		buffer_add_text(error, "; 'ipcdiag rules' lists them");
}

const struct rule *selection_find(const char *id, struct buffer *error)
{
	unsigned count;
	const struct rule *const *rules = rules_builtin(&count);
	for (unsigned i = 0; i < count; i++)
		if (strcmp(rules[i]->id, id) == 0)
			return rules[i];
	say_unknown(id, error);
	return NULL;
}

/* Does a run of selectors begin here? Each source has its own. */
static bool is_first(const struct settings *settings, size_t i)
{
	return i == 0 || i == settings->config_selectors;
}

/* Applies selector `i`; false when it names nothing. */
static bool apply(bool *enabled, const struct rule *const *rules, unsigned count, const struct settings *settings, size_t i)
{
	const struct setting *selector = &settings->selectors.items[i];
	bool wanted = selector->letter == 'e', matched = false;
	if (wanted && is_first(settings, i))
		memset(enabled, 0, count);
	for (unsigned r = 0; r < count; r++) {
		if (fnmatch(selector->text, rules[r]->id, 0) != 0)
			continue;
		enabled[r] = wanted;
		matched = true;
	}
	return matched;
}

bool selection_make(struct selection *s, const struct settings *settings, struct buffer *error)
{
	unsigned count;
	const struct rule *const *rules = rules_builtin(&count);
	bool *enabled = memory_alloc(count + 1), good = true;
	memset(enabled, 1, count);
	for (size_t i = 0; i < settings->selectors.count && good; i++) {
		good = apply(enabled, rules, count, settings, i);
		if (!good)
			say_unknown(settings->selectors.items[i].text, error);
	}
	*s = (struct selection){.rules = memory_alloc((count + 1) * sizeof *s->rules)};
	for (unsigned r = 0; r < count && good; r++)
		if (enabled[r])
			s->rules[s->count++] = rules[r];
	free(enabled);
	return good;
}

void selection_release(struct selection *s)
{
	free(s->rules);
	*s = (struct selection){0};
}
