/* From changes to findings: matching, folding, recovery, the last word, consequences, order, fingerprints. */
#include "engine_sample.h"

#include <errno.h>

/* --- rules to try --- */

static bool examine_connect(struct finding *f, const struct change *c, const struct world *w)
{
	(void)w;
	finding_set_number(f, "tries", 1);
	finding_set_from(f, "where", "{host}, port {port}");
	finding_add_evidence(f, c->process->born, "{process} is born");
	finding_set_memo(f, 0, 7);
	finding_keep_step(f, 1, c->process->born);
	finding_keep_process(f, 2, c->process);
	return c->fd != 99;
}

static const struct rule refused = {
	.id = "socket/refused",
	.severity = SEVERITY_ERROR,
	.title = "connection refused",
	.match = {{CHANGE_CALL, "connect", "ECONNREFUSED", NULL}},
	.recovery = RECOVERY_SAME,
	.message = "{process} found nobody at {address} ({errno})",
	.cause = "nobody listens at {where}<<, {nothing}>>",
	.check = {"ss -ltn 'sport = :{port}'", "ls {nothing}"},
	.fix = {"start the server at {address}", "$ systemctl start {name}", "ask {nothing}"},
	.why = "a port without a listener answers with a reset",
	.examine = examine_connect,
};

static const struct rule limit = {
	.id = "fd/limit",
	.severity = SEVERITY_ERROR,
	.title = "no free descriptor",
	.match = {{CHANGE_CALL, NULL, "EMFILE", NULL}, {CHANGE_CALL, "pipe2", "EMFILE ENFILE", NULL}},
	.recovery = RECOVERY_ANY,
	.message = "{call} found no free descriptor, {count} times",
};

static const struct rule failed_write = {
	.id = "pipe/failed",
	.severity = SEVERITY_ERROR,
	.title = "write fails",
	.match = {{CHANGE_CALL, "write writev", "*", "pipe fifo"}},
	.message = "{call} on {object} failed",
};

static const struct rule any_success = {
	.id = "fd/success",
	.severity = SEVERITY_WARNING,
	.title = "success",
	.match = {{CHANGE_CALL, "pipe2", "0", NULL}, {CHANGE_SIGNAL, "SIGPIPE", NULL, NULL}},
	.message = "{call}{signal}",
};

static struct process *gen, *filter, *shell;
static struct engine *engine;

static int set_up(void **state)
{
	(void)state;
	shell = sample_process(1, "sh", NULL);
	gen = sample_process(4242, "gen", shell);
	filter = sample_process(4241, "filter", shell);
	gen->born = sample_step(2, 1, "clone() = 4242");
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	engine_free(engine);
	engine = NULL;
	sample_release();
	return 0;
}

static void begin(const struct rule *a, const struct rule *b)
{
	static const struct rule *rules[2];
	rules[0] = a;
	rules[1] = b;
	engine = sample_engine(rules, b ? 2 : 1);
}

static unsigned count_findings(void)
{
	unsigned count;
	engine_findings(engine, &count);
	return count;
}

static void connect_to(struct process *p, int64_t port, int error, uint64_t line)
{
	struct event *e = sample_event(EVENT_CONNECT, "connect");
	e->address = (struct address){.family = FAMILY_INET, .host = SLICE("10.0.0.1"), .port = port};
	e->fd = 3;
	struct change c = sample_call(p, e, error, line);
	c.object = OBJECT_SOCKET;
	c.connected = error == 0;
	engine_take(engine, &c);
}

static void call_on(struct process *p, const char *call, enum event_kind kind, int error, uint64_t line)
{
	struct change c = sample_call(p, sample_event(kind, call), error, line);
	engine_take(engine, &c);
}

static void write_to(struct process *p, struct channel *ch, enum object object, int error, uint64_t line)
{
	struct change c = sample_call(p, sample_event(EVENT_WRITE, "write"), error, line);
	c.channel = ch;
	c.object = object;
	engine_take(engine, &c);
}

/* --- what a finding holds --- */

