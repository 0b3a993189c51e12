#include "facts.h"

#include <stdlib.h>

#include <ipcdiag/memory.h>

enum { BLOCK_SIZE = 2000 };

struct fact_block {
	struct fact_block *next; /* older, full */
	size_t size, used;
	char data[];
};

static char *take_room(struct facts *f, size_t size)
{
	if (f->bytes + size > FACTS_BYTES)
		return NULL;
	f->bytes += size;
	struct fact_block *b = f->blocks;
	if (!b || b->size - b->used < size) {
		size_t room = size > BLOCK_SIZE ? size : BLOCK_SIZE;
		b = memory_alloc(sizeof *b + room);
		b->size = room;
		b->next = f->blocks;
		f->blocks = b;
	}
	char *p = b->data + b->used;
	b->used += size;
	return p;
}

static const char *keep(struct facts *f, struct slice text)
{
	char *p = take_room(f, text.len + 1);
	if (p) {
		if (text.len)
			memcpy(p, text.ptr, text.len);
		p[text.len] = '\0';
	}
	return p;
}

const char *facts_keep(struct facts *f, struct slice text)
{
	const char *p = keep(f, text);
	return p ? p : "";
}

static struct fact *find(const struct facts *f, struct slice name)
{
	for (size_t i = 0; i < f->count; i++)
		if (slice_is(name, f->list[i].name))
			return &f->list[i];
	return NULL;
}

const struct fact *facts_get(const struct facts *f, struct slice name)
{
	const struct fact *fact = find(f, name);
	return fact && fact->length ? fact : NULL;
}

static struct fact *add(struct facts *f, struct slice name)
{
	if (f->count == FACTS_MAX || name.len >= FACT_NAME)
		return NULL;
	f->list = memory_grow(f->list, &f->cap, f->count, sizeof *f->list);
	struct fact *fact = &f->list[f->count++];
	*fact = (struct fact){.value = ""};
	memcpy(fact->name, name.ptr, name.len);
	return fact;
}

/* Not in the middle of a character. */
static struct slice cut(struct slice text, size_t limit)
{
	if (text.len <= limit)
		return text;
	while (limit && ((unsigned char)text.ptr[limit] & 0xc0) == 0x80)
		limit--;
	return slice_take(text, limit);
}

void facts_set(struct facts *f, struct slice name, struct slice value, size_t limit)
{
	struct fact *fact = find(f, name);
	if (!fact && value.len)
		fact = add(f, name);
	if (!fact)
		return;
	struct slice kept = cut(value, limit);
	const char *copy = kept.len ? keep(f, kept) : NULL;
	fact->value = copy ? copy : "";
	fact->length = copy ? kept.len : 0;
	fact->cut = kept.len < value.len;
}

static void free_blocks(struct fact_block *b)
{
	while (b) {
		struct fact_block *next = b->next;
		free(b);
		b = next;
	}
}

void facts_clear(struct facts *f)
{
	f->count = f->bytes = 0;
	if (!f->blocks)
		return;
	free_blocks(f->blocks->next);
	f->blocks->next = NULL;
	f->blocks->used = 0;
}

void facts_release(struct facts *f)
{
	free_blocks(f->blocks);
	free(f->list);
	*f = (struct facts){0};
}
