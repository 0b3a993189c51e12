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

#include "say.h"
#include "program.h"
#include "signals.h"

/* From the best to what every strace has: -yy came with 4.10, "?" in front of a call's name with 4.17. */
static const char *const best[] = {"-f", "-yy", "-ttt", "-T", "-s", "64", "-e", tracer_filter, NULL};
static const char *const plain[] = {"-f", "-ttt", "-T", "-s", "64", NULL};

enum { USUAL_MAX = sizeof best / sizeof *best };

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

enum { EXTRA_MAX = 64 };

static size_t add_all(const char **argv, size_t used, const char *const *options)
{
	for (; options && *options; options++)
		argv[used++] = *options;
	return used;
}

static void become_probe(const char *const *usual, const char *const *extra, bool seccomp, int complaints)
{
	const char *argv[USUAL_MAX + EXTRA_MAX + 9] = {"strace"};
	size_t used = add_all(argv, add_all(argv, 1, usual), extra);
	if (seccomp)
		argv[used++] = "--seccomp-bpf";
	static const char *const rest[] = {"-o", "/dev/null", "/bin/sh", "-c", ":"};
	memcpy(argv + used, rest, sizeof rest);
	int nothing = open("/dev/null", O_RDWR);
	dup2(nothing, STDIN_FILENO);
	dup2(nothing, STDOUT_FILENO);
	dup2(complaints, STDERR_FILENO);
	restore_signals();
	execvp("strace", (char **)argv);
	_exit(127);
}

/* Does strace trace a program that does nothing? What it says instead is added to `complaint`. */
static bool probe(const char *const *usual, const char *const *extra, bool seccomp, struct buffer *complaint)
{
	int ends[2];
	if (pipe2(ends, O_CLOEXEC) != 0)
		return false;
	pid_t child = fork();
	if (child == 0)
		become_probe(usual, extra, seccomp, ends[1]);
	close(ends[1]);
	char text[512];
	ssize_t n;
	while ((n = read(ends[0], text, sizeof text)) > 0 || (n < 0 && errno == EINTR))
		if (n > 0 && complaint->len < sizeof text)
			buffer_add(complaint, (struct slice){text, (size_t)n});
	close(ends[0]);
	return child > 0 && wait_for(child) == 0;
}

