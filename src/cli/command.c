#include "command.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <ipcdiag/buffer.h>

#include "config.h"
#include "help.h"
#include "say.h"
#include "options.h"
#include "outputs.h"
#include "status.h"
#include <ipcdiag/suggest.h>

const struct command *const command_table[] = {&command_check, &command_run, &command_attach, &command_merge,
	&command_records, &command_channels, &command_rules, &command_explain, &command_help, NULL};

const struct command *command_find(const char *name)
{
	for (const struct command *const *c = command_table; *c; c++)
		if (strcmp((*c)->name, name) == 0)
			return *c;
	return NULL;
}

/* Takes the command's name out of argv, where it may stand behind options; without one it is the first command. */
static const struct command *take_command(int *argc, char **argv)
{
	int at = options_skip(*argc, argv);
	if (at >= *argc || strcmp(argv[at - 1], "--") == 0)
		return command_table[0];
	const struct command *c = command_find(argv[at]);
	if (!c)
		return command_table[0];
	memmove(&argv[at], &argv[at + 1], (size_t)(*argc - at) * sizeof *argv); /* the NULL behind included */
	--*argc;
	return c;
}

/* A word that is no file and nearly a command's name was meant as one. */
static const char *meant_command(const char *operand)
{
	if (!operand || access(operand, F_OK) == 0)
		return NULL;
	struct suggestion best = suggestion_start(slice_of(operand));
	for (const struct command *const *c = command_table; *c; c++)
		suggestion_offer(&best, (*c)->name);
	return best.word;
}

/* strace ends, and the traced program with it, when nobody reads its output. So even when we cannot do what was asked,
 * what comes in is read to its end. A pipe on which nothing comes for two seconds is taken for one that happens to be
 * there. */
static void drain_input(void)
{
	struct stat st;
	struct pollfd input = {.fd = STDIN_FILENO, .events = POLLIN};
	if (fstat(STDIN_FILENO, &st) != 0 || !S_ISFIFO(st.st_mode) || poll(&input, 1, 2000) <= 0)
		return;
	char waste[65536];
	ssize_t n;
	do
		n = read(STDIN_FILENO, waste, sizeof waste);
	while (n > 0 || (n < 0 && errno == EINTR));
}

static bool names_file(int argc, char **argv)
{
	int first = options_skip(argc, argv);
	return first < argc && strcmp(argv[first], "-") != 0;
}

static int refuse(const struct command *c, const char *why)
{
	tell("%s\nTry 'ipcdiag%s%s --help'.", why, c == command_table[0] ? "" : " ",
		c == command_table[0] ? "" : c->name);
	return STATUS_USAGE;
}

static int print_help(const struct command *c, const struct settings *s)
{
	struct buffer text = {0};
	if (s->help) {
		help_add(&text, c);
	} else if (s->version) {
		buffer_add_text(&text, "ipcdiag " IPCDIAG_VERSION "\n");
	} else if (!completions_add(&text, s->completions)) {
		tell("--completions: '%s' is none of: %s", s->completions, option_find("completions")->words);
		return STATUS_USAGE;
	}
	int status = output_print(buffer_slice(&text));
	buffer_release(&text);
	return status;
}

static int run_command(const struct command *c, struct settings *s, char **operands)
{
	const char *meant = c == command_table[0] ? meant_command(operands[0]) : NULL;
	if (meant) {
		tell("%s: there is no such file and no such command; did you mean '%s'?", operands[0], meant);
		return STATUS_USAGE;
	}
	if (c->reads_input && !operands[0] && !s->files_from && !s->check_rules && isatty(STDIN_FILENO)) {
		tell("standard input is a terminal, and no file is named\nUsage: ipcdiag %s [OPTION]... %s\n"
		     "   or: strace -f CMD 2>&1 | ipcdiag\n   or: ipcdiag run -- CMD",
			c->name, c->operands);
		return STATUS_USAGE;
	}
	message_set_level(s->quiet, s->verbose);
	return c->run(s, operands);
}

/* The command line is read twice: first to learn which configuration file it names, then over that file's settings. */
static int configure(const struct command *c, const struct settings *asked, int argc, char **argv)
{
	struct settings settings;
	struct buffer error = {0};
	int status = STATUS_USAGE;
	settings_init(&settings);
	message_set_level(asked->quiet, asked->verbose);
	if (config_read(&settings, asked->config, asked->no_config, c->groups, &error)) {
		settings.config_selectors = settings.selectors.count;
		int first = options_parse(&settings, argc, argv, c->groups, c->name, c->in_order, &error);
		status = run_command(c, &settings, argv + first);
	} else {
		tell("%s", error.ptr);
	}
	settings_release(&settings);
	buffer_release(&error);
	return status;
}

int command_main(int argc, char **argv)
{
	const struct command *c = take_command(&argc, argv);
	struct settings asked;
	struct buffer error = {0};
	settings_init(&asked);
	int status;
	if (options_parse(&asked, argc, argv, c->groups, c->name, c->in_order, &error) < 0)
		status = refuse(c, error.ptr);
	else if (asked.help || asked.version || asked.completions)
		status = print_help(c, &asked);
	else
		status = configure(c, &asked, argc, argv);
	if (status == STATUS_USAGE && c->reads_input && !names_file(argc, argv))
		drain_input();
	settings_release(&asked);
	buffer_release(&error);
	return status;
}
