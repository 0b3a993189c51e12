/* ipcdiag [OPTION]... [FILE]...: analyse. */
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <ipcdiag/user_rules.h>

#include "command.h"
#include "jobs.h"
#include "say.h"
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

/* --check-rules */
static int check_rules(const struct settings *settings)
{
	struct selection rules;
	struct buffer error = {0};
	bool good = selection_make(&rules, settings, &error);
	if (good)
		tell_notice(
			"%u rules in %zu files are right", user_rules_count(rules.user), settings->rule_files.count);
	else
		tell("%s", error.ptr);
	selection_release(&rules);
	buffer_release(&error);
	return good ? STATUS_OK : STATUS_USAGE;
}

static int check(struct settings *settings, char **operands)
{
	struct session session;
	if (settings->check_rules)
		return check_rules(settings);
	signals_catch();
	if (session_open(&session, settings, STDOUT_FILENO))
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
