#include "finding_json.h"

#include <stdlib.h>

#include <ipcdiag/memory.h>

#include "finding_copy.h"

static const char *text_of(const json_t *object, const char *key)
{
	return json_string_value(json_object_get(object, key));
}

static char *copy_of(const json_t *object, const char *key)
{
	const char *text = text_of(object, key);
	return text ? memory_copy(slice_of(text)) : NULL;
}

/* A count or line; 0 when it is none. */
static uint64_t count_of(const json_t *object, const char *key)
{
	json_int_t value = json_integer_value(json_object_get(object, key));
	return value > 0 ? (uint64_t)value : 0;
}

/* A pid or descriptor; -1 when it is null. */
static int64_t number_of(const json_t *object, const char *key)
{
	const json_t *value = json_object_get(object, key);
	return json_is_integer(value) ? json_integer_value(value) : -1;
}

static void read_lines(char **lines, const json_t *array)
{
	for (unsigned i = 0, used = 0; i < json_array_size(array) && used < RULE_MAX_LINES; i++) {
		const char *text = json_string_value(json_array_get(array, i));
		if (text)
			lines[used++] = memory_copy(slice_of(text));
	}
}

static void read_places(struct finding *f, const json_t *array)
{
	for (size_t i = 0; i < json_array_size(array) && f->line_count < FINDING_MAX_LINES; i++) {
		json_int_t line = json_integer_value(json_array_get(array, i));
		if (line > 0)
			f->lines[f->line_count++] = (uint64_t)line;
	}
}

static void read_inputs(struct finding *f, const json_t *array, struct tally *t)
{
	size_t count = json_array_size(array);
	if (!count)
		return;
	f->inputs = memory_alloc(count * sizeof *f->inputs);
	for (size_t i = 0; i < count; i++) {
		const char *name = json_string_value(json_array_get(array, i));
		if (name)
			f->inputs[f->input_count++] = tally_keep(t, name);
	}
}

static unsigned small_of(const json_t *object, const char *key)
{
	uint64_t value = count_of(object, key);
	return value <= INT32_MAX ? (unsigned)value : 0;
}

static struct frames *read_frames(const json_t *array)
{
	size_t count = json_array_size(array);
	if (!count)
		return NULL;
	struct frames *f = memory_alloc(sizeof *f);
	for (; f->count < count && f->count < FRAMES_MAX; f->count++) {
		const json_t *object = json_array_get(array, f->count);
		f->list[f->count] = (struct frame){.module = copy_of(object, "module"),
			.function = copy_of(object, "function"),
			.offset = count_of(object, "offset"),
			.address = count_of(object, "address"),
			.file = copy_of(object, "file"),
			.line = small_of(object, "line")};
	}
	return f;
}

static void read_evidence(struct finding *f, const json_t *array, struct tally *t)
{
	for (size_t i = 0; i < json_array_size(array) && f->evidence_count < FINDING_MAX_EVIDENCE; i++) {
		const json_t *object = json_array_get(array, i);
		const char *file = text_of(object, "file");
		struct evidence *e = &f->evidence[f->evidence_count++];
		*e = (struct evidence){.file = file ? tally_keep(t, file) : f->file,
			.line = count_of(object, "line"),
			.pid = number_of(object, "pid"),
			.role = copy_of(object, "role"),
			.text = copy_of(object, "text"),
			.frames = read_frames(json_object_get(object, "frames"))};
		if (e->text && !f->text && e->line == f->line && strcmp(e->file, f->file) == 0)
			f->text = memory_copy(slice_of(e->text));
	}
}

static enum confidence confidence_of(const char *name)
{
	if (name && strcmp(name, "certain") == 0)
		return CONFIDENCE_CERTAIN;
	return name && strcmp(name, "likely") == 0 ? CONFIDENCE_LIKELY : CONFIDENCE_POSSIBLE;
}

/* The member without which nothing can be said; NULL: all are there. */
static const char *find_missing(const json_t *object)
{
	static const char *const texts[] = {"rule", "severity", "file", "message", "fingerprint"};
	enum severity severity;
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		if (!text_of(object, texts[i]))
			return texts[i];
	if (!severity_parse(text_of(object, "severity"), &severity))
		return "severity";
	return json_is_integer(json_object_get(object, "line")) ? NULL : "line";
}

struct finding *finding_from_json(const json_t *object, struct tally *t, const char **missing)
{
	*missing = find_missing(object);
	if (*missing)
		return NULL;
	struct finding *f = memory_alloc(sizeof *f);
	severity_parse(text_of(object, "severity"), &f->severity);
	f->rule = tally_rule(t, text_of(object, "rule"), f->severity);
	f->confidence = confidence_of(text_of(object, "confidence"));
	f->outcome = outcome_of_name(text_of(object, "outcome"));
	f->file = tally_keep(t, text_of(object, "file"));
	f->line = count_of(object, "line");
	f->pid = number_of(object, "pid");
	f->fd = number_of(object, "fd");
	f->process = copy_of(object, "process");
	f->call = copy_of(object, "syscall");
	f->error = copy_of(object, "errno");
	f->time = copy_of(object, "time");
	f->object = copy_of(object, "object");
	f->count = count_of(object, "count");
	f->message = copy_of(object, "message");
	f->cause = copy_of(object, "cause");
	f->why = copy_of(object, "why");
	f->fingerprint = strtoull(text_of(object, "fingerprint"), NULL, 16);
	read_lines(f->check, json_object_get(object, "check"));
	read_lines(f->fix, json_object_get(object, "fix"));
	read_places(f, json_object_get(object, "lines"));
	read_evidence(f, json_object_get(object, "evidence"), t);
	read_inputs(f, json_object_get(object, "inputs"), t);
	return f;
}
