/* ipcdiag [OPTION]... [FILE]...: analyse. */
#include <sys/stat.h>
#include <unistd.h>

#include "command.h"
#include "message.h"
#include "options.h"
#include "session.h"
#include "signals.h"

/* A pipe on standard input may be a program that still runs: findings are printed as they come. */
static bool is_live(void)
{
	struct stat st;
	return fstat(STDIN_FILENO, &st) == 0 && (S_ISFIFO(st.st_mode) || S_ISSOCK(st.st_mode));
}

static void read_one(struct session *s, const char *path, bool alone)
{
	bool is_stdin = strcmp(path, "-") == 0;
	const char *name = s->settings->stdin_name ? s->settings->stdin_name : "<stdin>";
	session_read(s, path, is_stdin ? name : path, is_stdin && alone && is_live());
}

static int check(struct settings *settings, char **operands)
{
	static char *standard_input[] = {"-", NULL};
	struct session session;
	if (!operands[0] && isatty(STDIN_FILENO)) {
		tell("no FILE, and standard input is a terminal\nUsage: ipcdiag [OPTION]... [FILE]...\n"
		     "   or: strace -f CMD 2>&1 | ipcdiag\n   or: ipcdiag run -- CMD");
		return STATUS_USAGE;
	}
	if (!operands[0])
		operands = standard_input;
	signals_catch();
	if (session_open(&session, settings))
		for (char **path = operands; *path && !signals_stopped(); path++)
			read_one(&session, *path, !operands[1]);
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
