/* What the reader of traces notes about its input, in words. */
#include <inttypes.h>

#include "report_parts.h"

struct wording {
	const char *kind, *sentence;
};

static const struct wording wordings[] = {
	{"truncated", "the input breaks off: what came after it is not known"},
	{"unparsed", "looks like a line of strace and cannot be read"},
	{"order unknown",
		"files of strace -ff without time stamps: the order between processes is known only as far as their calls tell it; record with -ttt"},
	{"no pids", "the trace names no processes; record with -f, or with -ff and -o"},
	{"call without a result", "something else was written into this line, the result of the call is missing"},
	{"text behind a result", "something else was written into this line"},
};

const char *parts_note_sentence(const struct report_note *note)
{
	for (size_t i = 0; i < sizeof wordings / sizeof *wordings; i++)
		if (strcmp(wordings[i].kind, note->kind) == 0)
			return wordings[i].sentence;
	return note->kind;
}

void parts_add_note_place(struct buffer *out, const struct report_note *note)
{
	parts_add_text(out, note->file);
	if (note->first_line)
		buffer_add_format(out, ":%" PRIu64, note->first_line);
}

void parts_add_note_text(struct buffer *out, const struct report_note *note)
{
	parts_add_text(out, parts_note_sentence(note));
	if (note->count > 1)
		buffer_add_format(out, " (%" PRIu64 " times, the first is here)", note->count);
}
