/* Known findings that need not be reported: a YAML list of blocks, each with a reason and perhaps an expiry.
 *
 *   - rule: pipe/broken         a glob; needed
 *     fingerprint: 1a2b...      and any of: process, object, file (globs), errno
 *     reason: fixed upstream in 2.1    needed
 *     expires: 2027-01-31
 */
#ifndef CLI_SUPPRESSIONS_H
#define CLI_SUPPRESSIONS_H

#include <ipcdiag/buffer.h>
#include <ipcdiag/report.h>

struct suppressions;

/* Reads the file. NULL with a sentence in `error` when it is not right. `today` is "YYYY-MM-DD"; blocks that expired
 * before are not used, and the user is told. Free it with suppressions_free. */
struct suppressions *suppressions_load(const char *path, const char *today, struct buffer *error);
void suppressions_free(struct suppressions *s);

/* Is the finding covered by a block? */
bool suppressions_cover(struct suppressions *s, const struct finding *f);

/* Tells the user, in detail mode, of blocks that covered nothing. */
void suppressions_tell_unused(const struct suppressions *s);

/* --gen-suppressions: instead of a report, a block for each finding. */
extern const struct report_format suppressions_format;

#endif
