/* The text form: gcc's shape, so that editors and problem matchers find the place, then the reasoning. */

#include <inttypes.h>

#include <ipcdiag/text.h>

#include "formats.h"
#include "report_parts.h"

enum { MAX_REPEATS = 6 };

static const char bold[] = "\033[1m", faint[] = "\033[2m", command_colour[] = "\033[32m";

static const char *const severity_colours[] = {
	[SEVERITY_NOTE] = "\033[1;36m", [SEVERITY_WARNING] = "\033[1;35m", [SEVERITY_ERROR] = "\033[1;31m"};

static void paint(struct buffer *out, const struct report *r, const char *colour)
{
	if (r->colour)
		buffer_add_text(out, colour);
}

static void unpaint(struct buffer *out, const struct report *r)
{
	if (r->colour)
		buffer_add_text(out, "\033[0m");
}

static void add_place(struct buffer *out, const char *file, uint64_t line)
{
	parts_add_text(out, file);
	buffer_add_format(out, ":%" PRIu64, line);
}

static void add_rule_tag(struct buffer *out, const struct report *r, const struct rule *rule)
{
	const char *page = r->hyperlinks ? parts_web_page(rule) : NULL;
	buffer_add_text(out, " [");
	if (page) {
		buffer_add_text(out, "\033]8;;");
		parts_add_text(out, page);
		buffer_add_text(out, "\033\\");
	}
	parts_add_text(out, rule->id);
	if (page)
		buffer_add_text(out, "\033]8;;\033\\");
	buffer_add_text(out, "]");
}

static void add_headline(struct buffer *out, const struct report *r, const struct finding *f)
{
	paint(out, r, bold);
	add_place(out, f->file, f->line);
	buffer_add_text(out, ":");
	unpaint(out, r);
	buffer_add_text(out, " ");
	paint(out, r, severity_colours[f->severity]);
	buffer_add_format(out, "%s:", severity_name(f->severity));
	unpaint(out, r);
	buffer_add_text(out, " ");
	paint(out, r, bold);
	parts_add_text(out, f->message);
	unpaint(out, r);
	add_rule_tag(out, r, f->rule);
	buffer_add_text(out, "\n");
}

static void add_record(struct buffer *out, int64_t pid, const char *text)
{
	buffer_add_text(out, " | ");
	if (pid >= 0)
		buffer_add_format(out, "%" PRId64 " ", pid);
	if (text)
		parts_add_excerpt(out, text);
}

static void add_own_line(struct buffer *out, const struct finding *f)
{
	if (!f->text)
		return;
	buffer_add_format(out, "%5" PRIu64, f->line);
	add_record(out, f->pid, f->text);
	buffer_add_text(out, "\n");
}

/* "at worker() src/pool.c:123" */
static void add_frame(struct buffer *out, const struct frame *frame)
{
	if (!frame)
		return;
	buffer_add_text(out, "at ");
	parts_add_frame(out, frame);
}

/* Where in the program's code the finding's call stands. */
static void add_own_frame(struct buffer *out, const struct report *r, const struct finding *f)
{
	for (unsigned i = 0; i < f->evidence_count; i++) {
		const struct evidence *e = &f->evidence[i];
		const struct frame *frame = parts_is_own_line(f, e) ? frames_own(e->frames) : NULL;
		if (!frame)
			continue;
		buffer_add_text(out, "        ");
		paint(out, r, bold);
		add_frame(out, frame);
		unpaint(out, r);
		buffer_add_text(out, "\n");
		return;
	}
}

static void add_repeats(struct buffer *out, const struct finding *f)
{
	if (f->count < 2)
		return;
	buffer_add_format(out, "  times: %" PRIu64, f->count);
	for (unsigned i = 0; i < f->line_count && i < MAX_REPEATS; i++)
		buffer_add_format(out, "%s%" PRIu64, i ? ", " : ", at lines ", f->lines[i]);
	if (f->line_count && f->count > (f->line_count < MAX_REPEATS ? f->line_count : MAX_REPEATS))
		buffer_add_text(out, ", ...");
	buffer_add_text(out, "\n");
}

