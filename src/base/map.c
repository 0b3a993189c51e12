#include <ipcdiag/map.h>

#include <stdlib.h>
#include <sys/random.h>

#include <ipcdiag/memory.h>

static uint64_t seed(void)
{
	static uint64_t value;
	if (!value) {
		if (getrandom(&value, sizeof value, GRND_NONBLOCK) != sizeof value)
			value = (uint64_t)(uintptr_t)&value;
		value |= 1;
	}
	return value;
}

static uint64_t mix(uint64_t x)
{
	x ^= x >> 32;
	x *= 0xd6e8feb86659fd93u;
	x ^= x >> 32;
	x *= 0xd6e8feb86659fd93u;
	return x ^ x >> 32;
}

static size_t home(const struct map *m, uint64_t key)
{
	return mix(key ^ seed()) & (m->cap - 1);
}

static size_t find(const struct map *m, uint64_t key)
{
	size_t i = home(m, key);
	while (m->slots[i].value && m->slots[i].key != key)
		i = (i + 1) & (m->cap - 1);
	return i;
}

void *map_get(const struct map *m, uint64_t key)
{
	return m->cap ? m->slots[find(m, key)].value : NULL;
}

static void resize(struct map *m, size_t cap)
{
	struct map old = *m;
	m->slots = memory_alloc(cap * sizeof *m->slots);
	m->cap = cap;
	for (size_t i = 0; i < old.cap; i++)
		if (old.slots[i].value)
			m->slots[find(m, old.slots[i].key)] = old.slots[i];
	free(old.slots);
}

void map_put(struct map *m, uint64_t key, void *value)
{
	if ((m->count + 1) * 4 > m->cap * 3)
		resize(m, m->cap ? m->cap * 2 : 8);
	size_t i = find(m, key);
	m->count += !m->slots[i].value;
	m->slots[i] = (struct map_slot){key, value};
}

/* Backward shift: closes the gap so that no tombstones are needed. */
static void close_gap(struct map *m, size_t gap)
{
	for (size_t i = (gap + 1) & (m->cap - 1); m->slots[i].value; i = (i + 1) & (m->cap - 1)) {
		size_t h = home(m, m->slots[i].key);
		if (((i - h) & (m->cap - 1)) >= ((i - gap) & (m->cap - 1))) {
			m->slots[gap] = m->slots[i];
			gap = i;
		}
	}
	m->slots[gap].value = NULL;
}

void *map_remove(struct map *m, uint64_t key)
{
	if (!m->cap)
		return NULL;
	size_t i = find(m, key);
	void *value = m->slots[i].value;
	if (!value)
		return NULL;
	m->count--;
	close_gap(m, i);
	return value;
}

void map_release(struct map *m)
{
	free(m->slots);
	*m = (struct map){0};
}

struct map_slot *map_next(const struct map *m, size_t *position)
{
	while (*position < m->cap) {
		struct map_slot *s = &m->slots[(*position)++];
		if (s->value)
			return s;
	}
	return NULL;
}

uint64_t hash_stable(uint64_t start, struct slice text)
{
	uint64_t h = start ^ 0xcbf29ce484222325u;
	for (size_t i = 0; i < text.len; i++)
		h = (h ^ (unsigned char)text.ptr[i]) * 0x100000001b3u;
	return mix(h);
}

uint64_t hash_bytes(struct slice text)
{
	return hash_stable(seed(), text);
}
