/* The sentences that rules share. */
#include "engine_sample.h"

static struct process *gen, *filter;
static struct channel *ch;
static struct finding *f; /* valid within check() */

/* What a test does while a finding is open; its evidence is looked at afterwards. */
static void (*act)(void);

static bool examine(struct finding *finding, const struct change *c, const struct world *w)
{
	(void)c;
	(void)w;
	f = finding;
	act();
	return true;
}

static const struct rule rule = {.id = "pipe/x",
	.severity = SEVERITY_ERROR,
	.title = "x",
	.match = {{CHANGE_CALL, "write", "*", NULL}},
	.message = "x",
	.examine = examine};
static const struct rule *const rules[] = {&rule};
static struct engine *engine;
static const struct finding *found;

static int set_up(void **state)
{
	(void)state;
	struct process *shell = sample_process(1, "sh", NULL);
	gen = sample_process(4242, "gen", shell);
	filter = sample_process(4241, "filter", shell);
	ch = sample_pipe(0, sample_step(12, 1, "pipe([3, 4]) = 0"));
	engine = sample_engine(rules, 1);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	engine_free(engine);
	sample_release();
	return 0;
}

static void explain(void (*what)(void))
{
	act = what;
	struct change c = sample_call(gen, sample_event(EVENT_WRITE, "write"), 32, 57);
	c.channel = ch;
	engine_take(engine, &c);
	engine_finish(engine);
	found = sample_single(engine);
}

#define assert_fact(name, value) assert_string_equal(finding_get(f, name) ? finding_get(f, name) : "(none)", value)

/* --- ends --- */

static void act_killed(void)
{
	filter->end = END_KILLED;
	filter->signal = "SIGSEGV";
	filter->fatal_signal = sample_step(43, 4241, "--- SIGSEGV {...} ---");
	filter->end_step = sample_step(44, 4241, "+++ killed by SIGSEGV +++");
	explain_end(f, "reader", filter);
	assert_fact("reader", "filter[4241]");
	assert_fact("reader_pid", "4241");
	assert_fact("reader_program", "filter");
	assert_fact("reader_end", "was killed by SIGSEGV at line 44");
	assert_fact("reader_reason", "(none)");
}

static void a_killed_process(void **state)
{
	(void)state;
	explain(act_killed);
	assert_string_equal(sample_role(found, 43), "filter[4241] gets SIGSEGV");
	assert_string_equal(sample_role(found, 44), "filter[4241] is killed by SIGSEGV");
	assert_string_equal(sample_role(found, 57), "write fails with EPIPE");
}

static void act_failed(void)
{
	filter->end = END_EXITED;
	filter->status = 127;
	filter->exec_failed =
		sample_step(39, 4241, "execve(\"/opt/x\", [\"x\"], 0x7ffe /* 9 vars */) = -1 ENOENT (No such file)");
	filter->end_step = sample_step(41, 4241, "+++ exited with 127 +++");
	explain_end(f, "reader", filter);
	assert_fact("reader_end", "exited with status 127 at line 41");
	assert_fact("reader_reason", "its execve of /opt/x had failed (ENOENT, line 39)");
}

static void a_failed_process_and_its_reason(void **state)
{
	(void)state;
	explain(act_failed);
	assert_string_equal(sample_role(found, 39), "filter[4241] fails in execve, so that its program never runs");
	assert_string_equal(sample_role(found, 41), "filter[4241] exits with status 127");
}

static void act_complaint(void)
{
	filter->end = END_EXITED;
	filter->status = 1;
	filter->complaint = sample_step(39, 4241, "<... openat resumed>) = -1 EACCES (Permission denied)");
	filter->end_step = sample_step(41, 4241, "+++ exited with 1 +++");
	filter->end_step->file = 1;
	explain_end(f, "reader", filter);
	assert_fact("reader_end", "exited with status 1 at b.strace:41");
	assert_fact("reader_reason", "its openat had failed (EACCES, line 39)");
}

