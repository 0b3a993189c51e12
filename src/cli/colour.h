/* Whether to colour. */
#ifndef CLI_COLOUR_H
#define CLI_COLOUR_H

#include <stdbool.h>

#include "settings.h"

/* The option decides, then NO_COLOR, then CLICOLOR_FORCE or FORCE_COLOR, then whether it is a terminal that can. */
bool colour_wanted(enum switch_mode mode, bool terminal);

#endif
