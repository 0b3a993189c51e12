/* From proofs to evidence: the finding's own line, the last one of a repeated finding and the one where it worked later
 * join in; everything in the order of the files. */
#include <stdlib.h>

#include <ipcdiag/memory.h>

#include "engine_parts.h"

static void add_own_role(struct buffer *text, const struct finding *f)
{
	const char *call = f->call ? f->call : "the call";
	const char *error = f->error ? f->error : "an error";
	const char *signal = finding_get(f, "signal");
	switch (f->work->change) {
	case CHANGE_CALL:
		if (f->error)
			buffer_add_format(text, "%s fails with %s", call, error);
		else
			buffer_add_format(text, "%s returns", call);
		break;
	case CHANGE_BLOCKED:
		buffer_add_format(text, "%s blocks here", call);
		break;
	case CHANGE_SPIN:
		buffer_add_format(text, "%s begins to get nowhere", call);
		break;
	case CHANGE_SIGNAL:
		buffer_add_format(text, "%s arrives", signal ? signal : "the signal");
		break;
	case CHANGE_ENDED:
		buffer_add_text(text, "the process ends");
		break;
	case CHANGE_LEFT:
		buffer_add_text(text, "it is made here");
		break;
	case CHANGE_EOF:
		buffer_add_format(text, "%s finds the end of file", call);
		break;
	case CHANGE_CUT:
		buffer_add_format(text, "what %s got was cut", call);
		break;
	case CHANGE_LOST:
		buffer_add_format(text, "%s takes less than it was given", call);
		break;
	default:
		buffer_add_text(text, "the finding");
	}
}

/* Past the limit that finding_add_evidence keeps: there is room for these. */
static void add_proof(struct finding *f, struct step *s, const char *role)
{
	struct finding_work *w = f->work;
	for (unsigned i = 0; i < w->proof_count; i++)
		if (w->proofs[i].step->line == s->line && w->proofs[i].step->file == s->file)
			return;
	w->proofs[w->proof_count++] = (struct proof){step_take(s), facts_keep(&w->facts, slice_of(role))};
}

static void add_own_lines(struct finding *f)
{
	struct finding_work *w = f->work;
	const struct retry *r = &w->recovery;
	struct buffer text = {0};
	add_own_role(&text, f);
	add_proof(f, w->first, text.ptr);
	buffer_clear(&text);
	buffer_add_format(&text, "the same again, the last of %llu times", (unsigned long long)f->count);
	if (w->last != w->first)
		add_proof(f, w->last, text.ptr);
	if (r->step)
		add_proof(f, r->step, r->same_object ? "the next try works" : "a later try works");
	buffer_release(&text);
}

static int compare_proofs(const void *a, const void *b)
{
	const struct step *x = ((const struct proof *)a)->step, *y = ((const struct proof *)b)->step;
	if (x->file != y->file)
		return x->file < y->file ? -1 : 1;
	return x->line < y->line ? -1 : x->line > y->line;
}

static struct frames *make_frames(const struct engine *e, const struct step *s)
{
	struct frames *frames = frames_parse(step_stack(s));
	if (frames && e->options.locate)
		e->options.locate(e->options.locate_context, frames);
	return frames;
}

void evidence_settle(struct finding *f)
{
	struct finding_work *w = f->work;
	add_own_lines(f);
	qsort(w->proofs, w->proof_count, sizeof *w->proofs, compare_proofs);
	for (unsigned i = 0; i < w->proof_count; i++) {
		const struct step *s = w->proofs[i].step;
		f->evidence[i] =
			(struct evidence){.file = file_name_of(w->engine, s->file), .line = s->line, .pid = s->pid};
		f->evidence[i].role = memory_copy(slice_of(w->proofs[i].role));
		f->evidence[i].text = step_copy_line(s);
		f->evidence[i].frames = make_frames(w->engine, s);
	}
	f->evidence_count = w->proof_count;
}
