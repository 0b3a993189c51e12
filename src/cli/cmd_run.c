/* ipcdiag run CMD: run a program under strace and analyse it as it goes. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <ipcdiag/memory.h>

#include "command.h"
#include "say.h"
#include "options.h"
#include "program.h"
#include "session.h"
#include "signals.h"
#include "tracer.h"
#include "watch.h"

/* Starts strace on the program; NULL-terminated words. */
static bool start(struct tracer *t, char **program)
{
	size_t count = 0, used = 0;
	while (program[count])
		count++;
	const char **words = memory_alloc((count + 3) * sizeof *words);
	if (t->seccomp)
		words[used++] = "--seccomp-bpf";
	words[used++] = "--";
	memcpy(words + used, program, count * sizeof *words);
	bool started = tracer_start(t, words, LISTENER_PROGRAM);
	free(words);
	return started;
}

/* Ours, or the user's own. */
static bool is_filtered(const struct tracer *t)
{
	for (char **option = t->extra; *option; option++)
		if (strcmp(*option, "--seccomp-bpf") == 0)
			return true;
	return t->seccomp;
}

static struct watch watch_over(struct tracer *t, const struct settings *settings, const char *name)
{
	return (struct watch){.strace = t->pid,
		.command = t->command,
		.mode = (enum wait_mode)settings->wait,
		.filtered = is_filtered(t),
		.talks = !settings->quiet && (settings->verbose || isatty(STDERR_FILENO)),
		.relay = t->keep ? &t->relay : NULL,
		.name = name};
}

static int run_program(struct session *s, char **program)
{
	struct tracer tracer;
	bool kept = true;
	if (!tracer_open(&tracer, s->settings)) {
		session_abandon(s);
		return STATUS_INCOMPLETE;
	}
	tracer.seccomp &= s->settings->wait != WAIT_MODE_COMMAND; /* who is let go of needs to be free of the filter */
	if (!start(&tracer, program)) {
		session_abandon(s);
		return STATUS_INCOMPLETE;
	}
	struct watch watch = watch_over(&tracer, s->settings, program[0]);
	s->tracer = tracer.pid;
	s->watch = &watch;
	session_read(s, "-", tracer.keep ? tracer.keep : "<run>", true);
	if (watch.released && watch.filtered)
		tracer_leave(&tracer, &kept);
	else
		s->outcome.program = tracer_wait(&tracer, &kept);
	if (watch.released)
		s->outcome.program = s->command_status < 0 ? 0 : s->command_status;
	s->outcome.incomplete |= !kept;
	return session_close(s);
}

/* 126 or 127, as a shell has it, when there is nothing to run; 0. */
static int look_for(const char *program)
{
	char *path;
	int status = program_find(program, &path);
	if (status)
		tell("%s: %s", program, status == 127 ? "command not found" : "cannot be executed");
	free(path);
	return status;
}

/* Standard output is the program's: the report goes to standard error. */
static int run(struct settings *settings, char **operands)
{
	struct session session;
	if (!operands[0]) {
		tell("run what?\nUsage: ipcdiag run [OPTION]... [--] CMD...");
		return STATUS_USAGE;
	}
	signals_catch();
	if (!session_open(&session, settings, STDERR_FILENO))
		return session_close(&session);
	int status = look_for(operands[0]);
	if (!status)
		return run_program(&session, operands);
	session_abandon(&session);
	return status;
}

const struct command command_run = {
	.name = "run",
	.operands = "[--] CMD...",
	.about = "run a program under strace with the right options, and analyse it as it goes",
	.groups = GROUP_OUTPUT | GROUP_GATE | GROUP_RULES | GROUP_READING | GROUP_TRACER | GROUP_COMMAND |
		GROUP_PRIVACY | GROUP_GENERAL,
	.in_order = true,
	.run = run,
};
