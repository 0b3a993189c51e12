/* The engine: takes the changes of a world, asks the rules, folds repeats, settles and orders findings. */
#ifndef IPCDIAG_ENGINE_H
#define IPCDIAG_ENGINE_H

#include <ipcdiag/finding.h>

struct buffer;
struct engine;
struct world;

struct engine_options {
	const struct rule *const *rules; /* the enabled ones */
	unsigned rule_count;
	const char *(*file_name)(
		void *context, uint32_t file); /* how an input is shown; the text lives as long as the engine */
	void *file_context;
	/* The severity that a settled finding gets; NULL: the one it has. */
	enum severity (*weigh)(const void *context, const struct finding *f);
	const void *weigh_context;
	/* Finds files and lines of a stack; may be NULL. */
	void (*locate)(void *context, struct frames *f);
	void *locate_context;
};

/* Subscribes to the world's changes. Neither owns the other: free the engine first. */
struct engine *engine_new(const struct engine_options *options, struct world *w);
void engine_free(struct engine *e);

/* Called for each finding as soon as nothing can change it any more (live use). */
typedef void engine_settled(void *context, const struct finding *f);
void engine_on_settled(struct engine *e, engine_settled *callback, void *context);

/* Called for each new finding while its call has just happened, and the machine it happened on can still be looked at:
 * adds a sentence to the cause, cleaned for terminals; false: there is nothing to say. To be set before the first
 * change. */
typedef bool engine_look(void *context, const struct finding *f, struct buffer *sentence);
void engine_on_new(struct engine *e, engine_look *callback, void *context);

/* Somebody watches: a finding is settled as soon as its process has ended, its call is overdue, or engine_tick finds it
 * old, though a later line might have explained it. Repeats of one that was told are not told again. Else all are
 * settled at the end. To be set before the first change. */
void engine_set_live(struct engine *e, bool live);

/* Live: settles what has been open for ENGINE_PATIENCE seconds. Call a few times a second. */
#define ENGINE_PATIENCE 0.5
void engine_tick(struct engine *e);

/* Settles what is open. Call after world_finish(). */
void engine_finish(struct engine *e);

/* All findings, by severity, then position; valid until engine_free. */
const struct finding *const *engine_findings(struct engine *e, unsigned *count);

/* How many findings were not kept because there were too many different ones (10,000). */
uint64_t engine_dropped(const struct engine *e);

#endif
