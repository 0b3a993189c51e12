/* A publisher writes one report in one format to one place. */
#ifndef CLI_PUBLISHER_H
#define CLI_PUBLISHER_H

#include <ipcdiag/report.h>

#include "outputs.h"

struct publisher {
	const struct report_format *format;
	struct output output;
	struct buffer text; /* not written yet */
	bool begun;
};

/* The finding now, not at the end: for live use. Begins the report if need be. */
void publisher_add(struct publisher *p, const struct report *r, const struct finding *f);

/* Writes what is waiting. */
void publisher_flush(struct publisher *p);

/* Ends the report; with `r->live` the findings were added before, else all of `r` are written now. Closes the output.
 * Returns 0 or an errno value. */
int publisher_end(struct publisher *p, const struct report *r);

/* Can the format be written finding by finding? */
bool publisher_can_stream(const struct publisher *p);

#endif
