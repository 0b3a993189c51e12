#include "analysis.h"

#include <signal.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include <ipcdiag/engine.h>
#include <ipcdiag/event.h>
#include <ipcdiag/live.h>
#include <ipcdiag/memory.h>
#include <ipcdiag/source.h>
#include <ipcdiag/world.h>

#include "say.h"
#include "pipeline.h"
#include "redact.h"
#include "selection.h"
#include "settings.h"
#include "signals.h"
#include "watch.h"

static const char *file_name(void *context, uint32_t file)
{
	return trace_file_name(context, file);
}

static bool is_ready(void *context, const struct record *r)
{
	struct event e;
	return !event_decode(r, &e) || world_may_happen(context, &e);
}

/* --pass-through: the traced program's own text goes where it would have gone. */
static void pass_through(void *context, struct slice line)
{
	(void)context;
	static const char end = '\n';
	struct buffer text = {0};
	buffer_add(&text, line);
	buffer_add_char(&text, end);
	ssize_t written = write(STDERR_FILENO, text.ptr, text.len);
	(void)written;
	buffer_release(&text);
}

static double seconds_now(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* How long nothing has come. */
static double quiet_time(struct analysis *a)
{
	double now = seconds_now();
	if (a->records != a->idle_records)
		a->idle_since = now;
	a->idle_records = a->records;
	return now - a->idle_since;
}

/* While records keep coming the clock is looked at once in so many. */
static void tick(struct analysis *a)
{
	enum { RECORDS = 256 };
	if (++a->records % RECORDS)
		return;
	if (a->on_finding)
		engine_tick(a->engine);
	if (a->watch)
		watch_look(a->watch, 0);
}

static void idle(void *context)
{
	struct analysis *a = context;
	double quiet = a->on_finding || a->watch ? quiet_time(a) : 0;
	if (a->on_finding) {
		world_idle(a->world, quiet);
		engine_tick(a->engine);
	}
	if (a->on_idle)
		a->on_idle(a->context);
	if (a->watch)
		watch_look(a->watch, quiet);
}

/* "+++ exited with 3 +++", "+++ killed by SIGTERM +++" */
static void note_end(struct analysis *a, const struct record *r)
{
	int64_t status = 0;
	if (r->task != a->command)
		return;
	if (a->watch)
		a->watch->over = true;
	if (r->kind == RECORD_EXIT && slice_number(r->ret, &status))
		a->command_status = (int)status;
	for (int number = 1; r->kind == RECORD_KILLED && number < NSIG; number++) {
		const char *name = sigabbrev_np(number);
		if (name && slice_is(slice_skip(r->name, strlen("SIG")), name))
			a->command_status = 128 + number;
	}
}

static void settled(void *context, const struct finding *f)
{
	const struct analysis *a = context;
	if (a->on_finding)
		a->on_finding(a->context, f);
}

void analysis_init_model(struct analysis *a, const struct settings *settings)
{
	*a = (struct analysis){.trace = trace_new(event_wants),
		.redact = settings->redact,
		.progress = {.percent = -1},
		.command_status = -1};
	a->world = world_new(&(struct world_options){
		.stall = settings->stall, .leak_threshold = (unsigned)settings->leak_threshold});
	trace_on_ready(a->trace, is_ready, a->world);
	trace_on_idle(a->trace, idle, a);
	a->mixed = settings->pass_through;
	if (a->mixed)
		trace_on_foreign(a->trace, pass_through, NULL);
}

static void locate(void *context, struct frames *f)
{
	source_resolve(context, f);
}

static void open_source(struct analysis *a, const struct setting_list *roots)
{
	a->roots = memory_alloc((roots->count + 1) * sizeof *a->roots);
	for (size_t i = 0; i < roots->count; i++)
		a->roots[i] = roots->items[i].text;
	a->source = source_new(a->roots, (unsigned)roots->count);
}

void analysis_init(struct analysis *a, const struct settings *settings, const struct selection *rules)
{
	analysis_init_model(a, settings);
	open_source(a, &settings->source_roots);
	a->engine = engine_new(&(struct engine_options){.rules = rules->rules,
				       .rule_count = rules->count,
				       .file_name = file_name,
				       .file_context = a->trace,
				       .weigh = selection_weigh,
				       .weigh_context = rules,
				       .locate = locate,
				       .locate_context = a->source},
		a->world);
}

void analysis_add(struct analysis *a, const char *path, const char *shown)
{
	const char *error = NULL;
	int number = trace_add_input(a->trace, path, shown, &error);
	if (!number)
		return;
	tell("%s: %s", shown, error ? error : strerror(number));
	a->incomplete = true;
}

static int next_record(struct analysis *a, struct pipeline *reader, struct record *own, const struct record **record)
{
	uint64_t bytes;
	int got;
	if (reader) {
		got = pipeline_next(reader, record, &bytes);
	} else {
		got = trace_next(a->trace, own);
		bytes = trace_statistics(a->trace)->bytes;
		if (got > 0 && a->redact)
			redact_record(own, &a->scratch);
		*record = own;
	}
	progress_tick(&a->progress, bytes);
	return got;
}

static void read_records(struct analysis *a)
{
	struct record own;
	const struct record *record;
	if (!a->redact && !a->brief)
		trace_number_texts(a->trace);
	struct pipeline *reader = a->ahead && !a->redact && !a->on_finding ? pipeline_start(a->trace) : NULL;
	int got;
	while (!signals_stopped() && (got = next_record(a, reader, &own, &record)) != 0) {
		if (got < 0) {
			tell("%s", trace_error(a->trace));
			a->incomplete = true;
			continue;
		}
		if (a->command && (record->kind == RECORD_EXIT || record->kind == RECORD_KILLED))
			note_end(a, record);
		world_take(a->world, record);
		tick(a);
	}
	pipeline_stop(reader);
	progress_end(&a->progress);
}

/* Looks for what the trace does not show. Findings by the thousand are all of one kind: the first ones will do. */
static bool look(void *context, const struct finding *f, struct buffer *sentence)
{
	enum { LOOKS_MAX = 50 };
	struct analysis *a = context;
	const char *id = finding_get(f, "set_id");
	if (a->looks++ >= LOOKS_MAX)
		return false;
	return live_answer(&(struct live_question){.rule = f->rule->id,
				   .error = f->error,
				   .address = finding_get(f, "address"),
				   .path = finding_get(f, "path"),
				   .key = finding_get(f, "key"),
				   .id = id ? id : finding_get(f, "id"),
				   .pid = f->pid,
				   .fd = f->fd,
				   .tracer = a->attached ? 0 : a->tracer,
				   .redact = a->redact},
		sentence);
}

void analysis_run(struct analysis *a)
{
	a->idle_since = seconds_now();
	if (a->engine && a->ours)
		engine_on_new(a->engine, look, a);
	if (a->on_finding) /* whoever watches gets findings early; else they wait for all there is to know */
		engine_on_settled(a->engine, settled, a);
	if (a->engine)
		engine_set_live(a->engine, a->on_finding != NULL);
	read_records(a);
	world_finish(a->world);
	if (a->engine)
		engine_finish(a->engine);
	if (signals_stopped()) {
		a->incomplete = true;
	} else if (a->ours && !trace_statistics(a->trace)->lines) {
		tell("strace wrote nothing: it could not trace, or nothing happened");
		a->incomplete = true;
	} else if (!a->incomplete && !analysis_judge_input(a->trace, a->mixed)) {
		a->incomplete = true;
	}
}

void analysis_release(struct analysis *a)
{
	if (a->engine)
		engine_free(a->engine);
	world_free(a->world);
	trace_free(a->trace);
	source_free(a->source);
	free(a->roots);
	buffer_release(&a->scratch);
	*a = (struct analysis){0};
}
