/* Writing findings. A format is one file in src/report/ with one exported `const struct report_format`. Formats neither
 * count nor decide: everything they print is in struct report. They see findings and rule metadata, nothing of the
 * model. */
#ifndef IPCDIAG_REPORT_H
#define IPCDIAG_REPORT_H

#include <ipcdiag/buffer.h>
#include <ipcdiag/finding.h>

struct report_record_count {
	const char *kind;
	uint64_t count;
};

struct report_note {
	const char *kind;
	uint64_t count;
	uint64_t first_line;
	const char *file;
};

struct report_input {
	const char *const *files;
	unsigned file_count;
	uint64_t bytes, lines, processes, threads, unparsed;
	struct report_record_count records[16]; /* in the order of spec/report.md */
	unsigned record_count;
	const struct report_note *notes;
	unsigned note_count;
};

/* What of one rule is not shown. */
struct report_hidden {
	const struct rule *rule;
	uint64_t count, line; /* findings, and where the first of them is */
};

enum { REPORT_MAX_HIDDEN = 6 };

struct report {
	const char *version;
	struct report_input input;                            /* complete only in `end` */
	uint64_t counts[3];                                   /* findings by severity, hidden ones included */
	uint64_t hidden;                                      /* below --severity, not among `findings` */
	struct report_hidden hidden_rules[REPORT_MAX_HIDDEN]; /* what is known of them; further rules are left out */
	unsigned hidden_rule_count;
	const struct finding *const *findings; /* those to show, in order */
	unsigned finding_count;
	const struct rule *const *rules; /* the enabled ones, in order of id */
	unsigned rule_count;
	bool live;       /* findings are given one by one as they become known */
	bool colour;     /* SGR sequences wanted */
	bool hyperlinks; /* OSC 8 wanted */
	bool quiet;      /* text: no summary line */
};

/* The caller calls `begin` once, `finding` for each finding to show, `end` once, and may write out and empty `out`
 * after each call. Formats that put the whole before its parts print everything in `end`, from r->findings; in live use
 * too r->findings must be complete then. Formats keep nothing between calls and add to `out` only. */
struct report_format {
	const char *name;
	const char *about;                                                                    /* for --help */
	void (*begin)(struct buffer *out, const struct report *r);                            /* may be NULL */
	void (*finding)(struct buffer *out, const struct report *r, const struct finding *f); /* may be NULL */
	void (*end)(struct buffer *out, const struct report *r);                              /* may be NULL */
};

/* All formats, NULL at the end; and the one of that name, or NULL. */
extern const struct report_format *const report_formats[];
const struct report_format *report_format_find(const char *name);

#endif
