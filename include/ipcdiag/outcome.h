/* What became of a failed call: one judgement for all rules. The first that holds, in this order. */
#ifndef IPCDIAG_OUTCOME_H
#define IPCDIAG_OUTCOME_H

enum outcome {
	OUTCOME_NONE,        /* not judged: the finding is about no failed call */
	OUTCOME_REACHED,     /* the same was had later */
	OUTCOME_ALTERNATIVE, /* another link of the chain works: other family, address, name */
	OUTCOME_HARMED,      /* the process dies of it, complains of it, or passes the failure on */
	OUTCOME_ANSWERED,    /* it was a question, and the failure an answer */
	OUTCOME_PROVOKED,    /* a program that makes calls fail on purpose */
	OUTCOME_TRIED,       /* tried again and again, in vain */
	OUTCOME_WORKED_ON,   /* it did other work afterwards, and did not mind */
	OUTCOME_GAVE_UP,     /* it ended, and nothing above holds */
	OUTCOME_OPEN         /* the trace ends first */
};

/* "reached", ...; NULL for OUTCOME_NONE. */
const char *outcome_name(enum outcome o);
/* The outcome of that name; OUTCOME_NONE for others and NULL. */
enum outcome outcome_of_name(const char *name);

#endif
