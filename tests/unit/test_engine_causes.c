/* Rows of rules: their conditions are sound, each one is reached by a fixture, and no text of a finding holds what the
 * parser puts in for something unknown. */
#include "trace_sample.h"

#include <glob.h>
#include <stdio.h>

#include <ipcdiag/condition.h>

#include "diagnose.h"

enum { ROWS_MAX = 1000 };

static const struct cause *reached[ROWS_MAX];
static unsigned reached_count;

static bool is_reached(const struct cause *c)
{
	for (unsigned i = 0; i < reached_count; i++)
		if (reached[i] == c)
			return true;
	return false;
}

static void check_text(const struct finding *f, const char *text)
{
	static const char *const defaults[] = {"[]:", ":-1", "fd ?", "fd -1,", " to ?", "(unnamed)", "?, "};
	for (size_t i = 0; text && i < sizeof defaults / sizeof *defaults; i++)
		if (strstr(text, defaults[i]))
			fail_msg("%s, line %d: '%s' in: %s", f->rule->id, (int)f->line, defaults[i], text);
}

static void take_finding(const struct finding *f)
{
	if (f->row && !is_reached(f->row)) {
		assert_true(reached_count < ROWS_MAX);
		reached[reached_count++] = f->row;
	}
	if (!f->row)
		return;
	check_text(f, f->message);
	check_text(f, f->cause);
	for (unsigned i = 0; i < RULE_MAX_LINES && f->check[i]; i++)
		check_text(f, f->check[i]);
	for (unsigned i = 0; i < RULE_MAX_LINES && f->fix[i]; i++)
		check_text(f, f->fix[i]);
}

static void reads_fixtures(void)
{
	glob_t found;
	struct buffer text = {0};
	assert_int_equal(glob("fixtures/rules/*/*/*.strace", 0, NULL, &found), 0);
	diagnose_found = take_finding;
	for (size_t i = 0; i < found.gl_pathc; i++) {
		diagnose(sample_open(event_wants, found.gl_pathv[i]), true, &text);
		buffer_clear(&text);
	}
	buffer_release(&text);
	globfree(&found);
}

static bool knows_any(const void *context, struct slice name)
{
	(void)context;
	(void)name; /* tests/static/causes.sh looks for it in the sources */
	return true;
}

static void reaches_every_row(void **state)
{
	unsigned count, missing = 0;
	const struct rule *const *rules = rules_builtin(&count);
	(void)state;
	reads_fixtures();
	for (unsigned i = 0; i < count; i++)
		for (const struct cause *c = rules[i]->causes; c && c->when; c++)
			if (!is_reached(c)) {
				printf("%s: no fixture reaches the row '%s'\n", rules[i]->id, c->when);
				missing++;
			}
	assert_int_equal(missing, 0);
}

static void has_sound_conditions(void **state)
{
	unsigned count;
	const struct rule *const *rules = rules_builtin(&count);
	(void)state;
	for (unsigned i = 0; i < count; i++)
		for (const struct cause *c = rules[i]->causes; c && c->when; c++) {
			struct buffer error = {0};
			if (!condition_check(c->when, knows_any, NULL, &error))
				fail_msg("%s: %s", rules[i]->id, error.ptr);
			assert_non_null(c->cause);
			assert_true(
				!c->confidence || slice_in_words(slice_of(c->confidence), "certain likely possible"));
			buffer_release(&error);
		}
}

static bool knows_errno(const void *context, struct slice name)
{
	(void)context;
	return slice_is(name, "errno") || slice_is(name, "count");
}

static void refuses_what_is_unsound(void **state)
{
	static const char *const good[] = {"", "errno=EACCES", "errno!=EACCES|EPERM  count>3", "!errno"};
	static const char *const bad[] = {"errno=", "=x", "errno>x", "colour=red", "family=unix|ipx", "!", "errno!x"};
	(void)state;
	for (size_t i = 0; i < sizeof good / sizeof *good; i++)
		assert_true(condition_check(good[i], knows_errno, NULL, &(struct buffer){0}));
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		struct buffer error = {0};
		assert_false(condition_check(bad[i], knows_errno, NULL, &error));
		assert_true(error.len > 0);
		buffer_release(&error);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(has_sound_conditions),
		cmocka_unit_test(refuses_what_is_unsound),
		cmocka_unit_test(reaches_every_row),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
