/* Reports to render, filled by hand: what the engine would give for a small trace ("plain"), the same with hostile
 * values everywhere ("hostile"), nothing ("empty"), findings of which little is known and much is repeated in two
 * inputs ("bare"), and more than the formats show ("many"). Each is made once and never freed. */
#ifndef IPCDIAG_TESTS_REPORT_SAMPLE_H
#define IPCDIAG_TESTS_REPORT_SAMPLE_H

#include <stdio.h>
#include <stdlib.h>

#include <ipcdiag/memory.h>
#include <ipcdiag/report.h>

/* Something for each reader: terminal, shell, HTML, XML, Markdown, CI command, link, mention, bidirectional text,
 * broken UTF-8. */
#define SAMPLE_ATTACK                                                                                                            \
	"\033[31m\a\r\n::error file=x::pwned ##[error]pwned\n%0A::warning::x '; touch pwned; $(touch pwned) `touch pwned` "      \
	"\"<script>alert(1)</script>]]> <!-- & &lt; --> | ``` ~~~ **x** [x](https://evil.example) www.evil.example @octocat #1 " \
	"\xe2\x80\xae"                                                                                                           \
	"\xe2\x80\xa8"                                                                                                           \
	"\xe2\x80\x8b"                                                                                                           \
	"\xc2\x85"                                                                                                               \
	"\xff\xc3 \xed\xa0\x80 \x7f\x01 caf\xc3\xa9"

static const struct rule sample_rules[] = {
	{.id = "pipe/broken",
		.severity = SEVERITY_ERROR,
		.title = "write to a pipe without readers",
		.about = "A write failed because every read end of the pipe was closed.",
		.why = "The kernel sees that nothing can read any more and tells the writer.",
		.references = {"pipe(7)", "https://man7.org/linux/man-pages/man7/pipe.7.html"}},
	{.id = "pipe/no-eof",
		.severity = SEVERITY_ERROR,
		.title = "end of file that cannot come",
		.about = "A read waits for an end of file while a write end is still held."},
	{.id = "shm/orphan",
		.severity = SEVERITY_WARNING,
		.title = "segment left behind",
		.about = "Nobody removed the segment."},
	{.id = "socket/connect-refused", .severity = SEVERITY_NOTE},
	{.id = "fd/limit",
		.severity = SEVERITY_ERROR,
		.title = "no free descriptor",
		.about = "The process is at its limit."},
};

static const struct rule sample_hostile_rule = {.id = SAMPLE_ATTACK};

static const struct rule *const sample_enabled[] = {
	&sample_rules[4], &sample_rules[0], &sample_rules[1], &sample_rules[2], &sample_rules[3]};

static const char *const sample_files[] = {"app.strace"};
static const char *const sample_hostile_files[] = {"traces/" SAMPLE_ATTACK};

static const struct report_note sample_notes[] = {
	{"unparsed", 2, 17, "app.strace"}, {"truncated", 1, 900, "app.strace"}};
static const struct report_note sample_hostile_notes[] = {{SAMPLE_ATTACK, 2, 17, "traces/" SAMPLE_ATTACK}};

static char *sample_text(const char *text)
{
	return text ? memory_copy(slice_of(text)) : NULL;
}

static void sample_add_evidence(struct finding *f, uint64_t line, int64_t pid, const char *role, const char *text)
{
	f->evidence[f->evidence_count++] = (struct evidence){
		.file = f->file, .line = line, .pid = pid, .role = sample_text(role), .text = sample_text(text)};
}

static struct finding *sample_finding(unsigned rule, uint64_t line, int64_t pid, const char *process)
{
	struct finding *f = memory_alloc(sizeof *f);
	*f = (struct finding){.rule = &sample_rules[rule],
		.severity = sample_rules[rule].severity,
		.confidence = CONFIDENCE_CERTAIN,
		.outcome = OUTCOME_HARMED,
		.file = "app.strace",
		.line = line,
		.pid = pid,
		.process = process,
		.fd = -1,
		.count = 1,
		.lines = {line},
		.line_count = 1,
		.fingerprint = 0x9e3779b97f4a7c15u * (rule + 1)};
	return f;
}

