/* Reading /proc: bounded in size and time, and what has gone or may not be read is simply absent. */
#ifndef LIVE_PROC_H
#define LIVE_PROC_H

#include <sys/types.h>

#include <ipcdiag/buffer.h>

enum { PROC_MAX_FILE = 4 << 20 };

/* Empties `text` and fills it from the file of that name, PROC_MAX_FILE bytes at most. */
bool proc_read(struct buffer *text, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Where a symbolic link leads. */
bool proc_link(struct buffer *text, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* The next line, without its end, taken from the front of `text`; false: there is none. */
bool proc_next_line(struct slice *text, struct slice *line);

/* The next word, likewise. */
struct slice proc_next_word(struct slice *line);

/* The value of "Name:   value" in a file of such lines. */
struct slice proc_field(struct slice text, const char *name);

/* Numbers of a folder's entries (processes, tasks, descriptors), ascending; the caller frees them. NULL: none. */
int *proc_numbers(size_t *count, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Monotonic seconds. */
double proc_clock(void);

/* Who traces it, 0: nobody; its parent; -1: not known. */
pid_t proc_tracer(pid_t pid);
pid_t proc_parent(pid_t pid);

/* A number in decimal, or in hexadecimal without a prefix as /proc/net has them; 0 if it is none. */
uint64_t proc_number(struct slice word, int base);

#endif
