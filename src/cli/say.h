/* Words to the user on standard error: "ipcdiag: ...", cleaned for a terminal, one write a message. */
#ifndef CLI_MESSAGE_H
#define CLI_MESSAGE_H

#include <stdbool.h>

/* Something is wrong: always printed. */
void tell(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* Worth knowing: not printed with --quiet. */
void tell_notice(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* Detail: only with --verbose. */
void tell_detail(const char *format, ...) __attribute__((format(printf, 1, 2)));

void message_set_level(bool quiet, bool verbose);

#endif
