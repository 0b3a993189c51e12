#include "formats.h"

const struct report_format *const report_formats[] = {
	&report_text,
	&report_short,
	&report_json,
	&report_jsonl,
	&report_sarif,
	&report_junit,
	&report_github,
	&report_gitlab,
	&report_markdown,
	&report_html,
	&report_none,
	NULL,
};

const struct report_format *report_format_find(const char *name)
{
	for (const struct report_format *const *f = report_formats; *f; f++)
		if (strcmp((*f)->name, name) == 0)
			return *f;
	return NULL;
}
