/* ipcdiag attach PID...: the same on processes that run already; ^C ends and summarises. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <ipcdiag/memory.h>
#include <ipcdiag/snapshot.h>

#include "command.h"
#include "say.h"
#include "options.h"
#include "session.h"
#include "signals.h"
#include "snapshot_report.h"
#include "tracer.h"

static bool is_pid(const char *word)
{
	int64_t number;
	return word[0] >= '1' && word[0] <= '9' && slice_number(slice_of(word), &number) && number < INT32_MAX;
}

static bool start(struct tracer *t, char **pids)
{
	size_t count = 0, used = 0;
	while (pids[count])
		count++;
	const char **words = memory_alloc((2 * count + 2) * sizeof *words);
	words[used++] = "-q"; /* no "Process N attached" on our standard error */
	for (size_t i = 0; i < count; i++) {
		words[used++] = "-p";
		words[used++] = pids[i];
	}
	bool started = tracer_start(t, words, LISTENER_STRACE);
	free(words);
	return started;
}

/* What strace would only say in its own words. */
static bool can_attach(const char *pid)
{
	struct buffer path = {0};
	buffer_add_format(&path, "/proc/%s/status", pid);
	FILE *file = fopen(path.ptr, "r");
	char line[256], tracer[16] = "0";
	while (file && fgets(line, sizeof line, file))
		sscanf(line, "TracerPid: %15[0-9]", tracer);
	if (!file)
		tell("there is no process %s", pid);
	else if (strcmp(tracer, "0") != 0)
		tell("process %s is traced already, by process %s", pid, tracer);
	bool good = file && strcmp(tracer, "0") == 0;
	if (file)
		fclose(file);
	buffer_release(&path);
	return good;
}

static bool can_attach_all(char **pids)
{
	bool good = true;
	for (char **pid = pids; *pid; pid++)
		good &= can_attach(*pid);
	return good;
}

static pid_t *numbers_of(char **pids, size_t *count)
{
	for (*count = 0; pids[*count];)
		++*count;
	pid_t *numbers = memory_alloc((*count + 1) * sizeof *numbers);
	for (size_t i = 0; i < *count; i++)
		numbers[i] = (pid_t)atoi(pids[i]);
	return numbers;
}

/* What each waits for, and what attaching does to that. */
static void tell_waits(const struct snapshot *shot)
{
	for (size_t i = 0; i < shot->count; i++) {
		const struct snapshot_wait *w = &shot->waits[i];
		if (!w->chosen || !w->call)
			continue;
		tell_notice("%s %s%s%s", w->program, w->text, w->enders ? "; " : "", w->enders ? w->enders : "");
		if (w->interruptible)
			tell_notice(
				"attaching ends this %s with EINTR, signal(7); --snapshot looks without touching it",
				w->call);
	}
}

/* Once they are traced, nobody knows who holds what from before. */
static void look_before(struct session *s, char **pids)
{
	size_t count;
	pid_t *numbers = numbers_of(pids, &count);
	struct snapshot *shot = snapshot_take(numbers, count, false);
	tell_waits(shot);
	snapshot_find(s, shot);
	snapshot_free(shot);
	free(numbers);
}

static bool can_look_at_all(char **pids)
{
	bool good = true;
	for (char **pid = pids; *pid; pid++)
		if (kill((pid_t)atoi(*pid), 0) != 0 && errno == ESRCH) {
			tell("there is no process %s", *pid);
			good = false;
		}
	return good;
}

static int attach_to(struct session *s, char **pids)
{
	struct tracer tracer;
	bool kept = true;
	bool good = can_attach_all(pids);
	if (good)
		look_before(s, pids);
	if (!good || !tracer_open(&tracer, s->settings) || !start(&tracer, pids)) {
		session_abandon(s);
		return STATUS_INCOMPLETE;
	}
	s->tracer = tracer.pid;
	s->attached = true;
	session_read(s, "-", tracer.keep ? tracer.keep : "<attach>", true);
	if (tracer_wait(&tracer, &kept) == 1) /* strace's own failure; it said which */
		tracer_tell_forbidden(true);
	s->outcome.incomplete |= !kept;
	return session_close(s);
}

static int look(struct settings *settings, char **pids)
{
	size_t count;
	pid_t *numbers = numbers_of(pids, &count);
	int status = can_look_at_all(pids) ? snapshot_report(settings, numbers, count) : STATUS_INCOMPLETE;
	free(numbers);
	return status;
}

static int attach(struct settings *settings, char **operands)
{
	struct session session;
	if (!operands[0] && !settings->snapshot) {
		tell("attach to which processes?\nUsage: ipcdiag attach [OPTION]... PID...");
		return STATUS_USAGE;
	}
	for (char **word = operands; *word; word++)
		if (!is_pid(*word)) {
			tell("'%s' is no process number", *word);
			return STATUS_USAGE;
		}
	if (settings->snapshot)
		return look(settings, operands);
	signals_catch();
	if (!session_open(&session, settings, STDOUT_FILENO))
		return session_close(&session);
	return attach_to(&session, operands);
}

const struct command command_attach = {
	.name = "attach",
	.operands = "PID...",
	.about = "analyse processes that run already; ^C ends and summarises",
	.groups = GROUP_OUTPUT | GROUP_GATE | GROUP_RULES | GROUP_READING | GROUP_TRACER | GROUP_SNAPSHOT |
		GROUP_PRIVACY | GROUP_GENERAL,
	.run = attach,
};
