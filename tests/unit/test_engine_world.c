/* The engine on a world that real trace lines make: which successes it asks for, recovery, rings, what is left behind.
 */
#include "engine_sample.h"

#include <unistd.h>

#include <ipcdiag/trace.h>
#include <ipcdiag/world.h>

static const char *name_of(void *context, uint32_t file)
{
	return trace_file_name(context, file);
}

static struct engine *engine;
static struct world *world;
static struct trace *trace;
static char path[] = "/tmp/ipcdiag-engine-XXXXXX";

static void feed(void)
{
	struct record record;
	struct event event;
	while (trace_next(trace, &record) > 0)
		if (event_decode(&record, &event))
			world_apply(world, &event);
}

static void analyse(const struct rule *rule, const char *text)
{
	static const struct rule *rules[1];
	const char *error;
	rules[0] = rule;
	strcpy(path, "/tmp/ipcdiag-engine-XXXXXX");
	int fd = mkstemp(path);
	assert_true(write(fd, text, strlen(text)) == (ssize_t)strlen(text));
	close(fd);
	trace = trace_new(event_wants);
	assert_int_equal(trace_add_input(trace, path, "app.strace", &error), 0);
	world = world_new(&(struct world_options){0});
	engine = engine_new(
		&(struct engine_options){.rules = rules, .rule_count = 1, .file_name = name_of, .file_context = trace},
		world);
	feed();
	world_finish(world);
	engine_finish(engine);
}

static int tear_down(void **state)
{
	(void)state;
	engine_free(engine);
	world_free(world);
	trace_free(trace);
	intern_release();
	unlink(path);
	return 0;
}

static unsigned count_findings(void)
{
	unsigned count;
	engine_findings(engine, &count);
	return count;
}

static const struct rule refused = {.id = "socket/refused",
	.severity = SEVERITY_ERROR,
	.title = "refused",
	.match = {{CHANGE_CALL, "connect getsockopt", "ECONNREFUSED", "socket"}},
	.recovery = RECOVERY_SAME,
	.message = "{process} cannot reach {address}"};

static const char refused_then_connected[] =
	"10 socket(AF_INET, SOCK_STREAM, IPPROTO_IP) = 3\n"
	"10 connect(3, {sa_family=AF_INET, sin_port=htons(80), sin_addr=inet_addr(\"10.0.0.1\")}, 16) = -1 ECONNREFUSED "
	"(Connection refused)\n"
	"10 close(3) = 0\n"
	"10 socket(AF_INET, SOCK_STREAM|SOCK_NONBLOCK, IPPROTO_IP) = 3\n"
	"10 connect(3, {sa_family=AF_INET, sin_port=htons(80), sin_addr=inet_addr(\"10.0.0.1\")}, 16) = -1 EINPROGRESS "
	"(Operation now in progress)\n"
	"10 poll([{fd=3, events=POLLOUT}], 1, -1) = 1 ([{fd=3, revents=POLLOUT}])\n"
	"10 getsockopt(3, SOL_SOCKET, SO_ERROR, [0], [4]) = 0\n"
	"10 +++ exited with 0 +++\n";

static void a_connection_that_comes_up_late_is_a_recovery(void **state)
{
	(void)state;
	analyse(&refused, refused_then_connected);
	const struct finding *f = sample_single(engine);
	assert_int_equal(f->line, 2);
	assert_int_equal(f->severity, SEVERITY_NOTE);
	assert_string_equal(f->object, "10.0.0.1:80");
}

static const char refused_late[] =
	"10 socket(AF_INET, SOCK_STREAM|SOCK_NONBLOCK, IPPROTO_IP) = 3\n"
	"10 connect(3, {sa_family=AF_INET, sin_port=htons(80), sin_addr=inet_addr(\"10.0.0.1\")}, 16) = -1 EINPROGRESS (x)\n"
	"10 getsockopt(3, SOL_SOCKET, SO_ERROR, [ECONNREFUSED], [4]) = 0\n"
	"10 socket(AF_INET, SOCK_STREAM, IPPROTO_IP) = 4\n"
	"10 connect(4, {sa_family=AF_INET, sin_port=htons(80), sin_addr=inet_addr(\"10.0.0.1\")}, 16) = 0\n";

