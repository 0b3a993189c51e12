/* Texts made from the tables of commands, options and formats. */
#ifndef CLI_HELP_H
#define CLI_HELP_H

#include <ipcdiag/buffer.h>

struct command;

/* --help of a command; the default command's also lists commands, formats and statuses. */
void help_add(struct buffer *out, const struct command *c);

/* The completion script for "bash", "zsh" or "fish"; false for another shell. */
bool completions_add(struct buffer *out, const char *shell);

/* Headings of the option groups, in order; `group` counts from 0. NULL behind the last. */
const char *help_group_title(unsigned group);

#endif
