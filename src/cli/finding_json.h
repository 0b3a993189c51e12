/* Findings out of reports: the reverse of what the json and jsonl formats write. */
#ifndef CLI_FINDING_JSON_H
#define CLI_FINDING_JSON_H

#include <jansson.h>

#include "tally.h"

/* A finding that owns its texts (finding_copy_free), names kept in the tally. Rules that this build does not know
 * become new ones in the tally. NULL when a member that must be there is not, or is of the wrong kind; `*missing` is
 * its name then. */
struct finding *finding_from_json(const json_t *object, struct tally *t, const char **missing);

#endif
