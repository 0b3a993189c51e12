#include "finding_copy.h"

#include <stdlib.h>

#include <ipcdiag/memory.h>

static char *copy(const char *text)
{
	return text ? memory_copy(slice_of(text)) : NULL;
}

struct finding *finding_copy_new(const struct finding *f)
{
	struct finding *n = memory_alloc(sizeof *n);
	*n = *f;
	n->work = NULL;
	n->inputs = NULL; /* only merged findings have several */
	n->input_count = 0;
	n->process = copy(f->process);
	n->call = copy(f->call);
	n->error = copy(f->error);
	n->time = copy(f->time);
	n->object = copy(f->object);
	n->text = copy(f->text);
	n->message = copy(f->message);
	n->cause = copy(f->cause);
	n->why = copy(f->why);
	for (unsigned i = 0; i < RULE_MAX_LINES; i++) {
		n->check[i] = copy(f->check[i]);
		n->fix[i] = copy(f->fix[i]);
	}
	for (unsigned i = 0; i < f->evidence_count; i++) {
		n->evidence[i].role = copy(f->evidence[i].role);
		n->evidence[i].text = copy(f->evidence[i].text);
		n->evidence[i].frames = frames_copy(f->evidence[i].frames);
	}
	return n;
}

void finding_copy_free(struct finding *f)
{
	if (!f)
		return;
	free((void *)f->process);
	free((void *)f->call);
	free((void *)f->error);
	free(f->time);
	free(f->object);
	free(f->text);
	free(f->message);
	free(f->cause);
	free(f->why);
	for (unsigned i = 0; i < RULE_MAX_LINES; i++) {
		free(f->check[i]);
		free(f->fix[i]);
	}
	for (unsigned i = 0; i < f->evidence_count; i++) {
		free(f->evidence[i].role);
		free(f->evidence[i].text);
		frames_free(f->evidence[i].frames);
	}
	free(f->inputs);
	free(f);
}
