/* ^C once: read on to the end of the trace (strace still writes its last lines) and summarise. Twice: stop reading now.
 * SIGTERM stops at once, unless a child of ours can be told to end first. */
#ifndef CLI_SIGNALS_H
#define CLI_SIGNALS_H

#include <stdbool.h>
#include <sys/types.h>

void signals_catch(void);

enum signal_listener {
	LISTENER_STRACE, /* attach: strace lets go of the processes and ends */
	LISTENER_PROGRAM /* run: the program gets our SIGTERM; it has had the terminal's ^C itself */
};

/* Who is told when we are to end: strace, our child, or the program it runs. 0: nobody. */
void signals_forward_to(pid_t strace, enum signal_listener listener);

/* The program that strace runs; 0: not known. */
pid_t signals_traced_program(void);

/* Shall reading stop? A read that blocks on standard input ends as well: it meets an end of file. */
bool signals_stopped(void);
/* The same, once reading has ended: says so to the user. What follows must not look like the result of a whole input.
 */
bool signals_tell_stopped(void);

#endif
