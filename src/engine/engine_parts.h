/* Inside of the engine. A change that a rule wants becomes a draft; when the rule's `examine` agrees, the draft is
 * folded into a finding of the same kind or kept as a new entry. Entries are settled in batches: at the end all that
 * are left. A settled entry has lost its work: references, facts, templates. */
#ifndef ENGINE_PARTS_H
#define ENGINE_PARTS_H

#include <ipcdiag/change.h>
#include <ipcdiag/engine.h>
#include <ipcdiag/map.h>

#include "facts.h"
#include "match.h"

enum { NO_PROCESS = -2 };
enum {
	FINDINGS_MAX = 10000,
	PROOFS_MAX = FINDING_MAX_EVIDENCE - 3 /* room for the own, the last, the recovering line */
};

struct proof {
	struct step *step; /* reference held */
	const char *role;
};

/* A finding in a list of those that wait for the same success, see recover.c. */
struct link {
	uint64_t key;
	enum event_kind kind;
	struct link *prev, *next;
	struct finding *finding;
};

enum link_kind { LINK_PROCESS, LINK_OBJECT, LINK_PARENT_OBJECT, LINK_NAME_OBJECT, LINK_KINDS };

struct retry {
	struct link links[LINK_KINDS];
	struct step *step; /* the success; reference held */
	bool same_object;
};

/* What the process said and did after the failure, see complaints.c. */
struct harm {
	bool watched, eased;
	bool ran_out;                  /* no error, but a time limit that ran out */
	int fit;                       /* of `said`: 1 by its place, 2 names the errno, 3 the object */
	struct step *said, *passed_on; /* references held */
	struct step *went_on_with;     /* a later failure of the same socket; reference held */
	uint64_t used;                 /* order of its last write that was no complaint, on 1 or an IPC object */
	uint64_t image;                /* order of the execve that began this program image */
	uint64_t calls;                /* of the process, at the last failure */
	double lost;                   /* seconds inside failing calls, as far as the trace prints them */
	struct finding *next;          /* of the same process, older */
};

/* The line that a process is writing. */
struct spoken {
	uint64_t process;
	int64_t fd;
	bool cut;
	struct buffer line;
};

struct finding_work {
	struct engine *engine;
	struct facts facts;          /* finding.c: facts_of() */
	const struct change *untold; /* the change whose facts are not in `facts` yet, NULL: they are */
	enum change_kind change;
	struct process *process; /* references held */
	struct channel *channel;
	struct open_file *file;
	struct segment *segment;
	struct step *first, *last;
	struct endpoint_address address;
	const char *message, *cause, *why;
	const char *check[RULE_MAX_LINES], *fix[RULE_MAX_LINES]; /* said by the rule's functions, before its own */
	unsigned check_count, fix_count;
	struct proof proofs[FINDING_MAX_EVIDENCE];
	unsigned proof_count;
	int64_t memos[FINDING_MEMOS];
	struct step *kept_steps[FINDING_MEMOS];
	struct process *kept_processes[FINDING_MEMOS];
	char *identity;       /* of the object, about.h */
	char *service;        /* the same, for folding */
	char *seen;           /* what was seen on the machine when it happened, NULL */
	bool shared_identity; /* it is the same for other processes */
	struct retry recovery;
	struct harm harm;
	bool cancelled, injected, keeps_severity;
	struct finding *next_of_process; /* live: same process */
};

struct entry {
	struct finding finding; /* first: a finding is its entry */
	uint64_t fold_key;
	struct entry *next_same_key;
	uint64_t base;    /* fingerprint before the ordinal */
	uint64_t channel; /* number, 0: none */
	int64_t process;  /* pid, to compare */
	bool blocked, ring;
	double seen; /* live: when, monotonic seconds */
	bool kept;
	struct entry *cause; /* the finding that this one is a consequence of */
};

