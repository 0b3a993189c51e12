#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cli/colour.h>
#include <cli/options.h>
#include <cli/outputs.h>
#include <cli/redact.h>
#include <cli/status.h>

/* --- the option table --- */

static void options_have_names_of_their_own(void **state)
{
	(void)state;
	for (size_t i = 0; i < option_count; i++) {
		const struct option_spec *o = &option_table[i];
		assert_ptr_equal(option_find(o->name), o);
		assert_true((o->group & (o->group - 1)) == 0);
		assert_true((o->kind == OPTION_FLAG) == (o->argument == NULL));
		for (size_t j = 0; j < i; j++)
			assert_true(!o->letter || o->letter != option_table[j].letter);
	}
}

static void every_value_is_checked(void **state)
{
	(void)state;
	struct settings s;
	struct buffer error = {0};
	settings_init(&s);
	assert_true(option_set(&s, option_find("fail-on"), "never", &error));
	assert_int_equal(s.fail_on, FAIL_NEVER);
	assert_false(option_set(&s, option_find("fail-on"), "sometimes", &error));
	assert_true(option_set(&s, option_find("stall"), "0.5", &error));
	assert_false(option_set(&s, option_find("stall"), "-1", &error));
	assert_false(option_set(&s, option_find("stall"), "inf", &error));
	assert_false(option_set(&s, option_find("error-exitcode"), "99999999999999999999", &error));
	assert_true(option_set(&s, option_find("disable"), "a", &error));
	assert_true(option_set(&s, option_find("enable"), "b", &error));
	assert_int_equal(s.selectors.count, 2);
	assert_int_equal(s.selectors.items[1].letter, 'e');
	settings_release(&s);
	buffer_release(&error);
}

/* --- exit status --- */

static void statuses_have_an_order(void **state)
{
	(void)state;
	struct exit_outcome o = {.findings_status = 42, .program = 7};
	assert_int_equal(outcome_status(&o), 7);
	o.findings = true;
	assert_int_equal(outcome_status(&o), 42);
	o.incomplete = true;
	assert_int_equal(outcome_status(&o), STATUS_INCOMPLETE);
	o.usage = true;
	assert_int_equal(outcome_status(&o), STATUS_USAGE);
}

/* --- colour --- */

static void colour_asks_in_order(void **state)
{
	(void)state;
	setenv("TERM", "xterm", 1);
	unsetenv("NO_COLOR");
	unsetenv("FORCE_COLOR");
	unsetenv("CLICOLOR_FORCE");
	assert_true(colour_wanted(MODE_AUTO, true));
	assert_false(colour_wanted(MODE_AUTO, false));
	assert_true(colour_wanted(MODE_ALWAYS, false));
	setenv("TERM", "dumb", 1);
	assert_false(colour_wanted(MODE_AUTO, true));
	setenv("CLICOLOR_FORCE", "1", 1);
	assert_true(colour_wanted(MODE_AUTO, false));
	setenv("CLICOLOR_FORCE", "0", 1);
	assert_false(colour_wanted(MODE_AUTO, false));
	setenv("FORCE_COLOR", "1", 1);
	setenv("NO_COLOR", "1", 1);
	assert_false(colour_wanted(MODE_AUTO, true));
	assert_true(colour_wanted(MODE_ALWAYS, true));
	assert_false(colour_wanted(MODE_NEVER, true));
}

/* --- output on a pipe --- */

/* Each read from a packet pipe gives one write. */
static void check_writes(const char *text, const size_t *sizes, size_t count)
{
	int ends[2];
	char part[8192];
	assert_int_equal(pipe2(ends, O_DIRECT), 0);
	struct output out = {.fd = ends[1], .pipe = true};
	output_write(&out, slice_of(text));
	assert_int_equal(output_close(&out), 0);
	for (size_t i = 0; i < count; i++)
		assert_int_equal(read(ends[0], part, sizeof part), (ssize_t)sizes[i]);
	assert_int_equal(read(ends[0], part, sizeof part), 0);
	close(ends[0]);
}

static char *lines_of(size_t length, size_t count)
{
	char *text = malloc(length * count + 1);
	memset(text, 'x', length * count);
	for (size_t i = 0; i < count; i++)
		text[(i + 1) * length - 1] = '\n';
	text[length * count] = '\0';
	return text;
}

static void pipes_get_whole_lines(void **state)
{
	(void)state;
	char *text = lines_of(1000, 10);
	check_writes(text, (size_t[]){4000, 4000, 2000}, 3);
	free(text);
	text = lines_of(5000, 2);
	check_writes(text, (size_t[]){4096, 904, 4096, 904}, 4);
	free(text);
}

static void a_lost_reader_is_no_error(void **state)
{
	(void)state;
	int ends[2];
	signal(SIGPIPE, SIG_IGN);
	assert_int_equal(pipe(ends), 0);
	close(ends[0]);
	struct output out = {.fd = ends[1], .pipe = true};
	output_write(&out, SLICE("x\n"));
	assert_int_equal(out.error, EPIPE);
	assert_int_equal(output_close(&out), 0);
}

/* --- redaction --- */

static void check_redaction(const char *name, const char *args, const char *expected)
{
	struct buffer scratch = {0};
	struct record r = {
		.kind = RECORD_SYSCALL, .name = slice_of(name), .args = slice_of(args), .text = slice_of(args)};
	redact_record(&r, &scratch);
	if (!slice_is(r.args, expected) || !slice_is(r.text, expected))
		fail_msg("%s: got <%.*s>", name, (int)r.args.len, r.args.ptr);
	buffer_release(&scratch);
}

static void data_goes_addresses_stay(void **state)
{
	(void)state;
	check_redaction("write", "1, \"secret\\\" more\", 13", "1, \"\"..., 13");
	check_redaction("read", "3</etc/passwd>, \"root:x\"..., 4096", "3</etc/passwd>, \"\"..., 4096");
	check_redaction("writev", "1, [{iov_base=\"a\", iov_len=1}, {iov_base=\"b\", iov_len=1}], 2",
		"1, [{iov_base=\"\"..., iov_len=1}, {iov_base=\"\"..., iov_len=1}], 2");
	check_redaction("sendto",
		"3, \"x\", 1, 0, {sa_family=AF_INET, sin_port=htons(53), sin_addr=inet_addr(\"10.0.0.1\")}, 16",
		"3, \"\"..., 1, 0, {sa_family=AF_INET, sin_port=htons(53), sin_addr=inet_addr(\"10.0.0.1\")}, 16");
	check_redaction("sendto", "3, \"x\", 1, 0, {sa_family=AF_UNIX, sun_path=@\"abstract\"}, 16",
		"3, \"\"..., 1, 0, {sa_family=AF_UNIX, sun_path=@\"abstract\"}, 16");
	check_redaction("openat", "AT_FDCWD, \"/etc/passwd\", O_RDONLY", "AT_FDCWD, \"/etc/passwd\", O_RDONLY");
	check_redaction("execve", "\"/bin/mysql\", [\"mysql\", \"-psecret\"], 0x7f /* 3 vars */",
		"\"/bin/mysql\", [\"mysql\", \"\"...], 0x7f /* 3 vars */");
	check_redaction("write", "1, \"cut in the mid", "1, \"\"...");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(options_have_names_of_their_own),
		cmocka_unit_test(every_value_is_checked),
		cmocka_unit_test(statuses_have_an_order),
		cmocka_unit_test(colour_asks_in_order),
		cmocka_unit_test(pipes_get_whole_lines),
		cmocka_unit_test(a_lost_reader_is_no_error),
		cmocka_unit_test(data_goes_addresses_stay),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
