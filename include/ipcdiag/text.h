/* Text on its way out: cleaning, quoting. Nothing that a trace contains may reach a terminal, shell or file without these. */
#ifndef IPCDIAG_TEXT_H
#define IPCDIAG_TEXT_H

#include <ipcdiag/buffer.h>

/* Adds `text` so that a terminal shows it and does nothing else: control bytes (C0, DEL, C1), bidirectional and other invisible
 * format characters, and invalid UTF-8 become \xNN or \uNNNN; TAB and LF become \t and \n. Valid printable UTF-8 stays. */
void text_add_visible(struct buffer *out, struct slice text);

/* Adds `text` as exactly one word of a POSIX shell command: as it is when that is safe, else in single quotes, or, when it holds
 * control bytes, as $'...' (bash, zsh, ksh). A leading '-' is the caller's business ("--" before it). */
void text_add_shell_word(struct buffer *out, struct slice text);

/* Decodes strace's escapes (\n, \", \ooo, \xhh) of the inside of a string; returns the number of bytes added. */
size_t text_add_unescaped(struct buffer *out, struct slice text);

/* Length in bytes that strace's escaped text stands for. */
size_t text_unescaped_length(struct slice text);

#endif
