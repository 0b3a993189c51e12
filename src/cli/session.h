/* A session: some traces, the rules that are asked, the gate, and the reports that come of it. */
#ifndef CLI_SESSION_H
#define CLI_SESSION_H

#include "analysis.h"
#include "gate.h"
#include "publisher.h"
#include "selection.h"
#include "settings.h"
#include "status.h"
#include "tally.h"

struct watch;

struct session {
	const struct settings *settings;
	struct selection rules;
	struct gate gate;
	int report_fd;                /* standard output, or standard error when that is the program's */
	struct publisher *publishers; /* the first one writes there */
	size_t publisher_count;
	struct tally tally;
	struct report live;           /* of the first publisher, while findings come in one by one */
	const struct finding **shown; /* those that reports show, by severity, then place */
	unsigned shown_count;
	struct watch *watch; /* over the traced program, or NULL */
	int command_status;  /* of the command, as the trace shows it; -1: not known */
	bool attached;       /* to what was there before: the trace does not show how it came about */
	pid_t tracer;        /* strace, our own child; 0: the trace was there */
	struct exit_outcome outcome;
};

/* Checks the settings and opens the reports. False when something is wrong: the user was told, the outcome says what.
 */
bool session_open(struct session *s, const struct settings *settings, int report_fd);

/* Reads one trace. With `live` findings are printed as they become known, if the format can. */
void session_read(struct session *s, const char *path, const char *shown, bool live);

/* Ends without a report. */
void session_abandon(struct session *s);

/* Writes the reports; returns the exit status. */
int session_close(struct session *s);

#endif
