/* A baseline: the findings of an earlier run, by fingerprint. Findings that are in it are not reported again. */
#ifndef CLI_BASELINE_H
#define CLI_BASELINE_H

#include <ipcdiag/buffer.h>
#include <ipcdiag/finding.h>

struct baseline;

/* Reads a file that --write-baseline or --format=json wrote. NULL with a sentence in `error`. Free it with
 * baseline_free. */
struct baseline *baseline_load(const char *path, struct buffer *error);
void baseline_free(struct baseline *b);

/* Is the finding in it? */
bool baseline_holds(struct baseline *b, const struct finding *f);

/* Tells the user of entries that no finding met: the file can be renewed. */
void baseline_tell_stale(const struct baseline *b);

/* Writes the findings as a baseline. Returns 0 or an errno value. */
int baseline_write(const char *path, const struct finding *const *findings, size_t count);

#endif
