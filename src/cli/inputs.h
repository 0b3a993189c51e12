/* The names of the traces of a run: operands and --files-from. */
#ifndef CLI_INPUTS_H
#define CLI_INPUTS_H

#include <stdbool.h>
#include <stddef.h>

#include "settings.h"

struct inputs {
	const char **paths;
	size_t count, cap;
	char *list; /* the text of --files-from */
};

/* Collects the names; without any it is "-", standard input. False when the list cannot be read: the user was told. */
bool inputs_collect(struct inputs *in, const struct settings *settings, char **operands);
void inputs_release(struct inputs *in);

#endif
