/* A step: what the model remembers of one trace line, so that it can be shown as evidence later. Reference-counted: who keeps a
 * step takes it (step_take) and drops it (step_drop). */
#ifndef IPCDIAG_STEP_H
#define IPCDIAG_STEP_H

#include <stdint.h>

enum { STEP_TEXT = 240, STEP_TIME = 40 };

struct step {
	unsigned refs;
	uint32_t file;      /* input index */
	uint64_t line;      /* where the call starts */
	uint64_t last_line; /* where the text of the call ends, when it was printed over several lines */
	uint64_t end_line;  /* where it returned (the resumed half), else the same */
	uint64_t order;     /* number of the event: later ones are greater, over all inputs */
	int64_t pid;        /* task, -1: not known */
	const char *name;   /* program, interned, may be NULL */
	char *time;         /* stamp as printed (part of the step's own memory), NULL */
	char text[];        /* without leader; cut to STEP_TEXT bytes */
};

/* NULL is allowed everywhere and stays NULL. */
struct step *step_take(struct step *s);
void step_drop(struct step *s);
/* Its time stamp as seconds (of the day, or since 1970, as printed); negative: none. */
double step_seconds(const struct step *s);
/* Puts `s` into a slot that holds another step (takes the new, drops the old). */
void step_set(struct step **slot, struct step *s);

#endif
