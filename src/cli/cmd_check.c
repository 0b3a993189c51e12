/* ipcdiag [OPTION]... [FILE]...: analyse. */
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "command.h"
#include "jobs.h"
#include "options.h"
#include "signals.h"

/* A pipe on standard input may be a program that still runs: findings are printed as they come. */
static bool is_live(const struct inputs *in)
{
	struct stat st;
	return in->count == 1 && strcmp(in->paths[0], "-") == 0 && fstat(STDIN_FILENO, &st) == 0 &&
	       (S_ISFIFO(st.st_mode) || S_ISSOCK(st.st_mode));
}

static void read_inputs(struct session *s, char **operands)
{
	struct inputs in;
	if (!inputs_collect(&in, s->settings, operands))
		s->outcome.incomplete = true;
	else if (is_live(&in))
		session_read(s, in.paths[0], jobs_shown_name(s->settings, in.paths[0]), true);
	else
		jobs_read(s, &in);
	inputs_release(&in);
}

static int check(struct settings *settings, char **operands)
{
	struct session session;
	signals_catch();
	if (session_open(&session, settings))
		read_inputs(&session, operands);
	return session_close(&session);
}

const struct command command_check = {
	.name = "check",
	.operands = "[FILE]...",
	.about = "read traces and report what is wrong between the processes (done when no command is named)",
	.groups = GROUP_ALL,
	.reads_input = true,
	.run = check,
};
