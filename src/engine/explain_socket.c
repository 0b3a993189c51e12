/* What became of a failed call, and the other end of a connection. */
#include <string.h>

#include <ipcdiag/explain_socket.h>

#include "parts.h"

/* --- the outcome --- */

/* Between a failure and the complaint about it programs look for message catalogues and source files, in vain: SOON, in events.
 * A complaint after more than LATER is about something else. */
enum { MEMO_MADE = 3, SOON = 12, LATER = 60 };

/* How many descriptors the process has made: a measure of how far it is. */
static int64_t progress(const struct process *p)
{
	int64_t sum = 0;
	if (!p || !p->table)
		return -1;
	for (int kind = 0; kind < OBJECT_KINDS; kind++)
		sum += (int64_t)p->table->made[kind];
	return sum;
}

void socket_remember(struct finding *f, const struct change *c)
{
	finding_set_memo(f, MEMO_MADE, progress(c->process));
}

static bool ended_badly(const struct process *p)
{
	return p && !process_alive(p) && !p->injected_end && ((p->end == END_EXITED && p->status != 0) || p->end == END_KILLED);
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

/* Each attempt makes a descriptor itself: more than that is other work. */
static bool went_on(const struct finding *f, const struct process *p)
{
	enum { OTHER_WORK = 4 };
	int64_t before = finding_memo(f, MEMO_MADE), now = progress(p);
	return before >= 0 && now >= 0 && now - before > 2 * (int64_t)f->count + OTHER_WORK;
}

enum outcome socket_outcome(const struct finding *f)
{
	const struct process *p = finding_process(f);
	bool blamed = socket_blamed(f), bad = ended_badly(p);
	if (finding_recovered(f, NULL, NULL))
		return OUTCOME_RECOVERED;
	if (bad && !blamed && other_blamed(f, p))
		return OUTCOME_WENT_ON;
	if (bad || (blamed && p && !process_alive(p) && !p->injected_end))
		return OUTCOME_FAILED;
	if (p && !process_alive(p))
		return OUTCOME_WENT_ON;
	return went_on(f, p) ? OUTCOME_WENT_ON : OUTCOME_OPEN;
}

bool socket_ended_over(const struct finding *f)
{
	return ended_badly(finding_process(f)) && socket_blamed(f);
}

enum outcome socket_weigh(struct finding *f)
{
	enum outcome o = socket_outcome(f);
	f->severity = o == OUTCOME_RECOVERED || o == OUTCOME_WENT_ON ? SEVERITY_NOTE : f->rule->severity;
	return o;
}

void socket_set_times(struct finding *f)
{
	if (f->count > 1)
		finding_set_number(f, "times", (int64_t)f->count);
}

enum outcome socket_weigh_attempt(struct finding *f)
{
	enum outcome o = socket_weigh(f);
	bool optional = socket_service(finding_address(f)) != SERVICE_OTHER;
	socket_set_times(f);
	if (optional && o == OUTCOME_FAILED && !socket_blamed(f))
		f->severity = SEVERITY_NOTE;
	else if (optional && o == OUTCOME_OPEN && f->severity > SEVERITY_WARNING)
		f->severity = SEVERITY_WARNING;
	return o;
}

double socket_pause(const struct finding *f)
{
	const struct step *first = finding_step(f), *last = finding_last_step(f);
	if (f->count < 2 || !first || !last || first->seconds < 0 || last->seconds < first->seconds)
		return 1e9;
	return (last->seconds - first->seconds) / (double)(f->count - 1);
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

/* --- services that may be missing --- */

static const char *const name_services[] = {"/nscd/socket", "/nslcd/socket", "/sss/pipes/", "/winbindd/pipe",
					    "/winbindd_privileged/pipe"};
static const char *const optional_services[] = {"/dbus/system_bus_socket",
						"/run/systemd/",
						"/run/user/",
						"/dev/log",
						"/.X11-unix/",
						"/.ICE-unix/",
						"/acpid.socket",
						"/avahi-daemon/socket",
						"/udev/control",
						"/cups/cups.sock",
						"/uuidd/request",
						"/setrans/",
						"/plymouth",
						"/gssproxy",
						"/rpcbind.sock",
						"/pulse/native",
						"/pipewire-",
						"/wayland-",
						"/S.gpg-agent",
						"/pcscd/",
						"/abrt/",
						"/lvm/",
						"/nvidia-",
						"/jack-",
						"/resolve/",
						"/apport.socket",
						"/keyring"};

static bool holds_one_of(const char *path, const char *const *words, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (strstr(path, words[i]))
			return true;
	return false;
}

enum service socket_service(const struct endpoint_address *a)
{
	if (!a || a->family != FAMILY_UNIX || !a->path)
		return SERVICE_OTHER;
	if (holds_one_of(a->path, name_services, sizeof name_services / sizeof *name_services))
		return SERVICE_NAMES;
	if (holds_one_of(a->path, optional_services, sizeof optional_services / sizeof *optional_services))
		return SERVICE_OPTIONAL;
	return SERVICE_OTHER;
}

bool address_is_local(const struct endpoint_address *a)
{
	return a && (a->family == FAMILY_UNIX || strncmp(a->host, "127.", 4) == 0 || strcmp(a->host, "::1") == 0 ||
		     strncmp(a->host, "::ffff:127.", 11) == 0 || address_is_wildcard(a));
}

/* --- the other end of a connection --- */

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
	return c->event->ret == 0 && is_connecting(c->file) ? SILENCE_POLLED : SILENCE_NONE;
}

void explain_peer_holder(struct finding *f, const struct channel *c, int side)
{
	struct descriptor *d = NULL;
	if (!c)
		return;
	if (side_holders(c, side, NULL, &d) && d)
		explain_holder(f, "peer", d);
	else if (c->side[side].last_user)
		explain_process(f, "peer", c->side[side].last_user);
}

/* What this side sent and the other one never took. */
static void explain_unread(struct finding *f, const struct channel *c, int own)
{
	const struct side *mine = &c->side[own], *other = &c->side[!own];
	if (!other->known || mine->bytes <= other->receive_bytes)
		return;
	finding_set_number(f, "unread", (int64_t)(mine->bytes - other->receive_bytes));
	explain_place(f, "sent_at", mine->last_io);
	finding_add_evidence(f, mine->last_io, "sent, and not read by the other end");
}

bool explain_peer(struct finding *f)
{
	const struct channel *c = finding_channel(f);
	const struct open_file *file = finding_file(f);
	if (!c || !file)
		return false;
	int own = file->side;
	if (c->accept_step) {
		explain_place(f, "accept_at", c->accept_step);
		finding_add_evidence(f, c->accept_step, "the connection is accepted");
	}
	explain_place(f, "made_at", c->made);
	finding_add_evidence(f, c->connect_step ? c->connect_step : c->made,
			     c->kind == CHANNEL_SOCKETPAIR ? "the pair is made" : "the connection is made");
	explain_unread(f, c, own);
	const struct gone *g = side_last_gone(c, !own);
	bool held = side_holders(c, !own, NULL, NULL) > 0;
	if (c->side[!own].shut) {
		explain_place(f, "shut_at", c->side[!own].shut);
		finding_add_evidence(f, c->side[!own].shut, "the other end is shut down for writing");
	}
	if (!g || held)
		return false;
	explain_gone(f, "peer", g);
	return true;
}
