/* One finding as a card. */
#include <inttypes.h>

#include <ipcdiag/text.h>

#include "html_parts.h"
#include "report_parts.h"

static void open_with_class(struct xml *x, const char *name, const char *class)
{
	xml_open(x, name);
	xml_add_attribute(x, "class", class);
}

static void add_span(struct xml *x, const char *class, struct slice text)
{
	xml_open_inline(x, "span");
	xml_add_attribute(x, "class", class);
	xml_add_slice(x, text);
	xml_close(x);
}

static void add_place(struct xml *x, const struct finding *f)
{
	struct buffer text = {0};
	open_with_class(x, "p", "place");
	parts_add_text(&text, f->file);
	buffer_add_format(&text, ":%" PRIu64, f->line);
	add_span(x, "file", buffer_slice(&text));
	xml_add_text(x, " ");
	add_span(x, "rule", slice_of(f->rule->id));
	if (f->rule->title) {
		xml_add_text(x, " ");
		xml_add_text(x, f->rule->title);
	}
	if (f->count > 1) {
		buffer_clear(&text);
		buffer_add_format(&text, "%" PRIu64 " times", f->count);
		xml_add_text(x, " ");
		add_span(x, "times", buffer_slice(&text));
	}
	xml_close(x);
	buffer_release(&text);
}

static void add_heading(struct xml *x, const struct finding *f, unsigned number)
{
	struct buffer text = {0};
	buffer_add_format(&text, "%u", number);
	xml_open(x, "h2");
	add_span(x, "number", buffer_slice(&text));
	xml_add_text(x, " ");
	add_span(x, "severity", slice_of(severity_name(f->severity)));
	xml_add_text(x, " ");
	xml_add_text(x, f->message);
	xml_close(x);
	buffer_release(&text);
}

static void add_field(struct xml *x, const char *label, const char *text)
{
	if (!text)
		return;
	xml_add_element(x, "dt", label);
	xml_add_element(x, "dd", text);
}

static const char *cause_label(const struct finding *f)
{
	static const char *const labels[] = {[CONFIDENCE_POSSIBLE] = "possible cause",
		[CONFIDENCE_LIKELY] = "likely cause",
		[CONFIDENCE_CERTAIN] = "cause"};
	return labels[f->confidence];
}

static void add_step(struct xml *x, const struct finding *f, const struct evidence *e)
{
	struct buffer text = {0};
	open_with_class(x, "li", parts_is_own_line(f, e) ? "own" : "step");
	if (strcmp(e->file, f->file) != 0) {
		parts_add_text(&text, e->file);
		buffer_add_char(&text, ':');
	}
	buffer_add_number(&text, (int64_t)e->line);
	add_span(x, "line", buffer_slice(&text));
	buffer_clear(&text);
	parts_add_process(&text, e->pid == f->pid ? f->process : NULL, e->pid);
	xml_add_text(x, " ");
	add_span(x, "pid", buffer_slice(&text));
	xml_add_text(x, " ");
	buffer_clear(&text);
	parts_add_role(&text, e);
	add_span(x, "role", buffer_slice(&text));
	buffer_clear(&text);
	if (e->text)
		parts_add_excerpt(&text, e->text);
	xml_open_inline(x, "code");
	xml_add_slice(x, buffer_slice(&text));
	xml_close(x);
	xml_close(x);
	buffer_release(&text);
}

static void add_evidence(struct xml *x, const struct finding *f)
{
	if (!f->evidence_count)
		return;
	xml_add_element(x, "dt", "in the trace");
	xml_open(x, "dd");
	open_with_class(x, "ol", "chain");
	for (unsigned i = 0; i < f->evidence_count; i++)
		add_step(x, f, &f->evidence[i]);
	xml_close(x);
	xml_close(x);
}

/* Check and fix lines: commands as code, the rest as text. */
static void add_advice(struct xml *x, const char *label, char *const *lines, bool commands)
{
	if (!lines[0])
		return;
	xml_add_element(x, "dt", label);
	xml_open(x, "dd");
	for (unsigned i = 0; i < RULE_MAX_LINES && lines[i]; i++) {
		bool command;
		struct slice line = parts_take_command(lines[i], &command);
		xml_open(x, command || commands ? "pre" : "p");
		xml_add_slice(x, line);
		xml_close(x);
	}
	xml_close(x);
}

void html_add_card(struct xml *x, const struct finding *f, unsigned number)
{
	struct buffer text = {0};
	xml_open(x, "article");
	buffer_add_format(&text, "f%u", number);
	xml_add_attribute(x, "id", text.ptr);
	buffer_clear(&text);
	buffer_add_format(&text, "card %s", severity_name(f->severity));
	xml_add_attribute(x, "class", text.ptr);
	add_heading(x, f, number);
	add_place(x, f);
	xml_open(x, "dl");
	add_field(x, cause_label(f), f->cause);
	add_evidence(x, f);
	add_advice(x, "check", f->check, true);
	add_advice(x, "fix", f->fix, false);
	add_field(x, "why", f->why);
	xml_close(x);
	xml_close(x);
	buffer_release(&text);
}
