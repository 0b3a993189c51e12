#include "selection.h"

#include <fnmatch.h>
#include <stdlib.h>

#include <ipcdiag/memory.h>

#include <ipcdiag/suggest.h>
#include <ipcdiag/user_rules.h>

static void say_unknown(const struct selection *s, const char *id, struct buffer *error)
{
	struct suggestion best = suggestion_start(slice_of(id));
	for (unsigned i = 0; i < s->all_count; i++)
		suggestion_offer(&best, s->all[i]->id);
	buffer_add_format(error, "there is no rule '%s'", id);
	if (best.word)
		buffer_add_format(error, "; did you mean '%s'?", best.word);
	else
		buffer_add_text(error, "; 'ipcdiag rules' lists them");
}

const struct rule *selection_find(const struct selection *s, const char *id, struct buffer *error)
{
	for (unsigned i = 0; i < s->all_count; i++)
		if (strcmp(s->all[i]->id, id) == 0)
			return s->all[i];
	say_unknown(s, id, error);
	return NULL;
}

static int compare_ids(const void *a, const void *b)
{
	const struct rule *x = *(const struct rule *const *)a, *y = *(const struct rule *const *)b;
	return strcmp(x->id, y->id);
}

/* All rules there are. */
static bool gather(struct selection *s, const struct setting_list *files, struct buffer *error)
{
	unsigned builtin_count;
	const struct rule *const *builtin = rules_builtin(&builtin_count);
	s->user = user_rules_new();
	for (size_t i = 0; i < files->count; i++)
		if (!user_rules_load(s->user, files->items[i].text, error))
			return false;
	unsigned user_count = user_rules_count(s->user);
	s->all = memory_alloc((builtin_count + user_count + 1) * sizeof *s->all);
	for (unsigned i = 0; i < builtin_count; i++)
		s->all[s->all_count++] = builtin[i];
	for (unsigned i = 0; i < user_count; i++)
		s->all[s->all_count++] = user_rules_get(s->user, i);
	if (s->all_count)
		qsort(s->all, s->all_count, sizeof *s->all, compare_ids);
	return true;
}

/* Does a run of selectors begin here? Each source has its own. */
static bool is_first(const struct settings *settings, size_t i)
{
	return i == 0 || i == settings->config_selectors;
}

/* Applies selector `i`; false when it names nothing. */
static bool apply(bool *enabled, const struct selection *s, const struct settings *settings, size_t i)
{
	const struct setting *selector = &settings->selectors.items[i];
	bool wanted = selector->letter == 'e', matched = false;
	if (wanted && is_first(settings, i))
		memset(enabled, 0, s->all_count);
	for (unsigned r = 0; r < s->all_count; r++) {
		if (fnmatch(selector->text, s->all[r]->id, 0) != 0)
			continue;
		enabled[r] = wanted;
		matched = true;
	}
	return matched;
}

bool selection_make(struct selection *s, const struct settings *settings, struct buffer *error)
{
	*s = (struct selection){0};
	if (!gather(s, &settings->rule_files, error))
		return false;
	bool *enabled = memory_alloc(s->all_count + 1), good = true;
	memset(enabled, 1, s->all_count);
	for (size_t i = 0; i < settings->selectors.count && good; i++) {
		good = apply(enabled, s, settings, i);
		if (!good)
			say_unknown(s, settings->selectors.items[i].text, error);
	}
	s->rules = memory_alloc((s->all_count + 1) * sizeof *s->rules);
	for (unsigned r = 0; r < s->all_count && good; r++)
		if (enabled[r])
			s->rules[s->count++] = s->all[r];
	free(enabled);
	return good;
}

void selection_release(struct selection *s)
{
	user_rules_free(s->user);
	free(s->all);
	free(s->rules);
	*s = (struct selection){0};
}
