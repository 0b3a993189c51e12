/* The gate: which findings are shown, and whether the run fails. */
#ifndef CLI_GATE_H
#define CLI_GATE_H

#include <ipcdiag/finding.h>

struct gate {
	long fail_on;       /* enum severity, or FAIL_NEVER */
	long severity;      /* the lowest that is shown */
	uint64_t counts[3]; /* by severity, hidden ones included */
	uint64_t hidden;
	bool failed;
};

/* Is the finding among those that are shown? */
bool gate_shows(const struct gate *g, const struct finding *f);

/* Takes the finding into account. Call once for each. */
void gate_count(struct gate *g, const struct finding *f);

#endif
