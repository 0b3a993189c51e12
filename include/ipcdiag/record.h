/* A record: one event as strace printed it, cut into its parts, without any meaning given to it.
 * All slices point into the reader's memory and are valid until the next trace_next(). An absent part has ptr == NULL.
 */
#ifndef IPCDIAG_RECORD_H
#define IPCDIAG_RECORD_H

#include <ipcdiag/slice.h>

enum record_kind {
	RECORD_SYSCALL,      /* complete */
	RECORD_UNFINISHED,   /* starts and is cut */
	RECORD_RESUMED,      /* the rest of a cut call */
	RECORD_SIGNAL,       /* --- SIGX {...} ---, --- stopped by SIGX --- */
	RECORD_EXIT,         /* +++ exited with N +++ */
	RECORD_KILLED,       /* +++ killed by SIGX +++ */
	RECORD_ATTACH,       /* strace: Process N attached / detached */
	RECORD_SUPERSEDED,   /* +++ superseded by execve in pid N +++ */
	RECORD_PERSONALITY,  /* [ Process PID=N runs in 32 bit mode. ] */
	RECORD_DIAG,         /* strace's other messages */
	RECORD_TABLE,        /* -c */
	RECORD_CONTINUATION, /* a line that belongs to an earlier record */
	RECORD_OUTPUT,       /* text of the traced program, anything else */
	RECORD_KINDS
};

enum record_end { END_NONE, END_DETACHED, END_EOF, END_PID_CHANGED, END_PTRACE };

enum { RECORD_MAX_AUX = 8 };

struct record {
	/* its own, in every record */
	enum record_kind kind;
	enum record_end end; /* of a cut call, when not by a plain <unfinished ...> */
	uint32_t file;       /* index of the input, trace_file_name() */
	uint32_t text_id;    /* number of its text, see trace_number_texts(); 0: it has none */
	bool text_known;     /* the text came before: what follows `call` is not filled in */
	uint64_t line;       /* 1-based physical line on which the record starts */
	uint64_t last_line;  /* where its text ends: greater when it goes on over further lines */
	uint64_t start_line; /* resumed: where the call started; 0: not in the file */
	int64_t pid;         /* as printed on the line, -1: none */
	int64_t task;      /* whose event it is as far as join knows: the pid on the line, of the joined half, or of the
			    * -ff file name; -1: not known (no pids in this trace, or the lone tracee of the moment) */
	struct slice time; /* absolute stamp; resumed: of the resumed line */
	struct slice start_time; /* resumed: stamp of the line where the call started, if known */
	struct slice duration;   /* -T, seconds, without brackets */
	const void *call;        /* what trace_wants said of the name, NULL: it was not asked */
	/* of its text */
	struct slice comm; /* -Y; a text that has a number has none */
	struct slice rel;  /* -r; likewise */
	struct slice name; /* call name; of events: see spec/report.md */
	struct slice args; /* the text between the parentheses; resumed: of the joined call, ptr == NULL when its start
			    * was not seen (then args_tail has what this line holds); signal: the siginfo fields
			    * between { and } */
	struct slice args_tail; /* resumed: only what the resumed line adds */
	struct slice ret;       /* the result token: "-1", "3", "0x7f..", "?", or exit status, attached pid, ... */
	struct slice err;       /* errno name: ENOENT, ERESTARTSYS; also of "? ERESTART..." */
	struct slice retnote;   /* annotation of a returned descriptor or pid, without the brackets */
	struct slice text; /* the record's text as printed, without leader and line end; blanks before '=' squeezed to
			    * one only when shown (the reader leaves them) */
	size_t aux_count;
	struct slice aux[RECORD_MAX_AUX]; /* texts in parentheses after the value */
};

/* Cuts the arguments at top-level commas into `out`; annotations stay on them. Returns how many there are in all
 * (more than `max` is possible: the rest is not stored). Linear, bounded depth, never fails. */
size_t record_split(struct slice args, struct slice *out, size_t max);

/* Names as in the JSON contract ("syscall", "unfinished", ...; "detached", ... or NULL). */
const char *record_kind_name(enum record_kind kind);
const char *record_end_name(enum record_end end);

/* --- reading one argument (all of them: an `ident=` of -N in front is skipped, blanks trimmed) --- */

/* The number an argument begins with (descriptor, length, flag word): "3<pipe:[9]>" gives 3. False if none. */
bool arg_number(struct slice arg, int64_t *value);

/* The annotation behind a number: "3<pipe:[9]>" gives "pipe:[9]"; ptr == NULL if none. */
struct slice arg_note(struct slice arg);

/* The inside of a quoted string (still escaped, without quotes), "@" of abstract names left out; `cut` is set when
 * strace cut it off ("..."). ptr == NULL if the argument is no string. */
struct slice arg_string(struct slice arg, bool *cut);

/* Does a flags argument hold the word? arg_has_flag("O_RDWR|O_CREAT", "O_CREAT"). */
bool arg_has_flag(struct slice arg, const char *flag);

/* The value of a member of a struct argument, "{a=1, b=2}": arg_member(arg, "b") gives "2"; also finds it in "[{...}]".
 * Only members at the first level. ptr == NULL if there is none. */
struct slice arg_member(struct slice arg, const char *name);

/* Element `index` of "[a, b, c]" or "{a, b}" (also of bit sets with blanks); false at the end. `position` starts at 0.
 */
bool arg_next_element(struct slice arg, size_t *position, struct slice *element);

#endif
