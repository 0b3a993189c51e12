/* A command is one file and one entry: what it is called, which options it takes, what runs. */
#ifndef CLI_COMMAND_H
#define CLI_COMMAND_H

#include <stdbool.h>

struct settings;

struct command {
	const char *name;
	const char *operands; /* for the usage line */
	const char *about;    /* one line for --help */
	unsigned groups;      /* enum option_group: the options it takes */
	bool in_order;        /* options end at the first operand: what follows is another program's */
	bool reads_input;     /* standard input is its input when no file is named */
	int (*run)(struct settings *s, char **operands); /* NULL-terminated; returns the exit status */
};

/* All commands, NULL at the end; the first is run when none is named. */
extern const struct command *const command_table[];

const struct command *command_find(const char *name);

/* Runs what argv asks for; returns the exit status. */
int command_main(int argc, char **argv);

extern const struct command command_check, command_run, command_attach, command_records, command_channels,
	command_rules, command_explain, command_help, command_merge;

#endif
