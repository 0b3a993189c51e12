/* ipcdiag attach PID...: the same on processes that run already; ^C ends and summarises. */
#include <stdlib.h>
#include <string.h>

#include <ipcdiag/memory.h>

#include "command.h"
#include "message.h"
#include "options.h"
#include "session.h"
#include "signals.h"
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

static int attach(struct settings *settings, char **operands)
{
	struct session session;
	struct tracer tracer;
	if (!operands[0]) {
		tell("attach to which processes?\nUsage: ipcdiag attach [OPTION]... PID...");
		return STATUS_USAGE;
	}
	for (char **word = operands; *word; word++)
		if (!is_pid(*word)) {
			tell("'%s' is no process number", *word);
			return STATUS_USAGE;
		}
	signals_catch();
	if (!session_open(&session, settings))
		return session_close(&session);
	if (!tracer_available() || !start(&tracer, operands)) {
		session.outcome.incomplete = true;
		return session_close(&session);
	}
	session.traces = true;
	session_read(&session, "-", "<attach>", true);
	tracer_wait(&tracer);
	return session_close(&session);
}

const struct command command_attach = {
	.name = "attach",
	.operands = "PID...",
	.about = "analyse processes that run already; ^C ends and summarises",
	.groups = GROUP_OUTPUT | GROUP_GATE | GROUP_RULES | GROUP_READING | GROUP_PRIVACY | GROUP_GENERAL,
	.run = attach,
};
