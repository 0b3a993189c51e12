/* Who listens where: looks a refused or missing address up in the address book. */
#include <stdlib.h>
#include <string.h>

#include <ipcdiag/explain_socket.h>

#include "engine_parts.h"

static bool before(const struct step *a, const struct step *b)
{
	return a && b && a->order < b->order;
}

/* Datagram sockets need no listen. */
static const struct step *ready(const struct binding *b)
{
	return b->stream ? b->listen : b->bind;
}

/* When the socket was gone: its last close, or the end of its process. */
static const struct step *gone_at(const struct binding *b)
{
	if (b->gone || b->file || !b->process)
		return b->gone;
	return b->process->end_step;
}

static bool gone_before(const struct binding *b, const struct step *at)
{
	const struct step *gone = gone_at(b);
	return !b->file && gone && !before(at, gone);
}

static enum listening judge(const struct binding *b, const struct step *at)
{
	if (gone_before(b, at))
		return before(ready(b), at) ? LISTENING_GONE : LISTENING_NOBODY;
	if (before(at, b->bind))
		return LISTENING_LATER;
	if (!ready(b))
		return LISTENING_NEVER;
	return before(at, ready(b)) ? LISTENING_LATER : LISTENING_NOW;
}

/* Of several bindings of the address: one that explains more wins; newer ones come first. */
static struct listener at_address(
	const struct world *w, const struct endpoint_address *a, bool stream, const struct step *at)
{
	static const int weight[] = {[LISTENING_NOBODY] = 0,
		[LISTENING_LATER] = 1,
		[LISTENING_GONE] = 2,
		[LISTENING_NEVER] = 3,
		[LISTENING_NOW] = 4};
	struct listener best = {.how = LISTENING_NOBODY};
	struct binding *later = NULL;
	enum { LOOK = 64 };
	int looked = 0;
	for (struct binding *b = world_binding_for(w, a, NULL); b && looked < LOOK;
		b = world_binding_for(w, a, b), looked++) {
		enum listening how = b->stream == stream ? judge(b, at) : LISTENING_NOBODY;
		if (how == LISTENING_LATER)
			later = b;
		if (weight[how] > weight[best.how] || (how == LISTENING_LATER && best.how == LISTENING_LATER))
			best = (struct listener){.how = how, .binding = b};
	}
	if (best.how == LISTENING_GONE)
		best.again = later;
	return best;
}

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');
	return slash ? slash + 1 : path;
}

/* The same name in another folder, or another name in the same one. */
static int path_nearness(const char *a, const char *b)
{
	const char *x = base_name(a), *y = base_name(b);
	if (strcmp(x, y) == 0)
		return 2;
	return x - a == y - b && strncmp(a, b, (size_t)(x - a)) == 0;
}

/* How near another binding is to what was meant: 0 not at all. */
static int nearness(const struct binding *b, const struct endpoint_address *a)
{
	const struct endpoint_address *o = &b->address;
	if ((a->family == FAMILY_UNIX) != (o->family == FAMILY_UNIX))
		return 0;
	if (a->family == FAMILY_UNIX)
		return a->path && o->path ? path_nearness(a->path, o->path) : 0;
	if (a->port == o->port)
		return 200000;
	long long distance = llabs((long long)(a->port - o->port));
	return distance < 65536 ? 65536 - (int)distance : 1;
}

/* A listener of the trace that was there at the time, at an address that was not asked for. */
static struct listener elsewhere(const struct world *w, const struct endpoint_address *a, const struct step *at)
{
	struct listener best = {.how = LISTENING_NOBODY};
	int best_near = 0;
	for (struct binding *b = world_bindings(w); b; b = b->newer) {
		int near = judge(b, at) == LISTENING_NOW ? nearness(b, a) : 0;
		if (near <= best_near || !b->stream)
			continue;
		best_near = near;
		best.binding = b;
		best.how = near == 200000 ? LISTENING_OTHER_HOST : LISTENING_OTHER_PORT;
	}
	return best;
}

struct listener socket_find_listener(const struct world *w, const struct finding *f)
{
	const struct endpoint_address *a = finding_address(f);
	const struct open_file *file = finding_file(f);
	const struct step *at = finding_step(f);
	bool stream = !file || !file->socket || file->socket->stream;
	struct listener l = {.how = LISTENING_NOBODY};
	if (!a || !at || a->family == FAMILY_NONE || a->family == FAMILY_OTHER)
		return l;
	l = at_address(w, a, stream, at);
	if (l.how == LISTENING_NOBODY && stream)
		l = elsewhere(w, a, at);
	if (l.how == LISTENING_OTHER_PORT && !address_is_local(a))
		return (struct listener){.how = LISTENING_NOBODY}; /* another machine, most likely */
	return l;
}

/* --- the sentences --- */

static void set_address(struct finding *f, const char *name, const struct endpoint_address *a)
{
	struct buffer text = {0};
	address_describe(a, &text);
	finding_set(f, name, buffer_slice(&text));
	buffer_release(&text);
}

/* How the listener went: it ended, or it closed the socket. */
static void explain_listener_gone(struct finding *f, const struct binding *b)
{
	const struct process *p = b->process;
	bool ended = p && !process_alive(p) &&
		(!b->gone || !p->end_step || p->end_step->order <= b->gone->order + 1 || b->gone == p->exit_call);
	explain_place(f, "gone_at", gone_at(b));
	if (ended) {
		explain_end(f, "listener", p);
	} else {
		finding_set_from(f, "listener_end", "closed its socket at {gone_at}");
		finding_add_evidence(f, b->gone, "the listening socket is closed");
	}
}

void explain_listener(struct finding *f, const struct listener *l)
{
	const struct binding *b = l->binding;
	if (!b)
		return;
	explain_process(f, "listener", b->process);
	set_address(f, "listener_address", &b->address);
	explain_place(f, "bind_at", b->bind);
	explain_place(f, "listen_at", b->listen);
	if (b->stream && b->backlog >= 0)
		finding_set_number(f, "backlog", b->backlog);
	finding_add_evidence(f, b->bind, "{listener} binds {listener_address}");
	finding_add_evidence(f, b->listen, "{listener} begins to listen");
	if (l->how == LISTENING_GONE)
		explain_listener_gone(f, b);
	if (l->again) {
		explain_place(f, "again_at", l->again->listen ? l->again->listen : l->again->bind);
		finding_add_evidence(f, l->again->listen, "somebody listens there again");
	}
}

/* --- clients that went astray --- */

bool socket_other_family(const struct finding *f, const struct world *w, const struct step *success)
{
	const struct endpoint_address *a = finding_address(f);
	for (struct binding *b = world_bindings(w); a && success && b; b = b->newer)
		if (b->bind && b->bind->order == success->order)
			return b->address.port == a->port && b->address.family != a->family;
	return false;
}

const struct failed_connect *socket_astray(const struct world *w, const struct binding *b)
{
	const struct failed_connect *t, *best = NULL;
	int best_near = 0;
	for (unsigned i = 0; (t = world_failed_connect(w, i)); i++) {
		if (t->process == b->process || !address_is_local(&t->address) || socket_is_optional(&t->address))
			continue;
		int near = nearness(b, &t->address);
		if (near > best_near && before(ready(b), t->step))
			best_near = near, best = t;
	}
	return best;
}

void explain_astray(struct finding *f, const struct failed_connect *t)
{
	explain_process(f, "client", t->process);
	set_address(f, "client_address", &t->address);
	explain_place(f, "client_at", t->step);
	finding_set_text(f, "client_error", errno_name(t->error));
	finding_add_evidence(f, t->step, "{client} tries {client_address}");
}
