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

/* Place in the index: of the key, or where it would go. */
static size_t find(const struct map *m, uint64_t key)
{
	size_t i = home(m, key);
	while (m->index[i] && m->slots[m->index[i] - 1].key != key)
		i = (i + 1) & (m->cap - 1);
	return i;
}

void *map_get(const struct map *m, uint64_t key)
{
	if (!m->count)
		return NULL;
	uint32_t at = m->index[find(m, key)];
	return at ? m->slots[at - 1].value : NULL;
}

static size_t room(const struct map *m)
{
	return m->cap / 4 * 3;
}

/* Moves the slots together, into an index of `cap` places. */
static void rebuild(struct map *m, size_t cap)
{
	struct map old = *m;
	m->cap = cap;
	m->slots = memory_resize(NULL, room(m) * sizeof *m->slots);
	m->index = memory_alloc(cap * sizeof *m->index);
	m->used = 0;
	for (size_t i = 0; i < old.used; i++) {
		if (!old.slots[i].value)
			continue;
		m->slots[m->used++] = old.slots[i];
		m->index[find(m, old.slots[i].key)] = (uint32_t)m->used;
	}
	free(old.slots);
	free(old.index);
}

void map_put(struct map *m, uint64_t key, void *value)
{
	size_t i = m->cap ? find(m, key) : 0;
	if (m->cap && m->index[i]) {
		m->slots[m->index[i] - 1].value = value;
		return;
	}
	if (m->used == room(m)) {
		rebuild(m, !m->cap ? 8 : m->count * 2 > room(m) ? m->cap * 2 : m->cap);
		i = find(m, key);
	}
	m->slots[m->used++] = (struct map_slot){key, value};
	m->index[i] = (uint32_t)m->used;
	m->count++;
}

/* Backward shift: closes the gap so that no tombstones are needed in the index. */
static void close_gap(struct map *m, size_t gap)
{
	for (size_t i = (gap + 1) & (m->cap - 1); m->index[i]; i = (i + 1) & (m->cap - 1)) {
		size_t h = home(m, m->slots[m->index[i] - 1].key);
		if (((i - h) & (m->cap - 1)) >= ((i - gap) & (m->cap - 1))) {
			m->index[gap] = m->index[i];
			gap = i;
		}
	}
	m->index[gap] = 0;
}

void *map_remove(struct map *m, uint64_t key)
{
	if (!m->count)
		return NULL;
	size_t i = find(m, key);
	if (!m->index[i])
		return NULL;
	struct map_slot *slot = &m->slots[m->index[i] - 1];
	void *value = slot->value;
	close_gap(m, i);
	slot->value = NULL;
	m->count--;
	if (slot == &m->slots[m->used - 1])
		m->used--;
	return value;
}

void map_release(struct map *m)
{
	free(m->slots);
	free(m->index);
	*m = (struct map){0};
}

struct map_slot *map_next(const struct map *m, size_t *position)
{
	while (*position < m->used) {
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

static uint64_t word_at(const char *p)
{
	uint64_t word;
	memcpy(&word, p, sizeof word);
	return word;
}

/* Both halves of the product, folded together. */
static uint64_t multiply(uint64_t x, uint64_t y)
{
#ifdef __SIZEOF_INT128__
	__extension__ typedef unsigned __int128 wide;
	wide product = (wide)x * y;
	return (uint64_t)product ^ (uint64_t)(product >> 64);
#else
	return mix(mix(x) ^ y);
#endif
}

/* Sixteen bytes a multiplication; the last sixteen may overlap those before. */
uint64_t hash_bytes(struct slice text)
{
	const uint64_t start = seed(), other = 0x9e3779b97f4a7c15u;
	uint64_t h = start ^ text.len, tail[2] = {0};
	const char *p = text.ptr, *end = p + text.len;
	if (text.len < sizeof tail) {
		if (text.len)
			memcpy(tail, text.ptr, text.len);
		return multiply(h ^ tail[0] ^ other, tail[1] ^ start ^ other << 1);
	}
	for (; end - p > 16; p += 16)
		h = multiply(h ^ word_at(p), word_at(p + 8) ^ other);
	h = multiply(h ^ word_at(end - 16), word_at(end - 8) ^ other);
	return multiply(h ^ other, start);
}
