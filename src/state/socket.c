/* Sockets: making, binding, listening, options, names, shutting down. Connections are in connect.c. */
#include <errno.h>
#include <stdlib.h>

#include "state.h"

struct socket *socket_of(struct world *w, struct open_file *f)
{
	if (!f->socket) {
		f->socket = pool_get(&w->socket_pool);
		f->socket->stream = true;
		f->socket->local.port = f->socket->peer.port = -1;
		f->object = OBJECT_SOCKET;
		if (f->access == ACCESS_UNKNOWN)
			f->access = ACCESS_BOTH;
	}
	return f->socket;
}

void socket_free(struct world *w, struct open_file *f)
{
	struct socket *s = f->socket;
	if (!s)
		return;
	if (s->label && map_get(&w->sockets, s->label) == f)
		map_remove(&w->sockets, s->label);
	if (s->binding)
		s->binding->file = NULL;
	for (unsigned i = 0; i < s->pending_count; i++) {
		s->pending[i]->awaits = NULL;
		channel_drop(s->pending[i]);
	}
	for (unsigned i = 0; i < s->early_count; i++)
		channel_drop(s->early[i]);
	step_drop(s->connect);
	step_drop(s->connect_end);
	step_drop(s->reuse_step);
	address_release(&s->local);
	address_release(&s->peer);
	pool_put(&w->socket_pool, s);
	f->socket = NULL;
}

/* "UNIX-STREAM:[964625->964626]" knows its peer by inode, "TCP:[a:1->b:2]" by the addresses the other way round. */
static bool split_note(struct slice note, struct slice *own, struct slice *peer)
{
	size_t open = slice_find(note, SLICE(":["), 0);
	size_t arrow = slice_find(note, SLICE("->"), 0);
	if (open == SIZE_MAX || arrow == SIZE_MAX || arrow < open)
		return false;
	*own = (struct slice){note.ptr + open + 2, arrow - open - 2};
	struct slice rest = slice_skip(note, arrow + 2);
	size_t end = rest.len;
	if (slice_starts(note, SLICE("UNIX"))) {
		for (end = 0; end < rest.len && rest.ptr[end] >= '0' && rest.ptr[end] <= '9'; end++)
			;
	} else if (end && rest.ptr[end - 1] == ']') {
		end--;
	}
	*peer = slice_take(rest, end);
	return own->len && peer->len;
}

static uint64_t label_of(struct slice own, struct slice peer)
{
	return hash_bytes(own) * 31 + hash_bytes(peer);
}

static void join_labelled_peer(struct world *w, struct open_file *f, uint64_t reverse)
{
	struct open_file *other = map_get(&w->sockets, reverse);
	if (!other || other == f || f->channel || !other->channel || other->channel->side[!other->side].known)
		return;
	channel_join(other->channel, !other->side, f);
}

void socket_note(struct world *w, struct open_file *f, struct slice note)
{
	struct slice own, peer;
	struct socket *s = socket_of(w, f);
	if (s->label || !split_note(note, &own, &peer))
		return;
	s->label = label_of(own, peer);
	map_put(&w->sockets, s->label, f);
	if (!slice_starts(note, SLICE("UNIX"))) {
		if (s->local.port < 0)
			address_from_text(own, &s->local);
		if (s->peer.port < 0)
			address_from_text(peer, &s->peer);
	}
	if (s->state == SOCKET_NEW)
		s->state = SOCKET_CONNECTED;
	join_labelled_peer(w, f, label_of(peer, own));
}

static struct open_file *new_socket(struct world *w, struct task *t, const struct event *e)
{
	struct open_file *f = file_new(w, OBJECT_SOCKET, t->process, state_step(w));
	struct socket *s = socket_of(w, f);
	f->access = ACCESS_BOTH;
	f->nonblock = e->nonblock;
	s->domain = e->domain.len ? intern(e->domain) : NULL;
	s->type = e->type.len ? intern(e->type) : NULL;
	s->protocol = e->protocol.len ? intern(e->protocol) : NULL;
	s->stream = !slice_in_words(e->type, "SOCK_DGRAM SOCK_RAW SOCK_RDM");
	return f;
}

