/* A finding: a rule that applies, with the trace's own values. Rules fill it through the functions below, the engine
 * folds, orders and settles it, reports only read the fields of struct finding.
 *
 * Facts that the engine always sets when they are known, for use in templates:
 *   {process} gen[4242]   {name} gen   {pid} 4242   {call} write   {errno} EPIPE   {fd} 4   {line} 57   {count} 3
 *   {object} "the pipe made at line 12"   {path} {host} {port} {address}   {key} {id} {size}   {file} app.strace
 *   {family} {type} {protocol} of socket()   {signal} SIGPIPE   {last_line} of a repeated finding   {recovered_line}
 * where it worked later {pid_hint} for the comment of a command with "$PID" in place of {pid}; known where {pid} is not
 * Rules add more with finding_set. Names are [a-z][a-z0-9_]*. */
#ifndef IPCDIAG_FINDING_H
#define IPCDIAG_FINDING_H

#include <ipcdiag/frame.h>
#include <ipcdiag/outcome.h>
#include <ipcdiag/rule.h>
#include <ipcdiag/slice.h>

struct step; /* state's memory of one trace line, step.h */

enum confidence { CONFIDENCE_POSSIBLE, CONFIDENCE_LIKELY, CONFIDENCE_CERTAIN };

enum { FINDING_MAX_LINES = 100, FINDING_MAX_EVIDENCE = 32 };

struct evidence {
	const char *file;
	uint64_t line;
	int64_t pid;           /* -1: not known */
	char *role;            /* why this line matters: "the pipe is made" */
	char *text;            /* the line without its leader, may be NULL */
	struct frames *frames; /* the call's stack, NULL: none is printed */
};

struct finding {
	const struct rule *rule;
	const struct cause *row; /* of the rule, that speaks; NULL: none */
	enum severity severity;
	enum confidence confidence;
	enum outcome outcome; /* what became of the failed call */
	const char *file;
	uint32_t file_index;
	uint64_t line;       /* where the call starts */
	int64_t pid;         /* -1: not known */
	const char *process; /* program name, NULL: not known */
	char *time;          /* as printed, NULL */
	const char *call;    /* as printed, NULL */
	const char *error;   /* errno name, NULL */
	int64_t fd;          /* -1: none */
	char *object;        /* "pipe made at line 12", NULL */
	char *text;          /* the record of `line` without leader, NULL */
	uint64_t count;      /* how often */
	uint64_t lines[FINDING_MAX_LINES];
	unsigned line_count;
	char *message, *cause, *why;                       /* cause may be NULL */
	char *check[RULE_MAX_LINES], *fix[RULE_MAX_LINES]; /* filled from the front, NULL behind */
	struct evidence evidence[FINDING_MAX_EVIDENCE];    /* in file order, own line included */
	unsigned evidence_count;
	const char **inputs; /* of a merged finding: the traces it was found in, in order of name; NULL: only `file` */
	unsigned input_count;
	uint64_t fingerprint;      /* stable over runs, made unique by an ordinal for repeats */
	struct finding_work *work; /* the engine's own, NULL once settled */
};

/* --- for rules --- */

/* Sets a fact (replaces). Values are copied. An empty or absent value means "not known". */
void finding_set(struct finding *f, const char *name, struct slice value);
void finding_set_text(struct finding *f, const char *name, const char *value);
void finding_set_number(struct finding *f, const char *name, int64_t value);
/* A fact from a template: finding_set_from(f, "holder", "{name}[{pid}]") */
void finding_set_from(struct finding *f, const char *name, const char *template);
/* The fact's value, or NULL. */
const char *finding_get(const struct finding *f, const char *name);

/* Replaces the rule's text; the template is filled in when the finding is settled. Literal strings only. */
void finding_say_message(struct finding *f, const char *template);
void finding_say_cause(struct finding *f, const char *template);
void finding_say_why(struct finding *f, const char *template);
/* Adds a line to check / fix, in front of the rule's own. Literal strings only. */
void finding_add_check(struct finding *f, const char *template);
void finding_add_fix(struct finding *f, const char *template);

/* Adds a trace line as evidence (NULL is ignored; the same line twice is kept once, the first role wins).
 * `role` may hold facts; it is filled in at once. */
void finding_add_evidence(struct finding *f, struct step *step, const char *role);

/* The name of the call that a step shows. */
struct slice step_call(const struct step *s);

#include <ipcdiag/subject.h>

#endif
