/* Markdown as GitHub and GitLab render it: a step summary, a comment. Text of the trace is escaped so that it makes no
 * markup, link, mention or HTML; trace lines and commands stand in fences longer than any run of backticks in them. */
#include <inttypes.h>

#include <ipcdiag/text.h>

#include "formats.h"
#include "report_parts.h"

/* GitHub takes a summary of 1 MiB. */
enum { MAX_ROWS = 200, MAX_DETAILS = 50 };

/* Would the byte at `at` begin or end markup there, or make a web address a link? */
static bool is_markup(const struct buffer *text, size_t at)
{
	char c = text->ptr[at];
	if (c == ':')
		return text->ptr[at + 1] == '/'; /* the buffer ends with a NUL */
	if (c == '.')
		return at && (text->ptr[at - 1] | 0x20) == 'w';
	return strchr("\\`*_[]<|~&$#@", c);
}

static void add_escaped(struct buffer *out, const char *text)
{
	struct buffer clean = {0};
	parts_add_text(&clean, text);
	for (size_t i = 0; i < clean.len; i++) {
		char c = clean.ptr[i];
		if (is_markup(&clean, i))
			buffer_add_char(out, '\\');
		buffer_add_char(out, c);
		if (c == '@' || c == '#') /* the comment keeps mentions and issue numbers from being found */
			buffer_add_text(out, "<!-- -->");
	}
	buffer_release(&clean);
}

static void add_place(struct buffer *out, const struct finding *f)
{
	add_escaped(out, f->file);
	buffer_add_format(out, ":%" PRIu64, f->line);
}

static void add_row(struct buffer *out, const struct finding *f)
{
	buffer_add_format(out, "| **%s** | ", severity_name(f->severity));
	add_escaped(out, f->message);
	if (f->count > 1)
		buffer_add_format(out, " (%" PRIu64 " times)", f->count);
	if (f->input_count > 1)
		buffer_add_format(out, " (in %u inputs)", f->input_count);
	buffer_add_text(out, " | ");
	add_place(out, f);
	buffer_add_text(out, " | ");
	add_escaped(out, f->rule->id);
	buffer_add_text(out, " |\n");
}

static void add_more(struct buffer *out, unsigned all, unsigned shown, const char *what)
{
	if (all > shown)
		buffer_add_format(out, "\n%u more %s.\n", all - shown, what);
}

static void add_table(struct buffer *out, const struct report *r)
{
	if (!r->finding_count)
		return;
	buffer_add_text(out, "\n| severity | finding | place | rule |\n|---|---|---|---|\n");
	for (unsigned i = 0; i < r->finding_count && i < MAX_ROWS; i++)
		add_row(out, r->findings[i]);
	add_more(out, r->finding_count, MAX_ROWS, "not listed");
}

static void add_fence(struct buffer *out, size_t length)
{
	while (length--)
		buffer_add_char(out, '`');
}

/* Content of whole lines; nothing when it is empty. */
static void add_block(struct buffer *out, const char *language, struct slice content)
{
	size_t longest = 2, run = 0;
	if (!content.len)
		return;
	for (size_t i = 0; i < content.len; i++) {
		run = content.ptr[i] == '`' ? run + 1 : 0;
		longest = run > longest ? run : longest;
	}
	buffer_add_char(out, '\n');
	add_fence(out, longest + 1);
	buffer_add_text(out, language);
	buffer_add_char(out, '\n');
	buffer_add(out, content);
	add_fence(out, longest + 1);
	buffer_add_char(out, '\n');
}

static void add_evidence(struct buffer *out, const struct finding *f)
{
	struct buffer block = {0};
	for (unsigned i = 0; i < f->evidence_count; i++) {
		const struct evidence *e = &f->evidence[i];
		parts_add_text(&block, e->file);
		buffer_add_format(&block, ":%" PRIu64 " | ", e->line);
		if (e->pid >= 0)
			buffer_add_format(&block, "%" PRId64 " ", e->pid);
		if (e->text)
			parts_add_excerpt(&block, e->text);
		if (e->role || frames_own(e->frames)) {
			buffer_add_text(&block, "  <- ");
			parts_add_role(&block, e);
		}
		buffer_add_char(&block, '\n');
	}
	add_block(out, "text", buffer_slice(&block));
	buffer_release(&block);
}

static void add_commands(struct buffer *out, const char *label, char *const *lines)
{
	struct buffer block = {0};
	for (unsigned i = 0; i < RULE_MAX_LINES && lines[i]; i++) {
		parts_add_text(&block, lines[i]);
		buffer_add_char(&block, '\n');
	}
	if (block.len)
		buffer_add_format(out, "\n%s\n", label);
	add_block(out, "sh", buffer_slice(&block));
	buffer_release(&block);
}

static void add_fixes(struct buffer *out, const struct finding *f)
{
	for (unsigned i = 0; i < RULE_MAX_LINES && f->fix[i]; i++) {
		bool command;
		struct slice line = parts_take_command(f->fix[i], &command);
		struct buffer block = {0};
		if (!i)
			buffer_add_text(out, "\n**Fix**\n");
		if (command) {
			text_add_visible(&block, line);
			buffer_add_char(&block, '\n');
			add_block(out, "sh", buffer_slice(&block));
		} else {
			buffer_add_char(out, '\n');
			add_escaped(out, f->fix[i]);
			buffer_add_char(out, '\n');
		}
		buffer_release(&block);
	}
}

static void add_paragraph(struct buffer *out, const char *label, const char *text)
{
	if (!text)
		return;
	buffer_add_format(out, "\n**%s** ", label);
	add_escaped(out, text);
	buffer_add_char(out, '\n');
}

static void add_details(struct buffer *out, const struct finding *f, unsigned number)
{
	buffer_add_format(out, "\n### %u\\. %s: ", number, severity_name(f->severity));
	add_escaped(out, f->message);
	buffer_add_text(out, "\n\n");
	add_place(out, f);
	buffer_add_text(out, ", rule ");
	add_escaped(out, f->rule->id);
	buffer_add_char(out, '\n');
	add_paragraph(out, f->confidence == CONFIDENCE_CERTAIN ? "Cause" : "Likely cause", f->cause);
	add_evidence(out, f);
	add_commands(out, "**Check**", f->check);
	add_fixes(out, f);
	add_paragraph(out, "Why", f->why);
}

static void add_notes(struct buffer *out, const struct report *r)
{
	struct buffer text = {0};
	for (unsigned i = 0; i < r->input.note_count; i++) {
		buffer_clear(&text);
		parts_add_note_place(&text, &r->input.notes[i]);
		buffer_add_text(&text, ": ");
		parts_add_note_text(&text, &r->input.notes[i]);
		buffer_add_text(out, i ? "- " : "\nAbout the trace:\n\n- ");
		add_escaped(out, text.ptr);
		buffer_add_char(out, '\n');
	}
	buffer_release(&text);
}

static void write_end(struct buffer *out, const struct report *r)
{
	buffer_add_text(out, "## ipcdiag\n\n");
	parts_add_totals(out, r);
	buffer_add_char(out, '\n');
	add_table(out, r);
	for (unsigned i = 0; i < r->finding_count && i < MAX_DETAILS; i++)
		add_details(out, r->findings[i], i + 1);
	add_more(out, r->finding_count, MAX_DETAILS, "without details here");
	add_notes(out, r);
}

const struct report_format report_markdown = {
	.name = "markdown",
	.about = "Markdown, for step summaries and comments",
	.end = write_end,
};