static void made_one(struct world *w, struct task *t, const struct event *e)
{
	struct open_file *f = open_file_take(new_socket(w, t, e));
	struct descriptor *d = table_put(w, t->process->table, e->ret, f, CAME_MADE, state_step(w));
	if (d)
		d->cloexec = e->cloexec;
	open_file_drop(f);
}

static void made_pair(struct world *w, struct task *t, const struct event *e)
{
	int64_t fds[2] = {e->fd, e->fd2};
	if (e->fd < 0 && t->process->from_start)
		table_lowest_free(t->process->table, fds);
	struct channel *c = channel_take(channel_new(w, CHANNEL_SOCKETPAIR, t->process, state_step(w)));
	for (int side = 0; side < 2; side++) {
		struct open_file *f = open_file_take(new_socket(w, t, e));
		f->socket->state = SOCKET_CONNECTED;
		channel_join(c, side, f);
		struct descriptor *d = table_put(w, t->process->table, fds[side], f, CAME_MADE, state_step(w));
		if (d)
			d->cloexec = e->cloexec;
		if (d && (side ? e->note2 : e->note).ptr)
			socket_note(w, f, side ? e->note2 : e->note);
		open_file_drop(f);
	}
	channel_drop(c);
}

static void bound(struct world *w, struct task *t, struct open_file *f, const struct event *e)
{
	struct socket *s = socket_of(w, f);
	address_keep(&s->local, &e->address);
	if (s->state == SOCKET_NEW)
		s->state = SOCKET_BOUND;
	if (e->address.family == FAMILY_UNIX || e->address.port > 0)
		s->binding = bindings_add(w, t->process, f, &s->local);
}

static void listening(struct world *w, struct task *t, struct open_file *f, const struct event *e)
{
	struct socket *s = socket_of(w, f);
	s->state = SOCKET_LISTENING;
	if (!s->binding && s->local.port > 0)
		s->binding = bindings_add(w, t->process, f, &s->local);
	if (!s->binding)
		return;
	step_set(&s->binding->listen, state_step(w));
	s->binding->backlog = e->size;
}

/* bind to port 0: the real port is learnt from getsockname. */
static void named(struct world *w, struct task *t, struct open_file *f, const struct event *e)
{
	struct socket *s = socket_of(w, f);
	if (e->address.family == FAMILY_NONE || (s->binding && s->binding->address.port > 0))
		return;
	address_keep(&s->local, &e->address);
	bool server = s->state == SOCKET_BOUND || s->state == SOCKET_LISTENING;
	if (!server || s->binding || s->local.port <= 0)
		return;
	s->binding = bindings_add(w, t->process, f, &s->local);
	if (s->binding && s->state == SOCKET_LISTENING)
		step_set(&s->binding->listen, state_step(w));
}

static void option_set(struct world *w, struct open_file *f, const struct event *e)
{
	struct socket *s = socket_of(w, f);
	if (slice_is(e->op, "SO_REUSEADDR") && e->value > 0) {
		s->reuse_address = true;
		step_set(&s->reuse_step, state_step(w));
	}
	if (slice_is(e->op, "SO_LINGER") &&
		slice_find(e->record->args, SLICE("l_onoff=1, l_linger=0"), 0) != SIZE_MAX) {
		s->linger_zero = true;
		if (f->channel)
			step_set(&f->channel->side[f->side].linger, state_step(w));
	}
}

static void option_got(struct world *w, struct task *t, struct open_file *f, const struct event *e)
{
	struct socket *s = socket_of(w, f);
	if (!slice_is(e->op, "SO_ERROR") || s->state != SOCKET_CONNECTING)
		return;
	if (e->so_error == 0)
		connect_succeeded(w, t, f);
	else
		connect_failed(w, t, f, e->so_error);
}

static void shut(struct world *w, struct open_file *f, const struct event *e)
{
	if (f->channel && !slice_is(e->op, "SHUT_RD"))
		step_set(&f->channel->side[f->side].shut, state_step(w));
	if (f->channel && !slice_is(e->op, "SHUT_WR"))
		step_set(&f->channel->side[f->side].shut_read, state_step(w));
}

