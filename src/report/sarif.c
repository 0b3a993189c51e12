/* SARIF 2.1.0 (OASIS). Evidence goes into code flows, so that viewers can walk the chain that led to the fault. No time
 * stamps: the same input gives the same bytes. */

#include <stdlib.h>

#include <ipcdiag/text.h>

#include "formats.h"
#include "json_parts.h"
#include "report_order.h"
#include "report_parts.h"

enum { MAX_RESULTS = 25000 }; /* GitHub refuses a run with more */

static const char *const levels[] = {
	[SEVERITY_NOTE] = "note", [SEVERITY_WARNING] = "warning", [SEVERITY_ERROR] = "error"};

/* --- text --- */

/* Adds text of which no part reads as an embedded link, [text](target). */
static void add_unlinked(struct buffer *out, struct slice text)
{
	for (size_t at; (at = slice_find(text, SLICE("]("), 0)) != SIZE_MAX; text = slice_skip(text, at + 1)) {
		text_add_visible(out, slice_take(text, at + 1));
		buffer_add_char(out, ' ');
	}
	text_add_visible(out, text);
}

/* A message object; `second` may be NULL. */
static void add_message(struct json *j, const char *key, const char *first, const char *second)
{
	struct buffer text = {0};
	add_unlinked(&text, slice_of(first));
	if (second) {
		buffer_add_text(&text, "\n");
		add_unlinked(&text, slice_of(second));
	}
	json_open_object(j, key);
	json_add_slice(j, "text", buffer_slice(&text));
	json_close(j);
	buffer_release(&text);
}

static bool stays_in_uri(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || (c && strchr("-._~/", c));
}

static void add_uri(struct json *j, const char *path)
{
	struct buffer uri = {0};
	if (path[0] == '/')
		buffer_add_text(&uri, "file://");
	for (const char *c = path; *c; c++) {
		if (stays_in_uri(*c))
			buffer_add_char(&uri, *c);
		else
			buffer_add_format(&uri, "%%%02X", (unsigned)(unsigned char)*c);
	}
	json_add_slice(j, "uri", buffer_slice(&uri));
	buffer_release(&uri);
}

/* --- rules --- */

static const char *known(const char *text, const char *instead)
{
	return text && *text ? text : instead;
}

static void add_help(struct json *j, const struct rule *rule)
{
	struct buffer text = {0};
	add_unlinked(&text, slice_of(known(rule->about, rule->id)));
	if (rule->why) {
		buffer_add_text(&text, "\n\nWhy: ");
		add_unlinked(&text, slice_of(rule->why));
	}
	for (unsigned i = 0; i < RULE_MAX_LINES && rule->references[i]; i++) {
		buffer_add_text(&text, i ? ", " : "\n\nSee: ");
		add_unlinked(&text, slice_of(rule->references[i]));
	}
	json_open_object(j, "help");
	json_add_slice(j, "text", buffer_slice(&text));
	json_close(j);
	buffer_release(&text);
}

static void add_rule(struct json *j, const struct rule *rule)
{
	json_open_object(j, NULL);
	json_add_text(j, "id", rule->id);
	add_message(j, "shortDescription", known(rule->title, rule->id), NULL);
	add_message(j, "fullDescription", known(rule->about, known(rule->title, rule->id)), NULL);
	add_help(j, rule);
	if (parts_web_page(rule))
		json_add_text(j, "helpUri", parts_web_page(rule));
	json_open_object(j, "defaultConfiguration");
	json_add_text(j, "level", levels[rule->severity]);
	json_close(j);
	json_open_object(j, "properties");
	json_open_array(j, "tags");
	json_add_text(j, NULL, "ipc");
	json_add_slice(j, NULL, parts_mechanism(rule));
	json_close(j);
	json_close(j);
	json_close(j);
}

