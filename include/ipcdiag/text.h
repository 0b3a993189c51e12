/* Text on its way out: cleaning, quoting. Nothing that a trace contains may reach a terminal, shell or file without
 * these. */
#ifndef IPCDIAG_TEXT_H
#define IPCDIAG_TEXT_H

#include <ipcdiag/buffer.h>

/* What text_next_char says of bytes that are not UTF-8. */
enum { TEXT_INVALID = 0xffffffff };

/* The character that begins `text`, which must not be empty: sets `*code` to its code point or TEXT_INVALID, returns
 * the number of bytes it takes (at least 1). A sequence that breaks off counts as one invalid character, as Unicode
 * advises for U+FFFD. */
size_t text_next_char(struct slice text, uint32_t *code);

/* Is the character a control, a line separator, or one that changes or hides what is shown (bidirectional and other
 * invisible format characters)? */
bool text_is_unseen(uint32_t code);

/* Adds `text` so that a terminal shows it and does nothing else: control bytes (C0, DEL, C1), bidirectional and other
 * invisible format characters, and invalid UTF-8 become \xNN or \uNNNN (\UNNNNNNNN); TAB, LF and CR become \t, \n and
 * \r. Valid printable UTF-8 stays, a backslash stays single: cleaning text twice changes nothing. */
void text_add_visible(struct buffer *out, struct slice text);

/* Adds `text` as exactly one word of a POSIX shell command on one line: as it is when that is safe, else in single
 * quotes, or, when it holds anything that text_add_visible would change, as $'...' (bash, zsh, ksh). A NUL, which no
 * argument can hold, becomes '@', as in the names of abstract sockets. A leading '-' is the caller's business ("--"
 * before it). */
void text_add_shell_word(struct buffer *out, struct slice text);

/* Decodes strace's escapes (\n, \", \ooo, \xhh) of the inside of a string; returns the number of bytes added. An escape
 * that strace does not write stays as it is. */
size_t text_add_unescaped(struct buffer *out, struct slice text);

/* Length in bytes that strace's escaped text stands for. */
size_t text_unescaped_length(struct slice text);

#endif
