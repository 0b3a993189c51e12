/* Allocation that never returns NULL. When memory runs out the handler that cli installed is called: it must not
 * return. */
#ifndef IPCDIAG_MEMORY_H
#define IPCDIAG_MEMORY_H

#include <stddef.h>

#include <ipcdiag/slice.h>

typedef void memory_handler(void);

/* Installs what happens when no memory is left (default: abort). */
void memory_on_exhausted(memory_handler *handler);

/* Calls the handler: for libraries that tell of no memory themselves. Does not return. */
void memory_exhausted(void);

void *memory_alloc(size_t size);                           /* zeroed */
void *memory_alloc_aligned(size_t alignment, size_t size); /* zeroed; `size` is a multiple of the alignment */
/* Not zeroed, in large pages where the system has them; what is not touched is not taken. Free it with free(). */
void *memory_alloc_large(size_t size);
void *memory_resize(void *old, size_t size); /* new bytes are not zeroed */
char *memory_copy(struct slice text);        /* NUL-terminated copy */

/* Makes room for element number `count` in an array of `*cap` elements of `size` bytes; doubles. */
void *memory_grow(void *array, size_t *cap, size_t count, size_t size);

/* Fixed-size cells from big blocks with a free list: for the small objects of the model.
 * Zero-initialise with POOL_INIT. */
struct pool {
	size_t size;
	void *free;
	void *blocks;
	char *next; /* cell that was never used, of so many: */
	size_t left;
	size_t cells; /* in all */
};
#define POOL_INIT(type)                                                                                                \
	{                                                                                                              \
		.size = sizeof(type)                                                                                   \
	}
void *pool_get(struct pool *p);  /* zeroed */
void *pool_take(struct pool *p); /* as it is */
void pool_put(struct pool *p, void *cell);
/* Makes room for so many cells at once, in large pages where the system has them: for what is looked at without any
 * order. Memory that is not used is not taken. */
void pool_reserve(struct pool *p, size_t cells);
void pool_release(struct pool *p);

#endif
