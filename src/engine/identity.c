#include "identity.h"

#include <inttypes.h>
#include <stdlib.h>

#include <ipcdiag/memory.h>

/* --- addresses --- */

static void copy_event_address(struct endpoint_address *out, const struct address *a)
{
	*out = (struct endpoint_address){.family = a->family, .port = a->port, .abstract = a->abstract};
	struct slice host = slice_take(a->host, sizeof out->host - 1);
	if (host.len)
		memcpy(out->host, host.ptr, host.len);
	if (a->path.ptr)
		out->path = memory_copy(a->path);
}

static void copy_kept_address(struct endpoint_address *out, const struct endpoint_address *a)
{
	*out = *a;
	if (a->path)
		out->path = memory_copy(slice_of(a->path));
}

/* Calls whose address argument names somebody else than the finding is about. */
static bool has_own_address(const struct event *e)
{
	return e && e->address.family != FAMILY_NONE && e->kind != EVENT_ACCEPT && e->kind != EVENT_RECV &&
		e->kind != EVENT_SOCKNAME && e->kind != EVENT_PEERNAME;
}

static const struct endpoint_address *socket_address(const struct socket *s)
{
	if (s->state == SOCKET_BOUND || s->state == SOCKET_LISTENING || s->peer.family == FAMILY_NONE)
		return &s->local;
	return &s->peer;
}

bool identity_address(const struct change *c, struct endpoint_address *out)
{
	const struct socket *s = c->file ? c->file->socket : NULL;
	*out = (struct endpoint_address){.port = -1};
	if (has_own_address(c->event))
		copy_event_address(out, &c->event->address);
	else if (s && socket_address(s)->family != FAMILY_NONE)
		copy_kept_address(out, socket_address(s));
	return out->family != FAMILY_NONE;
}

/* --- the other objects --- */

struct slice identity_path(const struct change *c)
{
	if (c->kind == CHANGE_SIGNAL)
		return (struct slice){0};
	if (c->event && c->event->path.len)
		return c->event->path;
	if (c->wait && c->wait->wait && c->wait->wait->path)
		return slice_of(c->wait->wait->path);
	if (c->segment && c->segment->path)
		return slice_of(c->segment->path);
	if (c->lock && c->lock->path)
		return slice_of(c->lock->path);
	return slice_of(c->file ? c->file->path : NULL);
}

static bool makes_by_key(const struct event *e)
{
	return e && (e->kind == EVENT_SHMGET || e->kind == EVENT_SEMGET || e->kind == EVENT_MSGGET);
}

int64_t identity_key(const struct change *c, bool *known)
{
	*known = true;
	if (makes_by_key(c->event))
		return c->event->key;
	if (c->segment && c->segment->kind == SEGMENT_SYSV)
		return c->segment->key;
	if (c->semset)
		return c->semset->key;
	if (c->queue)
		return c->queue->key;
	*known = false;
	return -1;
}

int64_t identity_id(const struct change *c)
{
	if (c->segment && c->segment->kind == SEGMENT_SYSV)
		return c->segment->id;
	if (c->semset)
		return c->semset->id;
	if (c->queue)
		return c->queue->id;
	if (c->event && c->event->kind != EVENT_NONE)
		return c->event->id;
	return c->wait && c->wait->wait ? c->wait->wait->id : -1;
}

/* --- identity --- */

/* "localhost" is two addresses, and "all addresses" are too: programs try one after the other, and mean the same. */
static const char *service_host(const struct endpoint_address *a)
{
	if (strcmp(a->host, "127.0.0.1") == 0 || strcmp(a->host, "::1") == 0)
		return "localhost";
	return address_is_wildcard(a) ? "*" : a->host;
}

/* Identities are made for every success of a call that failed somewhere: not by printf. */
static void add_numbered(struct buffer *out, const char *word, int64_t number)
{
	buffer_add_text(out, word);
	buffer_add_number(out, number);
}

static void add_address(struct buffer *out, const struct endpoint_address *a, enum about_sense sense)
{
	int family = sense == ABOUT_SERVICE ? a->family == FAMILY_UNIX : (int)a->family;
	add_numbered(out, "address ", family);
	buffer_add_char(out, ' ');
	buffer_add_text(out, sense == ABOUT_SERVICE ? service_host(a) : a->host);
	add_numbered(out, " ", a->port);
	buffer_add_text(out, a->abstract ? " @" : " ");
	buffer_add_text(out, a->path ? a->path : "");
}

