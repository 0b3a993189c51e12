/* What all inputs of a run add up to: names, counts, notes, findings. Owns everything in it, so that the layers of one trace can
 * be freed before the next one is read. */
#ifndef CLI_TALLY_H
#define CLI_TALLY_H

#include <ipcdiag/report.h>

struct analysis;

struct tally {
	const char **files;
	size_t file_count, file_cap;
	struct report_note *notes;
	size_t note_count, note_cap;
	struct finding **findings; /* copies, in the order in which they were added */
	size_t finding_count, finding_cap;
	struct report_input input; /* the sums */
};

/* Adds what an analysis read and found: names, sums, notes, copies of its findings. It can be released then. */
void tally_add(struct tally *t, const struct analysis *a);

/* The input as reports want it; borrowed from the tally. */
const struct report_input *tally_input(struct tally *t);

void tally_release(struct tally *t);

#endif
