#include "baseline.h"

#include <inttypes.h>
#include <stdlib.h>

#include <jansson.h>

#include <ipcdiag/json.h>
#include <ipcdiag/map.h>
#include <ipcdiag/memory.h>

#include "say.h"
#include "outputs.h"

struct entry {
	char *rule, *message;
	bool met;
};

struct baseline {
	char *path;
	struct map entries; /* by fingerprint */
};

static bool read_fingerprint(const json_t *finding, uint64_t *value)
{
	const char *text = json_string_value(json_object_get(finding, "fingerprint"));
	char *end;
	if (!text || strlen(text) != 16)
		return false;
	*value = strtoull(text, &end, 16);
	return *end == '\0';
}

static char *copy_member(const json_t *finding, const char *key)
{
	const char *text = json_string_value(json_object_get(finding, key));
	return memory_copy(slice_of(text ? text : "?"));
}

static bool add_entry(struct baseline *b, const json_t *finding)
{
	uint64_t fingerprint;
	if (!read_fingerprint(finding, &fingerprint))
		return false;
	if (map_get(&b->entries, fingerprint))
		return true;
	struct entry *e = memory_alloc(sizeof *e);
	e->rule = copy_member(finding, "rule");
	e->message = copy_member(finding, "message");
	map_put(&b->entries, fingerprint, e);
	return true;
}

static bool add_entries(struct baseline *b, const json_t *root, struct buffer *error)
{
	const json_t *findings = json_object_get(root, "findings");
	if (!json_is_array(findings)) {
		buffer_add_format(error, "%s: this is no baseline: it has no findings", b->path);
		return false;
	}
	for (size_t i = 0; i < json_array_size(findings); i++)
		if (!add_entry(b, json_array_get(findings, i))) {
			buffer_add_format(
				error, "%s: finding %zu has no fingerprint of 16 hexadecimal digits", b->path, i + 1);
			return false;
		}
	return true;
}

struct baseline *baseline_load(const char *path, struct buffer *error)
{
	json_error_t problem;
	json_t *root = json_load_file(path, JSON_REJECT_DUPLICATES, &problem);
	if (!root) {
		buffer_add_format(error, "%s:%d:%d: %s", path, problem.line, problem.column, problem.text);
		return NULL;
	}
	struct baseline *b = memory_alloc(sizeof *b);
	b->path = memory_copy(slice_of(path));
	bool good = add_entries(b, root, error);
	json_decref(root);
	if (good)
		return b;
	baseline_free(b);
	return NULL;
}

void baseline_free(struct baseline *b)
{
	if (!b)
		return;
	struct map_slot *slot;
	for (size_t i = 0; (slot = map_next(&b->entries, &i));) {
		struct entry *e = slot->value;
		free(e->rule);
		free(e->message);
		free(e);
	}
	map_release(&b->entries);
	free(b->path);
	free(b);
}

bool baseline_holds(struct baseline *b, const struct finding *f)
{
	struct entry *e = map_get(&b->entries, f->fingerprint);
	if (e)
		e->met = true;
	return e != NULL;
}

void baseline_tell_stale(const struct baseline *b)
{
	const struct entry *example = NULL;
	size_t stale = 0;
	struct map_slot *slot;
	for (size_t i = 0; (slot = map_next(&b->entries, &i));) {
		const struct entry *e = slot->value;
		if (e->met)
			continue;
		stale++;
		if (!example || strcmp(e->message, example->message) < 0) /* the same one in every run */
			example = e;
	}
	if (stale)
		tell_notice("%s: %zu of %zu entries did not occur, for example: %s [%s]; --write-baseline renews it",
			b->path, stale, b->entries.count, example->message, example->rule);
}

static void write_entries(struct buffer *out, const struct finding *const *findings, size_t count)
{
	struct json j = json_start(out, 3);
	json_open_object(&j, NULL);
	json_add_text(&j, "schema", "ipcdiag-baseline/1");
	json_open_array(&j, "findings");
	for (size_t i = 0; i < count; i++) {
		char fingerprint[20];
		snprintf(fingerprint, sizeof fingerprint, "%016" PRIx64, findings[i]->fingerprint);
		json_open_object(&j, NULL);
		json_add_text(&j, "fingerprint", fingerprint);
		json_add_text(&j, "rule", findings[i]->rule->id);
		json_add_text(&j, "severity", severity_name(findings[i]->severity));
		json_add_text(&j, "message", findings[i]->message);
		json_close(&j);
	}
	json_close(&j);
	json_close(&j);
	buffer_add_char(out, '\n');
}

int baseline_write(const char *path, const struct finding *const *findings, size_t count)
{
	struct output out;
	struct buffer text = {0};
	int error = output_open_file(&out, path);
	if (error) {
		output_discard(&out);
		return error;
	}
	write_entries(&text, findings, count);
	output_write(&out, buffer_slice(&text));
	buffer_release(&text);
	return output_close(&out);
}
