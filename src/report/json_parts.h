/* The JSON shape of a report (spec: ipcdiag-report/1), shared by json and jsonl. */
#ifndef IPCDIAG_REPORT_JSON_PARTS_H
#define IPCDIAG_REPORT_JSON_PARTS_H

#include <ipcdiag/json.h>
#include <ipcdiag/report.h>

#define JSON_SCHEMA_NAME "ipcdiag-report/1"

/* "schema" and "tool". */
void json_add_identity(struct json *j, const struct report *r);
/* The list of input names. */
void json_add_files(struct json *j, const struct report_input *input);
/* The other members of "input". */
void json_add_input_counts(struct json *j, const struct report_input *input);
/* "error", "warning" and "note". */
void json_add_severities(struct json *j, const struct report *r);
/* A member with the text cut as parts_add_excerpt does; NULL becomes null. */
void json_add_excerpt(struct json *j, const char *key, const char *text);
/* All members of one finding. */
void json_add_finding(struct json *j, const struct finding *f);

#endif
