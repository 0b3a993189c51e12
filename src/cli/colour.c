#include "colour.h"

#include <stdlib.h>
#include <string.h>

static bool is_set(const char *name)
{
	const char *value = getenv(name);
	return value && *value;
}

/* FORCE_COLOR=0 and CLICOLOR_FORCE=0 ask for nothing. */
static bool is_on(const char *name)
{
	return is_set(name) && strcmp(getenv(name), "0") != 0;
}

bool colour_wanted(enum switch_mode mode, bool terminal)
{
	if (mode != MODE_AUTO)
		return mode == MODE_ALWAYS;
	if (is_set("NO_COLOR"))
		return false;
	if (is_on("CLICOLOR_FORCE") || is_on("FORCE_COLOR"))
		return true;
	const char *term = getenv("TERM");
	return terminal && term && strcmp(term, "dumb") != 0;
}
