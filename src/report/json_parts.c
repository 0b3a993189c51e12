#include "json_parts.h"

#include "report_parts.h"

static const char *const confidence_names[] = {
	[CONFIDENCE_POSSIBLE] = "possible", [CONFIDENCE_LIKELY] = "likely", [CONFIDENCE_CERTAIN] = "certain"};

void json_add_identity(struct json *j, const struct report *r)
{
	json_add_text(j, "schema", JSON_SCHEMA_NAME);
	json_open_object(j, "tool");
	json_add_text(j, "name", "ipcdiag");
	json_add_text(j, "version", r->version);
	json_close(j);
}

void json_add_files(struct json *j, const struct report_input *input)
{
	json_open_array(j, "files");
	for (unsigned i = 0; i < input->file_count; i++)
		json_add_text(j, NULL, input->files[i]);
	json_close(j);
}

static void add_notes(struct json *j, const struct report_input *input)
{
	json_open_array(j, "notes");
	for (unsigned i = 0; i < input->note_count; i++) {
		json_open_object(j, NULL);
		json_add_text(j, "kind", input->notes[i].kind);
		json_add_count(j, "count", input->notes[i].count);
		json_add_count(j, "first_line", input->notes[i].first_line);
		json_add_text(j, "file", input->notes[i].file);
		json_close(j);
	}
	json_close(j);
}

void json_add_input_counts(struct json *j, const struct report_input *input)
{
	json_add_count(j, "bytes", input->bytes);
	json_add_count(j, "lines", input->lines);
	json_open_object(j, "records");
	for (unsigned i = 0; i < input->record_count; i++)
		json_add_count(j, input->records[i].kind, input->records[i].count);
	json_close(j);
	json_add_count(j, "processes", input->processes);
	json_add_count(j, "threads", input->threads);
	json_add_count(j, "unparsed", input->unparsed);
	add_notes(j, input);
}

void json_add_severities(struct json *j, const struct report *r)
{
	json_add_count(j, severity_name(SEVERITY_ERROR), r->counts[SEVERITY_ERROR]);
	json_add_count(j, severity_name(SEVERITY_WARNING), r->counts[SEVERITY_WARNING]);
	json_add_count(j, severity_name(SEVERITY_NOTE), r->counts[SEVERITY_NOTE]);
}

static void add_known(struct json *j, const char *key, int64_t value)
{
	if (value < 0)
		json_add_null(j, key);
	else
		json_add_number(j, key, value);
}

void json_add_excerpt(struct json *j, const char *key, const char *text)
{
	struct buffer cut = {0};
	if (text)
		parts_add_excerpt(&cut, text);
	json_add_text(j, key, text ? buffer_slice(&cut).ptr : NULL);
	buffer_release(&cut);
}

static void add_frames(struct json *j, const struct frames *frames)
{
	const struct frame *own = frames_own(frames);
	if (!frames)
		return;
	json_open_array(j, "frames");
	for (unsigned i = 0; i < frames->count; i++) {
		const struct frame *x = &frames->list[i];
		json_open_object(j, NULL);
		json_add_text(j, "module", x->module);
		json_add_text(j, "function", x->function);
		json_add_count(j, "offset", x->offset);
		json_add_count(j, "address", x->address);
		json_add_text(j, "file", x->file);
		add_known(j, "line", x->line ? (int64_t)x->line : -1);
		json_add_bool(j, "own", x == own);
		json_close(j);
	}
	json_close(j);
}

static void add_source(struct json *j, const struct finding *f)
{
	const struct frame *own = parts_source(f);
	if (!own)
		return;
	json_open_object(j, "source");
	json_add_text(j, "file", own->file);
	json_add_count(j, "line", own->line);
	json_add_text(j, "function", own->function);
	json_close(j);
}

static void add_evidence(struct json *j, const struct finding *f)
{
	json_open_array(j, "evidence");
	for (unsigned i = 0; i < f->evidence_count; i++) {
		const struct evidence *e = &f->evidence[i];
		json_open_object(j, NULL);
		json_add_text(j, "file", e->file);
		json_add_count(j, "line", e->line);
		add_known(j, "pid", e->pid);
		json_add_text(j, "role", e->role);
		json_add_excerpt(j, "text", e->text);
		add_frames(j, e->frames);
		json_close(j);
	}
	json_close(j);
}

static void add_lines(struct json *j, const char *key, char *const *lines)
{
	json_open_array(j, key);
	for (unsigned i = 0; i < RULE_MAX_LINES && lines[i]; i++)
		json_add_text(j, NULL, lines[i]);
	json_close(j);
}

static void add_place(struct json *j, const struct finding *f)
{
	json_add_text(j, "file", f->file);
	json_add_count(j, "line", f->line);
	add_known(j, "pid", f->pid);
	json_add_text(j, "process", f->process);
	json_add_text(j, "time", f->time);
	json_add_text(j, "syscall", f->call);
	json_add_text(j, "errno", f->error);
	add_known(j, "fd", f->fd);
	json_add_text(j, "object", f->object);
}

static void add_places(struct json *j, const struct finding *f)
{
	json_add_count(j, "count", f->count);
	json_open_array(j, "lines");
	for (unsigned i = 0; i < f->line_count; i++)
		json_add_count(j, NULL, f->lines[i]);
	json_close(j);
	if (!f->input_count)
		return;
	json_open_array(j, "inputs");
	for (unsigned i = 0; i < f->input_count; i++)
		json_add_text(j, NULL, f->inputs[i]);
	json_close(j);
}

/* As text: JSON numbers lose digits beyond 2^53. */
static void add_fingerprint(struct json *j, const struct finding *f)
{
	struct buffer text = {0};
	parts_add_fingerprint(&text, f);
	json_add_slice(j, "fingerprint", buffer_slice(&text));
	buffer_release(&text);
}

void json_add_finding(struct json *j, const struct finding *f)
{
	json_add_text(j, "rule", f->rule->id);
	json_add_text(j, "severity", severity_name(f->severity));
	json_add_slice(j, "mechanism", parts_mechanism(f->rule));
	add_place(j, f);
	add_places(j, f);
	add_source(j, f);
	json_add_text(j, "message", f->message);
	json_add_text(j, "cause", f->cause);
	add_evidence(j, f);
	add_lines(j, "check", f->check);
	add_lines(j, "fix", f->fix);
	json_add_text(j, "why", f->why);
	json_add_text(j, "confidence", confidence_names[f->confidence]);
	json_add_text(j, "outcome", outcome_name(f->outcome));
	add_fingerprint(j, f);
}