static const struct finding *sample_broken(void)
{
	struct finding *f = sample_finding(0, 57, 4242, "gen");
	f->time = sample_text("1700000000.123456");
	f->call = "write";
	f->error = "EPIPE";
	f->fd = 4;
	f->object = sample_text("pipe made at line 12");
	f->text = sample_text("write(4, \"hello\\n\", 6) = -1 EPIPE (Broken pipe)");
	f->count = 3;
	f->lines[1] = 60;
	f->lines[2] = 61;
	f->line_count = 3;
	f->message = sample_text("gen[4242] wrote to a pipe that nobody can read any more (EPIPE)");
	f->cause = sample_text(
		"the last read end (fd 3 of filter[4241]) was closed when filter[4241] was killed by SIGSEGV");
	f->why = sample_text(
		"the kernel sees that nothing can read any more and tells the writer: SIGPIPE, and EPIPE if that is ignored");
	f->check[0] = sample_text("strace -f -e trace=write,close -p 4242");
	f->check[1] = sample_text("ls -l /proc/4241/fd");
	f->fix[0] = sample_text(
		"find out why filter[4241] was killed by SIGSEGV, and keep it alive until gen[4242] is done");
	f->fix[1] = sample_text("$ coredumpctl debug 4241");
	sample_add_evidence(f, 12, 4240, "the pipe is made", "pipe([3, 4]) = 0");
	sample_add_evidence(f, 20, 4240, "filter is started and inherits the read end",
		"clone(child_stack=NULL, flags=SIGCHLD) = 4241");
	sample_add_evidence(f, 49, 4241, "the last reader dies", "+++ killed by SIGSEGV +++");
	sample_add_evidence(f, 57, 4242, "nobody reads any more", f->text);
	return f;
}

static const struct finding *sample_blocked(void)
{
	struct finding *f = sample_finding(1, 71, 4240, "sh");
	f->confidence = CONFIDENCE_LIKELY;
	f->call = "read";
	f->fd = 5;
	f->text = sample_text("read(5,  <unfinished ...>");
	f->message = sample_text("sh[4240] waits for an end of file that cannot come");
	f->cause = sample_text("the write end is still held by helper[4250], which inherited it at line 66");
	f->why = sample_text("a reader sees the end of file only when the last write end is closed");
	f->check[0] = sample_text("ls -l /proc/4250/fd");
	f->fix[0] = sample_text("close fd 6 in helper[4250] after fork, or make the pipe with pipe2(..., O_CLOEXEC)");
	sample_add_evidence(f, 30, 4240, "the pipe is made", "pipe([5, 6]) = 0");
	sample_add_evidence(f, 66, 4240, "helper inherits the write end", "vfork() = 4250");
	sample_add_evidence(f, 71, 4240, "the read never returns", f->text);
	return f;
}

static const struct finding *sample_orphan(void)
{
	struct finding *f = sample_finding(2, 33, 4250, "helper");
	f->call = "shmget";
	f->object = sample_text("segment 32769");
	f->text = sample_text("shmget(0x1234, 4096, IPC_CREAT|0600) = 32769");
	f->message = sample_text("helper[4250] left shared memory segment 32769 (4096 bytes) behind");
	f->check[0] = sample_text("ipcs -m -i 32769");
	f->fix[0] = sample_text("$ ipcrm -m 32769");
	f->why = sample_text("a segment outlives its processes until somebody removes it");
	sample_add_evidence(f, 33, 4250, "the segment is made", f->text);
	return f;
}

static const struct finding *sample_hostile_finding(void)
{
	struct finding *f = sample_finding(0, 57, 4242, SAMPLE_ATTACK);
	f->file = sample_hostile_files[0];
	f->time = sample_text(SAMPLE_ATTACK);
	f->call = SAMPLE_ATTACK;
	f->error = SAMPLE_ATTACK;
	f->object = sample_text(SAMPLE_ATTACK);
	f->text = sample_text(SAMPLE_ATTACK);
	f->message = sample_text("it said " SAMPLE_ATTACK);
	f->cause = sample_text(SAMPLE_ATTACK);
	f->why = sample_text(SAMPLE_ATTACK);
	f->check[0] = sample_text(SAMPLE_ATTACK);
	f->fix[0] = sample_text(SAMPLE_ATTACK);
	f->fix[1] = sample_text("$ " SAMPLE_ATTACK);
	sample_add_evidence(f, 12, 4240, SAMPLE_ATTACK, SAMPLE_ATTACK SAMPLE_ATTACK);
	sample_add_evidence(f, 57, 4242, SAMPLE_ATTACK, f->text);
	return f;
}

/* Number `i` of the big sample: every one on its own line, few fingerprints, many processes. */
static const struct finding *sample_one_of_many(unsigned i, enum severity s)
{
	struct finding *f = sample_finding(i % 3, 100 + i, 5000 + i % 50, "worker");
	f->severity = s;
	f->fingerprint = i % 7;
	f->message = sample_text("worker ran into something");
	f->text = sample_text("read(5,  <unfinished ...>");
	sample_add_evidence(f, 10 + i, 4999, "made", "pipe([5, 6]) = 0");
	sample_add_evidence(f, 100 + i, f->pid, "blocked", f->text);
	return f;
}

