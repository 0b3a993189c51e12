/* --redact: takes out of a record what the programs told each other, before anything else sees it. The strings of data
 * calls become what `strace -s 0` would have printed (""...), so do the arguments of started commands; addresses and
 * paths stay. */
#ifndef CLI_REDACT_H
#define CLI_REDACT_H

#include <ipcdiag/buffer.h>
#include <ipcdiag/record.h>

/* Changes the record's texts; they then point into `scratch`, which must stay as it is as long as the record is used.
 */
void redact_record(struct record *r, struct buffer *scratch);

#endif
