#include "session.h"

#include <stdlib.h>
#include <unistd.h>

#include <ipcdiag/memory.h>

#include "baseline.h"
#include "colour.h"
#include "say.h"
#include "signals.h"
#include "suppressions.h"
#include "watch.h"
#include <ipcdiag/suggest.h>

static const struct report_format *find_format(struct session *s, struct slice name)
{
	char *word = memory_copy(name);
	const struct report_format *format = report_format_find(word);
	if (!format) {
		struct suggestion best = suggestion_start(name);
		for (const struct report_format *const *f = report_formats; *f; f++)
			suggestion_offer(&best, (*f)->name);
		if (best.word)
			tell("there is no format '%s'; did you mean '%s'?", word, best.word);
		else
			tell("there is no format '%s'; 'ipcdiag --help' lists them", word);
		s->outcome.usage = true;
	}
	free(word);
	return format;
}

/* -o FMT:FILE */
static void open_extra(struct session *s, const char *value)
{
	struct slice all = slice_of(value);
	size_t colon = slice_find_char(all, ':', 0);
	if (colon == SIZE_MAX || colon + 1 == all.len) {
		tell("--output: '%s' is not of the form FMT:FILE, for example json:report.json", value);
		s->outcome.usage = true;
		return;
	}
	const struct report_format *format = find_format(s, slice_take(all, colon));
	if (!format)
		return;
	struct publisher *p = &s->publishers[s->publisher_count++];
	p->format = format;
	int error = output_open_file(&p->output, value + colon + 1);
	if (!error)
		return;
	tell("%s: cannot be written: %s", value + colon + 1, strerror(error));
	s->outcome.incomplete = true;
	output_discard(&p->output);
	s->publisher_count--;
}

static void open_reports(struct session *s)
{
	const struct setting_list *extras = &s->settings->outputs;
	s->publishers = memory_alloc((extras->count + 1) * sizeof *s->publishers);
	s->publishers[0].format =
		s->settings->gen_suppressions ? &suppressions_format : find_format(s, slice_of(s->settings->format));
	output_open_standard(&s->publishers[0].output, s->report_fd);
	s->publisher_count = 1;
	for (size_t i = 0; i < extras->count && !s->outcome.usage; i++)
		open_extra(s, extras->items[i].text);
}

bool session_open(struct session *s, const struct settings *settings, int report_fd)
{
	*s = (struct session){.settings = settings,
		.report_fd = report_fd,
		.outcome = {.findings_status = (int)settings->error_exitcode}};
	struct buffer error = {0};
	if (!selection_make(&s->rules, settings, &error) || !gate_open(&s->gate, settings, &error)) {
		tell("%s", error.ptr);
		s->outcome.usage = true;
	}
	buffer_release(&error);
	if (!s->outcome.usage)
		open_reports(s);
	return !s->outcome.usage;
}

static void take_hidden(struct report *r, const struct gate *g)
{
	r->hidden = g->hidden;
	r->hidden_rule_count = g->hidden_rule_count;
	memcpy(r->hidden_rules, g->hidden_rules, sizeof r->hidden_rules);
}

static struct report make_report(struct session *s, const struct publisher *p)
{
	bool terminal = p == s->publishers && isatty(s->report_fd);
	bool colour = colour_wanted((enum switch_mode)s->settings->color, terminal);
	struct report r = {.version = IPCDIAG_VERSION,
		.input = *tally_input(&s->tally),
		.counts = {s->gate.counts[0], s->gate.counts[1], s->gate.counts[2]},
		.findings = s->shown,
		.finding_count = s->shown_count,
		.rules = s->rules.rules,
		.rule_count = s->rules.count,
		.colour = colour && p == s->publishers,
		.hyperlinks = colour && terminal,
		.quiet = s->settings->quiet};
	take_hidden(&r, &s->gate);
	return r;
}

static void found_live(void *context, const struct finding *f)
{
	struct session *s = context;
	if (gate_shows(&s->gate, f))
		publisher_add(&s->publishers[0], &s->live, f);
}

static void idle_live(void *context)
{
	struct session *s = context;
	publisher_flush(&s->publishers[0]);
}

static void make_live(struct session *s, struct analysis *a, const char *const *shown)
{
	s->live = make_report(s, &s->publishers[0]);
	s->live.live = true;
	s->live.input.files = shown;
	s->live.input.file_count = 1;
	a->on_finding = found_live;
	a->on_idle = idle_live;
	a->context = s;
	for (size_t i = 0; i < s->tally.finding_count; i++) /* known before */
		found_live(s, s->tally.findings[i]);
}

void session_read(struct session *s, const char *path, const char *shown, bool live)
{
	struct analysis a;
	analysis_init(&a, s->settings, &s->rules);
	a.ours = s->tracer > 0;
	a.tracer = s->tracer;
	a.attached = s->attached;
	a.watch = s->watch;
	a.command = s->watch ? s->watch->command : 0;
	analysis_add(&a, path, shown);
	if (live && publisher_can_stream(&s->publishers[0]))
		make_live(s, &a, &shown);
	if (!a.incomplete)
		analysis_run(&a);
	s->outcome.incomplete |= a.incomplete | signals_tell_stopped();
	s->command_status = a.command_status;
	tally_add(&s->tally, &a);
	analysis_release(&a);
}

/* Counts all findings; keeps those to show, most severe first. */
static void sort_out(struct session *s)
{
	s->shown = memory_alloc((s->tally.finding_count + 1) * sizeof *s->shown);
	for (int severity = SEVERITY_ERROR; severity >= SEVERITY_NOTE; severity--)
		for (size_t i = 0; i < s->tally.finding_count; i++) {
			const struct finding *f = s->tally.findings[i];
			if ((int)f->severity != severity)
				continue;
			gate_count(&s->gate, f);
			if (gate_shows(&s->gate, f))
				s->shown[s->shown_count++] = f;
		}
	s->outcome.findings = s->gate.failed;
}

/* What is written down as known need not fail the run that does it. */
static void renew_baseline(struct session *s)
{
	const char *path = s->settings->write_baseline;
	if (!path || s->outcome.incomplete)
		return;
	int error = baseline_write(path, (const struct finding *const *)s->tally.findings, s->tally.finding_count);
	if (error) {
		tell("%s: cannot be written: %s", path, strerror(error));
		s->outcome.incomplete = true;
	}
	s->outcome.findings = false;
}

static void write_reports(struct session *s)
{
	for (size_t i = 0; i < s->publisher_count; i++) {
		struct publisher *p = &s->publishers[i];
		struct report r = make_report(s, p);
		r.live = i == 0 && s->live.live;
		char *path = memory_copy(slice_of(p->output.path));
		int error = publisher_end(p, &r);
		if (error) {
			tell("%s: cannot be written: %s", path, strerror(error));
			s->outcome.incomplete = true;
		}
		free(path);
	}
}

static void release(struct session *s)
{
	free(s->publishers);
	free(s->shown);
	tally_release(&s->tally);
	selection_release(&s->rules);
	gate_close(&s->gate);
}

void session_abandon(struct session *s)
{
	for (size_t i = 0; i < s->publisher_count; i++)
		output_discard(&s->publishers[i].output);
	release(s);
}

int session_close(struct session *s)
{
	if (s->outcome.usage) {
		session_abandon(s);
		return outcome_status(&s->outcome);
	}
	sort_out(s);
	write_reports(s);
	selection_tell_overruns(&s->rules);
	gate_tell_known(&s->gate, !s->outcome.incomplete);
	renew_baseline(s);
	release(s);
	return outcome_status(&s->outcome);
}
