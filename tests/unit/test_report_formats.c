/* usage: test_report_formats [SAMPLE FORMAT [colour] [live]]: without words runs the tests; with them renders a sample
 * to standard output, for tests/report_formats.sh. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <ipcdiag/text.h>

#include "report_sample.h"

static const char *const samples[] = {"plain", "hostile", "empty", "bare", "many"};
enum { SAMPLES = sizeof samples / sizeof *samples };

static unsigned count_lines(struct slice text)
{
	unsigned lines = 0;
	for (size_t at = 0; (at = slice_find_char(text, '\n', at)) != SIZE_MAX; at++)
		lines++;
	return lines;
}

static unsigned count_text(const struct buffer *text, const char *part)
{
	unsigned count = 0;
	for (size_t at = 0; (at = slice_find(buffer_slice(text), slice_of(part), at)) != SIZE_MAX; at++)
		count++;
	return count;
}

static void assert_has(const struct buffer *text, const char *part)
{
	if (!count_text(text, part))
		fail_msg("<%s> is not in:\n%s", part, buffer_slice(text).ptr);
}

static void assert_has_not(const struct buffer *text, const char *part)
{
	if (count_text(text, part))
		fail_msg("<%s> is in:\n%s", part, buffer_slice(text).ptr);
}

static void assert_same(const struct buffer *a, const struct buffer *b)
{
	assert_string_equal(buffer_slice(a).ptr, buffer_slice(b).ptr);
	assert_int_equal(a->len, b->len);
}

/* --- all formats --- */

static void formats_are_found_by_name(void **state)
{
	(void)state;
	static const char *const names[] = {
		"text", "short", "json", "jsonl", "sarif", "junit", "github", "gitlab", "markdown", "html", "none"};
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		const struct report_format *f = report_format_find(names[i]);
		assert_non_null(f);
		assert_string_equal(f->name, names[i]);
		assert_true(f->about && *f->about);
	}
	assert_null(report_format_find("yaml"));
	assert_null(report_format_find(""));
}

static void assert_clean(const struct buffer *out, const char *sample, const char *format)
{
	uint32_t code;
	for (struct slice left = buffer_slice(out); left.len; left = slice_skip(left, text_next_char(left, &code))) {
		text_next_char(left, &code);
		if (code != '\n' && (code == TEXT_INVALID || text_is_unseen(code)))
			fail_msg("%s of %s: character %x at %zu", format, sample, code, out->len - left.len);
	}
}

/* No control byte, no bidirectional or invisible character and no broken UTF-8 gets through any format. */
static void nothing_raw_gets_through(void **state)
{
	(void)state;
	for (unsigned i = 0; i < SAMPLES; i++) {
		struct report r = sample_get(samples[i]);
		for (const struct report_format *const *f = report_formats; *f; f++) {
			struct buffer out = sample_render(&r, (*f)->name);
			assert_clean(&out, samples[i], (*f)->name);
			buffer_release(&out);
		}
	}
}

static void the_same_report_gives_the_same_bytes(void **state)
{
	(void)state;
	for (const struct report_format *const *f = report_formats; *f; f++) {
		struct report r = sample_get("many");
		struct buffer a = sample_render(&r, (*f)->name), b = sample_render(&r, (*f)->name);
		assert_same(&a, &b);
		buffer_release(&a);
		buffer_release(&b);
	}
}

static void ends_with_a_line_feed(void **state)
{
	(void)state;
	for (const struct report_format *const *f = report_formats; *f; f++) {
		struct report r = sample_get("plain");
		struct buffer out = sample_render(&r, (*f)->name);
		assert_true(
			strcmp((*f)->name, "none") == 0 ? out.len == 0 : slice_ends(buffer_slice(&out), SLICE("\n")));
		buffer_release(&out);
	}
}

/* --- text, short --- */

/* Takes SGR sequences out. */
static void strip_colour(struct buffer *text)
{
	size_t to = 0;
	for (size_t from = 0; from < text->len; from++) {
		if (text->ptr[from] == '\033') {
			from = slice_find_char(buffer_slice(text), 'm', from);
			continue;
		}
		text->ptr[to++] = text->ptr[from];
	}
	text->len = to;
	text->ptr[to] = '\0';
}

static void colour_changes_no_text(void **state)
{
	(void)state;
	struct report r = sample_get("plain");
	struct buffer plain = sample_render(&r, "text");
	r.colour = true;
	struct buffer coloured = sample_render(&r, "text");
	assert_has(&coloured, "\033[1;31merror:\033[0m");
	strip_colour(&coloured);
	assert_same(&coloured, &plain);
	buffer_release(&plain);
	buffer_release(&coloured);
}

static void links_lead_to_the_rule(void **state)
{
	(void)state;
	struct report r = sample_get("plain");
	r.hyperlinks = true;
	struct buffer out = sample_render(&r, "text");
	assert_has(&out, "\033]8;;https://man7.org/linux/man-pages/man7/pipe.7.html\033\\pipe/broken\033]8;;\033\\");
	assert_int_equal(count_text(&out, "\033]8;;"), 2);
	buffer_release(&out);
}