static bool add_address_of(struct buffer *out, const struct change *c, enum about_sense sense)
{
	struct endpoint_address a;
	bool found = identity_address(c, &a);
	if (found)
		add_address(out, &a, sense);
	free(a.path);
	return found;
}

static void add_kind_of_socket(struct buffer *out, const struct event *e)
{
	buffer_add_text(out, "socket ");
	buffer_add(out, e->domain);
	buffer_add_char(out, ' ');
	buffer_add(out, e->type);
	buffer_add_char(out, ' ');
	buffer_add(out, e->protocol);
}

/* Does the call work on a connection rather than make one? Then the connection is the object, not where it leads. */
static bool uses_channel(const struct change *c)
{
	bool opens = c->event && c->event->kind == EVENT_OPEN;
	return c->channel && !c->connected && !opens && !has_own_address(c->event);
}

static bool is_socket_call(const struct event *e)
{
	return e && (e->kind == EVENT_SOCKET || e->kind == EVENT_SOCKETPAIR);
}

static bool add_id_or_fd(struct buffer *out, const struct change *c)
{
	int64_t id = identity_id(c);
	if (id >= 0)
		add_numbered(out, "id ", id);
	else if (c->file)
		add_numbered(out, "file ", (int64_t)(intptr_t)c->file);
	else if (c->fd >= 0)
		add_numbered(out, "fd ", c->fd);
	return id >= 0 || c->file;
}

static bool add_named(struct buffer *out, const struct change *c)
{
	struct slice path = identity_path(c);
	bool keyed;
	int64_t key = identity_key(c, &keyed);
	if (path.len) {
		buffer_add_text(out, "path ");
		buffer_add(out, path);
		return true;
	}
	if (!keyed || !makes_by_key(c->event))
		return add_id_or_fd(out, c);
	add_numbered(out, "key ", key);
	return key != 0; /* IPC_PRIVATE names another object each time */
}

bool identity_add(struct buffer *out, const struct change *c, enum about_sense sense)
{
	if (c->kind == CHANGE_SIGNAL && c->event) {
		buffer_add_text(out, "signal ");
		buffer_add(out, c->event->signal);
		return false;
	}
	if (uses_channel(c)) {
		add_numbered(out, "channel ", (int64_t)c->channel->number);
		return true;
	}
	if (is_socket_call(c->event)) {
		add_kind_of_socket(out, c->event);
		return false;
	}
	return add_address_of(out, c, sense) || add_named(out, c);
}

/* --- what stays from run to run --- */

enum { FIRST_EPHEMERAL_PORT = 32768 };

void identity_add_without_numbers(struct buffer *out, struct slice text)
{
	for (size_t i = 0; i < text.len; i++) {
		bool digit = text.ptr[i] >= '0' && text.ptr[i] <= '9';
		bool more = i > 0 && text.ptr[i - 1] >= '0' && text.ptr[i - 1] <= '9';
		if (!digit)
			buffer_add_char(out, text.ptr[i]);
		else if (!more)
			buffer_add_char(out, 'N');
	}
}

static void add_normal_address(struct buffer *out, const struct endpoint_address *a)
{
	add_numbered(out, "address ", a->family);
	buffer_add_char(out, ' ');
	if (a->port >= 0 && a->port < FIRST_EPHEMERAL_PORT)
		buffer_add_number(out, a->port);
	if (a->path)
		identity_add_without_numbers(out, slice_of(a->path));
}

void identity_add_normal(struct buffer *out, const struct change *c)
{
	struct endpoint_address a;
	bool keyed, addressed = identity_address(c, &a);
	int64_t key = identity_key(c, &keyed);
	if (c->kind == CHANGE_SIGNAL && c->event)
		buffer_add(out, c->event->signal);
	else if (is_socket_call(c->event))
		add_kind_of_socket(out, c->event);
	else if (addressed)
		add_normal_address(out, &a);
	else if (identity_path(c).len)
		identity_add_without_numbers(out, identity_path(c));
	else if (keyed)
		buffer_add_text(out, key ? "key" : "private");
	else if (c->channel)
		buffer_add_text(out, channel_kind_name(c->channel->kind));
	else
		buffer_add_text(out, object_name(c->object));
	free(a.path);
}
