#include <ipcdiag/memory.h>

#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>

static memory_handler *exhausted = abort;

void memory_on_exhausted(memory_handler *handler)
{
	exhausted = handler;
}

void memory_exhausted(void)
{
	exhausted();
}

void *memory_alloc(size_t size)
{
	void *p = calloc(1, size ? size : 1);
	if (!p)
		exhausted();
	return p;
}

void *memory_alloc_aligned(size_t alignment, size_t size)
{
	void *p = aligned_alloc(alignment, size);
	if (!p)
		exhausted();
	return memset(p, 0, size);
}

void *memory_alloc_large(size_t size)
{
	enum { LARGE_PAGE = 2 << 20 };
	size = (size + LARGE_PAGE - 1) & ~(size_t)(LARGE_PAGE - 1);
	void *p = NULL;
	if (posix_memalign(&p, LARGE_PAGE, size))
		exhausted();
#ifdef MADV_HUGEPAGE
	madvise(p, size, MADV_HUGEPAGE); /* a wish */
#endif
	return p;
}

void *memory_resize(void *old, size_t size)
{
	void *p = realloc(old, size ? size : 1);
	if (!p)
		exhausted();
	return p;
}

char *memory_copy(struct slice text)
{
	char *p = memory_resize(NULL, text.len + 1);
	if (text.len)
		memcpy(p, text.ptr, text.len);
	p[text.len] = '\0';
	return p;
}

void *memory_grow(void *array, size_t *cap, size_t count, size_t size)
{
	if (count < *cap)
		return array;
	size_t want = *cap ? *cap * 2 : 8;
	while (want <= count)
		want *= 2;
	if (want > SIZE_MAX / size)
		exhausted();
	*cap = want;
	return memory_resize(array, want * size);
}

enum { POOL_BLOCK = 64, BLOCK_HEAD = 16 /* the block before */ };

/* With AddressSanitizer free cells may not be touched, and are only used again when there are many. */
#if defined __SANITIZE_ADDRESS__
#define SANITIZED 1
#elif defined __has_feature
#if __has_feature(address_sanitizer)
#define SANITIZED 1
#endif
#endif
#ifdef SANITIZED
#include <sanitizer/asan_interface.h>
enum { KEPT_FREE = 8192 };
#else
#define ASAN_POISON_MEMORY_REGION(at, size) ((void)(at), (void)(size))
#define ASAN_UNPOISON_MEMORY_REGION(at, size) ((void)(at), (void)(size))
enum { KEPT_FREE = 0 };
#endif

static size_t cell_size(const struct pool *p)
{
	return (p->size + 15) & ~(size_t)15;
}

static void add_block(struct pool *p, void *block, size_t cells)
{
	memcpy(block, &p->blocks, sizeof p->blocks);
	p->blocks = block;
	p->next = (char *)block + BLOCK_HEAD;
	p->left = cells;
	p->cells += cells;
}

/* A pool that has become large grows by large pages: to be given many small ones takes the system longer than to use
 * them. */
static void grow(struct pool *p)
{
	enum { LARGE_POOL = 4 << 20, LARGE_BLOCK = 2 << 20 };
	if (p->cells * cell_size(p) < LARGE_POOL)
		add_block(p, memory_resize(NULL, BLOCK_HEAD + cell_size(p) * POOL_BLOCK), POOL_BLOCK);
	else
		add_block(p, memory_alloc_large(LARGE_BLOCK), (LARGE_BLOCK - BLOCK_HEAD) / cell_size(p));
}

void *pool_get(struct pool *p)
{
	return memset(pool_take(p), 0, p->size);
}

void *pool_take(struct pool *p)
{
	void *cell = p->free;
	if (cell && p->cells > KEPT_FREE) {
		ASAN_UNPOISON_MEMORY_REGION(cell, cell_size(p));
		memcpy(&p->free, cell, sizeof p->free);
		return cell;
	}
	if (!p->left)
		grow(p);
	cell = p->next;
	p->next += cell_size(p);
	p->left--;
	return cell;
}

void pool_reserve(struct pool *p, size_t cells)
{
	add_block(p, memory_alloc_large(BLOCK_HEAD + cell_size(p) * cells), cells);
}

void pool_put(struct pool *p, void *cell)
{
	memcpy(cell, &p->free, sizeof p->free);
	p->free = cell;
	ASAN_POISON_MEMORY_REGION(cell, cell_size(p));
}

void pool_release(struct pool *p)
{
	for (void *block = p->blocks; block;) {
		void *next;
		memcpy(&next, block, sizeof next);
		free(block);
		block = next;
	}
	p->blocks = p->free = p->next = NULL;
	p->left = p->cells = 0;
}
