/* Exit status: what happened in this run, and which of it the shell is told. */
#ifndef CLI_STATUS_H
#define CLI_STATUS_H

#include <stdbool.h>

enum status {
	STATUS_OK = 0,
	STATUS_FINDINGS = 1,
	STATUS_USAGE = 2,     /* option, configuration or rule file: nothing was analysed */
	STATUS_INCOMPLETE = 3 /* input not (fully) read, or output not written */
};

struct exit_outcome {
	bool usage;
	bool incomplete;
	bool findings;
	int findings_status; /* --error-exitcode */
	int program;         /* `run`: the program's own status */
};

static inline int outcome_status(const struct exit_outcome *o)
{
	if (o->usage)
		return STATUS_USAGE;
	if (o->incomplete)
		return STATUS_INCOMPLETE;
	return o->findings ? o->findings_status : o->program;
}

#endif
