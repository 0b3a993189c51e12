/* Words that the explain functions share. */
#ifndef ENGINE_EXPLAIN_PARTS_H
#define ENGINE_EXPLAIN_PARTS_H

#include <ipcdiag/explain.h>

#include "engine_parts.h"

/* "gen[4242]", or "a process" when nothing is known. */
void add_who(struct buffer *out, const struct process *p);

/* " at line 42", " since line 42"; nothing without a step. */
void add_where(struct buffer *out, const struct finding *f, const char *word, const struct step *s);

/* "read end", "write end" or "end". */
const char *end_name(const struct channel *c, int side);

/* Adds "exited with status 1 at line 42" and the like. */
void add_end(struct buffer *out, const struct finding *f, const struct process *p);
void set_end(struct finding *f, const char *name, const struct process *p);
/* Adds the lines of the end, and why it came, with {NAME_reason}. */
void prove_end(struct finding *f, const char *name, const struct process *p);

void prove_holder(struct finding *f, const struct process *p, const struct descriptor *d);
void prove_other_end(struct finding *f, const struct wait *waiting, const struct process *whom);

#endif
