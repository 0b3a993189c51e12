/* The inputs of a trace, read one after the other. */
#include <ipcdiag/trace.h>

#include <stdlib.h>

#include <ipcdiag/memory.h>

#include "ff_files.h"
#include "paths.h"
#include "quick.h"
#include "reader.h"

struct trace {
	struct shared shared;
	struct paths paths;
	size_t next; /* group to open next */
	bool open;
	struct source source;  /* of a group of one file */
	struct family *family; /* of a larger one */
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

void trace_without_quick(struct trace *t)
{
	t->shared.slow = true;
}

void trace_number_texts(struct trace *t)
{
	if (!t->shared.seen)
		t->shared.seen = memset(memory_alloc_large(sizeof *t->shared.seen), 0, sizeof *t->shared.seen);
}

static void close_group(struct trace *t)
{
	shared_reuse(&t->shared, true);
	if (t->family)
		ff_free(t->family);
	else if (t->open)
		reader_release(&t->source);
	t->family = NULL;
	t->open = false;
}

void trace_free(struct trace *t)
{
	if (!t)
		return;
	close_group(t);
	paths_release(&t->paths);
	free(t->shared.seen);
	free(t->shared.notes);
	free(t->shared.pids);
	buffer_release(&t->error);
	free(t);
}

int trace_add_input(struct trace *t, const char *path, const char *shown, const char **error)
{
	return paths_add(&t->paths, path, shown, error);
}

static int fail(struct trace *t, uint32_t file, const char *why)
{
	buffer_clear(&t->error);
	buffer_add_format(&t->error, "%s: %s", t->paths.files[file].shown, why);
	return -1;
}

static int open_next(struct trace *t)
{
	struct group group = t->paths.groups[t->next++];
	if (group.count > 1) {
		t->family = ff_new(&t->shared, t->paths.files, group);
		ff_on_ready(t->family, t->ready, t->ready_context);
		t->open = true;
		return 0;
	}
	reader_init(&t->source, &t->shared, group.first);
	t->source.file_pid = t->paths.files[group.first].pid;
	t->source.seen = t->source.quick ? t->shared.seen : NULL;
	t->source.stream.idle = t->idle;
	t->source.stream.context = t->idle_context;
	int error = stream_open(&t->source.stream, t->paths.files[group.first].path, false);
	t->open = !error;
	return error ? fail(t, group.first, strerror(error)) : 0;
}

/* The end of a file. -1 when it could not be read to its end. */
static int finish_file(struct trace *t)
{
	const struct stream *st = &t->source.stream;
	int result = st->error ? fail(t, t->source.file, strerror(st->error)) : 0;
	if (st->input.truncated) {
		t->shared.stats.truncated = true;
		shared_note(&t->shared, "truncated", t->source.file, st->line);
		result = fail(t, t->source.file, "the compressed data ends early or is damaged");
	}
	if (!result && t->source.torn)
		result = fail(t, t->source.file, READER_TORN);
	close_group(t);
	return result;
}

static int next_of_family(struct trace *t, struct record *out)
{
	uint32_t file;
	int got = ff_next(t->family, out);
	if (got < 0) {
		const char *why = ff_error(t->family, &file);
		return fail(t, file, why);
	}
	if (got == 0)
		close_group(t);
	return got;
}

static int next_of_file(struct trace *t, struct record *out)
{
	int got = reader_next(&t->source, out);
	return got > 0 ? 1 : finish_file(t);
}

int trace_next(struct trace *t, struct record *out)
{
	while (t->open || t->next < t->paths.group_count) {
		if (!t->open && open_next(t) < 0)
			return -1;
		int got = t->family ? next_of_family(t, out) : next_of_file(t, out);
		if (got)
			return got;
	}
	return 0;
}

const char *trace_error(const struct trace *t)
{
	return t->error.ptr ? t->error.ptr : "";
}

const char *trace_file_name(const struct trace *t, uint32_t file)
{
	return file < t->paths.count ? t->paths.files[file].shown : "";
}

uint32_t trace_file_count(const struct trace *t)
{
	return (uint32_t)t->paths.count;
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

void trace_on_reuse(struct trace *t, trace_reuse *callback, void *context)
{
	t->shared.reuse = callback;
	t->shared.reuse_context = context;
}

void trace_on_idle(struct trace *t, trace_idle *callback, void *context)
{
	t->idle = callback;
	t->idle_context = context;
}