static void a_finding_is_complete(void **state)
{
	(void)state;
	begin(&refused, NULL);
	connect_to(gen, 80, ECONNREFUSED, 57);
	engine_finish(engine);
	const struct finding *f = sample_single(engine);
	assert_ptr_equal(f->rule, &refused);
	assert_int_equal(f->severity, SEVERITY_ERROR);
	assert_string_equal(f->message, "gen[4242] found nobody at 10.0.0.1:80 (ECONNREFUSED)");
	assert_string_equal(f->cause, "nobody listens at 10.0.0.1, port 80");
	assert_string_equal(f->check[0], "ss -ltn 'sport = :80'");
	assert_null(f->check[1]);
	assert_string_equal(f->fix[0], "start the server at 10.0.0.1:80");
	assert_string_equal(f->fix[1], "systemctl start gen");
	assert_null(f->fix[2]);
	assert_string_equal(f->why, refused.why);
	assert_string_equal(f->file, "app.strace");
	assert_string_equal(f->process, "gen");
	assert_string_equal(f->call, "connect");
	assert_string_equal(f->error, "ECONNREFUSED");
	assert_string_equal(f->object, "10.0.0.1:80");
	assert_int_equal(f->line, 57);
	assert_int_equal(f->pid, 4242);
	assert_int_equal(f->fd, 3);
	assert_int_equal(f->evidence_count, 2);
	assert_int_equal(f->evidence[0].line, 2);
	assert_string_equal(f->evidence[0].role, "gen[4242] is born");
	assert_string_equal(f->evidence[1].role, "connect fails with ECONNREFUSED");
	assert_null(f->work);
}

/* --- matching --- */

static void only_what_matches_becomes_a_finding(void **state)
{
	(void)state;
	begin(&refused, &failed_write);
	connect_to(gen, 80, ETIMEDOUT, 1);
	call_on(gen, "bind", EVENT_BIND, ECONNREFUSED, 2);
	write_to(gen, NULL, OBJECT_FILE, EPIPE, 3);
	write_to(gen, NULL, OBJECT_PIPE, 0, 4);
	engine_finish(engine);
	assert_int_equal(count_findings(), 0);
}

static void objects_and_any_error_match(void **state)
{
	(void)state;
	begin(&failed_write, NULL);
	write_to(gen, NULL, OBJECT_PIPE, EPIPE, 3);
	write_to(gen, NULL, OBJECT_FIFO, EAGAIN, 4);
	engine_finish(engine);
	assert_int_equal(count_findings(), 2);
}

static void successes_and_signals_match_when_asked_for(void **state)
{
	(void)state;
	begin(&any_success, NULL);
	call_on(gen, "pipe2", EVENT_PIPE, EMFILE, 1);
	engine_finish(engine);
	assert_int_equal(count_findings(), 0);
	call_on(gen, "pipe2", EVENT_PIPE, 0, 2);
	struct event *e = sample_event(EVENT_SIGNAL, "");
	e->signal = SLICE("SIGPIPE");
	struct change c = sample_call(gen, e, 0, 3);
	c.kind = CHANGE_SIGNAL;
	engine_take(engine, &c);
	e->signal = SLICE("SIGCHLD");
	engine_take(engine, &c);
	engine_finish(engine);
	assert_int_equal(count_findings(), 2);
}

static void a_rule_is_asked_once_for_a_change(void **state)
{
	(void)state;
	begin(&limit, NULL);
	call_on(gen, "pipe2", EVENT_PIPE, EMFILE, 1);
	engine_finish(engine);
	assert_int_equal(sample_single(engine)->count, 1);
}

static void examine_may_refuse(void **state)
{
	(void)state;
	begin(&refused, NULL);
	struct event *e = sample_event(EVENT_CONNECT, "connect");
	e->fd = 99;
	struct change c = sample_call(gen, e, ECONNREFUSED, 5);
	engine_take(engine, &c);
	connect_to(gen, 80, ECONNREFUSED, 6);
	engine_finish(engine);
	assert_int_equal(sample_single(engine)->line, 6);
}

/* --- folding --- */

static void equal_findings_are_folded(void **state)
{
	(void)state;
	begin(&refused, NULL);
	for (uint64_t line = 1; line <= 250; line++)
		connect_to(gen, 80, ECONNREFUSED, line + 10);
	engine_finish(engine);
	const struct finding *f = sample_single(engine);
	assert_int_equal(f->count, 250);
	assert_int_equal(f->line, 11);
	assert_int_equal(f->line_count, FINDING_MAX_LINES);
	assert_int_equal(f->lines[99], 110);
	assert_string_equal(sample_role(f, 260), "the same again, the last of 250 times");
}