static void text_tells_what_is_hidden(void **state)
{
	(void)state;
	struct report r = sample_get("plain");
	struct buffer out = sample_render(&r, "text");
	assert_has(&out,
		"\n3 processes, 900 lines (2 lines not understood): 2 errors, 1 warning, 4 notes; "
		"4 hidden (socket/connect-refused x2 from line 545, pipe/broken line 7, ...), --severity=note shows them\n");
	assert_has(&out,
		"app.strace:17: note: about the trace: looks like a line of strace and cannot be read (2 times, the first is here)\n");
	buffer_release(&out);
	r.quiet = true;
	out = sample_render(&r, "text");
	assert_has_not(&out, "3 processes");
	assert_has_not(&out, "about the trace");
	buffer_release(&out);
}

static void text_of_nothing_is_a_summary(void **state)
{
	(void)state;
	struct report r = sample_get("empty");
	struct buffer out = sample_render(&r, "text");
	assert_string_equal(out.ptr, "3 processes, 900 lines: 0 errors, 0 warnings\n");
	buffer_release(&out);
}

static void text_keeps_both_ends_of_a_long_line(void **state)
{
	(void)state;
	struct report r = sample_get("bare");
	struct buffer out = sample_render(&r, "text");
	assert_has(&out, "xxx[...]xxx");
	assert_has(&out, "  times: 4000, at lines 1000009, 1000010, 1000011, 1000012, 1000013, 1000014, ...\n");
	assert_has(&out, "  cause: possibly: perhaps a long line\n");
	assert_true(out.len < 6000);
	buffer_release(&out);
}

static void short_is_one_line_a_finding(void **state)
{
	(void)state;
	for (unsigned i = 0; i < SAMPLES; i++) {
		struct report r = sample_get(samples[i]);
		struct buffer out = sample_render(&r, "short");
		assert_int_equal(count_lines(buffer_slice(&out)), r.finding_count);
		buffer_release(&out);
	}
}

/* --- JSON Lines --- */

static void live_lines_are_the_lines_of_a_finished_run(void **state)
{
	(void)state;
	struct report r = sample_get("plain");
	struct buffer late = sample_render(&r, "jsonl");
	r.live = true;
	struct buffer live = {0};
	const struct report_format *f = report_format_find("jsonl");
	f->begin(&live, &r);
	assert_int_equal(count_lines(buffer_slice(&live)), 1);
	assert_true(slice_starts(buffer_slice(&live), SLICE("{\"type\":\"input\",")));
	for (unsigned i = 0; i < r.finding_count; i++) {
		buffer_clear(&live);
		f->finding(&live, &r, r.findings[i]);
		assert_int_equal(count_lines(buffer_slice(&live)), 1);
		assert_has(&late, live.ptr);
	}
	buffer_clear(&live);
	f->end(&live, &r);
	assert_true(slice_ends(buffer_slice(&late), buffer_slice(&live)));
	buffer_release(&live);
	buffer_release(&late);
}

/* A pipe takes 4096 bytes in one piece. */
static void long_trace_lines_do_not_make_long_json_lines(void **state)
{
	(void)state;
	struct report r = sample_get("bare");
	struct buffer out = {0};
	r.live = true;
	report_format_find("jsonl")->finding(&out, &r, r.findings[1]);
	assert_true(out.len < 4096);
	buffer_release(&out);
}

/* --- CI formats --- */

static void github_gets_ten_annotations_of_a_kind(void **state)
{
	(void)state;
	struct report r = sample_get("many");
	struct buffer out = sample_render(&r, "github");
	assert_int_equal(count_text(&out, "::error file="), 10);
	assert_int_equal(count_text(&out, "::warning file="), 10);
	assert_int_equal(count_text(&out, "::notice file="), 10);
	assert_has(&out, "\n590 more of severity error");
	buffer_release(&out);
}

/* A line of the log that begins with "::" is a command: each must be ours. */
static void github_takes_no_command_from_the_trace(void **state)
{
	(void)state;
	struct report r = sample_get("hostile");
	struct buffer out = sample_render(&r, "github");
	assert_int_equal(count_lines(buffer_slice(&out)), 2);
	assert_true(slice_starts(
		buffer_slice(&out), SLICE("::error file=traces/\\x1b[31m\\x07\\r\\n%3A%3Aerror file=x%3A%3Apwned ")));
	assert_has(&out, "%250A::warning");
	assert_has(&out, ",line=57,title=pipe/broken::it said ");
	buffer_release(&out);
}

