/* Which rules want to look at a change: an index over the `match` lines of the enabled rules. */
#ifndef ENGINE_MATCH_H
#define ENGINE_MATCH_H

#include <ipcdiag/change.h>
#include <ipcdiag/map.h>

enum { CHANGE_KINDS = CHANGE_FINISH + 1, ERROR_WORDS = 16 };

struct rule_slot {
	const struct rule *rule;
	uint64_t last_change; /* number of the change that it was offered last: once is enough */
};

/* One `match` line, ready to compare. */
struct wanted {
	struct rule_slot *slot;
	uint64_t errors[ERROR_WORDS]; /* a bit per errno number; bit 0: success */
	uint32_t objects;             /* a bit per enum object */
};

struct wanted_list {
	struct wanted *items;
	size_t count, cap;
};

struct call_rules {
	struct call_rules *next; /* same hash */
	char *call;
	struct wanted_list of[CHANGE_KINDS];
};

struct matcher {
	struct rule_slot *slots;
	unsigned slot_count;
	struct map calls;                     /* hash of a call name -> struct call_rules */
	struct wanted_list any[CHANGE_KINDS]; /* rules that look at all calls */
	uint64_t changes;
};

void matcher_init(struct matcher *m, const struct rule *const *rules, unsigned count);
void matcher_release(struct matcher *m);

/* Tells the world which successful calls some rule wants to see. */
void matcher_ask_successes(const struct matcher *m, struct world *w);

/* Calls `visit` for each rule that wants the change, each once. */
typedef void matcher_visit(void *context, const struct rule *rule, const struct change *c);
void matcher_each(struct matcher *m, const struct change *c, matcher_visit *visit, void *context);

#endif