static void different_findings_are_kept_apart(void **state)
{
	(void)state;
	begin(&refused, &limit);
	connect_to(gen, 80, ECONNREFUSED, 1);
	connect_to(gen, 81, ECONNREFUSED, 2);
	connect_to(filter, 80, ECONNREFUSED, 3);
	call_on(gen, "pipe2", EVENT_PIPE, EMFILE, 4);
	call_on(gen, "socket", EVENT_SOCKET, EMFILE, 5);
	engine_finish(engine);
	assert_int_equal(count_findings(), 5);
}

static bool examine_by_line(struct finding *f, const struct change *c, const struct world *w)
{
	(void)w;
	if (c->step->line > 1)
		f->severity = SEVERITY_ERROR;
	return true;
}

static void another_severity_is_another_finding(void **state)
{
	(void)state;
	static const struct rule rule = {.id = "fd/x",
		.severity = SEVERITY_WARNING,
		.title = "x",
		.match = {{CHANGE_CALL, "close", "EBADF", NULL}},
		.message = "x",
		.examine = examine_by_line};
	begin(&rule, NULL);
	for (uint64_t line = 1; line <= 3; line++)
		call_on(gen, "close", EVENT_CLOSE, EBADF, line);
	engine_finish(engine);
	unsigned count;
	const struct finding *const *all = engine_findings(engine, &count);
	assert_int_equal(count, 2);
	assert_int_equal(all[0]->severity, SEVERITY_ERROR);
	assert_int_equal(all[0]->count, 2);
	assert_int_equal(all[1]->severity, SEVERITY_WARNING);
}

static void findings_are_limited(void **state)
{
	(void)state;
	begin(&refused, NULL);
	struct event *e = sample_event(EVENT_CONNECT, "connect");
	struct change c = sample_call(gen, e, ECONNREFUSED, 1);
	for (int64_t port = 0; port < FINDINGS_MAX + 500; port++) {
		e->address = (struct address){.family = FAMILY_INET, .host = SLICE("h"), .port = port};
		engine_take(engine, &c);
	}
	engine_finish(engine);
	assert_int_equal(count_findings(), FINDINGS_MAX);
	assert_int_equal(engine_dropped(engine), 500);
}

/* --- recovery --- */

static void a_later_success_makes_a_note(void **state)
{
	(void)state;
	begin(&refused, NULL);
	connect_to(gen, 80, ECONNREFUSED, 10);
	connect_to(gen, 81, 0, 11);
	connect_to(gen, 80, 0, 12);
	engine_finish(engine);
	const struct finding *f = sample_single(engine);
	assert_int_equal(f->severity, SEVERITY_NOTE);
	assert_non_null(strstr(f->message, " (it worked later, at line 12)"));
	assert_string_equal(sample_role(f, 12), "the next try works");
}

static void a_success_elsewhere_is_none(void **state)
{
	(void)state;
	struct process *stranger = sample_process(5000, "other", sample_process(2, "init", NULL));
	begin(&refused, NULL);
	connect_to(gen, 80, ECONNREFUSED, 10);
	connect_to(gen, 81, 0, 11);
	connect_to(stranger, 80, 0, 12);
	engine_finish(engine);
	assert_int_equal(sample_single(engine)->severity, SEVERITY_ERROR);
}

static void a_relative_may_succeed(void **state)
{
	(void)state;
	struct process *again = sample_process(5000, "gen", sample_process(2, "init", NULL));
	begin(&refused, NULL);
	connect_to(gen, 80, ECONNREFUSED, 10);
	connect_to(filter, 80, 0, 11); /* same parent */
	connect_to(gen, 82, ECONNREFUSED, 12);
	connect_to(again, 82, 0, 13); /* same program */
	engine_finish(engine);
	unsigned count;
	const struct finding *const *all = engine_findings(engine, &count);
	assert_int_equal(count, 2);
	assert_int_equal(all[0]->severity, SEVERITY_NOTE);
	assert_int_equal(all[1]->severity, SEVERITY_NOTE);
}