static struct report sample_base(void)
{
	return (struct report){
		.version = "0.1.0",
		.input = {.files = sample_files,
			.file_count = 1,
			.bytes = 81234,
			.lines = 900,
			.processes = 3,
			.threads = 4,
			.records = {{"syscall", 850}, {"unfinished", 20}, {"resumed", 20}, {"signal", 3}, {"exit", 2},
				{"killed", 1}},
			.record_count = 6},
		.rules = sample_enabled,
		.rule_count = sizeof sample_enabled / sizeof *sample_enabled,
	};
}

static void sample_set_findings(struct report *r, const struct finding **list, unsigned count)
{
	r->findings = list;
	r->finding_count = count;
	for (unsigned i = 0; i < count; i++)
		r->counts[list[i]->severity]++;
}

static struct report sample_plain(void)
{
	static const struct finding *list[3];
	struct report r = sample_base();
	list[0] = sample_broken();
	list[1] = sample_blocked();
	list[2] = sample_orphan();
	sample_set_findings(&r, list, 3);
	r.input.notes = sample_notes;
	r.input.note_count = 2;
	r.input.unparsed = 2;
	r.counts[SEVERITY_NOTE] = r.hidden = 4;
	r.hidden_rules[0] = (struct report_hidden){&sample_rules[3], 2, 545};
	r.hidden_rules[1] = (struct report_hidden){&sample_rules[0], 1, 7};
	r.hidden_rule_count = 2;
	return r;
}

static struct report sample_hostile(void)
{
	static const struct finding *list[1];
	struct report r = sample_base();
	r.input.files = sample_hostile_files;
	r.input.notes = sample_hostile_notes;
	r.input.note_count = 1;
	list[0] = sample_hostile_finding();
	sample_set_findings(&r, list, 1);
	r.counts[SEVERITY_NOTE] = r.hidden = 1;
	r.hidden_rules[r.hidden_rule_count++] = (struct report_hidden){&sample_hostile_rule, 1, 3};
	return r;
}

static const char *const sample_two_files[] = {"/var/tmp/one: 1.strace", "./two.strace"};

/* Whatever may be missing is missing; then a very long line in another input, with the same fingerprint. */
static struct report sample_bare(void)
{
	static const struct finding *list[2];
	static char text[70000];
	struct report r = sample_base();
	struct finding *f = sample_finding(3, 1, -1, NULL), *g = sample_finding(3, 9, -1, NULL);
	memset(text, 'x', sizeof text - 1);
	f->file = sample_two_files[0];
	g->file = sample_two_files[1];
	g->file_index = 1;
	f->message = sample_text("something happened");
	g->message = sample_text("something happened");
	g->confidence = CONFIDENCE_POSSIBLE;
	g->cause = sample_text("perhaps a long line");
	g->text = text;
	g->count = 4000;
	for (g->line_count = 0; g->line_count < FINDING_MAX_LINES; g->line_count++)
		g->lines[g->line_count] = 1000009 + g->line_count;
	for (unsigned i = 0; i < 8; i++)
		sample_add_evidence(g, 9 + i, -1, NULL, text);
	list[0] = f;
	list[1] = g;
	r.input.files = sample_two_files;
	r.input.file_count = 2;
	sample_set_findings(&r, list, 2);
	return r;
}

static struct report sample_many(void)
{
	enum { EACH = 600 };
	static const struct finding *list[3 * EACH];
	struct report r = sample_base();
	for (unsigned i = 0; i < 3 * EACH; i++)
		list[i] = sample_one_of_many(i, (enum severity)(SEVERITY_ERROR - i / EACH));
	sample_set_findings(&r, list, 3 * EACH);
	return r;
}

struct sample {
	const char *name;
	struct report (*make)(void);
	bool made;
	struct report report;
};

/* The sample of that name; an unknown one ends the program. */
static struct report sample_get(const char *name)
{
	static struct sample samples[] = {
		{.name = "plain", .make = sample_plain},
		{.name = "hostile", .make = sample_hostile},
		{.name = "bare", .make = sample_bare},
		{.name = "many", .make = sample_many},
		{.name = "empty", .make = sample_base},
	};
	for (size_t i = 0; i < sizeof samples / sizeof *samples; i++) {
		struct sample *s = &samples[i];
		if (strcmp(s->name, name) != 0)
			continue;
		if (!s->made)
			s->report = s->make();
		s->made = true;
		return s->report;
	}
	fprintf(stderr, "no sample %s\n", name);
	exit(2);
}

/* Renders as cli would: begin, each finding, end. The caller releases the buffer. */
static struct buffer sample_render(const struct report *r, const char *format)
{
	struct buffer out = {0};
	const struct report_format *f = report_format_find(format);
	if (f && f->begin)
		f->begin(&out, r);
	for (unsigned i = 0; f && f->finding && i < r->finding_count; i++)
		f->finding(&out, r, r->findings[i]);
	if (f && f->end)
		f->end(&out, r);
	return out;
}

#endif
