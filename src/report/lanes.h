/* The model of the swim-lane chart: a lane for each process of each input, a column for each trace line that is
 * evidence. Inputs stand side by side, because lines of different files say nothing about their order.
 *
 * Made of the report's first findings and capped; the rest is counted. Borrows from the report. */
#ifndef IPCDIAG_REPORT_LANES_H
#define IPCDIAG_REPORT_LANES_H

#include <ipcdiag/report.h>

enum { LANES_MAX_COLUMNS = 64, LANES_MAX_LANES = 16, LANES_NONE = 0xffffffff };

struct lane {
	const char *file;
	int64_t pid;
	const char *name;    /* of the program, NULL: not known */
	unsigned first, end; /* columns in which the process is seen to live; end: its last, or that of the chart */
	bool ended;          /* a line says that it ended, in column `end` */
};

struct column {
	const char *file;
	uint64_t line;
};

struct lanes {
	struct lane *lanes; /* in order of their first column */
	unsigned lane_count, hidden_lanes;
	struct column *columns; /* by file, then line */
	unsigned column_count;
	unsigned finding_count, hidden_findings;
};

struct lanes lanes_new(const struct report *r);
void lanes_release(struct lanes *l);

/* Where an evidence line stands; lane LANES_NONE: not drawn. */
unsigned lanes_find_lane(const struct lanes *l, const struct evidence *e);
unsigned lanes_find_column(const struct lanes *l, const struct evidence *e);

#endif
