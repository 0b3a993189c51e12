/* A rule is data first: one file under src/rules/, one `const struct rule`, found by make from the file name
 * (src/rules/pipe/broken.c defines rule_pipe_broken, id "pipe/broken"). User rules become the same struct.
 *
 * Templates: {name} is a fact of the finding (list in finding.h). In `check`, and in `fix` lines that begin with "$ ",
 * a value is put in as one quoted shell word; elsewhere as cleaned text. A check or fix line with a fact that is not
 * known is left out; in message, cause and why a part between << and >> is left out when a fact in it is not known. */
#ifndef IPCDIAG_RULE_H
#define IPCDIAG_RULE_H

#include <stdbool.h>

struct change;
struct finding;
struct world;

enum severity { SEVERITY_NOTE, SEVERITY_WARNING, SEVERITY_ERROR };

/* What happened in the model that a rule may look at. */
enum change_kind {
	CHANGE_NONE,
	CHANGE_CALL,    /* a call returned (failures; successes only for rules whose errors is "0"; of polls that worked
			 * only those on a    connecting socket that ran out or report an error, and those that waited a
			 * second or longer in vain) */
	CHANGE_BLOCKED, /* a call that does not return: end of trace, operator's interrupt, stall threshold */
	CHANGE_SPIN,    /* the same call makes no progress again and again without waiting */
	CHANGE_SIGNAL,  /* a signal was delivered */
	CHANGE_ENDED,   /* a process ended */
	CHANGE_LEFT,    /* at the end: an object that outlives its maker (segment, queue, semaphore, shm file) */
	CHANGE_EOF,     /* a read found the end of file of a pipe or connection */
	CHANGE_CUT,     /* a message came cut (MSG_TRUNC), or the descriptors with it (MSG_CTRUNC) */
	CHANGE_LOST,  /* a write took less than asked, and the rest was never written: step is that write, late the next
			 one */
	CHANGE_WROTE, /* a watched process wrote something (process.watched) */
	CHANGE_FINISH /* the story of a channel is over: nobody has it any more, or the trace ends; segments: at the end
			 of the trace */
};

enum { RULE_MAX_MATCH = 6, RULE_MAX_LINES = 10, CAUSE_MAX_LINES = 6 };

/* A row of a rule: what it says where `when` holds; of several rows the first that holds speaks, in place of the rule's
 * own texts; what a row leaves out the rule says. `when` is a condition, see condition.h; "" always holds. Rows are
 * asked when the finding is settled, after `settle`. The last row is zeroed. */
struct cause {
	const char *when;
	const char *cause, *message;
	const char *check[CAUSE_MAX_LINES], *fix[CAUSE_MAX_LINES];
	const char *why;
	const char *confidence; /* "certain", "likely", "possible"; NULL: what the finding has */
};

/* What kind of aim a failed call had; what became of it, and so the severity, follows from this (outcome.c). */
enum aim {
	AIM_NONE, /* the finding is about no failed call, or the rule's severity is the last word */
	AIM_OWN,  /* the process asked for something that it needs */
	AIM_ASK,  /* by its form a question */
	AIM_PEER, /* something was lost because another one left or took it away */
	AIM_BYE,  /* the last call on a thing */
	AIM_WISH, /* advice to the kernel */
	AIM_LIMIT /* room was missing: never a note because it worked on */
};

struct rule_match {
	enum change_kind change;
	const char *calls;   /* words: call names as strace prints them (CHANGE_SIGNAL: signal names); NULL: any */
	const char *errors;  /* words: errno names; "*": any failure; "0": success; NULL: not looked at */
	const char *objects; /* words: object kinds, see channel.h; NULL: any */
	enum aim aim;        /* of these calls, when it is not the rule's */
};

/* What becomes of the severity when the program got over it. */
enum recovery {
	RECOVERY_NONE, /* nothing makes it better */
	RECOVERY_SAME, /* the same call on the same object worked later: a note */
	RECOVERY_ANY   /* the same kind of call worked later in this process, on whatever object: a note */
};

struct rule {
	const char *id;
	enum severity severity;
	enum aim aim;
	const char *title; /* a noun phrase: "write to a pipe without readers" */
	const char *about; /* one to three sentences for the catalogue: when it fires, what it means */
	struct rule_match match[RULE_MAX_MATCH];
	enum recovery recovery;
	const char *needs; /* what the trace must hold for a sure answer: "-f", "-yy", NULL */
	const char *message;
	const char *cause; /* NULL: check or settle sets one, or there is none */
	const char *check[RULE_MAX_LINES];
	const char *fix[RULE_MAX_LINES];
	const char *why;
	const struct cause *causes;             /* rows, up to a zeroed one; NULL: none */
	const char *references[RULE_MAX_LINES]; /* "pipe(7)", "https://..." */
	const char *example;                    /* trace lines that make it fire, for `explain` */

	/* Looks closer, fills in facts and evidence; false: no finding. NULL: the match is enough. Called at the
	 * change. */
	bool (*examine)(struct finding *f, const struct change *c, const struct world *w);
	/* For rules that many changes match and few satisfy: is the change worth `examine`? Asked first, when there is
	 * no finding yet and what tasks wait for is not up to date: it looks at the call and its own objects alone.
	 * NULL: it is. */
	bool (*applies)(const struct change *c, const struct world *w);
	/* The last word, when the process ended or the trace did: cause and evidence that came later, final severity.
	 * May be NULL. */
	void (*settle)(struct finding *f, const struct world *w);
};

const char *severity_name(enum severity s);
/* "error" etc.; false if it is no severity. */
bool severity_parse(const char *text, enum severity *s);

/* "own" etc.; false if it is no aim. */
bool aim_parse(const char *text, enum aim *a);

/* All built-in rules in order of id; `*count` of them. The table is made by make. */
const struct rule *const *rules_builtin(unsigned *count);

#endif
