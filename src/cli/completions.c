/* Completion scripts for bash, zsh and fish, made from the tables. They hold no lists that can grow old: commands and
 * options are those of this build, rules are asked of the program. */
#include "help.h"

#include <ipcdiag/report.h>

#include "command.h"
#include "options.h"

static const char rules_of_bash[] = "$(compgen -W \"$(ipcdiag rules 2>/dev/null | cut -d' ' -f1)\" -- \"$cur\")";

/* "text short json", or with a colon behind each. */
static void add_formats(struct buffer *out, const char *behind)
{
	for (const struct report_format *const *f = report_formats; *f; f++)
		buffer_add_format(out, "%s%s%s", f == report_formats ? "" : " ", (*f)->name, behind);
}

static void add_commands(struct buffer *out, const char *between)
{
	for (const struct command *const *c = command_table; *c; c++)
		buffer_add_format(out, "%s%s", c == command_table ? "" : between, (*c)->name);
}

/* "-f|--format" in a shell's case pattern. */
static void add_case_pattern(struct buffer *out, const struct option_spec *o)
{
	if (o->letter)
		buffer_add_format(out, "-%c|", o->letter);
	buffer_add_format(out, "--%s", o->name);
}

static void add_bash_values(struct buffer *out, const struct option_spec *o)
{
	buffer_add_text(out, "\t");
	add_case_pattern(out, o);
	buffer_add_text(out, ") COMPREPLY=(");
	switch (o->complete) {
	case COMPLETE_WORDS:
		buffer_add_format(out, "$(compgen -W '%s' -- \"$cur\")", o->words);
		break;
	case COMPLETE_FORMAT:
		buffer_add_text(out, "$(compgen -W '");
		add_formats(out, "");
		buffer_add_text(out, "' -- \"$cur\")");
		break;
	case COMPLETE_REPORT:
		buffer_add_text(out, "$(compgen -S : -W '");
		add_formats(out, "");
		buffer_add_text(out, "' -- \"$cur\")); [[ $cur == *:* ]] || compopt -o nospace; return;;\n");
		return;
	case COMPLETE_RULE:
		buffer_add_text(out, rules_of_bash);
		break;
	case COMPLETE_FILE:
		buffer_add_text(out, "$(compgen -f -- \"$cur\")");
		break;
	case COMPLETE_NOTHING:
		break;
	}
	buffer_add_text(out, "); return;;\n");
}

/* What the command takes: options='--format= --quiet' */
static void add_bash_options(struct buffer *out, const struct command *c)
{
	buffer_add_format(out, "\t%s) options='", c->name);
	for (size_t i = 0, used = 0; i < option_count; i++)
		if (option_table[i].group & c->groups)
			buffer_add_format(out, "%s--%s%s", used++ ? " " : "", option_table[i].name,
				option_table[i].argument ? "=" : "");
	buffer_add_text(out, "';;\n");
}

/* Behind a command, where no option stands. */
static void add_bash_operands(struct buffer *out)
{
	buffer_add_text(out,
		"\tcase $command in\n"
		"\trun) COMPREPLY=($(compgen -c -f -- \"$cur\"));;\n"
		"\tattach) COMPREPLY=($(compgen -W \"$(cd /proc && echo [1-9]*)\" -- \"$cur\"));;\n"
		"\trules) ;;\n"
		"\thelp) COMPREPLY=($(compgen -W '");
	add_commands(out, " ");
	buffer_add_format(out, "' -- \"$cur\"));;\n\texplain) COMPREPLY=(%s);;\n", rules_of_bash);
	buffer_add_text(out, "\t*) COMPREPLY=($(compgen -f -- \"$cur\"));;\n\tesac\n");
}

