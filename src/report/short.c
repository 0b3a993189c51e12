/* One line a finding, for editors, grep and counting. */

#include <inttypes.h>

#include "formats.h"
#include "report_parts.h"

static void write_finding(struct buffer *out, const struct report *r, const struct finding *f)
{
	(void)r;
	parts_add_text(out, f->file);
	buffer_add_format(out, ":%" PRIu64 ": %s: ", f->line, severity_name(f->severity));
	parts_add_text(out, f->message);
	buffer_add_text(out, " [");
	parts_add_text(out, f->rule->id);
	buffer_add_text(out, "]\n");
}

const struct report_format report_short = {
	.name = "short",
	.about = "one line a finding: file:line: severity: message [rule]",
	.finding = write_finding,
};
