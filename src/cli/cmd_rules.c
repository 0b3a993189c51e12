/* ipcdiag rules: the catalogue as a list. */
#include <ipcdiag/rule.h>

#include "command.h"
#include "options.h"
#include "outputs.h"
#include "say.h"
#include "selection.h"
#include "status.h"

enum { ID_COLUMN = 32 };

static int list(struct settings *settings, char **operands)
{
	struct selection rules;
	struct buffer text = {0};
	int status = STATUS_USAGE;
	if (operands[0]) {
		tell("'rules' takes no operand; 'ipcdiag explain %s' tells of one rule", operands[0]);
		return STATUS_USAGE;
	}
	if (selection_make(&rules, settings, &text)) {
		for (unsigned i = 0; i < rules.count; i++)
			buffer_add_format(&text, "%-*s %-8s %s\n", ID_COLUMN, rules.rules[i]->id,
				severity_name(rules.rules[i]->severity), rules.rules[i]->title);
		status = output_print(buffer_slice(&text));
	} else {
		tell("%s", text.ptr);
	}
	selection_release(&rules);
	buffer_release(&text);
	return status;
}

const struct command command_rules = {
	.name = "rules",
	.operands = "",
	.about = "list the rules: id, severity, what it is about",
	.groups = GROUP_RULES | GROUP_GENERAL,
	.run = list,
};