static void a_refusal_that_comes_late_has_the_address(void **state)
{
	(void)state;
	analyse(&refused, refused_late);
	const struct finding *f = sample_single(engine);
	assert_int_equal(f->line, 3);
	assert_string_equal(f->error, "ECONNREFUSED");
	assert_int_equal(f->severity, SEVERITY_NOTE);
	assert_non_null(strstr(f->message, "10.0.0.1:80 (it worked later, at line 5)"));
}

static const struct rule success = {.id = "shm/mapped",
	.severity = SEVERITY_NOTE,
	.title = "mapped",
	.match = {{CHANGE_CALL, "mmap shmget fcntl", "0", NULL}},
	.message = "{call}<< of key {key}, id {id}>><<, {size} bytes>>"};

static void successes_are_asked_for_by_call(void **state)
{
	(void)state;
	analyse(&success,
		"10 openat(AT_FDCWD, \"/dev/shm/x\", O_RDWR|O_CREAT, 0600) = 3\n"
		"10 mmap(NULL, 4096, PROT_READ, MAP_SHARED, 3, 0) = 0x7f0000000000\n"
		"10 fcntl(3, F_SETFD, FD_CLOEXEC) = 0\n"
		"10 shmget(0x1234, 4096, IPC_CREAT|0600) = 5\n");
	unsigned count;
	const struct finding *const *all = engine_findings(engine, &count);
	assert_int_equal(count, 3);
	assert_string_equal(all[2]->message, "shmget of key 0x1234, id 5, 4096 bytes");
}

static bool examine_ring(struct finding *f, const struct change *c, const struct world *w)
{
	(void)w;
	explain_waits(f, c->wait);
	return c->wait->verdict == VERDICT_CYCLE;
}

static const struct rule ring = {.id = "deadlock/cycle",
	.severity = SEVERITY_ERROR,
	.title = "ring",
	.match = {{CHANGE_BLOCKED, NULL, NULL, NULL}},
	.message = "{ring}",
	.examine = examine_ring};

static void a_ring_of_waits_is_told_once(void **state)
{
	(void)state;
	analyse(&ring,
		"10 pipe([3, 4]) = 0\n"
		"10 pipe([5, 6]) = 0\n"
		"10 clone(child_stack=NULL, flags=CLONE_CHILD_CLEARTID|SIGCHLD) = 11\n"
		"10 close(4) = 0\n"
		"11 close(6) = 0\n"
		"10 close(5) = 0\n"
		"11 close(3) = 0\n"
		"10 read(3,  <unfinished ...>\n"
		"11 read(5,  <unfinished ...>\n");
	const struct finding *f = sample_single(engine);
	assert_non_null(strstr(f->message, "[10] waits in read (line 8) for [11]"));
	assert_non_null(strstr(f->message, "[11] waits in read (line 9) for [10]"));
	assert_string_equal(sample_role(f, 1), "the pipe is made");
}

static const struct rule left = {.id = "shm/left",
	.severity = SEVERITY_WARNING,
	.title = "left",
	.match = {{CHANGE_LEFT, NULL, NULL, NULL}},
	.message = "{object} is left behind",
	.check = {"ipcs -m -i {id}"}};

static void what_is_left_is_told_with_the_call_that_made_it(void **state)
{
	(void)state;
	analyse(&left,
		"10 execve(\"/bin/x\", [\"x\"], 0x7ffe /* 9 vars */) = 0\n"
		"10 shmget(0x1234, 4096, IPC_CREAT|0600) = 5\n"
		"10 exit_group(0) = ?\n"
		"10 +++ exited with 0 +++\n");
	const struct finding *f = sample_single(engine);
	assert_string_equal(f->call, "shmget");
	assert_int_equal(f->line, 2);
	assert_string_equal(f->message, "the shared memory segment 5 (key 0x1234) is left behind");
	assert_string_equal(f->check[0], "ipcs -m -i 5");
}

static void nothing_is_found_in_an_empty_trace(void **state)
{
	(void)state;
	analyse(&left, "");
	assert_int_equal(count_findings(), 0);
}

#define CASE(name) cmocka_unit_test_teardown(name, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(a_connection_that_comes_up_late_is_a_recovery),
		CASE(a_refusal_that_comes_late_has_the_address),
		CASE(successes_are_asked_for_by_call),
		CASE(a_ring_of_waits_is_told_once),
		CASE(what_is_left_is_told_with_the_call_that_made_it),
		CASE(nothing_is_found_in_an_empty_trace),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