static void add_bash(struct buffer *out)
{
	buffer_add_text(out,
		"# bash completion for ipcdiag\n_ipcdiag() {\n\tlocal cur prev word command= options\n\tCOMPREPLY=()\n"
		"\tcur=${COMP_WORDS[COMP_CWORD]}\n\tprev=${COMP_WORDS[COMP_CWORD-1]}\n"
		"\tif [[ $cur == = ]]; then cur=; elif [[ $prev == = ]]; then prev=${COMP_WORDS[COMP_CWORD-2]}; fi\n"
		"\tfor word in \"${COMP_WORDS[@]:1:COMP_CWORD-1}\"; do\n\t\tcase $word in ");
	add_commands(out, "|");
	buffer_add_text(out, ") command=$word; break;; esac\n\tdone\n\tcase $prev in\n");
	for (size_t i = 0; i < option_count; i++)
		if (option_table[i].argument)
			add_bash_values(out, &option_table[i]);
	buffer_add_text(out, "\tesac\n\tcase ${command:-check} in\n");
	for (const struct command *const *c = command_table; *c; c++)
		add_bash_options(out, *c);
	buffer_add_text(out,
		"\tesac\n\tif [[ $cur == -* ]]; then\n\t\tCOMPREPLY=($(compgen -W \"$options\" -- \"$cur\"))\n"
		"\t\t[[ ${COMPREPLY[0]} == *= ]] && compopt -o nospace\n\t\treturn\n"
		"\telif [[ ! $command ]]; then\n\t\tCOMPREPLY=($(compgen -f -W '");
	add_commands(out, " ");
	buffer_add_text(out, "' -- \"$cur\"))\n\t\treturn\n\tfi\n");
	add_bash_operands(out);
	buffer_add_text(out, "}\ncomplete -o filenames -F _ipcdiag ipcdiag\n");
}

/* Text inside single quotes and zsh's brackets. */
static void add_zsh_text(struct buffer *out, const char *text)
{
	for (; *text; text++) {
		if (*text == '\'')
			buffer_add_text(out, "'\\''");
		else if (strchr("[]:", *text))
			buffer_add_format(out, "\\%c", *text);
		else
			buffer_add_char(out, *text);
	}
}

static void add_zsh_option(struct buffer *out, const struct option_spec *o)
{
	const char *repeat = o->kind == OPTION_LIST ? "*" : "";
	if (o->letter)
		buffer_add_format(out, "\t\t'%s'{-%c%s,--%s%s}'[", repeat, o->letter, o->argument ? "+" : "", o->name,
			o->argument ? "=" : "");
	else
		buffer_add_format(out, "\t\t'%s--%s%s[", repeat, o->name, o->argument ? "=" : "");
	add_zsh_text(out, o->about);
	buffer_add_char(out, ']');
	if (o->argument) {
		buffer_add_char(out, ':');
		add_zsh_text(out, o->argument);
		buffer_add_char(out, ':');
		if (o->complete == COMPLETE_WORDS)
			buffer_add_format(out, "(%s)", o->words);
		else if (o->complete == COMPLETE_FILE)
			buffer_add_text(out, "_files");
		else if (o->complete == COMPLETE_RULE)
			buffer_add_text(out, "(${(f)\"$(ipcdiag rules 2>/dev/null | cut -d\" \" -f1)\"})");
		else if (o->complete == COMPLETE_FORMAT || o->complete == COMPLETE_REPORT) {
			buffer_add_char(out, '(');
			add_formats(out, o->complete == COMPLETE_REPORT ? "\\:" : "");
			buffer_add_char(out, ')');
		}
	}
	buffer_add_text(out, "' \\\n");
}

static const char rules_of_zsh[] = "compadd -- ${(f)\"$(ipcdiag rules 2>/dev/null | cut -d\" \" -f1)\"}";

/* What stands behind the command's name. */
static void add_zsh_operands(struct buffer *out, const struct command *c)
{
	if (strcmp(c->name, "run") == 0)
		buffer_add_text(out, "'(-)2:program:_command_names -e' '*::argument:_normal'");
	else if (strcmp(c->name, "attach") == 0)
		buffer_add_text(out, "'*: :{ compadd -- /proc/[1-9]*(:t) }'");
	else if (strcmp(c->name, "explain") == 0)
		buffer_add_format(out, "'*: :{ %s }'", rules_of_zsh);
	else if (strcmp(c->name, "help") == 0) {
		buffer_add_text(out, "'*:command:(");
		add_commands(out, " ");
		buffer_add_text(out, ")'");
	} else {
		buffer_add_text(out, "'*:file:_files'");
	}
	buffer_add_text(out, ";;\n");
}

static void add_zsh_command(struct buffer *out, const struct command *c)
{
	buffer_add_format(out, "\t%s) _arguments -s -S \\\n", c->name);
	for (size_t i = 0; i < option_count; i++)
		if (option_table[i].group & c->groups)
			add_zsh_option(out, &option_table[i]);
	buffer_add_text(out, "\t\t'1: :{_alternative \"commands:command:(");
	add_commands(out, " ");
	buffer_add_text(out, ")\" \"files:trace:_files\"}' \\\n\t\t");
	add_zsh_operands(out, c);
}

