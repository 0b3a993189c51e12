/* Looking at this machine while the traced programs run: who holds a port, a path, a lock, the other end. Reads /proc,
 * asks the kernel for the peers of Unix sockets, and nothing else: no process is stopped or changed, no privilege is
 * assumed, what may not be read is not known. Only for processes that run here and now, never for saved traces. */
#ifndef IPCDIAG_LIVE_H
#define IPCDIAG_LIVE_H

#include <sys/types.h>

#include <ipcdiag/buffer.h>

/* What a finding leaves open. Texts are facts of the finding (finding.h), NULL: not known. */
struct live_question {
	const char *rule;  /* its id */
	const char *error; /* errno name */
	const char *address, *path, *key, *id;
	int64_t pid, fd; /* negative: not known */
	pid_t tracer;    /* processes that it traces need not be named: the trace shows them */
	bool redact;     /* no command lines */
};

/* Adds what is to be seen now as a sentence that says how it was learned, cleaned for terminals. False: nothing that
 * helps. Takes LIVE_PATIENCE seconds at most. */
#define LIVE_PATIENCE 0.5
bool live_answer(const struct live_question *q, struct buffer *sentence);

#endif
