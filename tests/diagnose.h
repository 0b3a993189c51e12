/* All findings of a trace as text: the fast way, with texts that come again kept (event/digest.c) and the first halves
 * of calls put off (state/deferred.c), or the plain way, with every record read, decoded and applied at once. */
#ifndef TESTS_DIAGNOSE_H
#define TESTS_DIAGNOSE_H

#include <inttypes.h>

#include <ipcdiag/engine.h>
#include <ipcdiag/event.h>
#include <ipcdiag/intern.h>
#include <ipcdiag/trace.h>
#include <ipcdiag/world.h>

static const char *diagnose_name_of(void *context, uint32_t file)
{
	return trace_file_name(context, file);
}

/* Tests of the model set this: called after each event. */
static void (*diagnose_check)(const struct world *w);

/* Tests of findings set this: called for each. */
static void (*diagnose_found)(const struct finding *f);

static void diagnose_feed(struct world *w, struct trace *t, bool fast)
{
	struct record r;
	struct event e;
	if (fast)
		trace_number_texts(t);
	for (int got; (got = trace_next(t, &r));) {
		if (got < 0)
			continue;
		if (fast)
			world_take(w, &r);
		else if (event_decode(&r, &e))
			world_apply(w, &e);
		if (diagnose_check)
			diagnose_check(w);
	}
	world_finish(w);
}

static void diagnose_write(struct buffer *out, const struct finding *f)
{
	buffer_add_format(out, "%s %d %d %" PRIu64 " x%" PRIu64 " %016" PRIx64 " %s | %s | %s\n", f->rule->id,
		(int)f->severity, (int)f->confidence, f->line, f->count, f->fingerprint, f->message,
		f->cause ? f->cause : "", f->text ? f->text : "");
	for (unsigned i = 0; i < f->evidence_count; i++)
		buffer_add_format(out, "  %" PRIu64 " %" PRId64 " %s | %s\n", f->evidence[i].line, f->evidence[i].pid,
			f->evidence[i].role, f->evidence[i].text ? f->evidence[i].text : "");
}

/* `t` asks event_wants; it is read to its end and freed. */
static void diagnose(struct trace *t, bool fast, struct buffer *out)
{
	unsigned count, rules;
	struct world *w = world_new(&(struct world_options){0});
	const struct rule *const *builtin = rules_builtin(&rules);
	struct engine *e = engine_new(
		&(struct engine_options){
			.rules = builtin, .rule_count = rules, .file_name = diagnose_name_of, .file_context = t},
		w);
	diagnose_feed(w, t, fast);
	engine_finish(e);
	const struct finding *const *findings = engine_findings(e, &count);
	buffer_add_text(out, "");
	for (unsigned i = 0; i < count; i++) {
		diagnose_write(out, findings[i]);
		if (diagnose_found)
			diagnose_found(findings[i]);
	}
	engine_free(e);
	world_free(w);
	trace_free(t);
	intern_release();
}

#endif
