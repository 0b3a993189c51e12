/* What the user asked for: filled from the option table by the command line and the configuration file, read by the
 * commands. Texts are borrowed from argv or from the configuration document; both live until settings_release. */
#ifndef CLI_SETTINGS_H
#define CLI_SETTINGS_H

#include <stdbool.h>
#include <stddef.h>

/* A value of a repeatable option and the letter of the option it was given to ('e' and 'd' share one list). */
struct setting {
	const char *text;
	char letter;
};

struct setting_list {
	struct setting *items;
	size_t count, cap;
};

/* Where settings come from; a later source starts its own run of --enable and --disable. */
enum setting_source { SOURCE_CONFIG, SOURCE_COMMAND_LINE };

enum { FAIL_NEVER = 3 }; /* one above the highest severity */
enum switch_mode { MODE_AUTO, MODE_ALWAYS, MODE_NEVER };
enum progress_mode { PROGRESS_AUTO, PROGRESS_NEVER };

struct document;

struct settings {
	const char *format;
	struct setting_list outputs;
	long fail_on;  /* enum severity, or FAIL_NEVER */
	long severity; /* enum severity */
	long error_exitcode;
	struct setting_list selectors;
	size_t config_selectors;        /* how many of them the configuration file gave */
	struct setting_list severities; /* GLOB=LEVEL, the last one that matches decides */
	struct setting_list rule_files;
	bool check_rules;
	struct setting_list source_roots;
	const char *config;
	bool no_config;
	const char *suppressions;
	bool gen_suppressions;
	const char *baseline, *write_baseline;
	double stall;
	long leak_threshold; /* 0: the default */
	bool pass_through, redact;
	long color;    /* enum switch_mode */
	long progress; /* enum progress_mode */
	long jobs;
	const char *files_from;
	bool null_separated;
	const char *keep;
	struct setting_list strace_options;
	bool stack;
	bool snapshot, tree;
	long wait; /* enum wait_mode */
	const char *stdin_name;
	bool quiet, verbose, help, version;
	const char *completions;
	struct document *document; /* the configuration file: its texts are used */
	struct setting_list owned; /* texts that are freed with the settings */
};

void settings_init(struct settings *s);
void settings_release(struct settings *s);
void setting_list_add(struct setting_list *list, const char *text, char letter);

/* Keeps an allocated text until settings_release; returns it. */
const char *settings_keep(struct settings *s, char *text);

#endif