static void any_success_of_the_kind_will_do(void **state)
{
	(void)state;
	begin(&limit, NULL);
	call_on(gen, "pipe2", EVENT_PIPE, EMFILE, 10);
	call_on(filter, "pipe2", EVENT_PIPE, EMFILE, 11);
	call_on(filter, "socket", EVENT_SOCKET, 0, 12);
	call_on(gen, "pipe", EVENT_PIPE, 0, 13);
	engine_finish(engine);
	unsigned count;
	const struct finding *const *all = engine_findings(engine, &count);
	assert_int_equal(count, 2);
	assert_int_equal(all[0]->pid, 4241);
	assert_int_equal(all[0]->severity, SEVERITY_ERROR);
	assert_int_equal(all[1]->severity, SEVERITY_NOTE);
}

static void failing_again_opens_it_again(void **state)
{
	(void)state;
	begin(&refused, NULL);
	connect_to(gen, 80, ECONNREFUSED, 10);
	connect_to(gen, 80, 0, 11);
	connect_to(gen, 80, ECONNREFUSED, 12);
	engine_finish(engine);
	const struct finding *f = sample_single(engine);
	assert_int_equal(f->severity, SEVERITY_ERROR);
	assert_int_equal(f->count, 2);
	assert_null(strstr(f->message, "worked later"));
}

static void settle_late(struct finding *f, const struct world *w)
{
	struct step *step;
	bool same;
	(void)w;
	assert_ptr_equal(finding_process(f), gen);
	assert_int_equal(finding_step(f)->line, 10);
	assert_int_equal(finding_last_step(f)->line, 11);
	assert_int_equal(finding_address(f)->port, 80);
	assert_int_equal(finding_memo(f, 0), 7);
	assert_int_equal(finding_kept_step(f, 1)->line, 2);
	assert_ptr_equal(finding_kept_process(f, 2), gen);
	assert_true(finding_recovered(f, &step, &same));
	assert_true(same);
	assert_int_equal(step->line, 12);
	f->severity = SEVERITY_WARNING;
	finding_say_message(f, "a race, over at line {recovered_line}");
	finding_add_check(f, "echo {tries}");
	finding_say_cause(f, "too early, {count} times");
}

static void settle_has_the_last_word(void **state)
{
	(void)state;
	struct rule race = refused;
	race.settle = settle_late;
	begin(&race, NULL);
	connect_to(gen, 80, ECONNREFUSED, 10);
	connect_to(gen, 80, ECONNREFUSED, 11);
	connect_to(gen, 80, 0, 12);
	engine_finish(engine);
	const struct finding *f = sample_single(engine);
	assert_int_equal(f->severity, SEVERITY_WARNING);
	assert_string_equal(f->message, "a race, over at line 12");
	assert_string_equal(f->cause, "too early, 2 times");
	assert_string_equal(f->check[0], "echo 1");
	assert_string_equal(f->check[1], "ss -ltn 'sport = :80'");
}

static void settle_cancel(struct finding *f, const struct world *w)
{
	(void)w;
	finding_cancel(f);
}

static void settle_may_cancel(void **state)
{
	(void)state;
	struct rule gone = refused;
	gone.settle = settle_cancel;
	begin(&gone, NULL);
	connect_to(gen, 80, ECONNREFUSED, 10);
	engine_finish(engine);
	assert_int_equal(count_findings(), 0);
}

/* --- consequences --- */

static struct step *proof;

static bool examine_with_proof(struct finding *f, const struct change *c, const struct world *w)
{
	(void)c;
	(void)w;
	finding_add_evidence(f, proof, "what follows");
	return true;
}

static const struct rule root = {.id = "fd/root",
	.severity = SEVERITY_ERROR,
	.title = "root",
	.match = {{CHANGE_CALL, "close", "EBADF", NULL}},
	.message = "the root",
	.examine = examine_with_proof};

static const struct finding *find_rule(const char *id)
{
	unsigned count;
	const struct finding *const *all = engine_findings(engine, &count);
	for (unsigned i = 0; i < count; i++)
		if (strcmp(all[i]->rule->id, id) == 0)
			return all[i];
	fail_msg("no finding of %s", id);
	return NULL;
}

