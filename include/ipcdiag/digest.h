/* What was made of texts that come again: a record whose text has a number (trace_number_texts) is decoded once, and
 * its event is used anew each time the text comes. Owned by one thread. */
#ifndef IPCDIAG_DIGEST_H
#define IPCDIAG_DIGEST_H

#include <ipcdiag/event.h>
#include <ipcdiag/memory.h>

struct step_text;

struct digest {
	unsigned refs;
	bool wanted; /* there is an event in it */
	bool pooled;
	struct step_text *shown; /* the state layer's: as steps show it, NULL: not asked for yet. Freed by it */
	struct record record;    /* of the last line with this text, the parts of the text in memory of its own */
	struct event event;      /* of that record */
};

/* Zero-initialise. */
struct digests {
	struct digest **by_id; /* of record.text_id */
	struct pool pool;
	void (*forget)(struct digest *d); /* called before a digest is freed, for what others keep in it; may be NULL */
};

/* The digest of the record's text, with what is the record's own filled in. The digests keep the reference; the event
 * is as it is until the next record of that text. NULL: the text has no number. */
struct digest *digests_get(struct digests *all, const struct record *r);
/* When all that were taken have been dropped. */
void digests_release(struct digests *all);

/* A digest that was taken stays for its text, whatever its number stands for by now. NULL is allowed. */
struct digest *digest_take(struct digest *d);
void digest_drop(struct digests *all, struct digest *d);

/* What was known of a line with this text: `own` is its record, as far as that is its own; `*e` and `*r` are as
 * event_decode had made them then. */
void digest_recall(const struct digest *d, const struct record *own, struct record *r, struct event *e);

#endif
