#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <ipcdiag/report.h>

#include "../../src/report/lanes.h"

/* A finding with room for evidence; the texts are literals. */
static void add(struct finding *f, const char *file, uint64_t line, int64_t pid, char *text)
{
	f->evidence[f->evidence_count++] = (struct evidence){.file = file, .line = line, .pid = pid, .text = text};
}

static struct report report_of(const struct finding *const *findings, unsigned count)
{
	return (struct report){.findings = findings, .finding_count = count};
}

static void columns_are_the_lines_in_order(void **state)
{
	(void)state;
	struct finding one = {.pid = 7, .process = "seven"}, two = {.pid = 8};
	const struct finding *findings[] = {&one, &two};
	add(&one, "a", 30, 7, NULL);
	add(&one, "a", 10, 8, NULL);
	add(&two, "a", 30, 8, NULL);
	add(&two, "a", 20, 8, NULL);
	struct report r = report_of(findings, 2);
	struct lanes l = lanes_new(&r);
	assert_int_equal(l.column_count, 3);
	assert_int_equal(l.columns[0].line, 10);
	assert_int_equal(l.columns[2].line, 30);
	assert_int_equal(lanes_find_column(&l, &two.evidence[1]), 1);
	assert_int_equal(l.lane_count, 2); /* 8 comes first: it is seen at line 10 */
	assert_int_equal(l.lanes[0].pid, 8);
	assert_null(l.lanes[0].name);
	assert_string_equal(l.lanes[1].name, "seven");
	assert_int_equal(lanes_find_lane(&l, &one.evidence[0]), 1);
	lanes_release(&l);
}

static void inputs_stand_side_by_side(void **state)
{
	(void)state;
	struct finding f = {.pid = 7};
	const struct finding *findings[] = {&f};
	add(&f, "b", 1, 7, NULL);
	add(&f, "a", 5, 7, NULL);
	add(&f, "a", 9, 6, NULL);
	struct report r = report_of(findings, 1);
	struct lanes l = lanes_new(&r);
	assert_int_equal(l.lane_count, 3); /* the same number in two inputs is two processes */
	assert_string_equal(l.columns[0].file, "a");
	assert_string_equal(l.columns[2].file, "b");
	assert_int_equal(l.lanes[0].end, 1); /* no lane reaches into the other input */
	lanes_release(&l);
}

static void a_lane_ends_where_the_process_does(void **state)
{
	(void)state;
	struct finding f = {.pid = 7};
	const struct finding *findings[] = {&f};
	add(&f, "a", 1, 7, "read(3");
	add(&f, "a", 2, 8, "+++ killed by SIGSEGV +++");
	add(&f, "a", 3, 9, "+++ exited with 0 +++");
	add(&f, "a", 4, 7, "--- SIGCHLD ---");
	struct report r = report_of(findings, 1);
	struct lanes l = lanes_new(&r);
	assert_false(l.lanes[0].ended);
	assert_int_equal(l.lanes[0].end, 3);
	assert_true(l.lanes[1].ended);
	assert_int_equal(l.lanes[1].end, 1);
	assert_true(l.lanes[2].ended);
	lanes_release(&l);
}

static void a_big_chart_is_cut_and_says_so(void **state)
{
	(void)state;
	enum { COUNT = 10 };
	static struct finding all[COUNT];
	const struct finding *findings[COUNT];
	for (unsigned i = 0; i < COUNT; i++) {
		findings[i] = &all[i];
		for (unsigned k = 0; k < FINDING_MAX_EVIDENCE; k++)
			add(&all[i], "a", i * 100 + k, i * 100 + k, NULL);
	}
	struct report r = report_of(findings, COUNT);
	struct lanes l = lanes_new(&r);
	assert_int_equal(l.finding_count, LANES_MAX_COLUMNS / FINDING_MAX_EVIDENCE);
	assert_int_equal(l.finding_count + l.hidden_findings, COUNT);
	assert_int_equal(l.column_count, LANES_MAX_COLUMNS);
	assert_int_equal(l.lane_count, LANES_MAX_LANES);
	assert_int_equal(l.lane_count + l.hidden_lanes, LANES_MAX_COLUMNS);
	assert_int_equal(lanes_find_lane(&l, &all[1].evidence[31]), LANES_NONE);
	lanes_release(&l);
}

static void nothing_is_an_empty_chart(void **state)
{
	(void)state;
	struct finding f = {.pid = 7};
	const struct finding *findings[] = {&f};
	struct report r = report_of(findings, 1);
	struct lanes l = lanes_new(&r);
	assert_int_equal(l.column_count, 0);
	assert_int_equal(l.lane_count, 0);
	lanes_release(&l);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(columns_are_the_lines_in_order),
		cmocka_unit_test(inputs_stand_side_by_side),
		cmocka_unit_test(a_lane_ends_where_the_process_does),
		cmocka_unit_test(a_big_chart_is_cut_and_says_so),
		cmocka_unit_test(nothing_is_an_empty_chart),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
