#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <ipcdiag/pattern.h>
#include <ipcdiag/suggest.h>

/* --- did you mean --- */

static const char *nearest(const char *typed)
{
	static const char *const words[] = {"format", "fail-on", "color", "quiet", "pipe/broken", "pipe/no-eof"};
	struct suggestion s = suggestion_start(slice_of(typed));
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		suggestion_offer(&s, words[i]);
	return s.word;
}

static void finds_the_nearest_word(void **state)
{
	(void)state;
	assert_string_equal(nearest("fromat"), "format");
	assert_string_equal(nearest("colour"), "color");
	assert_string_equal(nearest("pipe/borken"), "pipe/broken");
	assert_string_equal(nearest("pipe/noeof"), "pipe/no-eof");
	assert_string_equal(nearest("format"), "format");
}

static void keeps_silent_when_nothing_is_near(void **state)
{
	(void)state;
	assert_null(nearest("verbosity"));
	assert_null(nearest("xy"));
	assert_null(nearest(""));
	assert_null(nearest("a very long word that nobody can have meant to be any of these words at all, really"));
}

/* --- patterns --- */

static bool matches(const char *expression, const char *text)
{
	struct buffer error = {0};
	struct pattern *p = pattern_new(slice_of(expression), &error);
	if (!p)
		fail_msg("%s", error.ptr);
	bool result = pattern_matches(p, slice_of(text));
	pattern_free(p);
	buffer_release(&error);
	return result;
}

static void matches_anywhere(void **state)
{
	(void)state;
	assert_true(matches("htons\\(80\\)", "3, {sa_family=AF_INET, sin_port=htons(80)}, 16"));
	assert_false(matches("^htons", "3, htons(80)"));
	assert_true(matches("", ""));
	assert_true(matches("\\xff", "\xff"));
}

static void says_what_is_wrong(void **state)
{
	(void)state;
	struct buffer error = {0};
	assert_null(pattern_new(SLICE("a(b"), &error));
	assert_string_equal(error.ptr, "the pattern is wrong at its character 4: missing closing parenthesis");
	buffer_release(&error);
}

static void gives_up_on_patterns_that_backtrack(void **state)
{
	(void)state;
	assert_false(matches("^(a+)+$", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_the_nearest_word),
		cmocka_unit_test(keeps_silent_when_nothing_is_near),
		cmocka_unit_test(matches_anywhere),
		cmocka_unit_test(says_what_is_wrong),
		cmocka_unit_test(gives_up_on_patterns_that_backtrack),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
