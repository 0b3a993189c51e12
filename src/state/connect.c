/* Connections: which connect belongs to which accept. The calls may stand in either order in the trace. */
#include <errno.h>

#include "state.h"

enum { QUEUE = 16 }; /* places of pending[] and early[] */

static enum channel_kind kind_of(const struct endpoint_address *a)
{
	return a->family == FAMILY_UNIX ? CHANNEL_UNIX : CHANNEL_INET;
}

static void name_channel(struct world *w, struct channel *c, const struct endpoint_address *a)
{
	w->scratch.len = 0;
	buffer_add_text(&w->scratch, "");
	address_describe(a, &w->scratch);
	channel_set_name(c, w->scratch.ptr);
}

static struct open_file *listener_at(struct world *w, const struct endpoint_address *a)
{
	for (struct binding *b = world_binding_for(w, a, NULL); b; b = world_binding_for(w, a, b))
		if (b->file && b->listen)
			return b->file;
	return NULL;
}

static struct channel *take_out(struct channel **queue, unsigned *count, unsigned at)
{
	struct channel *c = queue[at];
	memmove(&queue[at], &queue[at + 1], (*count - at - 1) * sizeof *queue);
	(*count)--;
	c->awaits = NULL;
	return c;
}

/* The accepted side's peer port tells which client it is, when both were printed; else the first in the queue is taken.
 * `count`: none of them, all have other ports. */
static unsigned best_match(struct channel **queue, unsigned count, int side, const struct socket *own, bool accepting)
{
	unsigned fallback = count;
	for (unsigned i = 0; i < count; i++) {
		const struct open_file *f = queue[i]->side[side].files;
		const struct socket *other = f ? f->socket : NULL;
		int64_t a = accepting ? own->peer.port : own->local.port;
		int64_t b = !other ? -1 : accepting ? other->local.port : other->peer.port;
		if (a > 0 && a == b)
			return i;
		if ((a <= 0 || b <= 0) && fallback == count)
			fallback = i;
	}
	return fallback;
}

static struct channel *take_match(
	struct channel **queue, unsigned *count, int side, const struct socket *own, bool accepting)
{
	unsigned at = best_match(queue, *count, side, own, accepting);
	return at < *count ? take_out(queue, count, at) : NULL;
}

static void forget_pending(struct socket *l, const struct channel *c)
{
	for (unsigned i = 0; i < l->pending_count; i++) {
		if (l->pending[i] != c)
			continue;
		channel_drop(take_out(l->pending, &l->pending_count, i));
		l->backlog_waiting -= l->backlog_waiting > 0;
		return;
	}
}

void connect_succeeded(struct world *w, struct task *t, struct open_file *f)
{
	struct socket *s = f->socket;
	if (s->state == SOCKET_CONNECTED)
		return;
	s->state = SOCKET_CONNECTED;
	step_set(&s->connect_end, state_step(w));
	w->connected = true;
	if (!s->stream || f->channel)
		return;
	struct open_file *at = listener_at(w, &s->peer);
	struct socket *l = at ? at->socket : NULL;
	struct channel *c = l ? take_match(l->early, &l->early_count, 1, s, false) : NULL;
	if (!c) {
		c = channel_take(channel_new(w, kind_of(&s->peer), t->process, s->connect));
		name_channel(w, c, &s->peer);
		if (l) {
			l->backlog_waiting++;
			step_set(&c->listen_step, l->binding ? l->binding->listen : NULL);
			if (l->pending_count < QUEUE) {
				l->pending[l->pending_count++] = channel_take(c);
				c->awaits = at;
			}
		}
	}
	step_set(&c->connect_step, s->connect);
	step_set(&c->made, s->connect);
	if (c->maker != t->process) {
		process_drop(c->maker);
		c->maker = process_take(t->process);
		name_channel(w, c, &s->peer);
	}
	channel_join(c, 0, f);
	channel_drop(c);
}

void connect_failed(struct world *w, struct task *t, struct open_file *f, int error)
{
	f->socket->state = SOCKET_FAILED;
	bindings_connect_failed(w, t->process, &f->socket->peer, error);
}

/* The error of a connect may come with the first call that uses the socket. */
void connect_error(struct world *w, struct task *t, const struct event *e)
{
	bool uses = e->kind == EVENT_READ || e->kind == EVENT_WRITE || e->kind == EVENT_SEND || e->kind == EVENT_RECV;
	if (!uses || e->restarted || e->error == EAGAIN || e->error == EINTR || e->error == ENOTCONN)
		return;
	struct descriptor *d = process_descriptor(t->process, e->fd);
	if (d && d->file->socket && d->file->socket->state == SOCKET_CONNECTING)
		connect_failed(w, t, d->file, e->error);
}

static void began_connecting(struct world *w, struct socket *s)
{
	s->state = SOCKET_CONNECTING;
	w->connects = true;
}

void connect_apply(struct world *w, struct task *t, const struct event *e)
{
	struct descriptor *d = state_descriptor(w, t->process, e->fd, e->note, ACCESS_UNKNOWN);
	if (!d)
		return;
	struct open_file *f = d->file;
	struct socket *s = socket_of(w, f);
	bool again = e->error == EALREADY || e->error == EISCONN || (s->state == SOCKET_CONNECTING && !e->error);
	if (e->address.family != FAMILY_NONE && !again)
		address_keep(&s->peer, &e->address);
	if (!again && s->state != SOCKET_CONNECTED)
		step_set(&s->connect, state_step(w));
	if (e->phase == PHASE_ENTER)
		return;
	if ((e->returned && !e->error) || (e->error == EISCONN && s->state == SOCKET_CONNECTING))
		connect_succeeded(w, t, f);
	else if (e->error == EINPROGRESS || e->error == EINTR || e->restarted)
		began_connecting(w, s);
	else if (e->error && s->state != SOCKET_CONNECTED && e->error != EALREADY && e->error != EAGAIN)
		connect_failed(w, t, f, e->error);
}

struct open_file *accept_apply(struct world *w, struct task *t, struct open_file *listener, const struct event *e)
{
	struct socket *l = socket_of(w, listener);
	struct open_file *f = file_new(w, OBJECT_SOCKET, t->process, state_step(w));
	struct socket *s = socket_of(w, f);
	s->state = SOCKET_CONNECTED;
	s->domain = l->domain;
	s->type = l->type;
	f->access = ACCESS_BOTH;
	f->nonblock = e->nonblock;
	address_copy(&s->local, &l->local);
	address_keep(&s->peer, &e->address);
	if (e->record->retnote.ptr)
		socket_note(w, f, e->record->retnote);
	l->accepted++;
	if (l->binding) {
		l->binding->accepted++;
		if (!l->binding->first_accept)
			l->binding->first_accept = step_take(state_step(w));
	}
	if (f->channel) { /* found by its label */
		forget_pending(l, f->channel);
		step_set(&f->channel->accept_step, state_step(w));
		return f;
	}
	struct channel *c = take_match(l->pending, &l->pending_count, 0, s, true);
	if (c) {
		l->backlog_waiting -= l->backlog_waiting > 0;
	} else {
		c = channel_take(channel_new(w, kind_of(&l->local), t->process, state_step(w)));
		name_channel(w, c, &l->local);
		if (l->early_count < QUEUE)
			l->early[l->early_count++] = channel_take(c);
	}
	step_set(&c->accept_step, state_step(w));
	if (l->binding)
		step_set(&c->listen_step, l->binding->listen);
	channel_join(c, 1, f);
	channel_drop(c);
	return f;
}
