#include "signals.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "say.h"

static volatile sig_atomic_t signal_count, stopped, listener;
static volatile pid_t strace_pid;
static char children_path[64]; /* made ahead: handlers cannot format */
static int nothing = -1;       /* /dev/null, opened ahead: the descriptor table may be full by then */

/* The program that strace runs: its first child. 0: not known. */
pid_t signals_traced_program(void)
{
	char text[32];
	int fd = open(children_path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return 0;
	ssize_t n = read(fd, text, sizeof text);
	close(fd);
	pid_t pid = 0;
	for (ssize_t i = 0; i < n && text[i] >= '0' && text[i] <= '9'; i++)
		pid = pid * 10 + (text[i] - '0');
	return pid;
}

/* Passes the signal on; false: nobody is there to be told. */
static bool pass_on(int number)
{
	if (strace_pid <= 0)
		return false;
	pid_t target = listener == LISTENER_STRACE ? strace_pid : number == SIGTERM ? signals_traced_program() : 0;
	if (target > 0)
		kill(target, listener == LISTENER_STRACE ? SIGINT : number);
	return true;
}

/* With SA_RESTART an interrupted read goes on, now on /dev/null, and so reports the end of the input. */
static void handle(int number)
{
	int saved = errno;
	bool told = pass_on(number);
	if (++signal_count > 1 || (number == SIGTERM && !told)) {
		stopped = 1;
		if (nothing >= 0)
			dup2(nothing, STDIN_FILENO);
	}
	errno = saved;
}

void signals_catch(void)
{
	nothing = open("/dev/null", O_RDONLY | O_CLOEXEC);
	struct sigaction action = {.sa_handler = handle, .sa_flags = SA_RESTART};
	struct sigaction old;
	sigemptyset(&action.sa_mask);
	if (sigaction(SIGINT, NULL, &old) == 0 && old.sa_handler != SIG_IGN) /* background jobs ignore it */
		sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
}

void signals_forward_to(pid_t strace, enum signal_listener who)
{
	snprintf(children_path, sizeof children_path, "/proc/%d/task/%d/children", (int)strace, (int)strace);
	listener = (sig_atomic_t)who;
	strace_pid = strace;
}

bool signals_stopped(void)
{
	return stopped;
}

bool signals_tell_stopped(void)
{
	if (stopped)
		tell("stopped before the end of the input");
	return stopped;
}
