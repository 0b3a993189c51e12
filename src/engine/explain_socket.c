/* What became of a failed call, and the other end of a connection. */
#include <stdlib.h>
#include <string.h>

#include <ipcdiag/explain_socket.h>
#include <ipcdiag/text.h>

#include "engine_parts.h"

/* --- the outcome --- */

/* Between a failure and the complaint about it programs look for message catalogues and source files, in vain: SOON, in
 * events. A complaint after more than LATER is about something else. */
enum { MEMO_CALLS = 3, MEMO_SERVES = 1, SOON = 12, LATER = 60 };

/* Does it hold a connection that it has accepted? Then somebody waits for what the call was to fetch. */
static bool is_serving(const struct process *p)
{
	enum { LOOK_AT = 1024 };
	const struct descriptor *d;
	unsigned looked = 0;
	for (size_t i = 0; p && p->table && looked < LOOK_AT && (d = table_next(p->table, &i)); looked++) {
		const struct open_file *file = d->file;
		if (file->channel && file->channel->accept_step && file->side == 1)
			return true;
	}
	return false;
}

void socket_remember(struct finding *f, const struct change *c)
{
	enum event_kind kind = c->event ? c->event->kind : EVENT_NONE;
	if ((kind == EVENT_CONNECT || kind == EVENT_GETSOCKOPT) && is_serving(c->process))
		finding_set_memo(f, MEMO_SERVES, true);
	finding_set_memo(f, MEMO_CALLS, c->process ? (int64_t)c->process->calls : 0);
}

bool socket_serves(const struct finding *f)
{
	return finding_memo(f, MEMO_SERVES) != 0;
}

/* Put down by somebody: the operator, or another process of the trace that tidies up. That says nothing about the call.
 */
static bool was_stopped(const struct process *p)
{
	return p->injected_end ||
		(p->end == END_KILLED && p->killer >= 0 && p->killer != p->pid && p->signal &&
			slice_in_words(slice_of(p->signal), "SIGTERM SIGINT SIGHUP SIGQUIT SIGKILL SIGUSR1 SIGUSR2"));
}

static bool ended_badly(const struct process *p)
{
	return p && !process_alive(p) && !was_stopped(p) &&
		((p->end == END_EXITED && p->status != 0) || p->end == END_KILLED);
}

static bool is_own_line(const struct finding *f, const struct step *s)
{
	if (s->file != f->file_index)
		return false;
	for (unsigned i = 0; i < f->line_count; i++)
		if (f->lines[i] == s->line)
			return true;
	return finding_last_step(f) && finding_last_step(f)->line == s->line;
}

bool socket_blamed(const struct finding *f)
{
	const struct process *p = finding_process(f);
	const struct step *last = finding_last_step(f);
	if (!p || !p->complaint || !last)
		return false;
	bool soon = p->complaint->order >= last->order && p->complaint->order <= last->order + SOON;
	return is_own_line(f, p->complaint) || (soon && ended_badly(p));
}

/* Did it complain about something else, long after? */
static bool other_blamed(const struct finding *f, const struct process *p)
{
	const struct step *last = finding_last_step(f);
	return p && p->complaint && last && p->complaint->order > last->order + LATER;
}

/* Many more calls than the attempts themselves take. */
static bool went_on(const struct finding *f, const struct process *p)
{
	enum { PER_ATTEMPT = 12, OTHER_WORK = 40 };
	return p && (int64_t)p->calls - finding_memo(f, MEMO_CALLS) > PER_ATTEMPT * (int64_t)f->count + OTHER_WORK;
}

enum fate socket_outcome(const struct finding *f)
{
	const struct process *p = finding_process(f);
	bool blamed = socket_blamed(f), bad = ended_badly(p);
	if (finding_recovered(f, NULL, NULL))
		return FATE_RECOVERED;
	if (bad)
		return !blamed && other_blamed(f, p) ? FATE_WENT_ON : FATE_FAILED;
	if (p && process_ended_well(p))
		return blamed ? FATE_FAILED : FATE_WENT_ON;
	return went_on(f, p) ? FATE_WENT_ON : FATE_OPEN;
}

bool socket_ended_soon(const struct finding *f)
{
	const struct process *p = finding_process(f);
	if (!ended_badly(p))
		return false;
	const struct step *end = p->exit_call ? p->exit_call : p->end_step;
	return end && end->order <= finding_last_step(f)->order + LATER;
}

