#include "report_parts.h"

#include <inttypes.h>
#include <string.h>

#include <ipcdiag/text.h>

struct slice parts_mechanism(const struct rule *rule)
{
	struct slice id = slice_of(rule->id);
	size_t slash = slice_find_char(id, '/', 0);
	return slash == SIZE_MAX ? id : slice_take(id, slash);
}

const char *parts_web_page(const struct rule *rule)
{
	for (unsigned i = 0; i < RULE_MAX_LINES && rule->references[i]; i++)
		if (slice_starts(slice_of(rule->references[i]), SLICE("https://")))
			return rule->references[i];
	return NULL;
}

struct slice parts_take_command(const char *line, bool *command)
{
	struct slice text = slice_of(line);
	*command = slice_starts(text, SLICE("$ "));
	return *command ? slice_skip(text, 2) : text;
}

bool parts_is_own_line(const struct finding *f, const struct evidence *e)
{
	return e->line == f->line && slice_equal(slice_of(e->file), slice_of(f->file));
}

const struct frame *parts_source(const struct finding *f)
{
	for (unsigned i = 0; i < f->evidence_count; i++) {
		const struct evidence *e = &f->evidence[i];
		const struct frame *own = parts_is_own_line(f, e) ? frames_own(e->frames) : NULL;
		if (own && own->file && own->line)
			return own;
	}
	return NULL;
}

void parts_add_frame(struct buffer *out, const struct frame *frame)
{
	parts_add_text(out, frame->function ? frame->function : "code");
	if (frame->function && frame->function[0] && frame->function[strlen(frame->function) - 1] != ')')
		buffer_add_text(out, "()");
	buffer_add_text(out, frame->file ? " " : " in ");
	parts_add_text(out, frame->file ? frame->file : frame->module);
	if (frame->file)
		buffer_add_format(out, ":%u", frame->line);
}

void parts_add_role(struct buffer *out, const struct evidence *e)
{
	const struct frame *own = frames_own(e->frames);
	parts_add_text(out, e->role);
	if (own)
		buffer_add_text(out, e->role ? ", at " : "at ");
	if (own)
		parts_add_frame(out, own);
}

bool parts_is_artifact(const char *file)
{
	return file && file[0] != '<';
}

void parts_add_text(struct buffer *out, const char *text)
{
	text_add_visible(out, slice_of(text));
}

/* Moves a cut forward out of the middle of a character. */
static size_t next_start(struct slice text, size_t at)
{
	while (at < text.len && ((unsigned char)text.ptr[at] & 0xc0) == 0x80)
		at++;
	return at;
}

void parts_add_excerpt(struct buffer *out, const char *text)
{
	struct slice all = slice_of(text);
	if (all.len <= PARTS_EXCERPT) {
		text_add_visible(out, all);
		return;
	}
	size_t head = next_start(all, PARTS_EXCERPT * 2 / 3);
	size_t tail = next_start(all, all.len - (PARTS_EXCERPT - PARTS_EXCERPT * 2 / 3));
	text_add_visible(out, slice_take(all, head));
	buffer_add_text(out, "[...]");
	text_add_visible(out, slice_skip(all, tail));
}

void parts_add_start(struct buffer *out, const char *text, size_t limit)
{
	struct buffer clean = {0};
	parts_add_text(&clean, text);
	size_t end = clean.len > limit ? next_start(buffer_slice(&clean), limit) : clean.len;
	buffer_add(out, slice_take(buffer_slice(&clean), end));
	if (end < clean.len)
		buffer_add_text(out, "...");
	buffer_release(&clean);
}

void parts_add_fingerprint(struct buffer *out, const struct finding *f)
{
	buffer_add_format(out, "%016" PRIx64, f->fingerprint);
}

void parts_add_process(struct buffer *out, const char *name, int64_t pid)
{
	parts_add_start(out, name, 24);
	if (pid >= 0)
		buffer_add_format(out, name ? "[%" PRId64 "]" : "%" PRId64, pid);
}

const char *parts_outcome(const struct finding *f)
{
	static const char *const sentences[] = {[OUTCOME_REACHED] = "a later try got what this one did not",
		[OUTCOME_ALTERNATIVE] = "another way to the same worked",
		[OUTCOME_HARMED] = "the program suffers from it",
		[OUTCOME_ANSWERED] = "the call asked, and this is an answer",
		[OUTCOME_PROVOKED] = "one of many failures that the program seems to provoke",
		[OUTCOME_TRIED] = "it was tried again and never worked",
		[OUTCOME_WORKED_ON] = "the program worked on and said nothing of it",
		[OUTCOME_GAVE_UP] = "the program ended, and it had never worked",
		[OUTCOME_OPEN] = "the trace ends before one can see"};
	return f->outcome < sizeof sentences / sizeof *sentences ? sentences[f->outcome] : NULL;
}

void parts_add_counted(struct buffer *out, uint64_t count, const char *noun)
{
	bool hisses = slice_ends(slice_of(noun), SLICE("s"));
	buffer_add_format(out, "%" PRIu64 " %s%s", count, noun, count == 1 ? "" : hisses ? "es" : "s");
}

/* Ids of rules that users wrote, or of a report that is merged, may hold anything: markup, too. */
static bool is_plain_id(const char *id)
{
	return strspn(id, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/-._") == strlen(id);
}

/* "socket/connect-refused x2 (line 545)": a reader knows what he would see, and where to look without a second run. */
static void add_hidden_rules(struct buffer *out, const struct report *r)
{
	uint64_t named = 0;
	for (unsigned i = 0; i < r->hidden_rule_count; i++) {
		const struct report_hidden *h = &r->hidden_rules[i];
		if (!is_plain_id(h->rule->id))
			continue;
		buffer_add_text(out, named ? ", " : " (");
		named += h->count;
		parts_add_text(out, h->rule->id);
		if (h->count > 1)
			buffer_add_format(out, " x%" PRIu64, h->count);
		buffer_add_format(out, " %s %" PRIu64, h->count > 1 ? "from line" : "line", h->line);
	}
	if (named)
		buffer_add_text(out, named < r->hidden ? ", ...)" : ")");
}

static void add_hidden(struct buffer *out, const struct report *r)
{
	if (!r->hidden)
		return;
	buffer_add_format(out, "; %" PRIu64 " hidden", r->hidden);
	add_hidden_rules(out, r);
	buffer_add_format(out, ", --severity=note shows %s", r->hidden == 1 ? "it" : "them");
}

void parts_add_totals(struct buffer *out, const struct report *r)
{
	parts_add_counted(out, r->input.processes, "process");
	buffer_add_text(out, ", ");
	parts_add_counted(out, r->input.lines, "line");
	if (r->input.unparsed) {
		buffer_add_text(out, " (");
		parts_add_counted(out, r->input.unparsed, "line");
		buffer_add_text(out, " not understood)");
	}
	buffer_add_text(out, ": ");
	parts_add_counted(out, r->counts[SEVERITY_ERROR], "error");
	buffer_add_text(out, ", ");
	parts_add_counted(out, r->counts[SEVERITY_WARNING], "warning");
	if (r->counts[SEVERITY_NOTE]) {
		buffer_add_text(out, ", ");
		parts_add_counted(out, r->counts[SEVERITY_NOTE], "note");
	}
	add_hidden(out, r);
}
