#include "selection.h"

#include <fnmatch.h>
#include <stdlib.h>

#include <ipcdiag/finding.h>
#include <ipcdiag/memory.h>

#include <ipcdiag/suggest.h>
#include <ipcdiag/user_rules.h>

#include "say.h"

static void say_unknown(const struct selection *s, const char *id, struct buffer *error)
{
	struct suggestion best = suggestion_start(slice_of(id));
	for (unsigned i = 0; i < s->all_count; i++)
		suggestion_offer(&best, s->all[i]->id);
	buffer_add_format(error, "there is no rule '%s'", id);
	size_t length = strlen(id);
	for (unsigned i = 0; i < s->all_count; i++)
		if (strncmp(s->all[i]->id, id, length) == 0 && s->all[i]->id[length] == '/') {
			buffer_add_format(error, "; did you mean '%s/*'?", id);
			return;
		}
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

/* The glob of GLOB=LEVEL, in a buffer, and its level; false when it has none. */
static bool split(const char *text, struct buffer *glob, enum severity *level)
{
	const char *equals = strrchr(text, '=');
	if (!equals || !severity_parse(equals + 1, level))
		return false;
	buffer_clear(glob);
	buffer_add(glob, (struct slice){text, (size_t)(equals - text)});
	buffer_add_text(glob, ""); /* terminated also when it is empty */
	return glob->len > 0;
}

static bool check_severities(struct selection *s, const struct setting_list *list, struct buffer *error)
{
	struct buffer glob = {0};
	bool good = true;
	for (size_t i = 0; i < list->count && good; i++) {
		enum severity level;
		bool matched = false;
		if (!split(list->items[i].text, &glob, &level)) {
			buffer_add_format(error,
				"--set-severity: '%s' is not of the form GLOB=LEVEL, for example 'data/*=note'",
				list->items[i].text);
			good = false;
			break;
		}
		for (unsigned r = 0; r < s->all_count && !matched; r++)
			matched = fnmatch(glob.ptr, s->all[r]->id, 0) == 0;
		if (!matched)
			say_unknown(s, glob.ptr, error);
		good = matched;
	}
	buffer_release(&glob);
	s->severities = list;
	return good;
}

enum severity selection_weigh(const void *selection, const struct finding *f)
{
	const struct setting_list *list = ((const struct selection *)selection)->severities;
	enum severity wanted = f->severity, level;
	struct buffer glob = {0};
	for (size_t i = 0; list && i < list->count; i++)
		if (split(list->items[i].text, &glob, &level) && fnmatch(glob.ptr, f->rule->id, 0) == 0)
			wanted = level;
	buffer_release(&glob);
	bool got_over_it = f->severity == SEVERITY_NOTE && f->rule->severity > SEVERITY_NOTE;
	return got_over_it ? f->severity : wanted;
}

void selection_tell_overruns(const struct selection *s)
{
	for (unsigned i = 0; s->user && i < user_rules_count(s->user); i++) {
		unsigned count = user_rules_overruns(s->user, i);
		if (count)
			tell("rule %s: its pattern took too long %u %s, which counts as no match; make it simpler",
				user_rules_get(s->user, i)->id, count, count == 1 ? "time" : "times");
	}
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
	return good && check_severities(s, &settings->severities, error);
}

void selection_release(struct selection *s)
{
	user_rules_free(s->user);
	free(s->all);
	free(s->rules);
	*s = (struct selection){0};
}
