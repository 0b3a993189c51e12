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
static void add_template(struct buffer *out, const char *heading, const char *text)
{
	if (!text)
		return;
	struct buffer shown = {0};
	for (; *text; text++) {
		bool opens = text[0] == '<' && text[1] == '<', closes = text[0] == '>' && text[1] == '>';
		buffer_add_char(&shown, opens ? '[' : closes ? ']' : *text);
		text += opens || closes;
	}
	buffer_add_format(out, "\n%s:\n", heading);
	add_paragraph(out, "    ", buffer_slice(&shown).ptr);
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

static void add_rule(struct buffer *out, const struct rule *r)
{
	buffer_add_format(out, "%s (%s): %s\n\n", r->id, severity_name(r->severity), r->title);
	if (r->about)
		add_paragraph(out, "", r->about);
	if (r->needs)
		buffer_add_format(out, "\nThe answer is surest when the trace was recorded with %s.\n", r->needs);
	add_template(out, "Message", r->message);
	add_template(out, "Cause", r->cause);
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
