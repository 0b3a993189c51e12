/* The texts of a settled finding. */
#include <inttypes.h>
#include <stdlib.h>

#include "engine_parts.h"
#include "template.h"

/* Does the text name this place already? "line 5" is not named by "line 52". */
static bool names_place(const struct buffer *text, struct slice place)
{
	for (size_t at = 0; (at = slice_find(buffer_slice(text), place, at)) != SIZE_MAX; at++) {
		char next = at + place.len < text->len ? text->ptr[at + place.len] : ' ';
		if (next < '0' || next > '9')
			return true;
	}
	return false;
}

/* What the rule's functions said, else the row, else the rule. */
static const char *chosen(const char *said, const char *row, const char *own)
{
	return said ? said : row ? row : own;
}

static const struct cause *row_of(const struct finding *f)
{
	static const struct cause none;
	return f->row ? f->row : &none;
}

static char *render_prose(const struct finding *f, const char *template)
{
	struct buffer text = {0};
	if (!template)
		return NULL;
	template_fill(&text, &f->work->facts, template, FILL_PROSE);
	if (text.len)
		return buffer_detach(&text);
	buffer_release(&text); /* nothing of it is known */
	return NULL;
}

/* Unless the message says so itself. */
static void add_recovery(struct buffer *text, const struct finding *f)
{
	const struct step *step = f->work->recovery.step;
	struct buffer place = {0};
	if (!step)
		return;
	place_add(&place, f, step);
	if (!names_place(text, buffer_slice(&place))) {
		buffer_add_text(
			text, f->work->recovery.same_object ? " (it worked later, at " : " (another try worked, at ");
		buffer_add(text, buffer_slice(&place));
		buffer_add_char(text, ')');
	}
	buffer_release(&place);
}

static void add_consequence(struct buffer *text, const struct finding *f)
{
	const struct entry *cause = ((const struct entry *)f)->cause;
	if (!cause)
		return;
	buffer_add_text(text, " (consequence of ");
	if (cause->finding.file_index != f->file_index)
		buffer_add_format(text, "%s:%" PRIu64 ")", cause->finding.file, cause->finding.line);
	else if (cause->finding.line != f->line)
		buffer_add_format(text, "line %" PRIu64 ")", cause->finding.line);
	else
		buffer_add_format(text, "%s)", cause->finding.rule->id);
}

static void render_message(struct finding *f)
{
	struct buffer text = {0};
	const char *template = chosen(f->work->message, row_of(f)->message, f->rule->message);
	template_fill(&text, &f->work->facts, template ? template : f->rule->title, FILL_PROSE);
	if (f->work->injected)
		buffer_add_text(&text, " (strace made this error up: inject)");
	add_recovery(&text, f);
	add_consequence(&text, f);
	f->message = buffer_detach(&text);
}

/* The trace's own account, and what was seen beside it. */
static void render_cause(struct finding *f)
{
	struct buffer text = {0};
	f->cause = render_prose(f, chosen(f->work->cause, row_of(f)->cause, f->rule->cause));
	if (!f->work->seen)
		return;
	if (f->cause)
		buffer_add_format(&text, "%s%s ", f->cause, slice_ends(slice_of(f->cause), SLICE(".")) ? "" : ".");
	buffer_add_format(&text, "Looked up on this machine when it happened: %s", f->work->seen);
	free(f->cause);
	f->cause = buffer_detach(&text);
}

/* --- check and fix --- */

static bool render_line(struct buffer *text, const struct facts *facts, const char *template, bool command)
{
	if (strncmp(template, "$ ", 2) == 0)
		return template_fill_command(text, facts, template + 2);
	return command ? template_fill_command(text, facts, template)
		       : template_fill(text, facts, template, FILL_ADVICE);
}

static void render_lines(
	const struct finding *f, const char *const *templates, unsigned max, char **lines, bool command)
{
	unsigned count = 0;
	while (count < RULE_MAX_LINES && lines[count])
		count++;
	for (unsigned i = 0; i < max && templates[i] && count < RULE_MAX_LINES; i++) {
		struct buffer text = {0};
		if (render_line(&text, &f->work->facts, templates[i], command) && text.len)
			lines[count++] = buffer_detach(&text);
		buffer_release(&text);
	}
}

static char *render_object(const struct finding *f)
{
	struct slice object = slice_of(finding_get(f, "object"));
	struct buffer text = {0};
	if (!object.ptr)
		return NULL;
	struct slice article = SLICE("the ");
	template_fill(&text, &f->work->facts, "{object}", FILL_PROSE);
	if (slice_starts(object, article)) {
		memmove(text.ptr, text.ptr + article.len, text.len - article.len + 1);
		text.len -= article.len;
	}
	return buffer_detach(&text);
}

/* What the rule's functions added, then the row's lines or, where it has none, the rule's. */
static void render_advice(const struct finding *f, const char *const *said, const char *const *row,
	const char *const *own, char **lines, bool command)
{
	render_lines(f, said, RULE_MAX_LINES, lines, command);
	render_lines(f, row[0] ? row : own, row[0] ? CAUSE_MAX_LINES : RULE_MAX_LINES, lines, command);
}

void render_texts(struct finding *f)
{
	const struct finding_work *w = f->work;
	render_message(f);
	render_cause(f);
	f->why = render_prose(f, chosen(w->why, row_of(f)->why, f->rule->why));
	render_advice(f, w->check, row_of(f)->check, f->rule->check, f->check, true);
	render_advice(f, w->fix, row_of(f)->fix, f->rule->fix, f->fix, false);
	f->object = render_object(f);
}
