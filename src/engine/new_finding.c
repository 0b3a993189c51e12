/* A draft: the finding that a change would make, with the facts that every finding has. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include <ipcdiag/explain.h>
#include <ipcdiag/intern.h>
#include <ipcdiag/memory.h>

#include "identity.h"
#include "engine_parts.h"

/* --- facts --- */

static void set_described(struct finding *f, const char *name, struct buffer *text)
{
	finding_set(f, name, buffer_slice(text));
	buffer_clear(text);
}

static void set_process_facts(struct finding *f, const struct change *c, struct buffer *text)
{
	if (c->process) {
		process_describe(c->process, text);
		set_described(f, "process", text);
	}
	finding_set_text(f, "name", f->process);
	if (f->pid >= 0)
		finding_set_number(f, "pid", f->pid);
	else
		finding_set_text(f, "pid_hint", "PID: the number of this process; the trace does not tell it");
}

static void set_call_facts(struct finding *f, const struct change *c)
{
	finding_set_text(f, "call", f->call);
	finding_set_text(f, "errno", f->error);
	if (f->file && f->file[0] != '<') /* "<stdin>" is no file to look at */
		finding_set_text(f, "file", f->file);
	finding_set_number(f, "line", (int64_t)f->line);
	if (f->fd >= 0)
		finding_set_number(f, "fd", f->fd);
	if (c->kind == CHANGE_SIGNAL && c->event)
		finding_set(f, "signal", c->event->signal);
}

static void set_key_facts(struct finding *f, const struct change *c)
{
	bool known;
	int64_t key = identity_key(c, &known), id = identity_id(c);
	char text[24];
	int n = snprintf(text, sizeof text, "0x%" PRIx64, (uint64_t)key & UINT32_MAX);
	if (known)
		finding_set(f, "key", key ? (struct slice){text, (size_t)n} : SLICE("IPC_PRIVATE"));
	if (id >= 0)
		finding_set_number(f, "id", id);
	if (c->event && c->kind == CHANGE_CALL && c->event->size >= 0)
		finding_set_number(f, "size", c->event->size);
	else if (c->segment && c->segment->size >= 0)
		finding_set_number(f, "size", c->segment->size);
}

static void add_numbered(struct buffer *text, const char *what, const struct finding *f)
{
	const char *key = finding_get(f, "key"), *id = finding_get(f, "id");
	buffer_add_text(text, what);
	if (id)
		buffer_add_format(text, " %s", id);
	if (key)
		buffer_add_format(text, " (key %s)", key);
}

static void describe_object(struct finding *f, const struct change *c, struct buffer *text)
{
	const char *name = finding_get(f, "address");
	name = name ? name : finding_get(f, "path");
	if (c->channel)
		channel_describe(c->channel, text);
	else if (name)
		buffer_add_text(text, name);
	else if (c->segment)
		add_numbered(text, "the shared memory segment", f);
	else if (c->semset)
		add_numbered(text, "the semaphore set", f);
	else if (c->queue)
		add_numbered(text, "the message queue", f);
	else if (finding_get(f, "key"))
		buffer_add_format(text, "key %s", finding_get(f, "key"));
	else if (c->object != OBJECT_UNKNOWN && c->object != OBJECT_OTHER && c->file)
		buffer_add_format(text, "the %s", object_name(c->object));
}

static void set_socket_facts(struct finding *f, const struct event *e)
{
	if (!e || (e->kind != EVENT_SOCKET && e->kind != EVENT_SOCKETPAIR))
		return;
	finding_set(f, "family", e->domain);
	finding_set(f, "type", e->type);
	finding_set(f, "protocol", e->protocol);
	finding_set_from(f, "object", "{family} {type}<< {protocol}>> socket");
}

static void set_facts(struct finding *f, const struct change *c)
{
	struct buffer text = {0};
	set_process_facts(f, c, &text);
	set_call_facts(f, c);
	explain_address(f, finding_address(f));
	if (!finding_get(f, "path"))
		finding_set(f, "path", identity_path(c));
	set_key_facts(f, c);
	describe_object(f, c, &text);
	set_described(f, "object", &text);
	set_socket_facts(f, c->event);
	buffer_release(&text);
}

/* --- the draft --- */

static struct step *position(const struct change *c)
{
	if (c->step || !c->process)
		return c->step ? c->step : c->segment ? c->segment->made : c->channel ? c->channel->made : NULL;
	return c->process->end_step ? c->process->end_step : c->process->born;
}

