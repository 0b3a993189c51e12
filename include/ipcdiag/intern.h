/* Strings that are few and live long (program names, syscall names): one copy each, compared by pointer.
 * At most INTERN_MAX different ones are kept, so that a hostile trace cannot fill memory; further ones all become "?".
 */
#ifndef IPCDIAG_INTERN_H
#define IPCDIAG_INTERN_H

#include <ipcdiag/slice.h>

enum { INTERN_MAX = 65536, INTERN_LENGTH = 128 };

/* The calling thread's one copy of `text` (cut to INTERN_LENGTH bytes); valid until that thread calls intern_release.
 */
const char *intern(struct slice text);
void intern_release(void);

#endif
