/* Conditions: the words that tell the rows of a rule apart.
 *
 * Words stand between blanks, and all of them must hold:
 *   word=value|value   has one of these values        word!=value|value  is known and has none of them
 *   word>number        word<number                    word               is known        !word  is not known
 * A word is a word of the model (below) or a fact of the finding, finding.h. What is not known has no value.
 *   family   unix inet inet6 netlink packet: of the address, else of the socket
 *   kind     of the descriptor, see object_name
 *   scope    abstract path unnamed; loopback link-local multicast broadcast wildcard other
 *   sends    stream datagram
 *   waits    blocking nonblocking: the descriptor
 *   process  alive ended failed crashed stopped, at the end of the trace: ended with status 0, with another one, by a
 *            signal of a fault, by another signal
 *   peer     the same of the process that held the other end last; outside: the trace does not show it */
#ifndef IPCDIAG_CONDITION_H
#define IPCDIAG_CONDITION_H

#include <stdbool.h>

#include <ipcdiag/slice.h>

struct buffer;
struct finding;

/* Does it hold? An unsound condition does not. */
bool condition_holds(const struct finding *f, const char *when);

/* Sound, and every word one of the model with values that it can have, or one that `knows_fact` knows? Else false, with
 * a sentence in `error`. */
bool condition_check(const char *when, bool (*knows_fact)(const void *context, struct slice name), const void *context,
	struct buffer *error);

/* Sets the row that speaks, and its confidence. Valid until the finding is settled. */
void cause_choose(struct finding *f);

#endif
