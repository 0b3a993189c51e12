/* GitHub workflow commands. A step shows 10 annotations of each kind, so the most severe come first and the rest is
 * counted. */

#include <inttypes.h>

#include <ipcdiag/text.h>

#include "formats.h"
#include "report_parts.h"

enum { MAX_ANNOTATIONS = 10 };

static const char *const commands[] = {
	[SEVERITY_NOTE] = "notice", [SEVERITY_WARNING] = "warning", [SEVERITY_ERROR] = "error"};

/* Adds cleaned text as the value of a property, or as the data behind "::". */
static void add_value(struct buffer *out, struct slice text, bool property)
{
	struct buffer clean = {0};
	text_add_visible(&clean, text);
	for (size_t i = 0; i < clean.len; i++) {
		char c = clean.ptr[i];
		if (c == '%' || (property && (c == ':' || c == ',')))
			buffer_add_format(out, "%%%02X", (unsigned)c);
		else
			buffer_add_char(out, c);
	}
	buffer_release(&clean);
}

static void add_annotation(struct buffer *out, const struct finding *f)
{
	const struct frame *source = parts_source(f);
	buffer_add_format(out, "::%s ", commands[f->severity]);
	if (source || parts_is_artifact(f->file)) {
		buffer_add_text(out, "file=");
		add_value(out, slice_of(source ? source->file : f->file), true);
		buffer_add_format(out, ",line=%" PRIu64 ",", source ? source->line : f->line);
	}
	buffer_add_text(out, "title=");
	add_value(out, slice_of(f->rule->id), true);
	buffer_add_text(out, "::");
	add_value(out, slice_of(f->message), false);
	if (f->cause) {
		buffer_add_text(out, "%0ACause: ");
		add_value(out, slice_of(f->cause), false);
	}
	for (unsigned i = 0; i < RULE_MAX_LINES && f->fix[i]; i++) {
		bool command;
		buffer_add_text(out, i ? "%0A     " : "%0AFix: ");
		add_value(out, parts_take_command(f->fix[i], &command), false);
	}
	buffer_add_char(out, '\n');
}

static void add_severity(struct buffer *out, const struct report *r, enum severity s)
{
	unsigned seen = 0;
	for (unsigned i = 0; i < r->finding_count; i++)
		if (r->findings[i]->severity == s && seen++ < MAX_ANNOTATIONS)
			add_annotation(out, r->findings[i]);
	if (seen > MAX_ANNOTATIONS) {
		buffer_add_format(out, "%u more of severity %s: GitHub shows %d annotations of a kind in a step; ",
			seen - MAX_ANNOTATIONS, severity_name(s), MAX_ANNOTATIONS);
		buffer_add_text(out, "--output=markdown:FILE has all of them\n");
	}
}

static void write_end(struct buffer *out, const struct report *r)
{
	add_severity(out, r, SEVERITY_ERROR);
	add_severity(out, r, SEVERITY_WARNING);
	add_severity(out, r, SEVERITY_NOTE);
	parts_add_totals(out, r);
	buffer_add_char(out, '\n');
}

const struct report_format report_github = {
	.name = "github",
	.about = "GitHub workflow annotations",
	.end = write_end,
};