/* 0 (anybody), 1 (their own children), 2 (root), 3 (nobody); 0 where there is no yama. */
static char yama_scope(void)
{
	char scope = '0';
	int fd = open("/proc/sys/kernel/yama/ptrace_scope", O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return scope;
	if (read(fd, &scope, 1) != 1)
		scope = '0';
	close(fd);
	return scope;
}

void tracer_tell_forbidden(bool attaching)
{
	char scope = yama_scope();
	if (scope == '3')
		tell("kernel.yama.ptrace_scope is 3: nobody may trace on this machine until it is booted without that setting");
	else if (scope == '2' || (scope == '1' && attaching))
		tell("kernel.yama.ptrace_scope is %c: run ipcdiag as root, or allow it until the next boot:\n"
		     "sudo sysctl kernel.yama.ptrace_scope=0",
			scope);
	else if (attaching && geteuid() != 0)
		tell("processes of other users, and those with more rights than yours, are traced by root only: run ipcdiag as root");
	tell("in a container, tracing needs a capability and a seccomp profile that allows ptrace:\n"
	     "docker run --cap-add=SYS_PTRACE --security-opt seccomp=unconfined ...\n"
	     "Kubernetes: securityContext: {capabilities: {add: [SYS_PTRACE]}}\n"
	     "or record the trace where tracing is allowed (strace -f -o trace.txt CMD) and run: ipcdiag trace.txt");
}

static bool is_installed(void)
{
	char *path = NULL;
	bool found = program_find("strace", &path) == 0;
	if (!found)
		tell("strace is not there: install it (Debian: apt-get install strace), or record the trace where it is:\n"
		     "strace -f -o trace.txt CMD");
	free(path);
	return found;
}

/* An option and its value may come as one word of ours: "-e trace=network" is two of strace's. */
static void add_option(struct tracer *t, size_t *count, const char *option)
{
	const char *blank = strchr(option, ' ');
	if (*count + 2 >= EXTRA_MAX)
		return;
	if (option[0] == '-' && option[1] != '-' && blank == option + 2) {
		t->extra[(*count)++] = memory_copy(slice_take(slice_of(option), 2));
		option = blank + 1;
	}
	t->extra[(*count)++] = memory_copy(slice_of(option));
}

static void take_options(struct tracer *t, const struct settings *settings)
{
	size_t count = 0;
	t->extra = memory_alloc(EXTRA_MAX * sizeof *t->extra);
	if (settings->stack)
		add_option(t, &count, "-k");
	for (size_t i = 0; i < settings->strace_options.count; i++)
		add_option(t, &count, settings->strace_options.items[i].text);
}

static void drop_options(struct tracer *t)
{
	for (char **option = t->extra; option && *option; option++)
		free(*option);
	free(t->extra);
	t->extra = NULL;
}

/* Is it what the user handed on that strace does not like? */
static void tell_refused(const struct tracer *t, struct slice why)
{
	struct buffer ignored = {0};
	if (t->extra[0] && probe(plain, NULL, false, &ignored)) {
		tell("strace refuses the options it was given: %.*s", (int)why.len, why.len ? why.ptr : "");
	} else {
		tell("strace cannot trace here: %.*s", (int)why.len, why.len ? why.ptr : "");
		tracer_tell_forbidden(false);
	}
	buffer_release(&ignored);
}

/* From the best way that works here down to the plainest. */
static bool find_way(struct tracer *t)
{
	struct buffer complaint = {0};
	const char *const *extra = (const char *const *)t->extra;
	t->usual = best;
	t->seccomp = probe(best, extra, true, &complaint);
	bool works = t->seccomp || probe(best, extra, false, &complaint);
	if (!works) {
		t->usual = plain;
		buffer_clear(&complaint);
		works = probe(plain, extra, false, &complaint);
	}
	if (!works)
		tell_refused(
			t, slice_take(buffer_slice(&complaint), slice_find_char(buffer_slice(&complaint), '\n', 0)));
	buffer_release(&complaint);
	return works;
}

bool tracer_open(struct tracer *t, const struct settings *settings)
{
	*t = (struct tracer){.keep = settings->keep};
	if (!is_installed())
		return false;
	take_options(t, settings);
	bool works = find_way(t);
	int error = works && t->keep ? relay_open(&t->relay, t->keep) : 0;
	if (error)
		tell("%s: cannot be written: %s", t->keep, strerror(error));
	if (!works || error)
		drop_options(t);
	return works && !error;
}

/* strace opens the pipe by name, close-on-exec, so that the traced program does not inherit it. */
static void become_strace(const struct tracer *t, int write_end, const char *const *arguments)
{
	struct buffer name = {0};
	buffer_add_format(&name, "/proc/%d/fd/%d", (int)getppid(), write_end);
	size_t count = 0, used = 0;
	while (arguments[count])
		count++;
	const char **argv = memory_alloc((USUAL_MAX + EXTRA_MAX + count + 4) * sizeof *argv);
	argv[used++] = "strace";
	used = add_all(argv, add_all(argv, used, t->usual), (const char *const *)t->extra);
	argv[used++] = "-o";
	argv[used++] = name.ptr;
	memcpy(argv + used, arguments, count * sizeof *argv);
	restore_signals();
	execvp("strace", (char **)argv);
	_exit(127);
}

/* Returns once strace has opened its end of the pipe (something can be read) or has ended. Until then our own write end
 * must stay open, or reading would find an end of file. */
static void await_first_line(pid_t child, int read_end)
{
	int ended = (int)syscall(SYS_pidfd_open, child, 0);
	struct pollfd either[] = {{.fd = read_end, .events = POLLIN}, {.fd = ended, .events = POLLIN}};
	while (poll(either, 2, ended < 0 ? 1000 : -1) < 0 && errno == EINTR && !signals_stopped())
		;
	if (ended >= 0)
		close(ended);
}

/* What strace writes becomes our standard input, by way of the relay when the trace is kept. */
static bool take_input(struct tracer *t, int read_end)
{
	int input = t->keep ? relay_start(&t->relay, read_end) : read_end;
	if (input < 0) {
		tell("%s: cannot be written: %s", t->keep, strerror(errno));
		close(read_end);
		return false;
	}
	dup2(input, STDIN_FILENO);
	close(input);
	return true;
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
		become_strace(t, ends[1], arguments);
	if (t->pid < 0) {
		tell("strace cannot be started: %s", strerror(errno));
		close(ends[0]);
		close(ends[1]);
		return false;
	}
	signals_forward_to(t->pid, listener);
	await_first_line(t->pid, ends[0]);
	close(ends[1]);
	t->command = listener == LISTENER_PROGRAM ? signals_traced_program() : 0;
	return take_input(t, ends[0]);
}

static void end_relay(struct tracer *t, bool *kept)
{
	signals_forward_to(0, LISTENER_STRACE);
	int error = t->keep ? relay_end(&t->relay) : 0;
	if (error)
		tell("%s: cannot be written: %s", t->keep, strerror(error));
	*kept = !error;
	drop_options(t);
}

void tracer_leave(struct tracer *t, bool *kept)
{
	end_relay(t, kept);
}

int tracer_wait(struct tracer *t, bool *kept)
{
	int status = wait_for(t->pid);
	end_relay(t, kept);
	return status;
}
