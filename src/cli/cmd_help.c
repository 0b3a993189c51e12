/* ipcdiag help COMMAND: what COMMAND --help prints. */
#include "command.h"
#include "help.h"
#include "options.h"
#include "outputs.h"
#include "say.h"
#include "status.h"

#include <ipcdiag/suggest.h>

static void tell_unknown(const char *name)
{
	struct suggestion best = suggestion_start(slice_of(name));
	for (const struct command *const *c = command_table; *c; c++)
		suggestion_offer(&best, (*c)->name);
	if (best.word)
		tell("there is no command '%s'; did you mean '%s'?", name, best.word);
	else
		tell("there is no command '%s'; 'ipcdiag help' lists them", name);
}

static int help(struct settings *settings, char **operands)
{
	struct buffer text = {0};
	const struct command *c = operands[0] ? command_find(operands[0]) : command_table[0];
	(void)settings;
	if (!c) {
		tell_unknown(operands[0]);
		return STATUS_USAGE;
	}
	help_add(&text, c);
	int status = output_print(buffer_slice(&text));
	buffer_release(&text);
	return status;
}

const struct command command_help = {
	.name = "help",
	.operands = "[COMMAND]",
	.about = "print the help of a command",
	.groups = GROUP_GENERAL,
	.run = help,
};
