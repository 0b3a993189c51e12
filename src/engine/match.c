#include "match.h"

#include <stdlib.h>

#include <ipcdiag/memory.h>

/* --- the index --- */

static bool next_word(const char **words, struct slice *word)
{
	const char *s = *words + strspn(*words, " ");
	word->ptr = s;
	word->len = strcspn(s, " ");
	*words = s + word->len;
	return word->len > 0;
}

static void set_bit(uint64_t *bits, unsigned n)
{
	bits[n / 64] |= (uint64_t)1 << n % 64;
}

static bool has_bit(const uint64_t *bits, unsigned n)
{
	return n < ERROR_WORDS * 64 && bits[n / 64] >> n % 64 & 1;
}

static void read_errors(struct wanted *w, const char *words)
{
	bool all = !words, failures = words && strcmp(words, "*") == 0;
	if (all || failures)
		memset(w->errors, 0xff, sizeof w->errors);
	if (failures)
		w->errors[0] &= ~(uint64_t)1;
	if (all || failures)
		return;
	for (struct slice word; next_word(&words, &word);) {
		int number = errno_number(word);
		if (number > 0 && number < ERROR_WORDS * 64)
			set_bit(w->errors, (unsigned)number);
		else if (slice_is(word, "0"))
			set_bit(w->errors, 0);
	}
}

static uint32_t read_objects(const char *words)
{
	uint32_t bits = 0;
	if (!words)
		return UINT32_MAX;
	for (int i = 0; i < OBJECT_KINDS; i++)
		if (slice_in_words(slice_of(object_name((enum object)i)), words))
			bits |= (uint32_t)1 << i;
	return bits;
}

static struct call_rules *find_call(const struct matcher *m, struct slice call)
{
	struct call_rules *r = map_get(&m->calls, hash_bytes(call));
	while (r && !slice_is(call, r->call))
		r = r->next;
	return r;
}

static struct call_rules *get_call(struct matcher *m, struct slice call)
{
	struct call_rules *r = find_call(m, call);
	if (r)
		return r;
	uint64_t hash = hash_bytes(call);
	r = memory_alloc(sizeof *r);
	r->call = memory_copy(call);
	r->next = map_get(&m->calls, hash);
	map_put(&m->calls, hash, r);
	return r;
}

static void add_wanted(struct wanted_list *list, const struct wanted *w)
{
	list->items = memory_grow(list->items, &list->cap, list->count, sizeof *list->items);
	list->items[list->count++] = *w;
}

static void add_match(struct matcher *m, struct rule_slot *slot, const struct rule_match *match)
{
	struct wanted w = {.slot = slot, .objects = read_objects(match->objects)};
	read_errors(&w, match->errors);
	if (!match->calls)
		add_wanted(&m->any[match->change], &w);
	const char *words = match->calls ? match->calls : "";
	for (struct slice word; next_word(&words, &word);)
		add_wanted(&get_call(m, word)->of[match->change], &w);
}

void matcher_init(struct matcher *m, const struct rule *const *rules, unsigned count)
{
	*m = (struct matcher){.slot_count = count};
	m->slots = memory_alloc(count * sizeof *m->slots);
	for (unsigned i = 0; i < count; i++) {
		m->slots[i].rule = rules[i];
		for (int k = 0; k < RULE_MAX_MATCH; k++)
			if (rules[i]->match[k].change != CHANGE_NONE)
				add_match(m, &m->slots[i], &rules[i]->match[k]);
	}
}

static void free_call(struct call_rules *r)
{
	for (int k = 0; k < CHANGE_KINDS; k++)
		free(r->of[k].items);
	free(r->call);
	free(r);
}

void matcher_release(struct matcher *m)
{
	struct map_slot *s;
	for (size_t i = 0; (s = map_next(&m->calls, &i));) {
		for (struct call_rules *r = s->value, *next; r; r = next) {
			next = r->next;
			free_call(r);
		}
	}
	for (int k = 0; k < CHANGE_KINDS; k++)
		free(m->any[k].items);
	map_release(&m->calls);
	free(m->slots);
	*m = (struct matcher){0};
}

/* --- successes --- */

/* Calls that mean different things by their arguments: no single kind of event stands for them. */
static const char many_kinds[] = "fcntl fcntl64 ioctl socketcall ipc";

/* The event layer says what a call without arguments would be, or, for mmap, one that shares memory. */
static enum event_kind kind_of_call(struct slice call)
{
	static const char *const samples[] = {"", "NULL, 1, PROT_READ, MAP_SHARED, 3, 0"};
	struct event e;
	struct record r = {.kind = RECORD_SYSCALL, .pid = -1, .task = -1, .name = call, .ret = SLICE("0")};
	for (size_t i = 0; i < sizeof samples / sizeof *samples && !slice_in_words(call, many_kinds); i++) {
		r.args = slice_of(samples[i]);
		if (event_decode(&r, &e))
			return e.kind;
	}
	return EVENT_NONE;
}

static void ask_all(struct world *w)
{
	for (int kind = EVENT_NONE + 1; kind < EVENT_KINDS; kind++)
		world_want_success(w, (enum event_kind)kind);
}

static void ask_for(const struct rule_match *match, struct world *w)
{
	const char *words = match->calls ? match->calls : "";
	if (!match->calls)
		ask_all(w);
	for (struct slice word; next_word(&words, &word);) {
		enum event_kind kind = kind_of_call(word);
		if (kind == EVENT_NONE)
			ask_all(w);
		else
			world_want_success(w, kind);
	}
}

void matcher_ask_successes(const struct matcher *m, struct world *w)
{
	for (unsigned i = 0; i < m->slot_count; i++) {
		const struct rule_match *match = m->slots[i].rule->match;
		for (int k = 0; k < RULE_MAX_MATCH; k++)
			if (match[k].change == CHANGE_CALL &&
				(!match[k].errors || slice_in_words(SLICE("0"), match[k].errors)))
				ask_for(&match[k], w);
	}
}

/* --- matching --- */

static void offer(
	struct matcher *m, const struct wanted_list *list, const struct change *c, matcher_visit *visit, void *context)
{
	for (size_t i = 0; i < list->count; i++) {
		const struct wanted *w = &list->items[i];
		if (!has_bit(w->errors, (unsigned)c->error) || !(w->objects >> c->object & 1) ||
			w->slot->last_change == m->changes)
			continue;
		w->slot->last_change = m->changes;
		visit(context, w->slot->rule, c);
	}
}

static struct slice call_name(const struct change *c)
{
	return c->kind == CHANGE_SIGNAL && c->event ? c->event->signal : slice_of(c->call);
}

void matcher_each(struct matcher *m, const struct change *c, matcher_visit *visit, void *context)
{
	struct slice call = call_name(c);
	const struct call_rules *r = call.len ? find_call(m, call) : NULL;
	m->changes++;
	if (r)
		offer(m, &r->of[c->kind], c, visit, context);
	offer(m, &m->any[c->kind], c, visit, context);
}
