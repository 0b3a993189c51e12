/* Did it work later? A finding whose rule has a recovery waits, under up to four keys, for a success of the same kind
 * of call: of its process on any object (RECOVERY_ANY), and on the same object of its process, of a process with the
 * same parent, and of one with the same program name. Each success of a kind that is waited for looks these four keys
 * up, so the cost does not grow with the number of findings. */
#include <stdlib.h>

#include <ipcdiag/memory.h>

#include "identity.h"
#include "engine_parts.h"

/* What is tried: the kind of event, and the call itself where a kind is too wide (dup2 on an open number works at any
 * limit, fcntl F_DUPFD does not; an eventfd says nothing about an inotify). */
struct attempt {
	enum event_kind kind;
	const char *call;
};

static struct attempt attempt_of(const struct change *c, bool success)
{
	enum event_kind kind = c->event ? c->event->kind : EVENT_NONE;
	if (success ? c->connected : kind == EVENT_GETSOCKOPT && c->event->so_error)
		kind = EVENT_CONNECT;
	bool narrow = kind == EVENT_MAKE || kind == EVENT_DUP;
	return (struct attempt){kind, narrow ? c->call : NULL};
}

struct recovery_key {
	uint64_t link, kind, call, who, identity;
};

static uint64_t make_key(enum link_kind link, struct attempt a, uint64_t who, uint64_t identity)
{
	struct recovery_key key = {.link = (uint64_t)link, .kind = (uint64_t)a.kind, .who = who};
	key.call = a.call ? hash_bytes(slice_of(a.call)) : 0;
	key.identity = link == LINK_PROCESS ? 0 : identity;
	return hash_bytes((struct slice){(const char *)&key, sizeof key});
}

/* Who must have done it, for a key of that kind; 0: not known. */
static uint64_t who(enum link_kind link, const struct process *p)
{
	if (!p)
		return 0;
	if (link == LINK_PARENT_OBJECT)
		return p->parent ? p->parent->number : 0;
	if (link == LINK_NAME_OBJECT)
		return (uint64_t)(uintptr_t)p->name;
	return p->number;
}

static void unlink_from(struct engine *e, struct link *l)
{
	if (!l->finding)
		return;
	if (l->prev)
		l->prev->next = l->next;
	else if (l->next)
		map_put(&e->links, l->key, l->next);
	else
		map_remove(&e->links, l->key);
	if (l->next)
		l->next->prev = l->prev;
	e->open_links[l->kind]--;
	*l = (struct link){0};
}

static void link_under(struct engine *e, struct link *l, uint64_t key, enum event_kind kind, struct finding *f)
{
	unlink_from(e, l);
	struct link *first = map_get(&e->links, key);
	*l = (struct link){.key = key, .kind = kind, .next = first, .finding = f};
	if (first)
		first->prev = l;
	map_put(&e->links, key, l);
	e->open_links[kind]++;
}

static void ask_successes(struct engine *e, enum event_kind kind)
{
	if (!e->wants[kind] && e->world)
		world_want_success(e->world, kind);
	e->wants[kind] = true;
}

void recovery_watch(struct engine *e, struct finding *f, const struct change *c)
{
	struct retry *r = &f->work->recovery;
	struct attempt a = attempt_of(c, false);
	if (f->rule->recovery == RECOVERY_NONE || a.kind == EVENT_NONE || c->kind != CHANGE_CALL)
		return;
	step_set(&r->step, NULL); /* it has failed again since */
	r->same_object = false;
	uint64_t identity = hash_bytes(slice_of(f->work->identity));
	int last = f->work->shared_identity ? LINK_NAME_OBJECT : LINK_OBJECT;
	for (int k = f->rule->recovery == RECOVERY_ANY ? LINK_PROCESS : LINK_OBJECT; k <= last; k++) {
		uint64_t whose = who((enum link_kind)k, c->process);
		if (whose)
			link_under(e, &r->links[k], make_key((enum link_kind)k, a, whose, identity), a.kind, f);
	}
	ask_successes(e, a.kind);
}

void recovery_forget(struct engine *e, struct finding *f)
{
	for (int k = 0; k < LINK_KINDS; k++)
		unlink_from(e, &f->work->recovery.links[k]);
}

static const char *last_part(const char *path)
{
	const char *slash = strrchr(path, '/');
	return slash ? slash + 1 : path;
}

/* Do two addresses belong to one chain of attempts? The addresses and families of one service have its port; a Unix
 * socket is looked for in several folders, and under an abstract name. Who finds a port taken takes another one of the
 * same address. */
static bool is_same_chain(
	const struct endpoint_address *a, const struct endpoint_address *b, enum event_kind kind, bool taken)
{
	if (a->family == FAMILY_NONE)
		return true;
	if (kind == EVENT_BIND && taken && !a->path)
		return a->port == b->port || (a->family == b->family && strcmp(a->host, b->host) == 0);
	if (a->path && b->path)
		return strcmp(last_part(a->path), last_part(b->path)) == 0;
	return !a->path && !b->path && a->port == b->port;
}

static bool is_link_of_chain(const struct finding *f, const struct change *c, enum event_kind kind)
{
	struct endpoint_address other;
	if (kind != EVENT_CONNECT && kind != EVENT_BIND)
		return true;
	bool found = identity_address(c, &other);
	bool same = found &&
		is_same_chain(&f->work->address, &other, kind, f->error && strcmp(f->error, "EADDRINUSE") == 0);
	free(other.path);
	return same;
}

/* A success on another object counts, but one on the same object that comes later says more. */
static void recover(struct engine *e, struct finding *f, const struct change *c, bool same_object)
{
	struct retry *r = &f->work->recovery;
	step_set(&r->step, c->step);
	r->same_object = same_object;
	if (same_object)
		recovery_forget(e, f);
	else
		unlink_from(e, &r->links[LINK_PROCESS]);
}

void recovery_see(struct engine *e, const struct change *c)
{
	struct attempt a = attempt_of(c, true);
	if (!e->open_links[a.kind] || !c->step)
		return;
	buffer_clear(&e->text);
	identity_add(&e->text, c, ABOUT_OBJECT);
	uint64_t identity = hash_bytes(buffer_slice(&e->text));
	for (int k = LINK_OBJECT; k < LINK_KINDS + 1; k++) {
		enum link_kind kind = (enum link_kind)(k % LINK_KINDS); /* any object last */
		uint64_t whose = who(kind, c->process);
		struct link *l = whose ? map_get(&e->links, make_key(kind, a, whose, identity)) : NULL, *next;
		for (; l; l = next) {
			next = l->next;
			if (kind != LINK_PROCESS || is_link_of_chain(l->finding, c, a.kind))
				recover(e, l->finding, c, kind != LINK_PROCESS);
		}
	}
}
