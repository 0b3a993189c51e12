/* GitLab's code quality report. GitLab takes findings with one fingerprint for one, so repeats get an ordinal. */

#include <stdlib.h>

#include <ipcdiag/json.h>
#include <ipcdiag/memory.h>

#include "formats.h"
#include "report_order.h"
#include "report_parts.h"

static const char *const severities[] = {
	[SEVERITY_NOTE] = "info", [SEVERITY_WARNING] = "minor", [SEVERITY_ERROR] = "critical"};

/* For each finding of the report how many before it have its fingerprint. The caller frees the list. */
static unsigned *count_repeats(const struct report *r)
{
	struct ordered *order = order_by_fingerprint(r);
	unsigned *repeats = memory_alloc((r->finding_count + (size_t)1) * sizeof *repeats);
	for (unsigned i = 1; i < r->finding_count; i++)
		if (order[i].finding->fingerprint == order[i - 1].finding->fingerprint)
			repeats[order[i].position] = repeats[order[i - 1].position] + 1;
	free(order);
	return repeats;
}

static void add_fingerprint(struct json *j, const struct finding *f, unsigned repeat)
{
	struct buffer text = {0};
	parts_add_fingerprint(&text, f);
	if (repeat)
		buffer_add_format(&text, "-%u", repeat + 1);
	json_add_slice(j, "fingerprint", buffer_slice(&text));
	buffer_release(&text);
}

static void add_description(struct json *j, const struct finding *f)
{
	struct buffer text = {0};
	parts_add_text(&text, f->message);
	if (f->cause) {
		buffer_add_text(&text, ". Cause: ");
		parts_add_text(&text, f->cause);
	}
	json_add_slice(j, "description", buffer_slice(&text));
	buffer_release(&text);
}

/* GitLab wants paths relative to the repository, without "./". */
static const char *relative(const char *path)
{
	while (path[0] == '.' && path[1] == '/' && path[2])
		path += 2;
	return path;
}

static void add_finding(struct json *j, const struct finding *f, unsigned repeat)
{
	const struct frame *source = parts_source(f);
	json_open_object(j, NULL);
	add_description(j, f);
	json_add_text(j, "check_name", f->rule->id);
	add_fingerprint(j, f, repeat);
	json_add_text(j, "severity", severities[f->severity]);
	json_open_object(j, "location");
	json_add_text(j, "path", relative(source ? source->file : f->file));
	json_open_object(j, "lines");
	json_add_count(j, "begin", source ? source->line : f->line);
	json_close(j);
	json_close(j);
	json_close(j);
}

static void write_end(struct buffer *out, const struct report *r)
{
	unsigned *repeats = count_repeats(r);
	struct json j = json_start(out, 2);
	json_open_array(&j, NULL);
	for (unsigned i = 0; i < r->finding_count; i++)
		add_finding(&j, r->findings[i], repeats[i]);
	json_close(&j);
	buffer_add_char(out, '\n');
	free(repeats);
}

const struct report_format report_gitlab = {
	.name = "gitlab",
	.about = "GitLab code quality report",
	.end = write_end,
};
