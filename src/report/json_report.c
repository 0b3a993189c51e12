/* One JSON object, spec ipcdiag-report/1. */

#include "formats.h"
#include "json_parts.h"

static void write_end(struct buffer *out, const struct report *r)
{
	struct json j = json_start(out, 3);
	json_open_object(&j, NULL);
	json_add_identity(&j, r);
	json_open_object(&j, "input");
	json_add_files(&j, &r->input);
	json_add_input_counts(&j, &r->input);
	json_close(&j);
	json_open_object(&j, "summary");
	json_add_severities(&j, r);
	json_close(&j);
	json_open_array(&j, "findings");
	for (unsigned i = 0; i < r->finding_count; i++) {
		json_open_object(&j, NULL);
		json_add_finding(&j, r->findings[i]);
		json_close(&j);
	}
	json_close(&j);
	json_close(&j);
	buffer_add_char(out, '\n');
}

const struct report_format report_json = {
	.name = "json",
	.about = "one JSON object (ipcdiag-report/1)",
	.end = write_end,
};