/* Where a merged finding was found. */
static void add_inputs(struct buffer *out, const struct finding *f)
{
	if (f->input_count < 2)
		return;
	buffer_add_format(out, "  in:    %u inputs: ", f->input_count);
	for (unsigned i = 0; i < f->input_count && i < MAX_REPEATS; i++) {
		buffer_add_text(out, i ? ", " : "");
		parts_add_text(out, f->inputs[i]);
	}
	buffer_add_text(out, f->input_count > MAX_REPEATS ? ", ...\n" : "\n");
}

static void add_label(struct buffer *out, const struct report *r, const char *label)
{
	buffer_add_text(out, "  ");
	paint(out, r, bold);
	buffer_add_text(out, label);
	unpaint(out, r);
	for (size_t n = strlen(label); n < 7; n++)
		buffer_add_char(out, ' ');
}

static void add_evidence(struct buffer *out, const struct report *r, const struct finding *f)
{
	bool labelled = f->cause != NULL;
	for (unsigned i = 0; i < f->evidence_count; i++) {
		const struct evidence *e = &f->evidence[i];
		if (parts_is_own_line(f, e))
			continue;
		add_label(out, r, labelled ? "" : "trace:");
		labelled = true;
		add_place(out, e->file, e->line);
		add_record(out, e->pid, e->text);
		if (e->role) {
			paint(out, r, faint);
			buffer_add_text(out, "  <- ");
			parts_add_text(out, e->role);
			unpaint(out, r);
		}
		if (frames_own(e->frames))
			buffer_add_text(out, e->role ? ", " : "  <- ");
		add_frame(out, frames_own(e->frames));
		buffer_add_text(out, "\n");
	}
}

static void add_cause(struct buffer *out, const struct report *r, const struct finding *f)
{
	if (!f->cause)
		return;
	add_label(out, r, "cause:");
	if (f->confidence == CONFIDENCE_LIKELY)
		buffer_add_text(out, "likely: ");
	else if (f->confidence == CONFIDENCE_POSSIBLE)
		buffer_add_text(out, "possibly: ");
	parts_add_text(out, f->cause);
	buffer_add_text(out, "\n");
}

static void add_outcome(struct buffer *out, const struct report *r, const struct finding *f)
{
	const char *sentence = parts_outcome(f);
	if (!sentence)
		return;
	add_label(out, r, "then:");
	buffer_add_text(out, sentence);
	buffer_add_text(out, "\n");
}

/* Check and fix lines; each ends a line of its own, so that a command can be taken with a triple click. */
static void add_advice(struct buffer *out, const struct report *r, const char *label, char *const *lines)
{
	bool checks = strcmp(label, "check:") == 0;
	for (unsigned i = 0; i < RULE_MAX_LINES && lines[i]; i++) {
		bool command;
		struct slice line = parts_take_command(lines[i], &command);
		add_label(out, r, i ? "" : label);
		if (command || checks)
			paint(out, r, command_colour);
		text_add_visible(out, line);
		if (command || checks)
			unpaint(out, r);
		buffer_add_text(out, "\n");
	}
}

static void write_finding(struct buffer *out, const struct report *r, const struct finding *f)
{
	add_headline(out, r, f);
	add_own_line(out, f);
	add_own_frame(out, r, f);
	add_repeats(out, f);
	add_inputs(out, f);
	add_cause(out, r, f);
	add_evidence(out, r, f);
	add_outcome(out, r, f);
	add_advice(out, r, "check:", f->check);
	add_advice(out, r, "fix:", f->fix);
	if (f->why) {
		add_label(out, r, "why:");
		parts_add_text(out, f->why);
		buffer_add_text(out, "\n");
	}
}

static void add_note(struct buffer *out, const struct report *r, const struct report_note *note)
{
	paint(out, r, bold);
	parts_add_note_place(out, note);
	buffer_add_text(out, ":");
	unpaint(out, r);
	buffer_add_text(out, " note: about the trace: ");
	parts_add_note_text(out, note);
	buffer_add_text(out, "\n");
}

static void write_end(struct buffer *out, const struct report *r)
{
	if (r->quiet)
		return;
	for (unsigned i = 0; i < r->input.note_count; i++)
		add_note(out, r, &r->input.notes[i]);
	parts_add_totals(out, r);
	buffer_add_text(out, "\n");
}

const struct report_format report_text = {
	.name = "text",
	.about = "for people: place, cause, evidence, what to check and to do",
	.finding = write_finding,
	.end = write_end,
};