/* SCM_RIGHTS: descriptors travel as open files; they are on their way from the send on (unix(7)). */
static void pass_out(struct world *w, struct task *t, struct open_file *f, const struct event *e)
{
	bool passed = e->phase == PHASE_EXIT && t->passing;
	t->passing = e->phase == PHASE_ENTER && e->passed_count;
	if (!f->channel || (passed && !e->error))
		return;
	for (unsigned i = 0; i < e->passed_count; i++) {
		struct descriptor *d = process_descriptor(t->process, e->passed[i]);
		if (!d)
			continue;
		if (passed) {
			in_flight_withdraw(w, f, d->file);
			continue;
		}
		in_flight_send(w, f, d->file);
		step_set(&d->file->passed, state_step(w));
	}
}

static void pass_in(struct world *w, struct task *t, struct open_file *f, const struct event *e)
{
	for (unsigned i = 0; i < e->passed_count; i++) {
		struct open_file *passed = in_flight_receive(w, f);
		if (!passed)
			return;
		table_put(w, t->process->table, e->passed[i], passed, CAME_PASSED, state_step(w));
		in_flight_landed(w, passed);
	}
}

static void moved(struct world *w, struct task *t, struct open_file *f, const struct event *e)
{
	struct socket *s = socket_of(w, f);
	if (e->kind == EVENT_SEND)
		pass_out(w, t, f, e);
	else if (e->phase != PHASE_ENTER && !e->error)
		pass_in(w, t, f, e);
	if (e->phase != PHASE_ENTER && e->returned && !e->error && s->state == SOCKET_CONNECTING)
		connect_succeeded(w, t, f);
}

static void accepted(struct world *w, struct task *t, struct open_file *listener, const struct event *e)
{
	struct open_file *f = open_file_take(accept_apply(w, t, listener, e));
	struct descriptor *d = table_put(w, t->process->table, e->ret, f, CAME_MADE, state_step(w));
	if (d)
		d->cloexec = e->cloexec;
	open_file_drop(f);
}

static void apply_to_file(struct world *w, struct task *t, struct open_file *f, const struct event *e)
{
	switch (e->kind) {
	case EVENT_BIND:
		bound(w, t, f, e);
		break;
	case EVENT_LISTEN:
		listening(w, t, f, e);
		break;
	case EVENT_ACCEPT:
		accepted(w, t, f, e);
		break;
	case EVENT_SHUTDOWN:
		shut(w, f, e);
		break;
	case EVENT_SOCKNAME:
		named(w, t, f, e);
		break;
	case EVENT_PEERNAME:
		if (socket_of(w, f)->state == SOCKET_CONNECTING)
			connect_succeeded(w, t, f);
		break;
	case EVENT_GETSOCKOPT:
		option_got(w, t, f, e);
		break;
	case EVENT_SETSOCKOPT:
		option_set(w, f, e);
		break;
	default:
		break;
	}
}

void socket_apply(struct world *w, struct task *t, const struct event *e)
{
	bool ok = e->phase != PHASE_ENTER && e->returned && !e->error;
	if (e->kind == EVENT_SOCKET || e->kind == EVENT_SOCKETPAIR) {
		if (ok && e->kind == EVENT_SOCKET)
			made_one(w, t, e);
		else if (ok)
			made_pair(w, t, e);
		return;
	}
	if (e->kind == EVENT_CONNECT) {
		connect_apply(w, t, e);
		return;
	}
	bool moves = e->kind == EVENT_SEND || e->kind == EVENT_RECV;
	if (!ok && !(moves && e->passed_count && (e->phase == PHASE_ENTER || t->passing)))
		return;
	struct descriptor *d = state_descriptor(w, t->process, e->fd, e->note, ACCESS_UNKNOWN);
	if (!d)
		return;
	struct open_file *f = open_file_take(d->file);
	if (moves)
		moved(w, t, f, e);
	else
		apply_to_file(w, t, f, e);
	open_file_drop(f);
}
