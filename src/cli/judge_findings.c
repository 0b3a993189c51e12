/* Was that strace output at all? A run that read nothing must not look like one that found nothing. */
#include "analysis.h"
#include "say.h"

#include <inttypes.h>

static const char how_to_record[] = "Expected is the text that strace prints, lines such as\n"
				    "  4242 write(4, \"hello\\n\", 6) = -1 EPIPE (Broken pipe)\n"
				    "Record it with: strace -f -o trace.txt CMD    or: ipcdiag run -- CMD";

enum { FOREIGN_PER_RECORD = 20 }; /* with --pass-through: the program writes where strace does, and much */

static const char *relative_name(enum trace_relative relative)
{
	static const char *const names[] = {[RELATIVE_PERF] = "perf trace",
		[RELATIVE_LTRACE] = "ltrace",
		[RELATIVE_GVISOR] = "gVisor",
		[RELATIVE_TRUSS] = "truss",
		[RELATIVE_DTRUSS] = "dtruss",
		[RELATIVE_KDUMP] = "ktrace and kdump",
		[RELATIVE_SYSDIG] = "sysdig"};
	return (size_t)relative < sizeof names / sizeof *names ? names[relative] : NULL;
}

static void tell_wrong(const struct trace *t, const char *what)
{
	uint32_t count = trace_file_count(t);
	const char *relative = relative_name(trace_statistics(t)->relative);
	const char *name = count ? trace_file_name(t, 0) : "no input";
	if (relative)
		tell("%s: %s; this looks like the output of %s, which is not read\n%s", name, what, relative,
			how_to_record);
	else
		tell("%s: %s\n%s", name, what, how_to_record);
}

/* Are most lines something else? */
static bool is_drowned(const struct trace_stats *s, uint64_t records, bool mixed)
{
	return s->unparsed > records || (mixed ? s->foreign / FOREIGN_PER_RECORD : s->foreign + s->unparsed) > records;
}

/* Tracers some of whose lines read as strace's. Of the others nothing is read, and a program may print such lines. */
static bool can_be_mistaken(enum trace_relative relative)
{
	return relative == RELATIVE_PERF || relative == RELATIVE_LTRACE || relative == RELATIVE_GVISOR ||
		relative == RELATIVE_TRUSS;
}

bool analysis_judge_input(const struct trace *t, bool mixed)
{
	const struct trace_stats *s = trace_statistics(t);
	uint64_t records = 0;
	for (int kind = 0; kind < RECORD_CONTINUATION; kind++)
		records += s->records[kind];
	uint64_t told = s->records[RECORD_ATTACH] + s->records[RECORD_DIAG] + s->records[RECORD_TABLE];
	if (s->lines == 0) {
		tell_wrong(t, "the input is empty");
	} else if (records == told && s->records[RECORD_TABLE]) {
		tell_wrong(t, "these are the counts of strace -c without the calls (strace -C prints both)");
	} else if (records == 0) {
		tell_wrong(t, "this is no strace output: no line of it could be read");
	} else if (is_drowned(s, records, mixed) || can_be_mistaken(s->relative)) {
		struct buffer what = {0};
		buffer_add_format(&what, "only %" PRIu64 " of %" PRIu64 " lines could be read as strace output",
			records, s->lines);
		if (!mixed && s->foreign > s->unparsed)
			buffer_add_text(
				&what, " (if the rest is the program's own output: strace -o FILE, or --pass-through)");
		tell_wrong(t, what.ptr);
		buffer_release(&what);
	} else {
		return true;
	}
	return false;
}
