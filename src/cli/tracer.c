#include "tracer.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <ipcdiag/buffer.h>
#include <ipcdiag/memory.h>

#include "message.h"
#include "program.h"
#include "signals.h"

static const char *const usual[] = {"strace", "-f", "-yy", "-ttt", "-T", "-s", "64", "-e", tracer_filter};

enum { USUAL = sizeof usual / sizeof *usual };

bool tracer_available(void)
{
	char *path = NULL;
	bool found = program_find("strace", &path) == 0;
	if (!found)
		tell("strace is not there: install it (Debian: apt-get install strace), or record the trace where it is:\n"
		     "strace -f -o trace.txt CMD");
	free(path);
	return found;
}

/* Signals as a program expects them, whatever we do with ours. */
static void restore_signals(void)
{
	signal(SIGPIPE, SIG_DFL);
}

static int shell_status(int status)
{
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

static int wait_for(pid_t child)
{
	int status;
	while (waitpid(child, &status, 0) < 0)
		if (errno != EINTR)
			return 1;
	return shell_status(status);
}

bool tracer_has_seccomp(void)
{
	pid_t child = fork();
	if (child == 0) {
		int nothing = open("/dev/null", O_RDWR);
		dup2(nothing, STDIN_FILENO);
		dup2(nothing, STDOUT_FILENO);
		dup2(nothing, STDERR_FILENO);
		restore_signals();
		execlp("strace", "strace", "-f", "--seccomp-bpf", "-e", "trace=exit_group", "-o", "/dev/null", "true", (char *)NULL);
		_exit(127);
	}
	return child > 0 && wait_for(child) == 0;
}

/* strace opens the pipe by name, close-on-exec, so that the traced program does not inherit it. */
static void become_strace(int write_end, const char *const *arguments)
{
	struct buffer name = {0};
	buffer_add_format(&name, "/proc/%d/fd/%d", (int)getppid(), write_end);
	size_t count = 0;
	while (arguments[count])
		count++;
	const char **argv = memory_alloc((USUAL + count + 3) * sizeof *argv);
	memcpy(argv, usual, sizeof usual);
	argv[USUAL] = "-o";
	argv[USUAL + 1] = name.ptr;
	memcpy(argv + USUAL + 2, arguments, count * sizeof *argv);
	restore_signals();
	execvp("strace", (char **)argv);
	_exit(127);
}

/* Returns once strace has opened its end of the pipe (something can be read) or has ended. Until then our own write end must stay
 * open, or reading would find an end of file. */
static void await_first_line(pid_t child, int read_end)
{
	int ended = (int)syscall(SYS_pidfd_open, child, 0);
	struct pollfd either[] = {{.fd = read_end, .events = POLLIN}, {.fd = ended, .events = POLLIN}};
	while (poll(either, 2, ended < 0 ? 1000 : -1) < 0 && errno == EINTR && !signals_stopped())
		;
	if (ended >= 0)
		close(ended);
}

bool tracer_start(struct tracer *t, const char *const *arguments, enum signal_listener listener)
{
	int ends[2];
	if (pipe2(ends, O_CLOEXEC) != 0) {
		tell("no pipe to strace: %s", strerror(errno));
		return false;
	}
	t->pid = fork();
	if (t->pid == 0)
		become_strace(ends[1], arguments);
	if (t->pid > 0) {
		signals_forward_to(t->pid, listener);
		await_first_line(t->pid, ends[0]);
	} else {
		tell("strace cannot be started: %s", strerror(errno));
	}
	close(ends[1]);
	if (t->pid > 0)
		dup2(ends[0], STDIN_FILENO);
	close(ends[0]);
	return t->pid > 0;
}

int tracer_wait(struct tracer *t)
{
	int status = wait_for(t->pid);
	signals_forward_to(0, LISTENER_STRACE);
	return status;
}
