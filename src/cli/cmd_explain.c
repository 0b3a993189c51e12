/* ipcdiag explain RULE: one rule in full. */
#include <ipcdiag/rule.h>

#include "command.h"
#include "say.h"
#include "options.h"
#include "outputs.h"
#include "selection.h"
#include "status.h"

enum { WIDTH = 88 };

/* Adds a paragraph, wrapped, each line behind `indent`. */
static void add_paragraph(struct buffer *out, const char *indent, const char *text)
{
	struct slice left = slice_of(text);
	while (left.len) {
		size_t width = left.len > WIDTH ? WIDTH : left.len;
		while (width > 1 && width < left.len && left.ptr[width] != ' ')
			width--;
		if (width <= 1)
			width = left.len;
		buffer_add_text(out, indent);
		buffer_add(out, slice_take(left, width));
		buffer_add_char(out, '\n');
		left = slice_trim(slice_skip(left, width));
	}
}

/* Adds lines as they are, each behind an indent. */
static void add_lines(struct buffer *out, const char *heading, const char *const *lines)
{
	if (lines[0])
		buffer_add_format(out, "\n%s:\n", heading);
	for (unsigned i = 0; i < RULE_MAX_LINES && lines[i]; i++)
		buffer_add_format(out, "    %s\n", lines[i]);
}

/* A template: what is said only when it is known stands in brackets. */
static void add_bracketed(struct buffer *out, const char *text)
{
	for (; *text; text++) {
		bool opens = text[0] == '<' && text[1] == '<', closes = text[0] == '>' && text[1] == '>';
		buffer_add_char(out, opens ? '[' : closes ? ']' : *text);
		text += opens || closes;
	}
}

/* Without a heading: as part of a row. */
static void add_template(struct buffer *out, const char *heading, const char *text)
{
	if (!text)
		return;
	struct buffer shown = {0};
	add_bracketed(&shown, text);
	if (heading)
		buffer_add_format(out, "\n%s:\n", heading);
	add_paragraph(out, heading ? "    " : "        ", buffer_slice(&shown).ptr);
	buffer_release(&shown);
}

static void add_example(struct buffer *out, const char *example)
{
	if (!example)
		return;
	buffer_add_text(out, "\nExample trace:\n");
	for (struct slice left = slice_of(example); left.len;) {
		size_t end = slice_find_char(left, '\n', 0);
		buffer_add_text(out, "    ");
		buffer_add(out, slice_take(left, end));
		buffer_add_char(out, '\n');
		if (end == SIZE_MAX)
			break;
		left = slice_skip(left, end + 1);
	}
}

static void add_row_lines(struct buffer *out, const char *word, const char *const *lines)
{
	for (unsigned i = 0; i < CAUSE_MAX_LINES && lines[i]; i++) {
		buffer_add_format(out, "        %s: ", word);
		add_bracketed(out, lines[i]);
		buffer_add_char(out, '\n');
	}
}

/* The rows: which causes the rule knows, and by what each is told apart. */
static void add_causes(struct buffer *out, const struct cause *c)
{
	if (c)
		buffer_add_text(out, "\nCauses, the first whose condition holds:\n");
	for (; c && c->when; c++) {
		buffer_add_format(out, "    %s%s%s%s\n", *c->when ? "when " : "else", c->when,
			c->confidence ? ", " : "", c->confidence ? c->confidence : "");
		add_template(out, NULL, c->message);
		add_template(out, NULL, c->cause);
		add_row_lines(out, "check", c->check);
		add_row_lines(out, "fix", c->fix);
		add_template(out, NULL, c->why);
	}
}

static void add_rule(struct buffer *out, const struct rule *r)
{
	buffer_add_format(out, "%s (%s): %s\n\n", r->id, severity_name(r->severity), r->title);
	if (r->about)
		add_paragraph(out, "", r->about);
	if (r->needs)
		buffer_add_format(out, "\nThe answer is surest when the trace was recorded with %s.\n", r->needs);
	add_template(out, "Message", r->message);
	add_template(out, "Cause", r->cause);
	add_causes(out, r->causes);
	add_lines(out, "Check", r->check);
	add_lines(out, "Fix", r->fix);
	add_template(out, "Why", r->why);
	add_lines(out, "See also", r->references);
	add_example(out, r->example);
}

/* Adds all rules that are asked for; false with a sentence in `error`. */
static bool add_rules(struct buffer *out, const struct selection *rules, char **ids, struct buffer *error)
{
	if (!ids[0])
		buffer_add_text(error, "which rule? 'ipcdiag rules' lists them");
	for (char **id = ids; *id; id++) {
		const struct rule *rule = selection_find(rules, *id, error);
		if (!rule)
			return false;
		if (id > ids)
			buffer_add_char(out, '\n');
		add_rule(out, rule);
	}
	return ids[0] != NULL;
}

static int explain(struct settings *settings, char **operands)
{
	struct selection rules;
	struct buffer text = {0}, error = {0};
	int status = STATUS_USAGE;
	if (selection_make(&rules, settings, &error) && add_rules(&text, &rules, operands, &error))
		status = output_print(buffer_slice(&text));
	else
		tell("%s", error.ptr);
	selection_release(&rules);
	buffer_release(&text);
	buffer_release(&error);
	return status;
}

const struct command command_explain = {
	.name = "explain",
	.operands = "RULE...",
	.about = "tell all about a rule, with an example trace",
	.groups = GROUP_RULES | GROUP_GENERAL,
	.run = explain,
};
