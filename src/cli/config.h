/* The configuration file: the long options of the table as keys of a YAML map. */
#ifndef CLI_CONFIG_H
#define CLI_CONFIG_H

#include <ipcdiag/buffer.h>

#include "settings.h"

/* Reads exactly one file into `s`: `path` if given; else, unless `none`, the first .ipcdiag.yaml from here up to the
 * repository's root; else ipcdiag/config.yaml in the user's configuration folder; else nothing. Options of groups that
 * the command does not take are checked and passed over. False with a sentence in `error`. */
bool config_read(struct settings *s, const char *path, bool none, unsigned groups, struct buffer *error);

#endif
