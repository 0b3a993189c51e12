/* What all inputs of a run add up to: names, counts, notes, findings. Owns everything in it, so that the layers of one
 * trace can be freed before the next one is read. */
#ifndef CLI_TALLY_H
#define CLI_TALLY_H

#include <ipcdiag/report.h>

struct analysis;

struct tally {
	const char **files; /* the inputs */
	size_t file_count, file_cap;
	const char **names; /* other texts that findings and notes borrow */
	size_t name_count, name_cap;
	struct report_note *notes;
	size_t note_count, note_cap;
	struct finding **findings; /* in the order in which they were added */
	size_t finding_count, finding_cap;
	struct rule **rules; /* of findings whose rule this build does not know */
	size_t rule_count, rule_cap;
	struct report_input input; /* the sums */
};

/* Adds what an analysis read and found: names, sums, notes, copies of its findings. It can be released then. */
void tally_add(struct tally *t, const struct analysis *a);

/* Adds all of another tally, which is empty then. */
void tally_take(struct tally *t, struct tally *other);

/* Piece by piece. Texts are copied, a finding (finding_copy.h) is taken over. */
void tally_add_file(struct tally *t, const char *name);
void tally_add_records(struct tally *t, const char *kind, uint64_t count); /* unknown kinds are passed over */
void tally_add_note(struct tally *t, const char *kind, uint64_t count, uint64_t first_line, const char *file);
void tally_add_finding(struct tally *t, struct finding *f);

/* A copy of the text that lives as long as the tally. */
const char *tally_keep(struct tally *t, const char *text);

/* The built-in rule of that id, or one made up for it. */
const struct rule *tally_rule(struct tally *t, const char *id, enum severity severity);

/* Puts findings of equal fingerprint into one, the first by place, with the sum of the counts; orders findings and
 * files by name and line, so that the result does not depend on the order of the reports. */
void tally_fold(struct tally *t);

/* The input as reports want it; borrowed from the tally. */
const struct report_input *tally_input(struct tally *t);

void tally_release(struct tally *t);

#endif
