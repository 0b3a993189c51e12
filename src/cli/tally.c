#include "tally.h"

#include <stdlib.h>

#include <ipcdiag/engine.h>
#include <ipcdiag/memory.h>
#include <ipcdiag/world.h>

#include "analysis.h"
#include "finding_copy.h"

/* The counters of a report and the kinds of records that each takes in. */
static const struct {
	const char *name;
	enum record_kind kinds[5];
	unsigned kind_count;
} counters[] = {
	{"syscall", {RECORD_SYSCALL}, 1},
	{"unfinished", {RECORD_UNFINISHED}, 1},
	{"resumed", {RECORD_RESUMED}, 1},
	{"signal", {RECORD_SIGNAL}, 1},
	{"exit", {RECORD_EXIT}, 1},
	{"killed", {RECORD_KILLED}, 1},
	{"attach", {RECORD_ATTACH}, 1},
	{"continuation", {RECORD_CONTINUATION}, 1},
	{"other", {RECORD_SUPERSEDED, RECORD_PERSONALITY, RECORD_DIAG, RECORD_TABLE, RECORD_OUTPUT}, 5},
};

enum { COUNTERS = sizeof counters / sizeof *counters };

void tally_add_records(struct tally *t, const char *kind, uint64_t count)
{
	for (unsigned i = 0; i < COUNTERS; i++)
		if (strcmp(counters[i].name, kind) == 0)
			t->input.records[i].count += count;
}

void tally_add_file(struct tally *t, const char *name)
{
	t->files = memory_grow(t->files, &t->file_cap, t->file_count, sizeof *t->files);
	t->files[t->file_count++] = memory_copy(slice_of(name));
}

const char *tally_keep(struct tally *t, const char *text)
{
	if (t->name_count &&
		strcmp(t->names[t->name_count - 1], text) == 0) /* mostly the file's name, again and again */
		return t->names[t->name_count - 1];
	t->names = memory_grow(t->names, &t->name_cap, t->name_count, sizeof *t->names);
	return t->names[t->name_count++] = memory_copy(slice_of(text));
}

void tally_add_note(struct tally *t, const char *kind, uint64_t count, uint64_t first_line, const char *file)
{
	struct report_note note = {tally_keep(t, kind), count, first_line, NULL};
	note.file = tally_keep(t, file);
	t->notes = memory_grow(t->notes, &t->note_cap, t->note_count, sizeof *t->notes);
	t->notes[t->note_count++] = note;
}

void tally_add_finding(struct tally *t, struct finding *f)
{
	t->findings = memory_grow(t->findings, &t->finding_cap, t->finding_count, sizeof *t->findings);
	t->findings[t->finding_count++] = f;
}

static const struct rule *find_rule(const struct rule *const *rules, size_t count, const char *id)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(rules[i]->id, id) == 0)
			return rules[i];
	return NULL;
}

const struct rule *tally_rule(struct tally *t, const char *id, enum severity severity)
{
	unsigned count;
	const struct rule *const *rules = rules_builtin(&count);
	const struct rule *rule = find_rule(rules, count, id);
	if (!rule)
		rule = find_rule((const struct rule *const *)t->rules, t->rule_count, id);
	if (rule)
		return rule;
	struct rule *made = memory_alloc(sizeof *made);
	made->id = memory_copy(slice_of(id));
	made->title = made->about = made->id;
	made->severity = severity;
	t->rules = memory_grow(t->rules, &t->rule_cap, t->rule_count, sizeof *t->rules);
	return t->rules[t->rule_count++] = made;
}

static void add_counts(struct tally *t, const struct trace_stats *s)
{
	t->input.bytes += s->bytes;
	t->input.lines += s->lines;
	t->input.unparsed += s->unparsed;
	for (unsigned i = 0; i < COUNTERS; i++)
		for (unsigned k = 0; k < counters[i].kind_count; k++)
			t->input.records[i].count += s->records[counters[i].kinds[k]];
}

/* Our copy of a name that belongs to the trace; `likely` is ours as well, and mostly the one. */
static const char *own_name(const struct tally *t, size_t first_file, const char *likely, const char *name)
{
	if (strcmp(likely, name) == 0)
		return likely;
	for (size_t i = first_file; i < t->file_count; i++)
		if (strcmp(t->files[i], name) == 0)
			return t->files[i];
	return "?";
}

static void add_copy(struct tally *t, size_t first_file, const struct finding *original)
{
	struct finding *f = finding_copy_new(original);
	f->file_index += (uint32_t)first_file;
	f->file = t->files[f->file_index];
	for (unsigned i = 0; i < f->evidence_count; i++)
		f->evidence[i].file =
			own_name(t, first_file, i ? f->evidence[i - 1].file : f->file, f->evidence[i].file);
	tally_add_finding(t, f);
}

void tally_add(struct tally *t, const struct analysis *a)
{
	size_t first_file = t->file_count, note_count;
	for (uint32_t i = 0; i < trace_file_count(a->trace); i++)
		tally_add_file(t, trace_file_name(a->trace, i));
	add_counts(t, trace_statistics(a->trace));
	t->input.processes += world_process_count(a->world);
	t->input.threads += world_thread_count(a->world);
	const struct trace_note *notes = trace_notes(a->trace, &note_count);
	for (size_t i = 0; i < note_count; i++)
		tally_add_note(
			t, notes[i].kind, notes[i].count, notes[i].first_line, t->files[first_file + notes[i].file]);
	unsigned count;
	const struct finding *const *findings = engine_findings(a->engine, &count);
	for (unsigned i = 0; i < count; i++)
		add_copy(t, first_file, findings[i]);
	if (engine_dropped(a->engine) && t->file_count > first_file)
		tally_add_note(
			t, "more different findings than are kept", engine_dropped(a->engine), 1, t->files[first_file]);
}

const struct report_input *tally_input(struct tally *t)
{
	t->input.files = t->files;
	t->input.file_count = (unsigned)t->file_count;
	t->input.notes = t->notes;
	t->input.note_count = (unsigned)t->note_count;
	t->input.record_count = COUNTERS;
	for (unsigned i = 0; i < COUNTERS; i++)
		t->input.records[i].kind = counters[i].name;
	return &t->input;
}

static void free_texts(const char **texts, size_t count)
{
	for (size_t i = 0; i < count; i++)
		free((void *)texts[i]);
	free(texts);
}

void tally_release(struct tally *t)
{
	for (size_t i = 0; i < t->finding_count; i++)
		finding_copy_free(t->findings[i]);
	for (size_t i = 0; i < t->rule_count; i++) {
		free((void *)t->rules[i]->id);
		free(t->rules[i]);
	}
	free_texts(t->files, t->file_count);
	free_texts(t->names, t->name_count);
	free(t->findings);
	free(t->rules);
	free(t->notes);
	*t = (struct tally){0};
}