static void what_follows_becomes_a_note(void **state)
{
	(void)state;
	begin(&root, &failed_write);
	proof = sample_step(20, 4242, "write() = -1 EPIPE");
	call_on(gen, "close", EVENT_CLOSE, EBADF, 10);
	write_to(gen, NULL, OBJECT_PIPE, EPIPE, 20);
	engine_finish(engine);
	assert_int_equal(find_rule("fd/root")->severity, SEVERITY_ERROR);
	const struct finding *f = find_rule("pipe/failed");
	assert_int_equal(f->severity, SEVERITY_NOTE);
	assert_non_null(strstr(f->message, " (consequence of line 10)"));
}

static void causes_and_strangers_stay(void **state)
{
	(void)state;
	begin(&root, &failed_write);
	proof = sample_step(5, 4242, "write() = -1 EPIPE");
	write_to(gen, NULL, OBJECT_PIPE, EPIPE, 5); /* before: a cause */
	call_on(gen, "close", EVENT_CLOSE, EBADF, 10);
	proof = sample_step(20, 4241, "write() = -1 EPIPE");
	call_on(gen, "close", EVENT_CLOSE, EBADF, 11);
	write_to(filter, NULL, OBJECT_PIPE, EPIPE, 20); /* another process and channel */
	engine_finish(engine);
	unsigned count;
	const struct finding *const *all = engine_findings(engine, &count);
	for (unsigned i = 0; i < count; i++)
		assert_int_equal(all[i]->severity, SEVERITY_ERROR);
}

static const struct rule cycle = {.id = "deadlock/cycle",
	.severity = SEVERITY_ERROR,
	.title = "ring",
	.match = {{CHANGE_BLOCKED, "wait4", NULL, NULL}},
	.message = "a ring",
	.examine = examine_with_proof};
static const struct rule full = {.id = "pipe/full",
	.severity = SEVERITY_ERROR,
	.title = "full",
	.match = {{CHANGE_BLOCKED, "write", NULL, NULL}},
	.message = "full",
	.examine = examine_with_proof};

static void block(struct process *p, const char *call, enum verdict verdict, uint64_t line)
{
	struct wait wait = {.id = -1};
	struct wait_report report = {.verdict = verdict, .wait = &wait, .at_end = true};
	struct change c = sample_call(p, sample_event(EVENT_NONE, call), 0, line);
	c.kind = CHANGE_BLOCKED;
	c.event = NULL;
	c.wait = &report;
	engine_take(engine, &c);
}

/* Each names the other: the ring is what matters, though it comes later in the file. */
static void a_ring_takes_its_waits_in(void **state)
{
	(void)state;
	begin(&cycle, &full);
	proof = sample_step(36, 1, "write(");
	block(shell, "wait4", VERDICT_CYCLE, 56);
	proof = sample_step(56, 1, "wait4(");
	block(gen, "write", VERDICT_BUSY, 36);
	engine_finish(engine);
	assert_int_equal(find_rule("deadlock/cycle")->severity, SEVERITY_ERROR);
	assert_int_equal(find_rule("pipe/full")->severity, SEVERITY_NOTE);
	assert_string_equal(sample_role(find_rule("pipe/full"), 36), "write blocks here");
}

/* --- order and fingerprints --- */

static void findings_come_in_order(void **state)
{
	(void)state;
	begin(&refused, &any_success);
	call_on(gen, "pipe2", EVENT_PIPE, 0, 1);
	connect_to(gen, 81, ECONNREFUSED, 30);
	connect_to(gen, 80, ECONNREFUSED, 20);
	engine_finish(engine);
	unsigned count;
	const struct finding *const *all = engine_findings(engine, &count);
	assert_int_equal(count, 3);
	assert_int_equal(all[0]->line, 20);
	assert_int_equal(all[1]->line, 30);
	assert_int_equal(all[2]->line, 1);
}

