/* Which rules are asked: the built-in ones and the user's, less what --disable takes out. */
#ifndef CLI_SELECTION_H
#define CLI_SELECTION_H

#include <ipcdiag/buffer.h>
#include <ipcdiag/rule.h>

#include "settings.h"

struct selection {
	const struct rule **rules; /* enabled, in order of id */
	unsigned count;
};

/* Fills it from --enable and --disable. False with a sentence in `error` when a glob matches no rule at all. */
bool selection_make(struct selection *s, const struct settings *settings, struct buffer *error);
void selection_release(struct selection *s);

/* The built-in rule of that id, or NULL with a sentence in `error` that names the nearest. */
const struct rule *selection_find(const char *id, struct buffer *error);

#endif
