/* `ipcdiag P.*`: the shell has made single files of what strace -ff wrote as one trace. */
#ifndef CLI_FAMILY_H
#define CLI_FAMILY_H

#include <stddef.h>

/* When the paths hold all files P.NUMBER that there are for some P, and at least two, puts P in the place of the first
 * and takes the others out. Returns the new count. Texts for P are added to `texts`, `*text_count` of them, which the
 * caller frees. */
size_t family_join(const char **paths, size_t count, char ***texts, size_t *text_count);

#endif
