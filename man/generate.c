/* Fills in the parts of the manual pages that the program knows better. usage: generate < PAGE.in > PAGE
 * Lines "@OPTIONS@", "@COMMANDS@", "@FORMATS@" and "@RULES@" of the page are replaced by lists. */
#include <stdio.h>
#include <string.h>

#include <ipcdiag/report.h>
#include <ipcdiag/rule.h>

#include "command.h"
#include "help.h"
#include "options.h"

/* Text inside mdoc: a backslash, and a dot or quote at a line's beginning, mean something there. */
static void print_slice(const char *text, size_t length)
{
	if (length && (*text == '.' || *text == '\''))
		fputs("\\&", stdout);
	for (size_t i = 0; i < length; i++) {
		bool twice = i + 1 < length && text[i + 1] == text[i]; /* <<...>> is said only when it is known */
		bool bracket = twice && (text[i] == '<' || text[i] == '>');
		if (bracket)
			putchar(text[i++] == '<' ? '[' : ']');
		else
			fputs(text[i] == '\\' ? "\\e" : (char[]){text[i], 0}, stdout);
	}
}

static void print_text(const char *text)
{
	print_slice(text, strlen(text));
}

/* mdoc wants each sentence on a line of its own. */
static void print_sentences(const char *text)
{
	for (const char *c = text; *c; c++) {
		if (!strchr(".?!", *c) || c[1] != ' ')
			continue;
		print_slice(text, (size_t)(c - text) + 1);
		putchar('\n');
		text = c + 2;
	}
	print_text(text);
}

/* A sentence: with a capital and a full stop. */
static void print_sentence(const char *text)
{
	size_t length = strlen(text);
	if (length && text[0] >= 'a' && text[0] <= 'z') {
		putchar(text[0] - 'a' + 'A');
		print_sentences(text + 1);
	} else {
		print_sentences(text);
	}
	puts(length && text[length - 1] == '.' ? "" : ".");
}

/* Dashes in flags are hyphens to mdoc unless they are escaped. */
static void print_name(const char *name)
{
	for (; *name; name++)
		fputs(*name == '-' ? "\\-" : (char[]){*name, 0}, stdout);
}

static void print_option(const struct option_spec *o)
{
	fputs(".It ", stdout);
	if (o->letter)
		printf("Fl %c , ", o->letter);
	fputs("Fl \\-", stdout);
	print_name(o->name);
	if (o->argument)
		printf(" Ns = Ns Ar %s", o->argument);
	putchar('\n');
	print_sentence(o->about);
	if (o->kind == OPTION_WORD)
		printf("One of: %s.\n", o->words);
}

static void print_options(void)
{
	for (unsigned g = 0; help_group_title(g); g++) {
		printf(".Ss %s\n.Bl -tag -width Ds\n", help_group_title(g));
		for (size_t i = 0; i < option_count; i++)
			if (option_table[i].group == 1u << g)
				print_option(&option_table[i]);
		puts(".El");
	}
}

static void print_pairs_start(void)
{
	puts(".Bl -tag -width Ds");
}

static void print_commands(void)
{
	print_pairs_start();
	for (const struct command *const *c = command_table; *c; c++) {
		printf(".It Cm %s%s%s\n", (*c)->name, *(*c)->operands ? " Ar " : "", (*c)->operands);
		print_sentence((*c)->about);
	}
	puts(".El");
}

static void print_formats(void)
{
	print_pairs_start();
	for (const struct report_format *const *f = report_formats; *f; f++) {
		printf(".It Cm %s\n", (*f)->name);
		print_sentence((*f)->about);
	}
	puts(".El");
}

/* Each line on one of its own, as it is. */
static void print_block(const char *heading, const char *const *lines)
{
	if (!lines[0])
		return;
	printf(".Pp\n%s:\n.Bd -unfilled -offset indent -compact\n", heading);
	for (unsigned i = 0; i < RULE_MAX_LINES && lines[i]; i++) {
		print_text(lines[i]);
		putchar('\n');
	}
	puts(".Ed");
}

/* The rows: condition and cause. */
static void print_causes(const struct cause *c)
{
	if (!c)
		return;
	puts(".Pp\nCauses, the first whose condition holds:\n.Bl -tag -width Ds");
	for (; c->when; c++) {
		fputs(".It ", stdout);
		print_text(*c->when ? c->when : "else");
		putchar('\n');
		print_sentence(c->cause);
	}
	puts(".El");
}

static void print_rule(const struct rule *r)
{
	printf(".Ss ");
	print_text(r->id);
	printf(" (%s)\n", severity_name(r->severity));
	print_sentence(r->title);
	if (r->about) {
		puts(".Pp");
		print_sentence(r->about);
	}
	if (r->why) {
		puts(".Pp");
		print_sentence(r->why);
	}
	print_causes(r->causes);
	print_block("To check", r->check);
	print_block("To fix", r->fix);
	print_block("See", r->references);
}

static void print_rules(void)
{
	unsigned count;
	const struct rule *const *rules = rules_builtin(&count);
	for (unsigned i = 0; i < count; i++)
		print_rule(rules[i]);
}

static const struct {
	const char *mark;
	void (*print)(void);
} parts[] = {
	{"@OPTIONS@\n", print_options},
	{"@COMMANDS@\n", print_commands},
	{"@FORMATS@\n", print_formats},
	{"@RULES@\n", print_rules},
};

int main(void)
{
	char line[4096];
	while (fgets(line, sizeof line, stdin)) {
		size_t i = 0;
		while (i < sizeof parts / sizeof *parts && strcmp(line, parts[i].mark) != 0)
			i++;
		if (i < sizeof parts / sizeof *parts)
			parts[i].print();
		else
			fputs(line, stdout);
	}
	return fflush(stdout) != 0 || ferror(stdin);
}
