#include "signals.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

static volatile sig_atomic_t interrupts, stopped;
static volatile pid_t listener;
static int nothing = -1; /* /dev/null, opened ahead: opening is not for handlers of a full descriptor table */

/* With SA_RESTART an interrupted read goes on, now on /dev/null, and so reports the end of the input. */
static void handle(int number)
{
	int saved = errno;
	if (number == SIGTERM || ++interrupts > 1) {
		stopped = 1;
		if (nothing >= 0)
			dup2(nothing, STDIN_FILENO);
	}
	if (listener > 0)
		kill(listener, SIGINT);
	errno = saved;
}

void signals_catch(void)
{
	nothing = open("/dev/null", O_RDONLY | O_CLOEXEC);
	struct sigaction action = {.sa_handler = handle, .sa_flags = SA_RESTART};
	sigemptyset(&action.sa_mask);
	struct sigaction old;
	if (sigaction(SIGINT, NULL, &old) == 0 && old.sa_handler != SIG_IGN) /* background jobs ignore it */
		sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
}

void signals_forward_to(pid_t child)
{
	listener = child;
}

bool signals_stopped(void)
{
	return stopped;
}
