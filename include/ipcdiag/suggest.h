/* "Did you mean": the nearest of the words on offer. */
#ifndef IPCDIAG_SUGGEST_H
#define IPCDIAG_SUGGEST_H

#include <ipcdiag/slice.h>

struct suggestion {
	struct slice typed;
	const char *word; /* the nearest so far, NULL: none is near enough */
	size_t distance;
};

struct suggestion suggestion_start(struct slice typed);

/* Keeps `word` if it is nearer than the others; borrowed. A third of the letters, at least two, may differ. */
void suggestion_offer(struct suggestion *s, const char *word);

#endif