static void a_line_of_another_file_is_named_with_it(void **state)
{
	(void)state;
	explain(act_complaint);
	assert_string_equal(found->evidence[found->evidence_count - 1].file, "b.strace");
}

static void act_alive(void)
{
	explain_end(f, "reader", filter);
	assert_fact("reader_end", "is still alive");
	explain_end(f, "nobody", NULL);
	assert_fact("nobody", "(none)");
}

static void a_living_process(void **state)
{
	(void)state;
	explain(act_alive);
	assert_int_equal(found->evidence_count, 1);
}

/* --- ends of channels --- */

static void act_gone(void)
{
	struct gone *g = ch->side[0].gone;
	g[0] = (struct gone){
		.process = filter, .fd = 3, .how = GONE_CLOSED, .step = sample_step(43, 4241, "close(3) = 0")};
	g[0].came = sample_step(31, 1, "fork() = 4241");
	g[1] = (struct gone){.process = filter, .fd = 3, .how = GONE_EXECED, .step = sample_step(45, 4241, "execve()")};
	filter->end = END_KILLED;
	filter->signal = "SIGTERM";
	filter->killer = 4242;
	filter->end_step = sample_step(50, 4241, "+++ killed by SIGTERM +++");
	g[2] = (struct gone){.process = filter, .fd = 3, .how = GONE_EXITED};
	explain_gone(f, "reader", &g[0]);
	assert_fact("reader", "filter[4241]");
	assert_fact("reader_gone", "closed fd 3 at line 43");
	explain_gone(f, "reader", &g[1]);
	assert_fact("reader_gone", "lost fd 3 by execve at line 45");
	explain_gone(f, "reader", &g[2]);
	assert_fact("reader_gone", "ended: killed by SIGTERM at line 50, sent by process 4242");
}

static void ends_that_went(void **state)
{
	(void)state;
	explain(act_gone);
	assert_string_equal(sample_role(found, 31), "filter[4241] gets its read end");
	assert_string_equal(sample_role(found, 43), "filter[4241] closes its read end");
	assert_string_equal(sample_role(found, 45), "filter[4241] loses its read end by execve");
	assert_string_equal(sample_role(found, 50), "filter[4241] is killed by SIGTERM");
}

static void act_holder(void)
{
	struct table table = {.refs = 1, .owner = filter};
	struct open_file file = {.refs = 1, .channel = ch, .side = 1};
	struct descriptor d = {.fd = 4, .file = &file, .table = &table, .came = CAME_FORK};
	d.step = sample_step(31, 1, "fork() = 4241");
	explain_holder(f, "holder", &d);
	assert_fact("holder", "filter[4241]");
	assert_fact("holder_fd", "4");
	assert_fact("holder_came", "inherited by fork at line 31");
	d.execed = sample_step(40, 4241, "execve()");
	explain_holder(f, "holder", &d);
	assert_fact("holder_came", "inherited by fork at line 31 and kept across execve at line 40");
	d.came = CAME_BEFORE;
	d.execed = NULL;
	explain_holder(f, "holder", &d);
	assert_fact("holder_came", "open since before the trace began");
}

static void holders(void **state)
{
	(void)state;
	explain(act_holder);
	assert_string_equal(sample_role(found, 31), "filter[4241] inherits the write end by fork");
	assert_string_equal(sample_role(found, 40), "filter[4241] keeps the write end across execve");
}

static void act_channel(void)
{
	explain_channel(f, ch);
	assert_fact("object", "the pipe made at line 12");
	assert_fact("made_line", "12");
}

static void channels(void **state)
{
	(void)state;
	explain(act_channel);
	assert_string_equal(sample_role(found, 12), "the pipe is made");
	assert_string_equal(found->object, "pipe made at line 12");
}

/* --- waits --- */

