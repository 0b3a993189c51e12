#include "help.h"

#include <ipcdiag/report.h>

#include "command.h"
#include "options.h"

enum { TEXT_COLUMN = 27, LINE_WIDTH = 80 };

const char *help_group_title(unsigned group)
{
	static const char *const titles[] = {"Output", "What is shown, what fails", "Rules", "Analysis", "Input",
		"Many and long traces", "Privacy", "General", "The trace", "A look without strace", "The command"};
	return group < sizeof titles / sizeof *titles ? titles[group] : NULL;
}

/* Adds lines that begin at `column`, the first of them where the line is. */
static void add_wrapped(struct buffer *out, size_t column, struct slice left)
{
	for (bool first = true; left.len; first = false) {
		size_t width = LINE_WIDTH - column;
		if (!first)
			buffer_add_format(out, "%*s", (int)column, "");
		if (left.len > width)
			while (width > 1 && left.ptr[width] != ' ')
				width--;
		buffer_add(out, slice_take(left, width));
		buffer_add_char(out, '\n');
		left = slice_trim(slice_skip(left, width));
	}
}

/* Adds `text` behind what stands on the line, wrapped, from TEXT_COLUMN on. */
static void add_column(struct buffer *out, size_t column, const char *text)
{
	if (column + 1 > TEXT_COLUMN) {
		buffer_add_char(out, '\n');
		column = 0;
	}
	buffer_add_format(out, "%*s", (int)(TEXT_COLUMN - column), "");
	add_wrapped(out, TEXT_COLUMN, slice_of(text));
}

/* "; WHEN is auto, always or never" */
static void add_values(struct buffer *out, const struct option_spec *o)
{
	struct slice left = slice_of(o->complete == COMPLETE_WORDS ? o->words : NULL);
	if (left.len)
		buffer_add_format(out, "; %s is ", o->argument);
	for (bool first = true; left.len; first = false) {
		size_t end = slice_find_char(left, ' ', 0);
		if (!first)
			buffer_add_text(out, end == SIZE_MAX ? " or " : ", ");
		buffer_add(out, slice_take(left, end));
		left = slice_skip(left, end == SIZE_MAX ? left.len : end + 1);
	}
	for (const struct report_format *const *f = report_formats; o->complete == COMPLETE_FORMAT && *f; f++)
		buffer_add_format(out, "%s%s", f == report_formats ? "; FMT is " : f[1] ? ", " : " or ", (*f)->name);
}

static void add_option(struct buffer *out, const struct option_spec *o)
{
	size_t start = out->len;
	if (o->letter)
		buffer_add_format(out, "  -%c, --%s", o->letter, o->name);
	else
		buffer_add_format(out, "      --%s", o->name);
	if (o->argument)
		buffer_add_format(out, "=%s", o->argument);
	struct buffer about = {0};
	buffer_add_text(&about, o->about);
	add_values(&about, o);
	add_column(out, out->len - start, about.ptr);
	buffer_release(&about);
}

static void add_options(struct buffer *out, unsigned groups)
{
	for (unsigned g = 0; help_group_title(g); g++) {
		if (!(groups & 1u << g))
			continue;
		buffer_add_format(out, "\n%s:\n", help_group_title(g));
		for (size_t i = 0; i < option_count; i++)
			if (option_table[i].group == 1u << g)
				add_option(out, &option_table[i]);
	}
}

static void add_pair(struct buffer *out, const char *name, const char *about)
{
	size_t start = out->len;
	buffer_add_format(out, "  %s", name);
	add_column(out, out->len - start, about);
}

static void add_overview(struct buffer *out)
{
	buffer_add_text(out, "\nCommands (ipcdiag COMMAND --help tells more):\n");
	for (const struct command *const *c = command_table; *c; c++) {
		struct buffer name = {0};
		buffer_add_format(&name, "%s %s", (*c)->name, (*c)->operands);
		add_pair(out, name.ptr, (*c)->about);
		buffer_release(&name);
	}
	buffer_add_text(out, "\nFormats (FMT):\n");
	for (const struct report_format *const *f = report_formats; *f; f++)
		add_pair(out, (*f)->name, (*f)->about);
}

static void add_statuses(struct buffer *out)
{
	buffer_add_text(out, "\nExit status:\n");
	add_pair(out, "0", "analysed; no finding at or above --fail-on");
	add_pair(out, "1", "findings at or above --fail-on (or the status of --error-exitcode)");
	add_pair(out, "2", "bad option, configuration or rule file; nothing was analysed");
	add_pair(out, "3", "not or not fully analysed: unreadable, truncated or no strace output; report not written");
}

/* As a sentence, wrapped. */
static void add_about(struct buffer *out, const char *about)
{
	struct buffer text = {0};
	buffer_add_format(&text, "%c%s.", about[0] - 'a' + 'A', about + 1);
	add_wrapped(out, 0, buffer_slice(&text));
	buffer_release(&text);
}

void help_add(struct buffer *out, const struct command *c)
{
	bool overview = c == command_table[0];
	if (overview)
		buffer_add_format(out,
			"Usage: ipcdiag [OPTION]... %s\n       ipcdiag COMMAND [OPTION]... [OPERAND]...\n",
			c->operands);
	else
		buffer_add_format(
			out, "Usage: ipcdiag %s [OPTION]...%s%s\n", c->name, *c->operands ? " " : "", c->operands);
	add_about(out, c->about);
	if (overview)
		buffer_add_text(out,
			"\nFILE is a trace that strace wrote: plain or compressed with gzip, zstd or xz,\n"
			"the prefix P of the files of `strace -ff -o P`, or a directory of them. \"-\",\n"
			"or no FILE, is standard input.\nTo record one: strace -f -o trace.txt CMD\n");
	if (overview)
		add_overview(out);
	add_options(out, c->groups);
	if (c->groups & GROUP_GATE)
		add_statuses(out);
}
