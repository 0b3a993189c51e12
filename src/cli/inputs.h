/* The names of the traces of a run: operands and --files-from. */
#ifndef CLI_INPUTS_H
#define CLI_INPUTS_H

#include <stdbool.h>
#include <stddef.h>

#include "settings.h"

struct inputs {
	const char **paths;
	size_t count, cap;
	char *list;      /* the text of --files-from */
	char **families; /* prefixes of strace -ff families */
	size_t family_count;
};

/* Collects the names; all files of a strace -ff family become one input. Without any it is "-", standard input. False
 * when the list cannot be read: the user was told. */
bool inputs_collect(struct inputs *in, const struct settings *settings, char **operands);
void inputs_release(struct inputs *in);

#endif
