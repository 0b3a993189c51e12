/* What a process has open. */
#ifndef IPCDIAG_EXPLAIN_FD_H
#define IPCDIAG_EXPLAIN_FD_H

#include <ipcdiag/explain.h>

/* Of the descriptors of one kind that one call made and that are still open, the largest group. */
struct descriptor_group {
	enum object object;
	struct slice call; /* name of the call that made them; points into the step's text */
	uint64_t count;
	uint64_t idle;             /* pipe ends and connections whose other end nobody else holds any more */
	struct step *first, *last; /* the oldest and the newest of them */
	struct step *connect;      /* where the oldest was connected, NULL */
};

/* Looks at no more than a few thousand descriptors. `only`: this kind of object alone, OBJECT_KINDS: all. False: none
 * are known. */
bool descriptors_group(const struct process *p, enum object only, struct descriptor_group *group);

/* {group} "20 pipe ends from pipe2", {group_count}, {group_call}, {first_line}, {last_line}; the first and the last
 * line are added. */
void explain_descriptor_group(struct finding *f, const struct descriptor_group *g);

/* {open} how many descriptors `p` is known to have open, {kinds} "20 pipe ends, 3 files", {highest} the highest number,
 * {likely_limit} the one above; the largest group as above. */
void explain_descriptors(struct finding *f, const struct process *p);

/* {limit} and {limit_line} of RLIMIT_NOFILE, with the line as evidence. */
void explain_descriptor_limit(struct finding *f, const struct process *p);

#endif
