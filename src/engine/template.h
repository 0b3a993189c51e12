/* Templates: texts of rules with {facts} in them, see rule.h. */
#ifndef ENGINE_TEMPLATE_H
#define ENGINE_TEMPLATE_H

#include "facts.h"

enum fill {
	FILL_PROSE,  /* values are cleaned; an unknown fact becomes "?" */
	FILL_ADVICE, /* as FILL_PROSE, and what a shell would obey becomes "?": advice stands among commands, and may be
			pasted with them */
	FILL_RAW     /* values as they are, for facts made of facts */
};

/* Adds the filled template. False: a fact outside of << >> is not known (or, for FILL_RAW, was cut). */
bool template_fill(struct buffer *out, const struct facts *facts, const char *template, enum fill how);

/* Adds a shell command. The template is split into words as a shell does it. A word without facts stays as it is. A
 * word with facts also does when all values are plain (letters, digits, _./:@%+=,-); else the whole word, its own
 * quotes taken off and the values put in, is quoted as one. Values are trace text: strace's escapes in them are
 * decoded, so that the command gets the true bytes. Text from an unquoted '#' on is a comment and filled as prose.
 * False, and nothing was added: a fact is not known or was cut; or a value that is not plain stands in a word that the
 * shell would expand ($, `, *, ?, [, ~, {); or a value with a leading '-' would begin a word that no "--" stands
 * before. */
bool template_fill_command(struct buffer *out, const struct facts *facts, const char *template);

/* Is there a placeholder at the beginning of `text`, which begins with '{'? Sets its name. */
bool template_placeholder(struct slice text, struct slice *name);

#endif
