/* ipcdiag run CMD: run a program under strace and analyse it as it goes. */
#include <stdlib.h>
#include <string.h>

#include <ipcdiag/memory.h>

#include "command.h"
#include "message.h"
#include "options.h"
#include "program.h"
#include "session.h"
#include "signals.h"
#include "tracer.h"

/* Starts strace on the program; NULL-terminated words. */
static bool start(struct tracer *t, char **program)
{
	size_t count = 0, used = 0;
	while (program[count])
		count++;
	const char **words = memory_alloc((count + 3) * sizeof *words);
	if (tracer_has_seccomp())
		words[used++] = "--seccomp-bpf";
	words[used++] = "--";
	memcpy(words + used, program, count * sizeof *words);
	bool started = tracer_start(t, words, LISTENER_PROGRAM);
	free(words);
	return started;
}

static int run_program(struct session *s, char **program)
{
	struct tracer tracer;
	if (!tracer_available() || !start(&tracer, program)) {
		s->outcome.incomplete = true;
		return session_close(s);
	}
	s->traces = true;
	session_read(s, "-", "<run>", true);
	s->outcome.program = tracer_wait(&tracer);
	return session_close(s);
}

static int run(struct settings *settings, char **operands)
{
	char *path;
	if (!operands[0]) {
		tell("run what?\nUsage: ipcdiag run [OPTION]... [--] CMD...");
		return STATUS_USAGE;
	}
	int status = program_find(operands[0], &path);
	if (status) {
		tell("%s: %s", operands[0], status == 127 ? "command not found" : "cannot be executed");
		return status;
	}
	free(path);
	struct session session;
	signals_catch();
	if (!session_open(&session, settings))
		return session_close(&session);
	return run_program(&session, operands);
}

const struct command command_run = {
	.name = "run",
	.operands = "[--] CMD...",
	.about = "run a program under strace with the right options, and analyse it as it goes",
	.groups = GROUP_OUTPUT | GROUP_GATE | GROUP_RULES | GROUP_READING | GROUP_PRIVACY | GROUP_GENERAL,
	.in_order = true,
	.run = run,
};
