/* Findings that outlive the engine that made them. */
#ifndef CLI_FINDING_COPY_H
#define CLI_FINDING_COPY_H

#include <ipcdiag/finding.h>

/* A copy that owns its texts; `rule`, `file` and `evidence[].file` stay borrowed. Free it with finding_copy_free. */
struct finding *finding_copy_new(const struct finding *f);
void finding_copy_free(struct finding *f);

#endif