static void add_zsh(struct buffer *out)
{
	buffer_add_text(out,
		"#compdef ipcdiag\n_ipcdiag() {\n\tlocal word command=check\n"
		"\tfor word in ${words[2,CURRENT-1]}; do\n\t\tcase $word in (");
	add_commands(out, "|");
	buffer_add_text(out, ") command=$word; break;; esac\n\tdone\n\tcase $command in\n");
	for (const struct command *const *c = command_table; *c; c++)
		add_zsh_command(out, *c);
	buffer_add_text(out,
		"\tesac\n}\n"
		"if [ \"$funcstack[1]\" = _ipcdiag ]; then _ipcdiag \"$@\"; else compdef _ipcdiag ipcdiag; fi\n");
}

static void add_fish_text(struct buffer *out, const char *text)
{
	buffer_add_char(out, '\'');
	for (; *text; text++) {
		if (*text == '\'' || *text == '\\')
			buffer_add_char(out, '\\');
		buffer_add_char(out, *text);
	}
	buffer_add_char(out, '\'');
}

/* Not behind the commands that do not take it. */
static void add_fish_condition(struct buffer *out, const struct option_spec *o)
{
	unsigned used = 0;
	for (const struct command *const *c = command_table; *c; c++)
		if (!((*c)->groups & o->group))
			buffer_add_format(
				out, "%s %s", used++ ? "" : " -n 'not __fish_seen_subcommand_from", (*c)->name);
	if (used)
		buffer_add_char(out, '\'');
	if (!(command_table[0]->groups & o->group)) { /* nor where no command is named */
		out->len--;
		buffer_add_text(out, "; and not __fish_use_subcommand'");
	}
}

static void add_fish_option(struct buffer *out, const struct option_spec *o)
{
	buffer_add_text(out, "complete -c ipcdiag");
	add_fish_condition(out, o);
	if (o->letter)
		buffer_add_format(out, " -s %c", o->letter);
	buffer_add_format(out, " -l %s", o->name);
	if (o->argument)
		buffer_add_text(out, o->complete == COMPLETE_FILE ? " -r -F" : " -x");
	if (o->complete == COMPLETE_WORDS)
		buffer_add_format(out, " -a '%s'", o->words);
	if (o->complete == COMPLETE_RULE)
		buffer_add_text(out, " -a '(ipcdiag rules 2>/dev/null | string replace -r \" .*\" \"\")'");
	if (o->complete == COMPLETE_FORMAT || o->complete == COMPLETE_REPORT) {
		buffer_add_text(out, " -a '");
		add_formats(out, o->complete == COMPLETE_REPORT ? ":" : "");
		buffer_add_text(out, "'");
	}
	buffer_add_text(out, " -d ");
	add_fish_text(out, o->about);
	buffer_add_char(out, '\n');
}

static void add_fish(struct buffer *out)
{
	buffer_add_text(out, "# fish completion for ipcdiag\n");
	for (const struct command *const *c = command_table; *c; c++) {
		buffer_add_format(out, "complete -c ipcdiag -n __fish_use_subcommand -a %s -d ", (*c)->name);
		add_fish_text(out, (*c)->about);
		buffer_add_char(out, '\n');
	}
	buffer_add_text(out,
		"complete -c ipcdiag -n '__fish_seen_subcommand_from explain' -x"
		" -a '(ipcdiag rules 2>/dev/null | string replace -r \" .*\" \"\")'\n");
	buffer_add_text(out,
		"complete -c ipcdiag -n '__fish_seen_subcommand_from run' -x -a '(__fish_complete_subcommand --fcs-skip=2)'\n"
		"complete -c ipcdiag -n '__fish_seen_subcommand_from attach' -x -a '(__fish_complete_pids)'\n"
		"complete -c ipcdiag -n '__fish_seen_subcommand_from help' -x -a '");
	add_commands(out, " ");
	buffer_add_text(out, "'\n");
	for (size_t i = 0; i < option_count; i++)
		add_fish_option(out, &option_table[i]);
}

bool completions_add(struct buffer *out, const char *shell)
{
	if (strcmp(shell, "bash") == 0)
		add_bash(out);
	else if (strcmp(shell, "zsh") == 0)
		add_zsh(out);
	else if (strcmp(shell, "fish") == 0)
		add_fish(out);
	else
		return false;
	return true;
}
