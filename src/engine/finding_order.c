/* The order of findings, and what makes one the same in the next run. */
#include <inttypes.h>
#include <stdio.h>

#include "identity.h"
#include "engine_parts.h"

int order_compare(const void *a, const void *b)
{
	const struct finding *x = *(const struct finding *const *)a, *y = *(const struct finding *const *)b;
	if (x->severity != y->severity)
		return x->severity > y->severity ? -1 : 1;
	if (x->file_index != y->file_index)
		return x->file_index < y->file_index ? -1 : 1;
	if (x->line != y->line)
		return x->line < y->line ? -1 : 1;
	int order = strcmp(x->rule->id, y->rule->id);
	return order ? order : strcmp(x->message ? x->message : "", y->message ? y->message : "");
}

static uint64_t hash_part(uint64_t hash, const char *text)
{
	return hash_stable(hash, slice_of(text ? text : ""));
}

static uint64_t hash_text(uint64_t hash, struct buffer *text)
{
	hash = hash_stable(hash, buffer_slice(text));
	buffer_clear(text);
	return hash;
}

/* The mechanism is the first half of the rule's id. */
void fingerprint_begin(struct entry *x, const struct change *c)
{
	const struct finding *f = &x->finding;
	struct buffer text = {0};
	uint64_t hash = hash_part(0, f->rule->id);
	if (f->process)
		identity_add_without_numbers(&text, slice_of(f->process));
	hash = hash_text(hash, &text);
	hash = hash_part(hash, f->call);
	hash = hash_part(hash, f->error);
	identity_add_normal(&text, c);
	x->base = hash_text(hash, &text);
	buffer_release(&text);
}

void fingerprint_settle(struct engine *e, struct entry *x)
{
	uintptr_t before = (uintptr_t)map_get(&e->ordinals, x->base);
	char ordinal[24];
	int n = snprintf(ordinal, sizeof ordinal, "%" PRIuPTR, before);
	map_put(&e->ordinals, x->base, (void *)(before + 1));
	x->finding.fingerprint = before ? hash_stable(x->base, (struct slice){ordinal, (size_t)n}) : x->base;
}
