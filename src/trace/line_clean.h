/* A line as it is read: without CR, colour, byte order mark and what other programs put before it. */
#ifndef LINE_CLEAN_H
#define LINE_CLEAN_H

#include "reader.h"

/* The line's text; in `clean` if it had to be changed. */
struct slice line_line(struct source *s, struct slice raw, struct buffer *clean);

/* The same for the line at the place; learns whether there is colour and CR. */
struct slice line_first(struct source *s, struct slice raw);

/* The line is no event: does one stand behind some text, and is that text of one shape on the next lines, too? Then it
 * is left out from now on. */
bool line_learn_prefix(struct source *s, struct slice line);

/* Before the first line is read: are the lines numbered, by `cat -n`, `less -N`, or a page on the web? Then the numbers
 * are no pids. */
void line_learn_numbers(struct source *s);

/* At the first line: is every line quoted, as mail programs do it ("> ")? Then the marks are left out. */
void line_learn_quotes(struct source *s);

/* Where in a line of other text an event starts, or SIZE_MAX. */
size_t line_find_late(struct slice line);

#endif