static void act_doing(void)
{
	explain_doing(f, "writer", filter, sample_step(36, 4241, "wait4(-1, "), WAIT_CHILD);
	assert_fact("writer_does", "waits for a child in wait4 since line 36");
	explain_doing(f, "writer", filter, sample_step(40, 4241, "pause("), WAIT_PAUSE);
	assert_fact("writer_does", "waits for a signal in pause since line 40");
	explain_doing(f, "writer", filter, NULL, WAIT_NONE);
	assert_fact("writer_does", "runs");
	filter->end = END_EXITED;
	explain_doing(f, "writer", filter, NULL, WAIT_NONE);
	assert_fact("writer_does", "has ended");
}

static void what_tasks_do(void **state)
{
	(void)state;
	explain(act_doing);
	assert_string_equal(sample_role(found, 36), "filter[4241] waits for a child");
	assert_string_equal(sample_role(found, 40), "filter[4241] waits for a signal");
}

static void act_ring(void)
{
	struct task a = {.tid = 4242, .process = gen}, b = {.tid = 4250, .process = filter};
	struct wait_report r = {.verdict = VERDICT_CYCLE, .ring_count = 2, .behind_count = 1};
	r.ring[0] = (struct wait_edge){&a, gen, sample_step(36, 4242, "wait4(-1, "), WAIT_CHILD, filter};
	r.ring[1] = (struct wait_edge){&b, filter, sample_step(56, 4250, "write(1, "), WAIT_WRITE, gen};
	r.behind[0] = (struct wait_edge){NULL, gen->parent, sample_step(60, 1, "nanosleep("), WAIT_SLEEP, NULL};
	explain_waits(f, &r);
	assert_fact("ring",
		"gen[4242] waits in wait4 (line 36) for filter[4241], "
		"filter[4241] thread 4250 waits in write (line 56) for gen[4242]");
	assert_fact("behind", "sh[1] sleeps in nanosleep (line 60)");
}

static void rings(void **state)
{
	(void)state;
	explain(act_ring);
	assert_string_equal(sample_role(found, 36), "gen[4242] waits here for filter[4241]");
	assert_string_equal(sample_role(found, 60), "sh[1] sleeps");
}

/* --- addresses --- */

static void act_address(void)
{
	struct endpoint_address a = {.family = FAMILY_INET, .host = "127.0.0.1", .port = 80};
	explain_address(f, &a);
	assert_fact("address", "127.0.0.1:80");
	assert_fact("host", "127.0.0.1");
	assert_fact("port", "80");
	char path[] = "/run/x.sock";
	struct endpoint_address u = {.family = FAMILY_UNIX, .port = -1, .path = path};
	explain_address(f, &u);
	assert_fact("path", "/run/x.sock");
	u.abstract = true;
	explain_address(f, &u);
	assert_fact("path", "@/run/x.sock");
}

static void addresses(void **state)
{
	(void)state;
	explain(act_address);
}

/* --- limits --- */

static void act_much(void)
{
	for (uint64_t line = 1; line <= 100; line++)
		finding_add_evidence(f, sample_step(line, 1, "x"), "one of many");
}

static void evidence_is_limited_but_holds_the_own_line(void **state)
{
	(void)state;
	explain(act_much);
	assert_true(found->evidence_count <= FINDING_MAX_EVIDENCE);
	assert_string_equal(sample_role(found, 57), "write fails with EPIPE");
	for (unsigned i = 1; i < found->evidence_count; i++)
		assert_true(found->evidence[i - 1].line < found->evidence[i].line);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(a_killed_process),
		CASE(a_failed_process_and_its_reason),
		CASE(a_line_of_another_file_is_named_with_it),
		CASE(a_living_process),
		CASE(ends_that_went),
		CASE(holders),
		CASE(channels),
		CASE(what_tasks_do),
		CASE(rings),
		CASE(addresses),
		CASE(evidence_is_limited_but_holds_the_own_line),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