static void junit_has_a_case_for_each_rule_and_input(void **state)
{
	(void)state;
	struct report r = sample_get("bare");
	struct buffer out = sample_render(&r, "junit");
	assert_int_equal(count_text(&out, "<testcase "), 2 * r.rule_count);
	assert_int_equal(count_text(&out, "<failure "), 0);
	assert_has(&out, "<testsuite name=\"./two.strace\"");
	buffer_release(&out);
}

static void junit_joins_very_many_inputs(void **state)
{
	(void)state;
	enum { INPUTS = 60000 };
	struct report r = sample_get("plain");
	const char **files = memory_alloc(INPUTS * sizeof *files);
	for (unsigned i = 0; i < INPUTS; i++)
		files[i] = "app.strace";
	r.input.files = files;
	r.input.file_count = INPUTS;
	struct buffer out = sample_render(&r, "junit");
	assert_int_equal(count_text(&out, "<testcase "), r.rule_count);
	assert_int_equal(count_text(&out, "<failure "), 2);
	buffer_release(&out);
	free(files);
}

static void markdown_fences_hold(void **state)
{
	(void)state;
	struct report r = sample_get("hostile");
	struct buffer out = sample_render(&r, "markdown");
	assert_has(&out, "\n````text\n");
	assert_has_not(&out, "\n```text\n");
	buffer_release(&out);
}

static void big_reports_say_what_they_leave_out(void **state)
{
	(void)state;
	struct report r = sample_get("many");
	struct buffer markdown = sample_render(&r, "markdown"), html = sample_render(&r, "html");
	assert_has(&markdown, "\n1600 more not listed.\n");
	assert_has(&markdown, "\n1750 more without details here.\n");
	assert_has(&html, "1300 more findings left out of this page");
	assert_has(&html, "17 more processes and 1768 more findings not drawn.");
	buffer_release(&markdown);
	buffer_release(&html);
}

/* GitHub refuses more. */
static void sarif_has_25000_results_at_most(void **state)
{
	(void)state;
	enum { COUNT = 25003 };
	struct report r = sample_get("bare");
	const struct finding **list = memory_alloc(COUNT * sizeof *list);
	for (unsigned i = 0; i < COUNT; i++)
		list[i] = r.findings[0];
	r.findings = list;
	r.finding_count = COUNT;
	struct buffer out = sample_render(&r, "sarif");
	assert_int_equal(count_text(&out, "\"ruleIndex\": "), 25000);
	assert_has(&out, "3 findings left out");
	buffer_release(&out);
	free(list);
}

static void odd_places_of_notes_are_not_invented(void **state)
{
	(void)state;
	static const struct report_note notes[] = {
		{.kind = "no pids", .count = 1, .file = "x.strace"}, {.kind = "odd", .count = 1}};
	struct report r = sample_get("empty");
	r.input.notes = notes;
	r.input.note_count = 2;
	struct buffer out = sample_render(&r, "text");
	assert_has(&out, "x.strace: note: about the trace: the trace names no processes");
	assert_has_not(&out, ":0:");
	buffer_release(&out);
	out = sample_render(&r, "sarif");
	assert_has(&out, "\"text\": \"odd\"");
	buffer_release(&out);
}

/* --- */

static int render(int count, char **words)
{
	struct report r = sample_get(words[0]);
	for (int i = 2; i < count; i++) {
		r.colour |= strcmp(words[i], "colour") == 0;
		r.live |= strcmp(words[i], "live") == 0;
	}
	struct buffer out = sample_render(&r, words[1]);
	if (out.len)
		fwrite(out.ptr, 1, out.len, stdout);
	buffer_release(&out);
	return 0;
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(formats_are_found_by_name),
		cmocka_unit_test(nothing_raw_gets_through),
		cmocka_unit_test(the_same_report_gives_the_same_bytes),
		cmocka_unit_test(ends_with_a_line_feed),
		cmocka_unit_test(colour_changes_no_text),
		cmocka_unit_test(links_lead_to_the_rule),
		cmocka_unit_test(text_tells_what_is_hidden),
		cmocka_unit_test(text_of_nothing_is_a_summary),
		cmocka_unit_test(text_keeps_both_ends_of_a_long_line),
		cmocka_unit_test(short_is_one_line_a_finding),
		cmocka_unit_test(live_lines_are_the_lines_of_a_finished_run),
		cmocka_unit_test(long_trace_lines_do_not_make_long_json_lines),
		cmocka_unit_test(github_gets_ten_annotations_of_a_kind),
		cmocka_unit_test(github_takes_no_command_from_the_trace),
		cmocka_unit_test(junit_has_a_case_for_each_rule_and_input),
		cmocka_unit_test(junit_joins_very_many_inputs),
		cmocka_unit_test(markdown_fences_hold),
		cmocka_unit_test(sarif_has_25000_results_at_most),
		cmocka_unit_test(odd_places_of_notes_are_not_invented),
		cmocka_unit_test(big_reports_say_what_they_leave_out),
	};
	if (argc > 2)
		return render(argc - 1, argv + 1);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
