/* The formats by name, for formats.c and for a format that embeds another. */
#ifndef IPCDIAG_REPORT_FORMATS_H
#define IPCDIAG_REPORT_FORMATS_H

#include <ipcdiag/report.h>

extern const struct report_format report_text, report_short, report_json, report_jsonl, report_sarif, report_junit,
	report_github, report_gitlab, report_markdown, report_html, report_none;

#endif
