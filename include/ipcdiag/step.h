/* A step: what the model remembers of one trace line, so that it can be shown as evidence later. Reference-counted: who
 * keeps a step takes it (step_take) and drops it (step_drop). */
#ifndef IPCDIAG_STEP_H
#define IPCDIAG_STEP_H

#include <stdint.h>

#include <ipcdiag/slice.h>

struct pool;

enum { STEP_TEXT = 240, STEP_TIME = 24 };

/* The text of a call, without leader and duration; steps of equal texts share it. */
struct step_text {
	unsigned refs;
	uint32_t length;
	char text[]; /* cut to STEP_TEXT bytes */
};

struct step {
	unsigned refs;
	uint32_t file;      /* input index */
	uint64_t line;      /* where the call starts */
	uint64_t last_line; /* where the text of the call ends, when it was printed over several lines */
	uint64_t end_line;  /* where it returned (the resumed half), else the same */
	uint64_t order;     /* number of the event: later ones are greater, over all inputs */
	int64_t pid;        /* task, -1: not known */
	const char *name;   /* program, interned, may be NULL */
	struct step_text *text;
	struct step_stack *stack;                  /* NULL: none is printed */
	struct pool *pool;                         /* where it lies */
	char time[STEP_TIME], duration[STEP_TIME]; /* as printed; "": none, or the text has it */
};

/* NULL is allowed everywhere and stays NULL. */
struct step *step_take(struct step *s);
void step_drop(struct step *s);
/* What it shows of its call. */
static inline struct slice step_text(const struct step *s)
{
	return s ? (struct slice){s->text->text, s->text->length} : (struct slice){0};
}
/* The same as strace printed it, with the duration; the caller frees it. */
char *step_copy_line(const struct step *s);
/* The stack lines behind it as strace printed them, one a line. */
struct slice step_stack(const struct step *s);
/* Its time stamp as seconds (of the day, or since 1970, as printed); negative: none. */
double step_seconds(const struct step *s);
/* Puts `s` into a slot that holds another step (takes the new, drops the old). */
void step_set(struct step **slot, struct step *s);

#endif
