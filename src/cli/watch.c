#include "watch.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <ipcdiag/buffer.h>
#include <ipcdiag/snapshot.h>

#include "say.h"

enum { QUIET_SECONDS = 5, TOLD_MAX = 8, NAMED_MAX = 5 };

/* Long enough for what a shell starts in its last line to end by itself; short enough to be no wait. */
static const double grace = 1;

static double now(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* --- a quiet time --- */

static void tell_waits(const struct watch *w)
{
	size_t count;
	pid_t *pids = snapshot_traced(w->strace, &count);
	struct snapshot *s = count ? snapshot_take(pids, count, false) : NULL;
	size_t told = 0;
	for (size_t i = 0; s && i < s->count && told < TOLD_MAX; i++) {
		const struct snapshot_wait *x = &s->waits[i];
		if (!x->chosen)
			continue;
		if (!told++)
			tell("nothing has happened for %d seconds:", QUIET_SECONDS);
		tell("%s %s%s%s", x->program, x->text, x->enders ? "; " : "", x->enders ? x->enders : "");
	}
	snapshot_free(s);
	free(pids);
}

static void look_at_quiet(struct watch *w, double quiet)
{
	if (quiet < QUIET_SECONDS) {
		w->told = false;
	} else if (w->talks && !w->told) {
		w->told = true;
		tell_waits(w);
	}
}

/* --- what the command has left behind --- */

static void add_names(struct buffer *out, const pid_t *pids, size_t count)
{
	for (size_t i = 0; i < count && i < NAMED_MAX; i++) {
		buffer_add_text(out, i ? ", " : "");
		snapshot_name(out, pids[i]);
	}
	if (count > NAMED_MAX)
		buffer_add_text(out, ", ...");
}

/* Who waits for the end of our output, as "$(...)" and pipelines do, waits for them, too. */
static void tell_open_output(const pid_t *pids, size_t count)
{
	char path[64], ours[64], theirs[64];
	for (size_t i = 0; i < 2 * count; i++) {
		int fd = i < count ? STDOUT_FILENO : STDERR_FILENO;
		pid_t pid = pids[i % count];
		snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
		ssize_t n = readlink(path, ours, sizeof ours - 1);
		snprintf(path, sizeof path, "/proc/%d/fd/%d", (int)pid, fd);
		ssize_t m = readlink(path, theirs, sizeof theirs - 1);
		if (n != m || n < 6 || memcmp(ours, theirs, (size_t)n) != 0 || memcmp(ours, "pipe:[", 6) != 0)
			continue;
		struct buffer name = {0};
		snapshot_name(&name, pid);
		tell_notice("%s still holds standard %s (%.*s): who reads it, like \"$(...)\" of a shell, finds no end",
			name.ptr, fd == STDOUT_FILENO ? "output" : "error", (int)n, ours);
		buffer_release(&name);
		return;
	}
}

static void tell_left(const struct watch *w, const pid_t *pids, size_t count)
{
	struct buffer names = {0};
	add_names(&names, pids, count);
	tell_notice("%s has ended and left %s in the background: %s; %s", w->name,
		count == 1 ? "a process" : "processes", names.ptr,
		w->mode == WAIT_MODE_ALL ? "waiting for the end, as --wait=all says"
			: w->filtered
			? "not waiting for the end (--wait=all does). Strace stays there, unseen; --wait=command lets go"
			: "letting go (--wait=all waits for the end)");
	buffer_release(&names);
	tell_open_output(pids, count);
}

/* A child that reads what strace still writes, and throws it away, as long as strace lives. */
static void leave_drain(const struct watch *w)
{
	int from = w->relay && w->relay->running ? w->relay->from : STDIN_FILENO;
	if (fork() != 0)
		return;
	char waste[65536];
	ssize_t n;
	int nothing = open("/dev/null", O_RDWR);
	dup2(from, STDIN_FILENO);
	dup2(nothing, STDOUT_FILENO);
	dup2(nothing, STDERR_FILENO);
	close_range(3, ~0U, 0);
	setsid();
	signal(SIGTERM, SIG_DFL);
	signal(SIGINT, SIG_DFL);
	do
		n = read(STDIN_FILENO, waste, sizeof waste);
	while (n > 0 || (n < 0 && errno == EINTR));
	_exit(0);
}

/* Reading finds its end: of the file that takes the trace's place, or because strace is gone. */
static void let_go(struct watch *w)
{
	w->released = true;
	if (!w->filtered) {
		kill(w->strace, SIGKILL); /* it blocks all others; what it traced goes on, ptrace(2) */
		return;
	}
	leave_drain(w);
	int nothing = open("/dev/null", O_RDONLY | O_CLOEXEC);
	dup2(nothing, STDIN_FILENO);
	close(nothing);
	if (w->relay)
		relay_stop(w->relay);
}

static bool is_gone(pid_t pid)
{
	return kill(pid, 0) != 0 && errno == ESRCH;
}

static void look_at_command(struct watch *w)
{
	if (w->command <= 0 || w->released || !(w->over || is_gone(w->command)))
		return;
	if (w->ended == 0)
		w->ended = now();
	if (now() - w->ended < grace)
		return;
	size_t count;
	pid_t *pids = snapshot_traced(w->strace, &count);
	if (count) {
		tell_left(w, pids, count);
		if (w->mode != WAIT_MODE_ALL)
			let_go(w);
		else
			w->command = 0; /* said once */
	}
	free(pids);
}

void watch_look(struct watch *w, double quiet)
{
	look_at_quiet(w, quiet);
	look_at_command(w);
}
