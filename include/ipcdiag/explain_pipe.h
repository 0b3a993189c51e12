/* Sentences about pipes: who holds an end and what he does, who held it and how he let it go. As explain.h: facts are
 * set, the lines that prove them are added, NULL does nothing. */
#ifndef IPCDIAG_EXPLAIN_PIPE_H
#define IPCDIAG_EXPLAIN_PIPE_H

#include <ipcdiag/explain.h>

/* The side that the other end of `f` is on. */
int file_other_side(const struct open_file *f);

/* {NAME}: "worker[12] (fd 4, inherited by fork at line 31; sleeps in pause since line 40) and log[13] (...)"; the first
 * few holders of a side, without `except`. {NAME_count}, and {NAME_pid}, {NAME_fd} of the first. Their lines are added.
 */
void explain_holders(
	struct finding *f, const char *name, const struct channel *c, int side, const struct process *except);

/* How the last holder let a side go, as explain_gone, and how it ended itself; {NAME_all}: all that are known to have
 * held it, "a[1], b[2] and c[3]". False: nobody did as far as the trace shows. */
bool explain_last_gone(struct finding *f, const char *name, const struct channel *c, int side);

/* The pipe whose readers had gone when `p`, which wrote to it, went too; NULL: none that is remembered. */
const struct channel *broken_pipe_of(const struct world *w, const struct process *p);

/* What went over a pipe: {written}, {read}, {unread} bytes; {capacity}, with the line that set it; {filling} says what
 * fills it when a write waits; {pipe_glob}, with which find -lname finds it in /proc, if the trace names it. */
void explain_contents(struct finding *f, const struct channel *c);

/* Does a step show that its call failed with this error? */
bool step_failed_with(const struct step *s, const char *error);

/* Does its line hold this word? */
bool step_shows(const struct step *s, const char *word);

/* What a blocked read is. NO_EOF: it will not even see the end of file, since who could write is gone and others (the
 * reader, who inherited it, who was sent it) only keep the end open. */
enum starved { STARVED_NOT_A_READ, STARVED_OF_DATA, STARVED_OF_EOF };
enum starved starved_of(const struct change *c);

/* For `examine`: remembers how far the process is (memo 3). For `settle`: did it end with a bad status soon after the
 * finding? Sets {status} and adds the lines of the end. */
void remember_progress(struct finding *f, const struct change *c);
bool ended_over_it(struct finding *f);

/* The settle of rules on EAGAIN: told only where the program ended over it and nothing worked later. */
void would_block_settle(struct finding *f, const struct world *w);

/* Was this descriptor given to the program by who started it, as standard output or error of a pipeline's stage? */
bool descriptor_is_plumbing(const struct descriptor *d, int64_t fd);

#endif
