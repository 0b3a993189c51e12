/* The inputs of a trace, read one after the other. */
#include <ipcdiag/trace.h>

#include <errno.h>
#include <stdlib.h>

#include <ipcdiag/memory.h>

#include "source.h"

struct named {
	char *path, *shown;
};

struct trace {
	struct shared shared;
	struct named *inputs;
	size_t count, cap;
	size_t next;         /* input to open next */
	bool open;
	struct source source;
	struct buffer error;
	trace_idle *idle;
	void *idle_context;
	trace_ready *ready;
	void *ready_context;
};

struct trace *trace_new(trace_wants *wants)
{
	struct trace *t = memory_alloc(sizeof *t);
	t->shared.wants = wants;
	return t;
}

void trace_free(struct trace *t)
{
	if (!t)
		return;
	if (t->open)
		source_release(&t->source);
	for (size_t i = 0; i < t->count; i++) {
		free(t->inputs[i].path);
		free(t->inputs[i].shown);
	}
	free(t->inputs);
	free(t->shared.notes);
	free(t->shared.pids);
	buffer_release(&t->error);
	free(t);
}

int trace_add_input(struct trace *t, const char *path, const char *shown, const char **error)
{
	*error = NULL;
	t->inputs = memory_grow(t->inputs, &t->cap, t->count, sizeof *t->inputs);
	t->inputs[t->count++] = (struct named){memory_copy(slice_of(path)), memory_copy(slice_of(shown))};
	return 0;
}

static int fail(struct trace *t, uint32_t file, const char *why)
{
	buffer_clear(&t->error);
	buffer_add_format(&t->error, "%s: %s", t->inputs[file].shown, why);
	return -1;
}

static int open_next(struct trace *t)
{
	uint32_t file = (uint32_t)t->next++;
	source_init(&t->source, &t->shared, file);
	t->source.stream.idle = t->idle;
	t->source.stream.context = t->idle_context;
	int error = stream_open(&t->source.stream, t->inputs[file].path);
	if (error)
		return fail(t, file, strerror(error));
	t->open = true;
	return 0;
}

/* Ends the open input. -1 when it could not be read to its end. */
static int close_source(struct trace *t)
{
	struct source *s = &t->source;
	int error = s->stream.error, result = 0;
	bool truncated = s->stream.input.truncated;
	uint32_t file = s->file;
	uint64_t line = s->stream.line;
	source_release(s);
	t->open = false;
	if (truncated) {
		t->shared.stats.truncated = true;
		shared_note(&t->shared, "truncated", file, line);
		result = fail(t, file, "the compressed data ends early or is damaged");
	}
	return error ? fail(t, file, strerror(error)) : result;
}

int trace_next(struct trace *t, struct record *out)
{
	while (t->open || t->next < t->count) {
		if (!t->open && open_next(t) < 0)
			return -1;
		if (source_next(&t->source, out) > 0)
			return 1;
		if (close_source(t) < 0)
			return -1;
	}
	return 0;
}

const char *trace_error(const struct trace *t)
{
	return t->error.ptr ? t->error.ptr : "";
}

const char *trace_file_name(const struct trace *t, uint32_t file)
{
	return file < t->count ? t->inputs[file].shown : "";
}

uint32_t trace_file_count(const struct trace *t)
{
	return (uint32_t)t->count;
}

const struct trace_stats *trace_statistics(const struct trace *t)
{
	return &t->shared.stats;
}

const struct trace_note *trace_notes(const struct trace *t, size_t *count)
{
	*count = t->shared.note_count;
	return t->shared.notes;
}

void trace_on_ready(struct trace *t, trace_ready *callback, void *context)
{
	t->ready = callback;
	t->ready_context = context;
}

void trace_on_foreign(struct trace *t, trace_foreign *callback, void *context)
{
	t->shared.foreign = callback;
	t->shared.foreign_context = context;
}

void trace_on_idle(struct trace *t, trace_idle *callback, void *context)
{
	t->idle = callback;
	t->idle_context = context;
}
