/* JSON Lines: an input line, a line for each finding, a summary line; whoever misses the summary knows that the run
 * died. Live, the counters of the input are not known before the end, so its line has the names only; the summary has
 * all of them. */

#include "formats.h"
#include "json_parts.h"

static struct json open_line(struct buffer *out, const char *type)
{
	struct json j = json_start(out, 0);
	json_open_object(&j, NULL);
	json_add_text(&j, "type", type);
	return j;
}

static void close_line(struct json *j)
{
	json_close(j);
	buffer_add_char(j->out, '\n');
}

static void add_input_line(struct buffer *out, const struct report *r)
{
	struct json j = open_line(out, "input");
	json_add_identity(&j, r);
	json_add_files(&j, &r->input);
	if (!r->live)
		json_add_input_counts(&j, &r->input);
	close_line(&j);
}

static void add_finding_line(struct buffer *out, const struct finding *f)
{
	struct json j = open_line(out, "finding");
	json_add_finding(&j, f);
	close_line(&j);
}

static void write_begin(struct buffer *out, const struct report *r)
{
	if (r->live)
		add_input_line(out, r);
}

static void write_finding(struct buffer *out, const struct report *r, const struct finding *f)
{
	if (r->live)
		add_finding_line(out, f);
}

static void write_end(struct buffer *out, const struct report *r)
{
	if (!r->live) {
		add_input_line(out, r);
		for (unsigned i = 0; i < r->finding_count; i++)
			add_finding_line(out, r->findings[i]);
	}
	struct json j = open_line(out, "summary");
	json_add_severities(&j, r);
	json_add_count(&j, "hidden", r->hidden);
	json_add_files(&j, &r->input);
	json_add_input_counts(&j, &r->input);
	close_line(&j);
}

const struct report_format report_jsonl = {
	.name = "jsonl",
	.about = "JSON Lines: input, each finding, summary",
	.begin = write_begin,
	.finding = write_finding,
	.end = write_end,
};
