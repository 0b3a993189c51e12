/* Where segments are kept: found by id, key and path without a search; those that are gone are forgotten after a while.
 */
#include <stdlib.h>

#include "state.h"

enum { MAX_RETIRED = 1024 };

/* --- finding things by number --- */

void registry_add(struct registry *r, int64_t id, int64_t key, void *object)
{
	map_put(&r->by_id, (uint64_t)id, object);
	if (key != 0 && key != -1)
		map_put(&r->by_key, (uint64_t)key, object);
}

void *registry_by_id(const struct registry *r, int64_t id)
{
	return map_get(&r->by_id, (uint64_t)id);
}

void *registry_by_key(const struct registry *r, int64_t key)
{
	return key == 0 || key == -1 ? NULL : map_get(&r->by_key, (uint64_t)key);
}

static void forget(struct map *m, uint64_t key, const void *object)
{
	if (map_get(m, key) == object)
		map_remove(m, key);
}

static void registry_forget(struct registry *r, int64_t id, int64_t key, const void *object)
{
	forget(&r->by_id, (uint64_t)id, object);
	forget(&r->by_key, (uint64_t)key, object);
}

void registry_release(struct registry *r)
{
	map_release(&r->by_id);
	map_release(&r->by_key);
}

/* --- those that are made and not removed, oldest first --- */

static void enter_left(struct world *w, struct segment *s)
{
	if (s->kind != SEGMENT_SYSV || !s->created)
		return;
	s->left = true;
	s->left_prev = w->left.last;
	*(w->left.last ? &w->left.last->left_next : &w->left.first) = s;
	w->left.last = s;
	w->left.count++;
	w->left.bytes += s->size > 0 ? s->size : 0;
}

void segment_no_longer_left(struct world *w, struct segment *s)
{
	if (!s->left)
		return;
	s->left = false;
	*(s->left_prev ? &s->left_prev->left_next : &w->left.first) = s->left_next;
	*(s->left_next ? &s->left_next->left_prev : &w->left.last) = s->left_prev;
	w->left.count--;
	w->left.bytes -= s->size > 0 ? s->size : 0;
}

uint64_t world_segments_left(const struct world *w, struct segment **first, int64_t *bytes)
{
	*first = w->left.first;
	*bytes = w->left.bytes;
	return w->left.count;
}

/* --- life --- */

struct segment *segment_new(struct world *w, enum segment_kind kind, struct process *creator, struct step *made)
{
	struct segment *s = memory_alloc(sizeof *s);
	s->kind = kind;
	s->world = w;
	s->id = s->key = s->size = s->mode = -1;
	s->creator = process_take(creator);
	s->made = step_take(made);
	s->refs = 1; /* the world's list */
	s->next = w->segments;
	if (s->next)
		s->next->prev = s;
	w->segments = s;
	w->object_count++;
	return s;
}

static uint64_t path_key(const char *path)
{
	return hash_bytes(slice_of(path));
}

/* A removed one of the same key stays in sight as long as somebody has it attached. */
static void keep_older(struct segment *s, struct segment *older)
{
	if (!older || older == s || !older->removed || !older->attached)
		return;
	s->older = segment_take(older);
	if (older->older && !older->older->attached) {
		segment_drop(older->older);
		older->older = NULL;
	}
}

void segment_enlist(struct world *w, struct segment *s)
{
	if (s->kind == SEGMENT_SYSV) {
		keep_older(s, registry_by_key(&w->segment_numbers, s->key));
		registry_add(&w->segment_numbers, s->id, s->key, s);
	}
	if (s->path)
		map_put(&w->segment_paths, path_key(s->path), s);
	enter_left(w, s);
	if (s->kind >= SEGMENT_MEMFD)
		segment_retire(w, s); /* nobody can find them again: they live with their files and mappings */
}

struct segment *segment_take(struct segment *s)
{
	if (s)
		s->refs++;
	return s;
}

static void release_users(struct segment *s)
{
	for (unsigned i = 0; i < s->user_count; i++) {
		process_drop(s->users[i].process);
		step_drop(s->users[i].attached);
		step_drop(s->users[i].detached);
	}
}

void segment_drop(struct segment *s)
{
	while (s && --s->refs == 0) {
		struct segment *older = s->older;
		struct step **steps[] = {&s->made, &s->removed, &s->sized, &s->sealed};
		release_users(s);
		for (size_t i = 0; i < sizeof steps / sizeof *steps; i++)
			step_set(steps[i], NULL);
		process_drop(s->creator);
		process_drop(s->remover);
		free(s->path);
		free(s->seals);
		free(s);
		s = older;
	}
}

static void unlist(struct world *w, struct segment *s)
{
	*(s->prev ? &s->prev->next : &w->segments) = s->next;
	if (s->next)
		s->next->prev = s->prev;
	s->prev = s->next = NULL;
	if (s->kind == SEGMENT_SYSV)
		registry_forget(&w->segment_numbers, s->id, s->key, s);
	if (s->path)
		forget(&w->segment_paths, path_key(s->path), s);
	segment_no_longer_left(w, s);
	w->object_count--;
	segment_drop(s);
}

static void unlist_oldest_retired(struct world *w)
{
	struct segment *s = w->retired.first;
	w->retired.first = s->retired_next;
	if (!w->retired.first)
		w->retired.last = NULL;
	w->retired.count--;
	unlist(w, s);
}

/* It is gone, or cannot be found again: kept a while for those who ask what became of it. */
void segment_retire(struct world *w, struct segment *s)
{
	if (s->retired)
		return;
	s->retired = true;
	*(w->retired.last ? &w->retired.last->retired_next : &w->retired.first) = s;
	w->retired.last = s;
	if (++w->retired.count > MAX_RETIRED)
		unlist_oldest_retired(w);
}

bool segment_make_room(struct world *w)
{
	while (w->object_count >= MAX_OBJECTS && w->retired.first)
		unlist_oldest_retired(w);
	return w->object_count < MAX_OBJECTS;
}

/* --- for everybody --- */

struct segment *world_segments(const struct world *w)
{
	return w->segments;
}

struct segment *world_segment_by_id(const struct world *w, int64_t id)
{
	return registry_by_id(&w->segment_numbers, id);
}

struct segment *world_segment_by_key(const struct world *w, int64_t key)
{
	return registry_by_key(&w->segment_numbers, key);
}

struct segment *world_segment_by_path(const struct world *w, const char *path)
{
	struct segment *s = path ? map_get(&w->segment_paths, path_key(path)) : NULL;
	return s && strcmp(s->path, path) == 0 ? s : NULL;
}
