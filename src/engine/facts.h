/* The facts of a finding: names and values, copied. Values stay where they are until facts_clear, also when they are
 * replaced. */
#ifndef ENGINE_FACTS_H
#define ENGINE_FACTS_H

#include <ipcdiag/buffer.h>

enum { FACT_NAME = 40, FACT_LENGTH = 300, FACT_SENTENCE = 2000, FACTS_MAX = 64, FACTS_BYTES = 65536 };

struct fact {
	char name[FACT_NAME];
	const char *value; /* terminated; as it came, not cleaned */
	size_t length;
	bool cut;
};

struct facts {
	struct fact *list;
	size_t count, cap;
	struct fact_block *blocks;
	size_t bytes; /* taken from blocks */
};

/* Sets a fact, cut to `limit` bytes; an empty value removes it. Beyond FACTS_MAX facts or FACTS_BYTES bytes nothing is
 * set. */
void facts_set(struct facts *f, struct slice name, struct slice value, size_t limit);
/* NULL: not known. */
const struct fact *facts_get(const struct facts *f, struct slice name);
/* A copy of `text` that lives as long as the facts; "" when there is no room. */
const char *facts_keep(struct facts *f, struct slice text);
void facts_clear(struct facts *f); /* keeps some memory */
void facts_release(struct facts *f);

#endif