struct engine {
	struct engine_options options;
	bool live;
	struct world *world;
	struct matcher matcher;
	struct entry **entries; /* in order of discovery; cancelled ones stay, marked by !kept */
	size_t count, cap;
	struct entry *draft;            /* memory for the next one, or NULL */
	struct buffer text;             /* for keys and identities */
	struct map folds;               /* fold key -> struct entry, not settled */
	struct map links;               /* recovery key -> first struct link */
	size_t open_links[EVENT_KINDS]; /* by what is waited for */
	bool wants[EVENT_KINDS];        /* successes asked of the world */
	size_t ticked;                  /* live: all entries before are settled */
	struct map told;                /* live: fold key -> entry, settled early */
	struct map by_process;          /* live: process -> first finding that is not settled */
	struct map places;              /* evidence line -> struct place, settled findings */
	struct map ordinals;            /* base fingerprint -> count */
	struct map watched;             /* process number -> newest finding about it */
	struct map pairs, pair_counts;  /* see complaints.c */
	struct spoken spoken;
	uint64_t dropped;
	engine_settled *settled;
	void *settled_context;
	engine_look *look;
	void *look_context;
	const struct finding **sorted;
	unsigned sorted_count;
};

static inline struct entry *entry_of(struct finding *f)
{
	return (struct entry *)f;
}

/* engine.c: an engine that hears of no world yet; takes one change. */
struct engine *engine_make(const struct engine_options *options);
void engine_take(struct engine *e, const struct change *c);

/* draft.c */
struct entry *new_finding_begin(
	struct engine *e, const struct rule *rule, const struct change *c); /* NULL: it has no line */
void new_finding_tell(struct finding
		*f); /* puts the change's facts in, unless they are there; the first use of a fact does it, too */
void new_finding_discard(struct engine *e, struct entry *d);
void work_free(struct finding *f); /* drops all references */
void entry_free(struct entry *x);

/* fold.c: into a finding of the same kind, else a new entry. Owns the draft then. Returns the finding that it is now,
 * or NULL. */
struct finding *fold_draft(struct engine *e, struct entry *d);
void fold_forget(struct engine *e, struct entry *x);

/* recover.c */
void recovery_watch(struct engine *e, struct finding *f, const struct change *c);
void recovery_see(struct engine *e, const struct change *c); /* a success */
void recovery_forget(struct engine *e, struct finding *f);

/* complaints.c */
void complaints_watch(
	struct engine *e, struct finding *f, const struct change *c); /* a call failed, for the first time or again */
void complaints_hear(struct engine *e, const struct change *c);       /* CHANGE_WROTE */
void complaints_forget(struct engine *e, struct finding *f);
uint64_t complaints_pairs(
	const struct engine *e, const struct process *p); /* of call and errno that failed in its image */

/* outcome.c: sets outcome and severity of findings about failed calls. */
void outcome_judge(struct finding *f);

/* settle.c: entries without order; calls the callback for each. */
void settle_batch(struct engine *e, struct entry **batch, size_t count);

/* consequence.c: marks the entries of a batch that follow from another one; `places` knows all evidence. */
void consequences_find(struct engine *e, struct entry **batch, size_t count);
void consequences_release(struct engine *e);

/* evidence.c: work's proofs become the finding's evidence. */
void evidence_settle(struct finding *f);

/* render.c: the texts. */
void render_texts(struct finding *f);

/* order.c */
int order_compare(const void *a, const void *b); /* of const struct finding * */
void fingerprint_begin(struct entry *x, const struct change *c);
void fingerprint_settle(struct engine *e, struct entry *x);

/* finding.c: adds a line whose role is no template. */
void evidence_add(struct finding *f, struct step *step, struct slice role);
/* "line 42" or, in another file than the finding's own, "b.strace:42". */
void place_add(struct buffer *out, const struct finding *f, const struct step *s);
const char *file_name_of(const struct engine *e, uint32_t file);
/* As finding_set and _from, but for sentences made here: up to FACT_SENTENCE bytes. */
void set_sentence(struct finding *f, const char *name, struct slice text);
/* Sets fact {PREFIX + SUFFIX}. */
void set_joined(struct finding *f, const char *prefix, const char *suffix, struct slice text);

#endif
