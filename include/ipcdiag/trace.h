/* Reading traces: inputs in, records out. Knows strace's text and nothing of IPC.
 * One pass, memory bounded whatever the input is; nothing is allocated per line on the hot path. */
#ifndef IPCDIAG_TRACE_H
#define IPCDIAG_TRACE_H

#include <ipcdiag/record.h>

struct trace;

/* Is this call worth its arguments? Called with the bare call name, for the same name always with the same answer.
 * NULL: nobody wants it: the reader checks the form of the line and counts it, but does not deliver a record and keeps
 * no text of cut ones. Else what the one who asks wants to find again in record.call (event_decode takes it for what
 * event_wants said). */
typedef const void *trace_wants(struct slice name);

enum trace_limits_kind {
	TRACE_MAX_OPEN_TEXT = 65536, /* bytes kept of a cut call's first half */
	TRACE_MAX_LINE = 1 << 26     /* bytes of one line that are looked at */
};

/* What kind of relative a foreign input seems to be. */
enum trace_relative {
	RELATIVE_NONE,
	RELATIVE_PERF,
	RELATIVE_LTRACE,
	RELATIVE_GVISOR,
	RELATIVE_TRUSS,
	RELATIVE_DTRUSS,
	RELATIVE_KDUMP,
	RELATIVE_SYSDIG,
	RELATIVE_KINDS
};

struct trace_note {
	const char *kind; /* "truncated", "unparsed", "order unknown", "no pids", ... */
	uint64_t count;
	uint64_t first_line;
	uint32_t file;
};

struct trace_stats {
	uint64_t bytes, lines, blank;
	uint64_t records[RECORD_KINDS];
	uint64_t unparsed; /* lines that look like a record and could not be read */
	uint64_t foreign;  /* lines of other text */
	uint64_t tasks;    /* different pids printed (1 if none are) */
	bool truncated;    /* compressed data ended early */
	bool unordered;    /* -ff family without stamps: order between processes is not known */
	bool has_pids, has_times, has_fd_notes, has_durations;
	bool sees_forks, sees_exits, sees_closes; /* a fork-like call / +++ line / close was seen */
	unsigned library_calls;                   /* among the first calls: names that only ltrace prints */
	enum trace_relative relative;
};

/* Opens nothing yet: inputs are opened in turn while reading. `wants` may be NULL (everything is delivered, also
 * records that are no events: continuation, output, diag, table). The caller frees it with trace_free. */
struct trace *trace_new(trace_wants *wants);
void trace_free(struct trace *t);

/* Adds an input: a file, "-" (standard input, shown as `shown`, e.g. "<stdin>"), the prefix of a `strace -ff -o` family
 * or a directory of one. All inputs added before the first trace_next() are read one after the other, but a family is
 * merged into one ordered stream. Returns 0, or an errno value; `*error` then has a sentence (static or owned by the
 * trace). */
int trace_add_input(struct trace *t, const char *path, const char *shown, const char **error);

/* The next record. 1: there is one; 0: end of all inputs; -1: an input could not be read on (trace_error() says why;
 * reading may go on with the next call). */
int trace_next(struct trace *t, struct record *out);
const char *trace_error(const struct trace *t);

/* Name of input `file` as shown to people, its count. */
const char *trace_file_name(const struct trace *t, uint32_t file);
uint32_t trace_file_count(const struct trace *t);

const struct trace_stats *trace_statistics(const struct trace *t);
/* Notes for the report, `*count` of them; owned by the trace. */
const struct trace_note *trace_notes(const struct trace *t, size_t *count);

/* For a -ff family without stamps: may this record happen now, as far as its cause is known (the bytes it reads are
 * written, the child it waits for has ended)? The reader holds a process back while the answer is no and another can go
 * on; when all are held back it delivers the oldest anyway. Without a callback only fork before child and child's end
 * before wait are kept. */
typedef bool trace_ready(void *context, const struct record *r);
void trace_on_ready(struct trace *t, trace_ready *callback, void *context);

/* The line that is being read, for --pass-through and live use: called for every line that is not strace's. NULL: none.
 */
typedef void trace_foreign(void *context, struct slice line);
void trace_on_foreign(struct trace *t, trace_foreign *callback, void *context);

/* For those who keep what they make of a record: texts that come again are numbered. A record with a text_id and
 * without text_known has the text that this number stands for from now on; until the number is given to another text
 * the records of that text have it and text_known, and all that follows record.call is to be taken from the first one,
 * which the caller keeps a copy of. Only the text without the duration is the same; record.text of the first one ends
 * in its own. Single files only. */
enum { TRACE_MAX_TEXT_ID = 8192, TRACE_MAX_STAMP = 64 /* bytes of a time or duration of a record with text_known */ };
void trace_number_texts(struct trace *t);

/* For those who keep several records at once: called before memory that delivered records point to is used again. With
 * `all` no record delivered so far stays valid, else those delivered since the previous call do, and the older ones do
 * not. Without a callback a record is valid until the next trace_next(). For single files only. */
typedef void trace_reuse(void *context, bool all);
void trace_on_reuse(struct trace *t, trace_reuse *callback, void *context);

/* Called before a read that may block (standard input), and a few times a second while nothing comes: flush live output
 * here. */
typedef void trace_idle(void *context);
void trace_on_idle(struct trace *t, trace_idle *callback, void *context);

#endif
