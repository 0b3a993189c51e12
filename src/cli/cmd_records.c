/* ipcdiag records: the parsed trace as JSON Lines. */
#include <ipcdiag/buffer.h>
#include <ipcdiag/trace.h>
#include <unistd.h>

#include "analysis.h"
#include "command.h"
#include "jobs.h"
#include "say.h"
#include "options.h"
#include "outputs.h"
#include "records.h"
#include "redact.h"
#include "settings.h"
#include "signals.h"
#include "status.h"

enum { FLUSH_AT = 65536 };

struct writer {
	struct output output;
	struct buffer text, scratch;
	bool redact;
};

static void flush(void *context)
{
	struct writer *w = context;
	output_write(&w->output, buffer_slice(&w->text));
	buffer_clear(&w->text);
}

static bool add_inputs(struct trace *t, const struct settings *settings, const struct inputs *in)
{
	bool good = true;
	for (size_t i = 0; i < in->count; i++) {
		const char *error = NULL, *shown = jobs_shown_name(settings, in->paths[i]);
		int number = trace_add_input(t, in->paths[i], shown, &error);
		if (!number)
			continue;
		tell("%s: %s", shown, error ? error : strerror(number));
		good = false;
	}
	return good;
}

static bool write_all(struct trace *t, struct writer *w)
{
	struct record record;
	bool good = true;
	int got;
	while (!signals_stopped() && (got = trace_next(t, &record)) != 0) {
		if (got < 0) {
			tell("%s", trace_error(t));
			good = false;
			continue;
		}
		if (w->redact)
			redact_record(&record, &w->scratch);
		records_add(&w->text, trace_file_name(t, record.file), &record);
		if (w->text.len >= FLUSH_AT)
			flush(w);
	}
	flush(w);
	return good;
}

static int records(struct settings *settings, char **operands)
{
	struct inputs in;
	if (!inputs_collect(&in, settings, operands))
		return STATUS_INCOMPLETE;
	struct trace *t = trace_new(NULL);
	struct writer w = {.redact = settings->redact};
	output_open_standard(&w.output, STDOUT_FILENO);
	signals_catch();
	trace_on_idle(t, flush, &w);
	bool good = add_inputs(t, settings, &in);
	good &= write_all(t, &w);
	if (signals_tell_stopped())
		good = false;
	else if (good)
		good = analysis_judge_input(t, false);
	int error = output_close(&w.output);
	if (error) {
		tell("standard output: %s", strerror(error));
		good = false;
	}
	buffer_release(&w.text);
	buffer_release(&w.scratch);
	trace_free(t);
	inputs_release(&in);
	return good ? STATUS_OK : STATUS_INCOMPLETE;
}

const struct command command_records = {
	.name = "records",
	.operands = "[FILE]...",
	.about = "print the parsed trace as JSON Lines, one object a record",
	.groups = GROUP_INPUT | GROUP_PRIVACY | GROUP_GENERAL,
	.reads_input = true,
	.run = records,
};
