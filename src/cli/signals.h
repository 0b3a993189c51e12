/* ^C once: read on to the end of the trace (strace still writes its last lines) and summarise. Twice, or SIGTERM: stop reading now. */
#ifndef CLI_SIGNALS_H
#define CLI_SIGNALS_H

#include <stdbool.h>
#include <sys/types.h>

void signals_catch(void);

/* The child that must be told as well (attach: strace), 0: none. */
void signals_forward_to(pid_t child);

/* Shall reading stop? A read that blocks on standard input ends as well: it meets an end of file. */
bool signals_stopped(void);

#endif
