/* A map from 64-bit keys to pointers: open addressing, a hash seeded once a process so that chosen keys cannot make it
 * slow. It is walked in the order in which keys were put in first, so that the seed shows nowhere. Zero-initialise,
 * release. The values are the caller's. Any key is allowed. NULL values are not stored. */
#ifndef IPCDIAG_MAP_H
#define IPCDIAG_MAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <ipcdiag/slice.h>

struct map_slot {
	uint64_t key;
	void *value; /* NULL: it was removed */
};

struct map {
	struct map_slot *slots; /* in order */
	size_t used;            /* of them, with those that were removed */
	uint32_t *index;        /* by hash: place in `slots` + 1; 0: none */
	size_t cap;             /* of the index: a power of two, or 0 */
	size_t count;
};

void *map_get(const struct map *m, uint64_t key);
void map_put(struct map *m, uint64_t key, void *value); /* replaces */
void *map_remove(struct map *m, uint64_t key);          /* returns what was there, or NULL */
void map_release(struct map *m);

/* Walks all slots: for (size_t i = 0; (s = map_next(m, &i)); ). Nothing may be put or removed while walking. */
struct map_slot *map_next(const struct map *m, size_t *position);

/* Seeded 64-bit hash of bytes, and its stable twin (same value in every run: fingerprints). */
uint64_t hash_bytes(struct slice text);
uint64_t hash_stable(uint64_t start, struct slice text);

#endif
