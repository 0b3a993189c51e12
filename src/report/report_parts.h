/* What several formats need. Nothing here owns anything; slices point into the finding or rule they come from. */
#ifndef IPCDIAG_REPORT_PARTS_H
#define IPCDIAG_REPORT_PARTS_H

#include <ipcdiag/report.h>

/* How much of a trace line is shown: its beginning and, because the result stands there, its end. */
enum { PARTS_EXCERPT = 240 };

/* "pipe" of "pipe/broken"; the whole id when it has no slash. */
struct slice parts_mechanism(const struct rule *rule);
/* The first web address among the references, or NULL. */
const char *parts_web_page(const struct rule *rule);

/* A fix or check line without the "$ " that marks a command; `*command` tells whether there was one. */
struct slice parts_take_command(const char *line, bool *command);

/* Does the finding stand on that evidence line itself? */
bool parts_is_own_line(const struct finding *f, const struct evidence *e);

/* The line of the user's own code that made the finding's call; NULL: no stack shows one with file and line. */
const struct frame *parts_source(const struct finding *f);
/* "worker() src/pool.c:123", or "worker() in /srv/pool" where no line is known. */
void parts_add_frame(struct buffer *out, const struct frame *frame);
/* Why the line matters, and where in the user's code its call stands: "the pipe is made, at main() src/pool.c:15". */
void parts_add_role(struct buffer *out, const struct evidence *e);
/* Is the input a file that people can open, not "<stdin>" or "<run>"? */
bool parts_is_artifact(const char *file);

/* Adds cleaned text (text.h); NULL adds nothing. */
void parts_add_text(struct buffer *out, const char *text);
/* The same, cut in the middle to about PARTS_EXCERPT bytes; may split no character. */
void parts_add_excerpt(struct buffer *out, const char *text);
/* Cleaned text, of which about `limit` bytes are kept, with "..." for the rest. */
void parts_add_start(struct buffer *out, const char *text, size_t limit);
/* The fingerprint as 16 hexadecimal digits. */
void parts_add_fingerprint(struct buffer *out, const struct finding *f);
/* "gen[4242]", "gen", "4242", or nothing, as far as they are known (NULL, -1). */
void parts_add_process(struct buffer *out, const char *name, int64_t pid);
/* What became of the failed call, half a sentence; NULL: not known. */
const char *parts_outcome(const struct finding *f);
/* "1 error", "2 errors". */
void parts_add_counted(struct buffer *out, uint64_t count, const char *noun);
/* "3 processes, 900 lines: 1 error, 0 warnings, 2 notes (hidden)", no line feed. */
void parts_add_totals(struct buffer *out, const struct report *r);

/* A note about the input: where it is (as far as known), what it says, how often. */
void parts_add_note_place(struct buffer *out, const struct report_note *note);
void parts_add_note_text(struct buffer *out, const struct report_note *note);
const char *parts_note_sentence(const struct report_note *note);

#endif
