#include "options.h"

#define FIELD(name) offsetof(struct settings, name)

/* In the order in which --help and the manual page list them. Lists of words follow the enums in settings.h and rule.h. */
const struct option_spec option_table[] = {
	{.letter = 'f', .name = "format", .argument = "FMT", .group = GROUP_OUTPUT, .kind = OPTION_TEXT, .offset = FIELD(format),
	 .complete = COMPLETE_FORMAT, .about = "how findings are written to standard output"},
	{.letter = 'o', .name = "output", .argument = "FMT:FILE", .group = GROUP_OUTPUT, .kind = OPTION_LIST, .offset = FIELD(outputs),
	 .complete = COMPLETE_FILE, .command_line_only = true, .about = "an extra report in the same pass; may be repeated"},
	{.name = "color", .argument = "WHEN", .group = GROUP_OUTPUT, .kind = OPTION_WORD, .offset = FIELD(color),
	 .complete = COMPLETE_WORDS, .words = "auto always never", .about = "colours in the text format"},

	{.name = "fail-on", .argument = "LEVEL", .group = GROUP_GATE, .kind = OPTION_WORD, .offset = FIELD(fail_on),
	 .complete = COMPLETE_WORDS, .words = "note warning error never", .about = "findings of this severity or above end with status 1 (default error)"},
	{.name = "severity", .argument = "LEVEL", .group = GROUP_GATE, .kind = OPTION_WORD, .offset = FIELD(severity),
	 .complete = COMPLETE_WORDS, .words = "note warning error", .about = "show findings of this severity or above (default warning)"},
	{.name = "error-exitcode", .argument = "N", .group = GROUP_GATE, .kind = OPTION_NUMBER, .offset = FIELD(error_exitcode),
	 .low = 1, .high = 123, .about = "end with N instead of 1 when there are findings (1 to 123)"},

	{.name = "suppressions", .argument = "FILE", .group = GROUP_GATE, .kind = OPTION_TEXT, .offset = FIELD(suppressions),
	 .complete = COMPLETE_FILE, .about = "known findings, each with a reason and perhaps an expiry, that are not reported (YAML)"},
	{.name = "gen-suppressions", .group = GROUP_GATE, .kind = OPTION_FLAG, .offset = FIELD(gen_suppressions),
	 .command_line_only = true, .about = "instead of a report, print ready blocks for --suppressions"},
	{.name = "baseline", .argument = "FILE", .group = GROUP_GATE, .kind = OPTION_TEXT, .offset = FIELD(baseline),
	 .complete = COMPLETE_FILE, .about = "findings in this baseline or JSON report are not reported again: only new ones fail"},
	{.name = "write-baseline", .argument = "FILE", .group = GROUP_GATE, .kind = OPTION_TEXT, .offset = FIELD(write_baseline),
	 .complete = COMPLETE_FILE, .command_line_only = true, .about = "write all findings to this file as the new baseline; they do not fail this run"},

	{.letter = 'e', .name = "enable", .argument = "GLOB", .group = GROUP_RULES, .kind = OPTION_LIST, .offset = FIELD(selectors),
	 .complete = COMPLETE_RULE, .about = "ask these rules; as the first of all -e and -d: only these"},
	{.letter = 'd', .name = "disable", .argument = "GLOB", .group = GROUP_RULES, .kind = OPTION_LIST, .offset = FIELD(selectors),
	 .complete = COMPLETE_RULE, .about = "do not ask these rules; the last of -e and -d that matches a rule decides"},

	{.name = "set-severity", .argument = "GLOB=LEVEL", .group = GROUP_RULES, .kind = OPTION_LIST, .offset = FIELD(severities),
	 .complete = COMPLETE_RULE, .about = "findings of these rules are note, warning or error; what the programs got over stays a note"},
	{.name = "rules", .argument = "FILE", .group = GROUP_RULES, .kind = OPTION_LIST, .offset = FIELD(rule_files),
	 .complete = COMPLETE_FILE, .about = "ask the rules in this file as well, ipcdiag-rules(5); may be repeated"},
	{.name = "check-rules", .group = GROUP_RULES, .kind = OPTION_FLAG, .offset = FIELD(check_rules),
	 .command_line_only = true, .about = "only check the rule files, read no trace"},

	{.letter = 'c', .name = "config", .argument = "FILE", .group = GROUP_GENERAL, .kind = OPTION_TEXT, .offset = FIELD(config),
	 .complete = COMPLETE_FILE, .command_line_only = true, .about = "read this configuration file and no other"},
	{.name = "no-config", .group = GROUP_GENERAL, .kind = OPTION_FLAG, .offset = FIELD(no_config),
	 .command_line_only = true, .about = "read no configuration file"},

	{.name = "stall", .argument = "SECONDS", .group = GROUP_READING, .kind = OPTION_SECONDS, .offset = FIELD(stall),
	 .about = "report a blocked call once it lasts this long, where the trace has times"},
	{.name = "leak-threshold", .argument = "N", .group = GROUP_READING, .kind = OPTION_NUMBER, .offset = FIELD(leak_threshold),
	 .low = 2, .high = 1000000, .about = "so many open pipes or connections that nobody is at the other end of are a leak (32)"},
	{.name = "pass-through", .group = GROUP_READING, .kind = OPTION_FLAG, .offset = FIELD(pass_through),
	 .about = "copy lines that are not strace's to standard error, unchanged"},
	{.name = "redact", .group = GROUP_PRIVACY, .kind = OPTION_FLAG, .offset = FIELD(redact),
	 .about = "hide what the programs sent each other: contents of strings in data calls, arguments of commands"},
	{.letter = 'j', .name = "jobs", .argument = "N", .group = GROUP_PACE, .kind = OPTION_NUMBER, .offset = FIELD(jobs),
	 .low = 1, .high = 256, .about = "analyse N traces at a time"},
	{.name = "files-from", .argument = "FILE", .group = GROUP_INPUT, .kind = OPTION_TEXT, .offset = FIELD(files_from),
	 .complete = COMPLETE_FILE, .command_line_only = true, .about = "read names of traces from FILE, one a line; \"-\" is standard input"},
	{.letter = '0', .name = "null", .group = GROUP_INPUT, .kind = OPTION_FLAG, .offset = FIELD(null_separated),
	 .command_line_only = true, .about = "names in --files-from end with a NUL byte, not with a line's end"},
	{.name = "progress", .argument = "WHEN", .group = GROUP_PACE, .kind = OPTION_WORD, .offset = FIELD(progress),
	 .complete = COMPLETE_WORDS, .words = "auto never", .about = "a progress bar for long files, on a terminal"},
	{.name = "stdin-name", .argument = "NAME", .group = GROUP_INPUT, .kind = OPTION_TEXT, .offset = FIELD(stdin_name),
	 .command_line_only = true, .about = "what standard input is called in reports"},

	{.name = "keep", .argument = "FILE", .group = GROUP_TRACER, .kind = OPTION_TEXT, .offset = FIELD(keep),
	 .complete = COMPLETE_FILE, .command_line_only = true, .about = "keep the trace in FILE; reports name its lines"},

	{.letter = 'q', .name = "quiet", .group = GROUP_GENERAL, .kind = OPTION_FLAG, .offset = FIELD(quiet),
	 .about = "no summary line, no notices on standard error"},
	{.letter = 'v', .name = "verbose", .group = GROUP_GENERAL, .kind = OPTION_FLAG, .offset = FIELD(verbose),
	 .command_line_only = true, .about = "say more on standard error"},
	{.letter = 'h', .name = "help", .group = GROUP_GENERAL, .kind = OPTION_FLAG, .offset = FIELD(help),
	 .command_line_only = true, .about = "print this help"},
	{.letter = 'V', .name = "version", .group = GROUP_GENERAL, .kind = OPTION_FLAG, .offset = FIELD(version),
	 .command_line_only = true, .about = "print the version"},
	{.name = "completions", .argument = "SHELL", .group = GROUP_GENERAL, .kind = OPTION_TEXT, .offset = FIELD(completions),
	 .complete = COMPLETE_WORDS, .words = "bash zsh fish", .command_line_only = true, .about = "print the completions for bash, zsh or fish"},
};

const size_t option_count = sizeof option_table / sizeof *option_table;
