/* Which rules are asked: the built-in ones and the user's, less what --disable takes out. */
#ifndef CLI_SELECTION_H
#define CLI_SELECTION_H

#include <ipcdiag/buffer.h>
#include <ipcdiag/rule.h>

#include "settings.h"

struct finding;
struct user_rules;

struct selection {
	struct user_rules *user; /* NULL: none were loaded */
	const struct rule **all; /* built-in and the user's, in order of id */
	unsigned all_count;
	const struct rule **rules; /* enabled, in order of id */
	unsigned count;
	const struct setting_list *severities; /* --set-severity, checked */
};

/* Loads the rule files and fills it from --enable and --disable. False with a sentence in `error`: a rule file is
 * wrong, or a glob matches no rule at all. Release it in any case. */
bool selection_make(struct selection *s, const struct settings *settings, struct buffer *error);
void selection_release(struct selection *s);

/* The severity that the user wants the finding to have; `selection` is a struct selection. */
enum severity selection_weigh(const void *selection, const struct finding *f);

/* Tells which patterns of the user's rules took too long. */
void selection_tell_overruns(const struct selection *s);

/* The rule of that id, or NULL with a sentence in `error` that names the nearest. */
const struct rule *selection_find(const struct selection *s, const char *id, struct buffer *error);

#endif