static void add_tool(struct json *j, const struct report *r, const struct rule *const *rules, unsigned rule_count)
{
	json_open_object(j, "tool");
	json_open_object(j, "driver");
	json_add_text(j, "name", "ipcdiag");
	json_add_text(j, "version", r->version);
	json_open_array(j, "rules");
	for (unsigned i = 0; i < rule_count; i++)
		add_rule(j, rules[i]);
	json_close(j);
	json_close(j);
	json_close(j);
}

/* --- places --- */

static void add_physical(struct json *j, const char *file, uint64_t line, const char *text)
{
	if (!parts_is_artifact(file))
		return;
	json_open_object(j, "physicalLocation");
	json_open_object(j, "artifactLocation");
	add_uri(j, file);
	json_close(j);
	json_open_object(j, "region");
	json_add_count(j, "startLine", line ? line : 1);
	if (text) {
		json_open_object(j, "snippet");
		json_add_excerpt(j, "text", text);
		json_close(j);
	}
	json_close(j);
	json_close(j);
}

static void add_process(struct json *j, const char *name, int64_t pid)
{
	if (pid < 0 && !name)
		return;
	struct buffer text = {0};
	parts_add_process(&text, name, pid);
	json_open_array(j, "logicalLocations");
	json_open_object(j, NULL);
	json_add_slice(j, "name", buffer_slice(&text));
	json_add_text(j, "kind", "process");
	json_close(j);
	json_close(j);
	buffer_release(&text);
}

static void add_evidence_place(struct json *j, const char *key, const struct finding *f, unsigned index)
{
	const struct evidence *e = &f->evidence[index];
	json_open_object(j, key);
	if (!key) /* ids are unique in a result: the related places have them */
		json_add_number(j, "id", index + 1);
	add_physical(j, e->file, e->line, e->text);
	add_process(j, e->pid == f->pid ? f->process : NULL, e->pid);
	if (e->role)
		add_message(j, "message", e->role, NULL);
	json_close(j);
}

static void add_related(struct json *j, const struct finding *f)
{
	json_open_array(j, "relatedLocations");
	for (unsigned i = 0; i < f->evidence_count; i++)
		if (parts_source(f) || !parts_is_own_line(f, &f->evidence[i]))
			add_evidence_place(j, NULL, f, i);
	json_close(j);
}

static void add_flow(struct json *j, const struct finding *f)
{
	if (f->evidence_count < 2)
		return;
	json_open_array(j, "codeFlows");
	json_open_object(j, NULL);
	json_open_array(j, "threadFlows");
	json_open_object(j, NULL);
	json_open_array(j, "locations");
	for (unsigned i = 0; i < f->evidence_count; i++) {
		json_open_object(j, NULL);
		json_add_number(j, "executionOrder", i + 1);
		add_evidence_place(j, "location", f, i);
		json_close(j);
	}
	json_close(j);
	json_close(j);
	json_close(j);
	json_close(j);
	json_close(j);
}

/* --- results --- */

static void add_lines(struct json *j, const char *key, char *const *lines)
{
	json_open_array(j, key);
	for (unsigned i = 0; i < RULE_MAX_LINES && lines[i]; i++)
		json_add_text(j, NULL, lines[i]);
	json_close(j);
}

static void add_properties(struct json *j, const struct finding *f)
{
	json_open_object(j, "properties");
	if (f->pid >= 0)
		json_add_number(j, "pid", f->pid);
	if (f->fd >= 0)
		json_add_number(j, "fd", f->fd);
	if (f->process)
		json_add_text(j, "process", f->process);
	if (f->time)
		json_add_text(j, "time", f->time);
	if (f->call)
		json_add_text(j, "syscall", f->call);
	if (f->error)
		json_add_text(j, "errno", f->error);
	if (f->object)
		json_add_text(j, "object", f->object);
	if (f->outcome)
		json_add_text(j, "outcome", outcome_name(f->outcome));
	add_lines(j, "check", f->check);
	add_lines(j, "fix", f->fix);
	json_close(j);
}

