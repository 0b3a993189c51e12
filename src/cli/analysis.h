/* One trace on its way through the layers: trace, events, world, engine. */
#ifndef CLI_ANALYSIS_H
#define CLI_ANALYSIS_H

#include <sys/types.h>

#include <ipcdiag/buffer.h>
#include <ipcdiag/finding.h>
#include <ipcdiag/trace.h>

#include "progress.h"

struct engine;
struct selection;
struct settings;
struct watch;
struct world;

struct analysis {
	struct trace *trace;
	struct world *world;
	struct engine *engine;
	struct source *source;
	const char **roots;
	bool ours;           /* strace is our own child */
	bool attached;       /* the processes were there before the trace */
	pid_t tracer;        /* its pid */
	struct watch *watch; /* over the traced program, or NULL */
	pid_t command;       /* whose end is looked for; 0: nobody's */
	int command_status;  /* as a shell has it; -1: it has not ended */
	unsigned looks;      /* how often this machine was asked about a finding */
	bool mixed;          /* other text is expected among the records */
	/* set these between analysis_add and analysis_run: */
	bool brief;  /* the trace is so short that nothing pays that has to be set up for it */
	bool ahead;  /* a second thread reads it */
	bool redact; /* take data out of records */
	struct buffer scratch;
	struct progress progress; /* started by who wants a bar */
	bool incomplete;          /* something could not be read, and the user was told */
	/* live use; may be NULL */
	void (*on_finding)(void *context, const struct finding *f);
	void (*on_idle)(void *context);
	void *context;
	uint64_t records, idle_records; /* read so far; when the input last ran dry, */
	double idle_since;              /* and when that was, monotonic seconds */
};

/* Makes the layers. Set the callbacks before analysis_run. */
void analysis_init(struct analysis *a, const struct settings *settings, const struct selection *rules);

/* Makes the layers up to the model, without rules: the caller listens to the world's changes himself. */
void analysis_init_model(struct analysis *a, const struct settings *settings);

/* Adds an input; tells the user and marks the analysis as incomplete when that fails. */
void analysis_add(struct analysis *a, const char *path, const char *shown);

/* Reads to the end of the input, whatever happens, and settles the findings. */
void analysis_run(struct analysis *a);

void analysis_release(struct analysis *a);

/* Tells the user, and returns false, when this was no strace output or mostly could not be read. `mixed`: other text is
 * expected. */
bool analysis_judge_input(const struct trace *t, bool mixed);

#endif