bool socket_ended_over(const struct finding *f)
{
	const struct process *p = finding_process(f);
	return ended_badly(p) && (socket_blamed(f) || (!p->complaint && socket_ended_soon(f)));
}

bool socket_made_calls_since(const struct finding *f, int64_t calls)
{
	const struct process *p = finding_process(f);
	return p && (int64_t)p->calls - finding_memo(f, MEMO_CALLS) > calls;
}

enum fate socket_weigh(struct finding *f)
{
	enum fate o = socket_outcome(f);
	f->severity = o == FATE_RECOVERED || o == FATE_WENT_ON ? SEVERITY_NOTE : f->rule->severity;
	return o;
}

void socket_set_times(struct finding *f)
{
	if (f->count > 1)
		finding_set_number(f, "times", (int64_t)f->count);
}

void socket_settle(struct finding *f, const struct world *w)
{
	(void)w;
	socket_set_times(f);
}

double socket_pause(const struct finding *f)
{
	const struct step *first = finding_step(f), *last = finding_last_step(f);
	if (f->count < 2 || !first || !last || step_seconds(first) < 0 || step_seconds(last) < step_seconds(first))
		return 1e9;
	return (step_seconds(last) - step_seconds(first)) / (double)(f->count - 1);
}

bool socket_is_startup_race(const struct finding *f, const struct listener *l)
{
	bool same;
	struct step *success;
	if (!finding_recovered(f, &success, &same) || !same || !l->binding)
		return false;
	const struct binding *b = l->how == LISTENING_GONE ? l->again : l->binding;
	const struct step *ready = b ? (b->listen ? b->listen : b->bind) : NULL;
	return l->how != LISTENING_OTHER_HOST && l->how != LISTENING_OTHER_PORT && ready &&
		ready->order > finding_step(f)->order && ready->order < success->order;
}

/* --- services --- */

const struct service *socket_service(const struct endpoint_address *a)
{
	struct buffer path = {0};
	if (!a)
		return NULL;
	if (a->family != FAMILY_UNIX || !a->path)
		return service_by_port(a->port);
	text_add_unescaped(&path, slice_of(a->path));
	const struct service *s = service_by_path(path.ptr);
	buffer_release(&path);
	return s;
}

bool socket_is_optional(const struct endpoint_address *a)
{
	const struct service *s = socket_service(a);
	return s && s->missed_by != MISSED_BY_CALLER;
}

bool socket_is_missed_by_nobody(const struct endpoint_address *a)
{
	const struct service *s = socket_service(a);
	return s && s->missed_by == MISSED_BY_NOBODY;
}

bool address_is_local(const struct endpoint_address *a)
{
	return a &&
		(a->family == FAMILY_UNIX || strncmp(a->host, "127.", 4) == 0 || strcmp(a->host, "::1") == 0 ||
			address_is_wildcard(a));
}

/* --- lines --- */

void explain_place(struct finding *f, const char *name, const struct step *s)
{
	struct buffer text = {0};
	if (!s)
		return;
	place_add(&text, f, s);
	finding_set(f, name, buffer_slice(&text));
	buffer_release(&text);
}

void explain_connect(struct finding *f, const struct socket *s)
{
	if (s && s->connect && s->connect != finding_step(f))
		finding_add_evidence(f, s->connect, "the connection is begun");
}

double socket_lasted(const struct change *c)
{
	char text[32];
	struct slice duration = c->event && c->event->record ? slice_take(c->event->record->duration, sizeof text - 1)
							     : (struct slice){0};
	if (!duration.len)
		return -1;
	memcpy(text, duration.ptr, duration.len);
	text[duration.len] = '\0';
	return strtod(text, NULL);
}

static bool is_connecting(const struct open_file *file)
{
	return file && file->socket && file->socket->state == SOCKET_CONNECTING;
}

enum silence socket_silence(const struct change *c)
{
	const struct wait *v = c->kind == CHANGE_BLOCKED ? c->wait->wait : NULL;
	if (v)
		return v->kind == WAIT_CONNECT || (v->kind == WAIT_POLL && is_connecting(c->file)) ? SILENCE_BLOCKED
												   : SILENCE_NONE;
	if (c->error)
		return SILENCE_FAILED;
	if (!is_connecting(c->file))
		return SILENCE_NONE;
	return c->event->ret == 0 ? SILENCE_POLLED : SILENCE_REPORTED;
}
