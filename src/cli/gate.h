/* The gate: which findings are shown, and whether the run fails. Findings that are known (baseline, suppressions) do
 * neither. */
#ifndef CLI_GATE_H
#define CLI_GATE_H

#include <ipcdiag/buffer.h>
#include <ipcdiag/report.h>

struct baseline;
struct settings;
struct suppressions;

struct gate {
	long fail_on;                      /* enum severity, or FAIL_NEVER */
	long severity;                     /* the lowest that is shown */
	struct baseline *baseline;         /* or NULL */
	struct suppressions *suppressions; /* or NULL */
	uint64_t counts[3];                /* by severity, hidden ones included, known ones not */
	uint64_t hidden, in_baseline, suppressed;
	struct report_hidden hidden_rules[REPORT_MAX_HIDDEN];
	unsigned hidden_rule_count;
	bool failed;
};

/* Reads the files that the settings name. False with a sentence in `error`. */
bool gate_open(struct gate *g, const struct settings *settings, struct buffer *error);

/* Is the finding among those that are shown? */
bool gate_shows(const struct gate *g, const struct finding *f);

/* Takes the finding into account. Call once for each. */
void gate_count(struct gate *g, const struct finding *f);

/* Tells the user what was known, and what of the lists did not occur (only when `complete`: all was read). */
void gate_tell_known(const struct gate *g, bool complete);

void gate_close(struct gate *g);

#endif
