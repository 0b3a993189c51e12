/* The one table of options. Parsing, --help, the configuration file, the manual page's list and the completions all
 * read it. */
#ifndef CLI_OPTIONS_H
#define CLI_OPTIONS_H

#include <ipcdiag/buffer.h>

#include "settings.h"

/* What a group of options is for; a command takes some groups. */
enum option_group {
	GROUP_OUTPUT = 1 << 0,   /* how findings are written */
	GROUP_GATE = 1 << 1,     /* what is shown and what fails */
	GROUP_RULES = 1 << 2,    /* which rules are asked */
	GROUP_READING = 1 << 3,  /* how a trace is analysed */
	GROUP_INPUT = 1 << 4,    /* which traces are read */
	GROUP_PACE = 1 << 5,     /* many and long traces */
	GROUP_PRIVACY = 1 << 6,  /* what of a trace is repeated */
	GROUP_GENERAL = 1 << 7,  /* every command */
	GROUP_TRACER = 1 << 8,   /* strace as our child */
	GROUP_COMMAND = 1 << 10, /* a command that we start */
	GROUP_SNAPSHOT = 1 << 9, /* a look at processes without strace */
	GROUP_ALL = (1 << 8) - 1 /* of a command that reads traces that are there */
};

enum option_kind { OPTION_FLAG, OPTION_TEXT, OPTION_LIST, OPTION_WORD, OPTION_NUMBER, OPTION_SECONDS };

/* What shells complete an argument with. */
enum option_complete {
	COMPLETE_NOTHING,
	COMPLETE_WORDS,
	COMPLETE_FILE,
	COMPLETE_FORMAT,
	COMPLETE_REPORT,
	COMPLETE_RULE
};

struct option_spec {
	char letter; /* 0: long form only */
	const char *name;
	const char *argument; /* how help calls it; NULL: takes none */
	enum option_group group;
	enum option_kind kind;
	size_t offset; /* of the field in struct settings */
	enum option_complete complete;
	const char *words; /* OPTION_WORD: the choices, the first sets the field to 0, the next to 1, ... */
	long low, high;    /* OPTION_NUMBER: the range */
	bool command_line_only;
	const char *about;
};

extern const struct option_spec option_table[];
extern const size_t option_count;

/* Sets one option. Returns false with a sentence in `error` when the value will not do. */
bool option_set(struct settings *s, const struct option_spec *o, const char *value, struct buffer *error);

/* The option of that long name, or NULL. */
const struct option_spec *option_find(const char *name);

/* Parses argv (argv[0] is skipped) up to the end, or with `in_order` up to the first operand. Options of groups outside
 * `groups` are refused in the name of `command`. Operands are moved behind the options; returns the index of the first,
 * or -1 with a sentence in `error`. */
int options_parse(struct settings *s, int argc, char **argv, unsigned groups, const char *command, bool in_order,
	struct buffer *error);

/* Index of the first operand, errors passed over: to find the command's name behind options. */
int options_skip(int argc, char **argv);

#endif
