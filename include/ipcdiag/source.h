/* From module and address to source file and line, with the debugging information that is on this machine: in the
 * module itself, or beside it by its build-id (elfutils' libdw). */
#ifndef IPCDIAG_SOURCE_H
#define IPCDIAG_SOURCE_H

#include <ipcdiag/frame.h>

struct source;

/* `roots`: "DIR", names below it are shown relative to it, or "FROM=DIR", what was compiled in FROM lies in DIR;
 * `count` of them. Names below the working directory become relative in any case. The texts are borrowed. */
struct source *source_new(const char *const *roots, unsigned count);
void source_free(struct source *s);

/* Fills in functions, files and lines that are not known, as far as the module on this machine is the one of the trace:
 * a function that strace named must be where strace saw it. Files that strace named are mapped. */
void source_resolve(struct source *s, struct frames *f);

#endif
