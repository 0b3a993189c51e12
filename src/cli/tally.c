#include "tally.h"

#include <stdlib.h>

#include <ipcdiag/engine.h>
#include <ipcdiag/intern.h>
#include <ipcdiag/memory.h>
#include <ipcdiag/world.h>

#include "analysis.h"
#include "finding_copy.h"

/* The counters of spec/report.md and the kinds of records that each takes in. */
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

static void add_counts(struct report_input *in, const struct trace_stats *s)
{
	in->bytes += s->bytes;
	in->lines += s->lines;
	in->unparsed += s->unparsed;
	in->record_count = COUNTERS;
	for (unsigned i = 0; i < COUNTERS; i++) {
		in->records[i].kind = counters[i].name;
		for (unsigned k = 0; k < counters[i].kind_count; k++)
			in->records[i].count += s->records[counters[i].kinds[k]];
	}
}

static void add_notes(struct tally *t, const struct trace *trace, size_t first_file)
{
	size_t count;
	const struct trace_note *notes = trace_notes(trace, &count);
	for (size_t i = 0; i < count; i++) {
		t->notes = memory_grow(t->notes, &t->note_cap, t->note_count, sizeof *t->notes);
		t->notes[t->note_count++] = (struct report_note){.kind = intern(slice_of(notes[i].kind)),
								 .count = notes[i].count,
								 .first_line = notes[i].first_line,
								 .file = t->files[first_file + notes[i].file]};
	}
}

static void add_names(struct tally *t, const struct trace *trace)
{
	for (uint32_t i = 0; i < trace_file_count(trace); i++) {
		t->files = memory_grow(t->files, &t->file_cap, t->file_count, sizeof *t->files);
		t->files[t->file_count++] = memory_copy(slice_of(trace_file_name(trace, i)));
	}
}

/* Our copy of a name that belongs to the trace. */
static const char *own_name(const struct tally *t, size_t first_file, const char *name)
{
	for (size_t i = first_file; i < t->file_count; i++)
		if (strcmp(t->files[i], name) == 0)
			return t->files[i];
	return "?";
}

static void add_finding(struct tally *t, size_t first_file, const struct finding *original)
{
	struct finding *f = finding_copy_new(original);
	f->file_index += (uint32_t)first_file;
	f->file = t->files[f->file_index];
	for (unsigned i = 0; i < f->evidence_count; i++)
		f->evidence[i].file = own_name(t, first_file, f->evidence[i].file);
	t->findings = memory_grow(t->findings, &t->finding_cap, t->finding_count, sizeof *t->findings);
	t->findings[t->finding_count++] = f;
}

void tally_add(struct tally *t, const struct analysis *a)
{
	size_t first_file = t->file_count;
	add_names(t, a->trace);
	add_counts(&t->input, trace_statistics(a->trace));
	t->input.processes += world_process_count(a->world);
	t->input.threads += world_thread_count(a->world);
	add_notes(t, a->trace, first_file);
	unsigned count;
	const struct finding *const *findings = engine_findings(a->engine, &count);
	for (unsigned i = 0; i < count; i++)
		add_finding(t, first_file, findings[i]);
}

const struct report_input *tally_input(struct tally *t)
{
	t->input.files = t->files;
	t->input.file_count = (unsigned)t->file_count;
	t->input.notes = t->notes;
	t->input.note_count = (unsigned)t->note_count;
	return &t->input;
}

void tally_release(struct tally *t)
{
	for (size_t i = 0; i < t->finding_count; i++)
		finding_copy_free(t->findings[i]);
	for (size_t i = 0; i < t->file_count; i++)
		free((void *)t->files[i]);
	free(t->findings);
	free(t->files);
	free(t->notes);
	*t = (struct tally){0};
}
