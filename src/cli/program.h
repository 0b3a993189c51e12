/* Finding a program as a shell does. */
#ifndef CLI_PROGRAM_H
#define CLI_PROGRAM_H

/* Looks `name` up in PATH (as it is when it holds a slash). Returns 0 and its path, which the caller frees, or the
 * status that a shell gives: 127 not found, 126 found but not executable. */
int program_find(const char *name, char **path);

#endif
