#include <ipcdiag/intern.h>

#include <stdlib.h>

#include <ipcdiag/map.h>
#include <ipcdiag/memory.h>

struct entry {
	struct entry *next; /* same hash, other text */
	char text[];
};

/* Each thread has its own: nothing is shared, nothing is locked. */
static _Thread_local struct map table;
static _Thread_local size_t stored;

const char *intern(struct slice text)
{
	text = slice_take(text, INTERN_LENGTH);
	uint64_t hash = hash_bytes(text);
	struct entry *first = map_get(&table, hash);
	for (struct entry *e = first; e; e = e->next)
		if (slice_is(text, e->text))
			return e->text;
	if (stored >= INTERN_MAX)
		return "?";
	struct entry *e = memory_alloc(sizeof *e + text.len + 1);
	if (text.len)
		memcpy(e->text, text.ptr, text.len);
	e->next = first;
	map_put(&table, hash, e);
	stored++;
	return e->text;
}

void intern_release(void)
{
	struct map_slot *s;
	for (size_t i = 0; (s = map_next(&table, &i));) {
		for (struct entry *e = s->value; e;) {
			struct entry *next = e->next;
			free(e);
			e = next;
		}
	}
	map_release(&table);
	stored = 0;
}