static struct entry *new_draft(struct engine *e)
{
	struct entry *d = e->draft;
	e->draft = NULL;
	if (!d) {
		d = memory_alloc(sizeof *d);
		d->finding.work = memory_alloc(sizeof *d->finding.work);
	}
	d->finding.work->engine = e;
	return d;
}

static void take_references(struct finding_work *w, const struct change *c, struct step *s)
{
	w->process = process_take(c->process);
	w->channel = channel_take(c->channel);
	w->file = open_file_take(c->file);
	w->segment = segment_take(c->segment);
	w->first = step_take(s);
	w->last = step_take(s);
	w->change = c->kind;
	w->injected = c->event && c->kind == CHANGE_CALL && c->event->injected;
	identity_address(c, &w->address);
}

/* What is left behind is told with the call that made it. */
static const char *name_of_call(const struct change *c, const struct step *s)
{
	struct slice call = c->kind == CHANGE_LEFT && !c->call ? step_call(s) : slice_of(c->call);
	return call.len ? intern(call) : NULL;
}

static void set_position(struct finding *f, const struct change *c, const struct step *s)
{
	const char *program = c->process && c->process->name ? c->process->name : s->name;
	f->file_index = s->file;
	f->file = file_name_of(f->work->engine, s->file);
	f->line = s->line;
	f->pid = s->pid >= 0 || !c->process ? s->pid : c->process->pid;
	f->process = program ? intern(slice_of(program)) : NULL;
	f->call = name_of_call(c, s);
	f->error = c->error ? errno_name(c->error) : NULL;
	f->fd = c->fd;
	f->count = f->line_count = 1;
	f->lines[0] = s->line;
}

static void set_kind(struct entry *d, const struct change *c)
{
	d->blocked = c->kind == CHANGE_BLOCKED;
	d->ring = d->blocked && c->wait && c->wait->verdict == VERDICT_CYCLE;
	d->channel = c->channel ? c->channel->number + 1 : 0;
	d->process = c->process ? c->process->pid : NO_PROCESS;
}

struct entry *new_finding_begin(struct engine *e, const struct rule *rule, const struct change *c)
{
	struct step *s = position(c);
	if (!s)
		return NULL;
	struct entry *d = new_draft(e);
	struct finding *f = &d->finding;
	f->rule = rule;
	f->severity = rule->severity;
	f->confidence = CONFIDENCE_CERTAIN;
	take_references(f->work, c, s);
	set_kind(d, c);
	set_position(f, c, s);
	f->work->untold = c;
	return d;
}

/* Most rules turn most changes down before they look at a fact. */
void new_finding_tell(struct finding *f)
{
	const struct change *c = f->work->untold;
	f->work->untold = NULL;
	if (c)
		set_facts(f, c);
}

static void drop_references(struct finding_work *w)
{
	process_drop(w->process);
	channel_drop(w->channel);
	open_file_drop(w->file);
	segment_drop(w->segment);
	step_drop(w->first);
	step_drop(w->last);
	step_drop(w->recovery.step);
	step_drop(w->harm.said);
	step_drop(w->harm.passed_on);
	step_drop(w->harm.went_on_with);
	for (unsigned i = 0; i < w->proof_count; i++)
		step_drop(w->proofs[i].step);
	for (unsigned i = 0; i < FINDING_MEMOS; i++) {
		step_drop(w->kept_steps[i]);
		process_drop(w->kept_processes[i]);
	}
	free(w->address.path);
	free(w->identity);
	free(w->service);
	free(w->seen);
}

void work_free(struct finding *f)
{
	drop_references(f->work);
	facts_release(&f->work->facts);
	free(f->work);
	f->work = NULL;
}

/* Its memory serves the next draft. */
void new_finding_discard(struct engine *e, struct entry *d)
{
	struct finding_work *w = d->finding.work;
	struct facts facts = w->facts;
	facts_clear(&facts);
	drop_references(w);
	*w = (struct finding_work){.facts = facts};
	*d = (struct entry){.finding.work = w};
	e->draft = d;
}

static void free_lines(char **lines)
{
	for (int i = 0; i < RULE_MAX_LINES; i++)
		free(lines[i]);
}

void entry_free(struct entry *x)
{
	struct finding *f = &x->finding;
	if (f->work)
		work_free(f);
	free(f->time);
	free(f->object);
	free(f->text);
	free(f->message);
	free(f->cause);
	free(f->why);
	free_lines(f->check);
	free_lines(f->fix);
	for (unsigned i = 0; i < f->evidence_count; i++) {
		free(f->evidence[i].role);
		free(f->evidence[i].text);
		frames_free(f->evidence[i].frames);
	}
	free(x);
}
