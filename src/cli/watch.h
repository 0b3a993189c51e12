/* Watching over a program that we trace: tells what everybody waits for when nothing happens, and lets go of what the
 * command has left in the background. */
#ifndef CLI_WATCH_H
#define CLI_WATCH_H

#include <stdbool.h>
#include <sys/types.h>

#include "relay.h"

enum wait_mode { WAIT_MODE_AUTO, WAIT_MODE_COMMAND, WAIT_MODE_ALL };

struct watch {
	pid_t strace, command; /* the program that strace runs, 0: none, or not known */
	enum wait_mode mode;
	bool filtered;       /* by seccomp: without a tracer the calls would fail, seccomp(2), SECCOMP_RET_TRACE */
	bool talks;          /* tell what everybody waits for */
	struct relay *relay; /* copies the trace, or NULL */
	const char *name;    /* of the command */
	/* its own */
	bool over;     /* the trace has shown its end: its number may be another process by now */
	double ended;  /* when the command was first seen to be gone, monotonic seconds; 0: it runs */
	bool told;     /* of this quiet time */
	bool released; /* reading was ended while strace goes on, or strace was ended */
};

/* To be called while nothing comes, and now and then while something does: nothing has come for `quiet` seconds. */
void watch_look(struct watch *w, double quiet);

#endif