static uint64_t fingerprint_of(const char *path, int64_t pid, uint64_t line)
{
	static const struct rule rule = {.id = "socket/missing",
		.severity = SEVERITY_ERROR,
		.title = "x",
		.match = {{CHANGE_CALL, "connect", "ENOENT", NULL}},
		.message = "x"};
	begin(&rule, NULL);
	struct event *e = sample_event(EVENT_CONNECT, "connect");
	e->address = (struct address){.family = FAMILY_UNIX, .path = slice_of(path), .port = -1};
	struct change c = sample_call(sample_process(pid, "gen", NULL), e, ENOENT, line);
	engine_take(engine, &c);
	engine_finish(engine);
	uint64_t fingerprint = sample_single(engine)->fingerprint;
	engine_free(engine);
	engine = NULL;
	return fingerprint;
}

static void fingerprints_survive_another_run(void **state)
{
	(void)state;
	assert_true(fingerprint_of("/tmp/x.123", 10, 5) == fingerprint_of("/tmp/x.4567", 11, 99));
	assert_true(fingerprint_of("/tmp/x.123", 10, 5) != fingerprint_of("/tmp/y.123", 10, 5));
	assert_int_equal(fingerprint_of("/tmp/x", 10, 5), 0xec5ebc52661cedb7); /* of all versions */
}

static void repeats_have_fingerprints_of_their_own(void **state)
{
	(void)state;
	begin(&refused, NULL);
	connect_to(gen, 40000, ECONNREFUSED, 1);
	connect_to(gen, 40001, ECONNREFUSED, 2);
	engine_finish(engine);
	unsigned count;
	const struct finding *const *all = engine_findings(engine, &count);
	assert_int_equal(count, 2);
	assert_true(all[0]->fingerprint != all[1]->fingerprint);
}

/* --- while somebody watches --- */

static unsigned told;

static void tell(void *context, const struct finding *f)
{
	(void)context;
	assert_non_null(f->message);
	told++;
}

static void end_process(struct process *p, uint64_t line)
{
	struct change c = {
		.kind = CHANGE_ENDED, .process = p, .step = sample_step(line, p->pid, "+++ exited with 0 +++")};
	c.fd = -1;
	p->end = END_EXITED;
	engine_take(engine, &c);
}

static void live_findings_are_told_early(void **state)
{
	(void)state;
	static const struct rule *const rules[] = {&refused, &failed_write, &full};
	told = 0;
	engine = sample_engine(rules, 3);
	engine_set_live(engine, true);
	engine_on_settled(engine, tell, NULL);
	proof = NULL;
	write_to(gen, NULL, OBJECT_PIPE, EPIPE, 1);
	connect_to(gen, 80, ECONNREFUSED, 2); /* may still be made good by another process */
	write_to(filter, NULL, OBJECT_PIPE, EPIPE, 3);
	assert_int_equal(told, 0);
	end_process(gen, 4);
	assert_int_equal(told, 1);
	struct wait wait = {.id = -1};
	struct wait_report report = {.verdict = VERDICT_NOBODY, .wait = &wait};
	struct change c = sample_call(filter, sample_event(EVENT_NONE, "write"), 0, 5);
	c.kind = CHANGE_BLOCKED;
	c.event = NULL;
	c.wait = &report;
	engine_take(engine, &c);
	assert_int_equal(told, 2);
	end_process(filter, 6);
	assert_int_equal(told, 3);
	engine_finish(engine);
	assert_int_equal(told, 4);
	assert_int_equal(count_findings(), 4);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(a_finding_is_complete),
		CASE(only_what_matches_becomes_a_finding),
		CASE(objects_and_any_error_match),
		CASE(successes_and_signals_match_when_asked_for),
		CASE(a_rule_is_asked_once_for_a_change),
		CASE(examine_may_refuse),
		CASE(equal_findings_are_folded),
		CASE(different_findings_are_kept_apart),
		CASE(another_severity_is_another_finding),
		CASE(findings_are_limited),
		CASE(a_later_success_makes_a_note),
		CASE(a_success_elsewhere_is_none),
		CASE(a_relative_may_succeed),
		CASE(any_success_of_the_kind_will_do),
		CASE(failing_again_opens_it_again),
		CASE(settle_has_the_last_word),
		CASE(settle_may_cancel),
		CASE(what_follows_becomes_a_note),
		CASE(causes_and_strangers_stay),
		CASE(a_ring_takes_its_waits_in),
		CASE(findings_come_in_order),
		CASE(fingerprints_survive_another_run),
		CASE(repeats_have_fingerprints_of_their_own),
		CASE(live_findings_are_told_early),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
