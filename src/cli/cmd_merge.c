/* ipcdiag merge: many reports into one, the gate applied once. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <jansson.h>

#include <ipcdiag/memory.h>

#include "command.h"
#include "finding_json.h"
#include "say.h"
#include "options.h"
#include "session.h"

struct merge {
	struct session session;
	const char *path;      /* the report that is read */
	uint64_t begun, ended; /* input and summary lines in it */
	uint64_t summed[3];    /* what the summaries say, and what was there to see */
	uint64_t seen[3];
};

static const char *const severities[] = {
	[SEVERITY_NOTE] = "note", [SEVERITY_WARNING] = "warning", [SEVERITY_ERROR] = "error"};

static void complain(struct merge *m, const char *what, const char *detail)
{
	tell("%s: %s%s", m->path, what, detail);
	m->session.outcome.incomplete = true;
}

static uint64_t count_of(const json_t *object, const char *key)
{
	json_int_t value = json_integer_value(json_object_get(object, key));
	return value > 0 ? (uint64_t)value : 0;
}

static void take_finding(struct merge *m, const json_t *object)
{
	const char *missing;
	struct finding *f = finding_from_json(object, &m->session.tally, &missing);
	if (!f) {
		complain(m, "a finding without ", missing);
		return;
	}
	m->seen[f->severity]++;
	tally_add_finding(&m->session.tally, f);
}

static void take_counts(struct merge *m, const json_t *input, const json_t *summary)
{
	struct tally *t = &m->session.tally;
	const json_t *files = json_object_get(input, "files"), *notes = json_object_get(input, "notes");
	for (size_t i = 0; i < json_array_size(files); i++) {
		const char *name = json_string_value(json_array_get(files, i));
		if (name)
			tally_add_file(t, name);
	}
	t->input.bytes += count_of(input, "bytes");
	t->input.lines += count_of(input, "lines");
	t->input.processes += count_of(input, "processes");
	t->input.threads += count_of(input, "threads");
	t->input.unparsed += count_of(input, "unparsed");
	const char *kind;
	json_t *value;
	json_object_foreach(json_object_get(input, "records"), kind, value) tally_add_records(t, kind,
		json_is_integer(value) && json_integer_value(value) > 0 ? (uint64_t)json_integer_value(value) : 0);
	for (size_t i = 0; i < json_array_size(notes); i++) {
		const json_t *note = json_array_get(notes, i);
		const char *text = json_string_value(json_object_get(note, "kind")),
			   *file = json_string_value(json_object_get(note, "file"));
		if (text)
			tally_add_note(
				t, text, count_of(note, "count"), count_of(note, "first_line"), file ? file : "?");
	}
	for (int s = SEVERITY_NOTE; s <= SEVERITY_ERROR; s++)
		m->summed[s] += count_of(summary, severities[s]);
	m->ended++;
}

/* A line of jsonl, or a whole json report. */
static void take_value(struct merge *m, const json_t *value)
{
	const char *type = json_string_value(json_object_get(value, "type"));
	const json_t *findings = json_object_get(value, "findings");
	if (type && strcmp(type, "input") == 0) {
		m->begun++;
	} else if (type && strcmp(type, "finding") == 0) {
		take_finding(m, value);
	} else if (type && strcmp(type, "summary") == 0) {
		take_counts(m, value, value);
	} else if (json_is_array(findings)) {
		m->begun++;
		for (size_t i = 0; i < json_array_size(findings); i++)
			take_finding(m, json_array_get(findings, i));
		take_counts(m, json_object_get(value, "input"), json_object_get(value, "summary"));
	} else {
		complain(m, "a JSON value that is no part of a report", "");
	}
}

/* Nothing but blanks left? */
static bool at_end(FILE *in)
{
	int c;
	do
		c = getc(in);
	while (c == ' ' || c == '\n' || c == '\t' || c == '\r');
	if (c != EOF)
		ungetc(c, in);
	return c == EOF;
}

/* Reads to the end of the line, to go on behind what could not be read. */
static void skip_line(FILE *in)
{
	for (int c = getc(in); c != EOF && c != '\n';)
		c = getc(in);
}

static void read_report(struct merge *m, FILE *in)
{
	json_error_t problem;
	m->begun = m->ended = 0;
	uint64_t before = m->session.tally.finding_count;
	while (!at_end(in)) {
		json_t *value = json_loadf(in, JSON_DISABLE_EOF_CHECK, &problem);
		if (value) {
			take_value(m, value);
		} else {
			complain(m, "no JSON: ", problem.text);
			skip_line(in);
		}
		json_decref(value);
	}
	if (ferror(in))
		complain(m, "cannot be read: ", strerror(errno));
	else if (m->begun > m->ended)
		complain(m, "a summary is missing: a run did not come to its end", "");
	else if (m->ended == 0 && m->session.tally.finding_count == before)
		complain(m, "this is no report: write one with --format=jsonl", "");
}

static void read_path(struct merge *m, const char *path)
{
	bool is_stdin = strcmp(path, "-") == 0;
	FILE *in = is_stdin ? stdin : fopen(path, "re");
	m->path = is_stdin ? "<stdin>" : path;
	if (!in) {
		complain(m, strerror(errno), "");
		return;
	}
	read_report(m, in);
	if (!is_stdin)
		fclose(in);
}

/* What the runs counted and did not print stays hidden here. */
static void add_hidden(struct merge *m)
{
	struct gate *g = &m->session.gate;
	for (int s = SEVERITY_NOTE; s <= SEVERITY_ERROR; s++) {
		uint64_t hidden = m->summed[s] > m->seen[s] ? m->summed[s] - m->seen[s] : 0;
		g->counts[s] += hidden;
		g->hidden += hidden;
	}
}

static int merge(struct settings *settings, char **operands)
{
	static char *standard_input[] = {"-", NULL};
	struct merge m = {0};
	if (session_open(&m.session, settings, STDOUT_FILENO)) {
		for (char **path = operands[0] ? operands : standard_input; *path; path++)
			read_path(&m, *path);
		add_hidden(&m);
		tally_fold(&m.session.tally);
	}
	return session_close(&m.session);
}

const struct command command_merge = {
	.name = "merge",
	.operands = "[REPORT]...",
	.about = "join reports (jsonl or json) into one, equal findings as one with a count, and apply the gate once",
	.groups = GROUP_OUTPUT | GROUP_GATE | GROUP_GENERAL,
	.reads_input = true,
	.run = merge,
};