static void add_fingerprint(struct json *j, const struct finding *f)
{
	struct buffer text = {0};
	parts_add_fingerprint(&text, f);
	json_open_object(j, "partialFingerprints");
	json_add_slice(j, "ipcdiag/v1", buffer_slice(&text));
	json_close(j);
	buffer_release(&text);
}

static void add_result(struct json *j, const struct finding *f, unsigned rule_index)
{
	const struct frame *source = parts_source(f);
	json_open_object(j, NULL);
	json_add_text(j, "ruleId", f->rule->id);
	json_add_number(j, "ruleIndex", rule_index);
	json_add_text(j, "level", levels[f->severity]);
	add_message(j, "message", f->message, f->cause);
	json_open_array(j, "locations");
	json_open_object(j, NULL);
	if (source)
		add_physical(j, source->file, source->line, NULL);
	else
		add_physical(j, f->file, f->line, f->text);
	add_process(j, f->process, f->pid);
	json_close(j);
	json_close(j);
	add_related(j, f);
	add_flow(j, f);
	add_fingerprint(j, f);
	json_add_count(j, "occurrenceCount", f->count ? f->count : 1);
	add_properties(j, f);
	json_close(j);
}

static void add_results(struct json *j, const struct report *r, const struct rule *const *rules, unsigned rule_count)
{
	json_open_array(j, "results");
	for (unsigned i = 0; i < r->finding_count && i < MAX_RESULTS; i++)
		add_result(j, r->findings[i], order_find_rule(rules, rule_count, r->findings[i]->rule));
	json_close(j);
}

/* --- the run --- */

static void add_notification(struct json *j, const struct report_note *note)
{
	json_open_object(j, NULL);
	json_add_text(j, "level", "note");
	add_message(j, "message", parts_note_sentence(note), NULL);
	if (note->file) {
		json_open_array(j, "locations");
		json_open_object(j, NULL);
		add_physical(j, note->file, note->first_line, NULL);
		json_close(j);
		json_close(j);
	}
	json_close(j);
}

static void add_left_out(struct json *j, const struct report *r)
{
	struct buffer text = {0};
	if (r->finding_count <= MAX_RESULTS)
		return;
	parts_add_counted(&text, r->finding_count - MAX_RESULTS, "finding");
	buffer_add_text(&text, " left out: a run holds 25000 results at most; the most severe are here");
	json_open_object(j, NULL);
	json_add_text(j, "level", "warning");
	add_message(j, "message", text.ptr, NULL);
	json_close(j);
	buffer_release(&text);
}

static void add_invocation(struct json *j, const struct report *r)
{
	json_open_array(j, "invocations");
	json_open_object(j, NULL);
	json_add_bool(j, "executionSuccessful", true);
	json_open_array(j, "toolExecutionNotifications");
	for (unsigned i = 0; i < r->input.note_count; i++)
		add_notification(j, &r->input.notes[i]);
	add_left_out(j, r);
	json_close(j);
	json_close(j);
	json_close(j);
}

static void write_end(struct buffer *out, const struct report *r)
{
	unsigned rule_count;
	const struct rule **rules = order_rules(r, &rule_count);
	struct json j = json_start(out, 5);
	json_open_object(&j, NULL);
	json_add_text(&j, "$schema",
		"https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json");
	json_add_text(&j, "version", "2.1.0");
	json_open_array(&j, "runs");
	json_open_object(&j, NULL);
	add_tool(&j, r, rules, rule_count);
	add_invocation(&j, r);
	json_add_text(&j, "columnKind", "utf16CodeUnits");
	add_results(&j, r, rules, rule_count);
	json_close(&j);
	json_close(&j);
	json_close(&j);
	buffer_add_char(out, '\n');
	free(rules);
}

const struct report_format report_sarif = {
	.name = "sarif",
	.about = "SARIF 2.1.0, for code scanning",
	.end = write_end,
};
