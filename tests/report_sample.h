/* Reports to render, filled by hand: what the engine would give for a small trace, the same with hostile values everywhere, nothing,
 * and very much. Each sample is made once and lives until the program ends. */
#ifndef IPCDIAG_TESTS_REPORT_SAMPLE_H
#define IPCDIAG_TESTS_REPORT_SAMPLE_H

#include <ipcdiag/report.h>

/* "plain", "hostile", "empty" or "many"; NULL: there is no such sample. */
const struct report *report_sample(const char *name);

/* Every value of the hostile sample holds this. */
extern const char report_sample_attack[];

#endif
