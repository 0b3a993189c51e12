/* Sentences that many rules share: who someone is, how he ended, how an end of a channel went, who holds it and since
 * when. Each sets facts of a finding and adds the lines that prove them. All allow NULL and then do nothing. */
#ifndef IPCDIAG_EXPLAIN_H
#define IPCDIAG_EXPLAIN_H

#include <ipcdiag/change.h>
#include <ipcdiag/finding.h>

/* Sets {NAME} to "gen[4242]", {NAME_pid} and {NAME_program}. */
void explain_process(struct finding *f, const char *name, const struct process *p);

/* Sets {NAME} as above and {NAME_end} to how it ended: "exited with status 1 at line 42", "was killed by SIGSEGV at
 * line 44", "is still alive". Adds the fatal signal's line and the end line; for an end that was not good (status other
 * than 0) also the failed execve, or the failed call that it complained about on standard error, with {NAME_reason}:
 * "its execve of /opt/x had failed (ENOENT, line 39)". */
void explain_end(struct finding *f, const char *name, const struct process *p);

/* How a holder let its end go: {NAME}, {NAME_end} as above and {NAME_gone}: "closed fd 3 at line 43", "shut down fd 3
 * at line 43", "ended: killed by SIGSEGV at line 44", "lost fd 3 by execve at line 9". Adds the lines; those of the
 * process's end, and {NAME_reason}, only when that is how it let go. */
void explain_gone(struct finding *f, const char *name, const struct gone *g);

/* Who holds a descriptor and how it came there: {NAME}, {NAME_fd}, {NAME_came}: "inherited by fork at line 31",
 * "inherited by fork at line 31 and kept across execve at line 40", "made at line 12", "received by SCM_RIGHTS at line
 * 35". Adds the lines. */
void explain_holder(struct finding *f, const char *name, const struct descriptor *d);

/* What a task does instead of ending a wait: {NAME}, {NAME_does}: "waits for a child in wait4 since line 36", "sleeps
 * in nanosleep since line 40", "waits for a signal in pause since line 40", "runs", "has ended". Adds the line. */
void explain_doing(
	struct finding *f, const char *name, const struct process *p, struct step *step, enum wait_kind kind);

/* The channel: {object} ("the pipe made at line 12"), {made_line}; adds the line that made it with the role "the pipe
 * is made". */
void explain_channel(struct finding *f, const struct channel *c);

/* The chain or ring of a wait report: {ring} "a[1] waits in wait4 (line 36) for b[2], b[2] waits in write (line 56) for
 * a[1]", {behind} who waits for it in turn. Adds every edge's line. */
void explain_waits(struct finding *f, const struct wait_report *r);
/* Bytes that lie on a descriptor of `who`'s epoll and do not end the wait `x`, if there are any: {unseen} says why. */
void explain_unseen(struct finding *f, const struct wait *x, struct process *who);

/* {address} {host} {port} or {path} of an endpoint address. */
void explain_address(struct finding *f, const struct endpoint_address *a);

#endif
