#include "seen.h"

#include <ipcdiag/map.h>
#include <ipcdiag/trace.h>

_Static_assert(SEEN_TEXTS + SEEN_PAIRS <= TRACE_MAX_TEXT_ID, "all have a number");

/* Whoever makes texts collide makes them slow to read, no more: a place holds SEEN_WAYS of them. */
uint64_t seen_hash(struct slice text)
{
	return hash_bytes(text) | UINT64_C(1) << 63;
}

static size_t place(uint64_t hash)
{
	return hash % (SEEN_TEXTS / SEEN_WAYS) * SEEN_WAYS;
}

static uint32_t tag(uint64_t hash)
{
	return (uint32_t)(hash >> 32);
}

void seen_expect(const struct seen *s, uint64_t hash)
{
	size_t at = place(hash);
	at += s->tags[at] != tag(hash);
	__builtin_prefetch(&s->texts[at]);
	__builtin_prefetch(s->texts[at].text + 32);
}

static bool is_same(const struct seen_text *t, struct slice text)
{
	return t->length == text.len && memcmp(t->text, text.ptr, text.len) == 0;
}

struct seen_text *seen_find(struct seen *s, struct slice text, uint64_t hash)
{
	size_t at = place(hash);
	for (size_t i = at; i < at + SEEN_WAYS; i++) {
		if (s->tags[i] != tag(hash) || !is_same(&s->texts[i], text))
			continue;
		s->hits++;
		return &s->texts[i];
	}
	return NULL;
}

/* Taking a text in costs what a few hits save: so if what was taken in lately got fewer, most are refused. */
static bool pays(struct seen *s)
{
	enum { WORTH = 4, SOME = 16, LATELY = 1024 };
	if (s->hits / WORTH < s->adds && ++s->refused % SOME)
		return false;
	if (++s->adds == LATELY) {
		s->adds /= 2;
		s->hits /= 2;
	}
	return true;
}

/* Has it come before? From now on it has. */
static bool came_before(struct seen *s, uint64_t hash)
{
	uint32_t *once = &s->once[hash % SEEN_ONCE];
	bool before = *once == tag(hash);
	*once = tag(hash);
	return before;
}

struct seen_text *seen_add(struct seen *s, struct slice text, uint64_t hash)
{
	size_t at = place(hash);
	uint8_t *way = &s->next_way[at / SEEN_WAYS];
	if (!came_before(s, hash) || !pays(s))
		return NULL;
	at += (*way)++ % SEEN_WAYS;
	struct seen_text *t = &s->texts[at];
	if (t->pins)
		return NULL;
	s->tags[at] = tag(hash);
	t->hash = hash;
	t->number = (uint32_t)at + 1;
	t->serial = ++s->serials;
	t->length = (uint16_t)text.len;
	memcpy(t->text, text.ptr, text.len);
	return t;
}

void seen_forget(struct seen *s, struct seen_text *t)
{
	s->tags[t - s->texts] = 0;
}

/* By what the texts say: when one of them was put out and taken in again, the pair gets its old number, and what was
 * kept under it goes. */
static uint64_t hash_pair(const struct seen_text *first, const struct seen_text *second)
{
	uint64_t hash = (first->hash ^ second->hash << 1) * 0x9e3779b97f4a7c15u;
	return hash ^ hash >> 32;
}

static uint32_t number_of_pair(uint64_t hash)
{
	return SEEN_TEXTS + 1 + (uint32_t)(hash % SEEN_PAIRS);
}

uint32_t seen_find_pair(struct seen *s, const struct seen_text *first, const struct seen_text *second)
{
	uint64_t hash = hash_pair(first, second);
	const struct seen_pair *p = &s->pairs[hash % SEEN_PAIRS];
	if (p->first != first->serial || p->second != second->serial)
		return 0;
	s->hits++;
	return number_of_pair(hash);
}

uint32_t seen_add_pair(struct seen *s, const struct seen_text *first, const struct seen_text *second)
{
	uint64_t hash = hash_pair(first, second);
	if (!came_before(s, hash) || !pays(s))
		return 0;
	s->pairs[hash % SEEN_PAIRS] = (struct seen_pair){first->serial, second->serial};
	return number_of_pair(hash);
}
