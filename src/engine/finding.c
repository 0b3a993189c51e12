/* What rules may do with a finding. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include <ipcdiag/text.h>

#include "engine_parts.h"
#include "template.h"

/* --- facts --- */

static struct facts *facts_of(const struct finding *f)
{
	if (f->work->untold)
		new_finding_tell((struct finding *)f); /* the facts are const only from outside */
	return &f->work->facts;
}

void finding_set(struct finding *f, const char *name, struct slice value)
{
	facts_set(facts_of(f), slice_of(name), value, FACT_LENGTH);
}

void finding_set_text(struct finding *f, const char *name, const char *value)
{
	finding_set(f, name, slice_of(value));
}

void finding_set_number(struct finding *f, const char *name, int64_t value)
{
	char text[24];
	int n = snprintf(text, sizeof text, "%" PRId64, value);
	finding_set(f, name, (struct slice){text, (size_t)n});
}

void finding_set_from(struct finding *f, const char *name, const char *template)
{
	struct buffer text = {0};
	if (template_fill(&text, facts_of(f), template, FILL_RAW))
		set_sentence(f, name, buffer_slice(&text));
	else
		finding_set(f, name, SLICE(""));
	buffer_release(&text);
}

const char *finding_get(const struct finding *f, const char *name)
{
	const struct fact *fact = facts_get(facts_of(f), slice_of(name));
	return fact ? fact->value : NULL;
}

void set_sentence(struct finding *f, const char *name, struct slice text)
{
	facts_set(facts_of(f), slice_of(name), text, FACT_SENTENCE);
}

void set_joined(struct finding *f, const char *prefix, const char *suffix, struct slice text)
{
	char name[FACT_NAME];
	snprintf(name, sizeof name, "%s%s", prefix, suffix);
	set_sentence(f, name, text);
}

/* --- texts --- */

void finding_say_message(struct finding *f, const char *template)
{
	f->work->message = template;
}

void finding_say_cause(struct finding *f, const char *template)
{
	f->work->cause = template;
}

void finding_say_why(struct finding *f, const char *template)
{
	f->work->why = template;
}

void finding_add_check(struct finding *f, const char *template)
{
	if (f->work->check_count < RULE_MAX_LINES)
		f->work->check[f->work->check_count++] = template;
}

void finding_add_fix(struct finding *f, const char *template)
{
	if (f->work->fix_count < RULE_MAX_LINES)
		f->work->fix[f->work->fix_count++] = template;
}

/* --- evidence --- */

static bool is_proof(const struct finding_work *w, const struct step *s)
{
	for (unsigned i = 0; i < w->proof_count; i++)
		if (w->proofs[i].step->line == s->line && w->proofs[i].step->file == s->file)
			return true;
	return false;
}

void evidence_add(struct finding *f, struct step *step, struct slice role)
{
	struct finding_work *w = f->work;
	if (!step || w->proof_count >= PROOFS_MAX || is_proof(w, step))
		return;
	struct buffer text = {0};
	text_add_visible(&text, role);
	w->proofs[w->proof_count++] = (struct proof){step_take(step), facts_keep(&w->facts, buffer_slice(&text))};
	buffer_release(&text);
}

void finding_add_evidence(struct finding *f, struct step *step, const char *role)
{
	struct buffer text = {0};
	template_fill(&text, facts_of(f), role, FILL_PROSE);
	evidence_add(f, step, buffer_slice(&text));
	buffer_release(&text);
}

const char *file_name_of(const struct engine *e, uint32_t file)
{
	const char *name = e->options.file_name ? e->options.file_name(e->options.file_context, file) : NULL;
	return name ? name : "?";
}

void place_add(struct buffer *out, const struct finding *f, const struct step *s)
{
	if (s->file == f->file_index)
		buffer_add_format(out, "line %" PRIu64, s->line);
	else
		buffer_add_format(out, "%s:%" PRIu64, file_name_of(f->work->engine, s->file), s->line);
}

struct slice step_call(const struct step *s)
{
	struct slice text = step_text(s), resumed = SLICE("<... ");
	if (slice_starts(text, resumed))
		text = slice_skip(text, resumed.len);
	size_t n = 0;
	while (n < text.len && text.ptr[n] != '(' && text.ptr[n] != ' ')
		n++;
	return slice_take(text, n);
}

/* --- the model --- */

struct process *finding_process(const struct finding *f)
{
	return f->work->process;
}

struct channel *finding_channel(const struct finding *f)
{
	return f->work->channel;
}

struct open_file *finding_file(const struct finding *f)
{
	return f->work->file;
}

struct segment *finding_segment(const struct finding *f)
{
	return f->work->segment;
}

const struct endpoint_address *finding_address(const struct finding *f)
{
	return f->work->address.family == FAMILY_NONE ? NULL : &f->work->address;
}

struct step *finding_step(const struct finding *f)
{
	return f->work->first;
}

struct step *finding_last_step(const struct finding *f)
{
	return f->work->last;
}

bool finding_recovered(const struct finding *f, struct step **step, bool *same_object)
{
	const struct retry *r = &f->work->recovery;
	if (step)
		*step = r->step;
	if (same_object)
		*same_object = r->step && r->same_object;
	return r->step != NULL;
}

void finding_deny_recovery(struct finding *f)
{
	if (!f->work->recovery.step)
		return;
	step_set(&f->work->recovery.step, NULL);
	finding_set_text(f, "recovered_line", NULL);
	f->severity = f->rule->severity;
}

void finding_keep_severity(struct finding *f)
{
	f->work->keeps_severity = true;
}

void finding_cancel(struct finding *f)
{
	f->work->cancelled = true;
}

/* --- notes from examine to settle --- */

int64_t finding_memo(const struct finding *f, unsigned i)
{
	return i < FINDING_MEMOS ? f->work->memos[i] : 0;
}

void finding_set_memo(struct finding *f, unsigned i, int64_t value)
{
	if (i < FINDING_MEMOS)
		f->work->memos[i] = value;
}

struct step *finding_kept_step(const struct finding *f, unsigned i)
{
	return i < FINDING_MEMOS ? f->work->kept_steps[i] : NULL;
}

void finding_keep_step(struct finding *f, unsigned i, struct step *step)
{
	if (i < FINDING_MEMOS)
		step_set(&f->work->kept_steps[i], step);
}

struct process *finding_kept_process(const struct finding *f, unsigned i)
{
	return i < FINDING_MEMOS ? f->work->kept_processes[i] : NULL;
}

void finding_keep_process(struct finding *f, unsigned i, struct process *process)
{
	if (i >= FINDING_MEMOS)
		return;
	struct process *old = f->work->kept_processes[i];
	f->work->kept_processes[i] = process_take(process);
	process_drop(old);
}
