/* JUnit XML: a suite for each input, in it a test case for each rule; errors fail it, the rest is told in system-out.
 * The two schemas in use disagree; this keeps to what both take. The time stamp that one of them wants is a constant.
 */

#include <stdlib.h>

#include <ipcdiag/xml.h>

#include "formats.h"
#include "report_order.h"
#include "report_parts.h"

/* With more test cases than that all inputs share one suite. */
enum { MAX_CASES = 50000 };

struct suite {
	const struct report *report;
	const struct rule *const *rules;
	unsigned rule_count;
	const char *name;
	const struct ordered *findings; /* by rule id */
	unsigned finding_count;
};

/* The findings of one rule in a suite. */
struct test_case {
	const struct rule *rule;
	const struct ordered *findings;
	unsigned count;
	const struct finding *failure; /* the first error, NULL: passed */
};

/* The case of s->rules[index]; `*next` walks along the suite's findings, from 0. */
static struct test_case take_case(const struct suite *s, unsigned index, unsigned *next)
{
	struct test_case c = {.rule = s->rules[index], .findings = s->findings + *next};
	while (*next < s->finding_count && strcmp(s->findings[*next].finding->rule->id, c.rule->id) == 0) {
		const struct finding *f = s->findings[(*next)++].finding;
		c.count++;
		if (!c.failure && f->severity == SEVERITY_ERROR)
			c.failure = f;
	}
	return c;
}

static unsigned count_failures(const struct suite *s)
{
	unsigned failures = 0, next = 0;
	for (unsigned i = 0; i < s->rule_count; i++)
		failures += take_case(s, i, &next).failure != NULL;
	return failures;
}

static void add_failure(struct xml *x, const struct test_case *c, const struct report *r)
{
	struct report plain = *r;
	struct buffer text = {0};
	plain.colour = plain.hyperlinks = false;
	for (unsigned i = 0; i < c->count; i++)
		report_text.finding(&text, &plain, c->findings[i].finding);
	xml_open(x, "failure");
	xml_add_attribute(x, "type", c->rule->id);
	xml_add_attribute(x, "message", c->failure->message);
	xml_add_lines(x, buffer_slice(&text));
	xml_close(x);
	buffer_release(&text);
}

static void add_case(struct xml *x, const struct suite *s, const struct test_case *c)
{
	struct buffer name = {0};
	buffer_add_text(&name, "ipcdiag.");
	buffer_add(&name, parts_mechanism(c->rule));
	xml_open(x, "testcase");
	xml_add_attribute_slice(x, "classname", buffer_slice(&name));
	buffer_clear(&name);
	buffer_add_format(&name, "%s in %s", c->rule->id, s->name);
	xml_add_attribute_slice(x, "name", buffer_slice(&name));
	xml_add_attribute(x, "time", "0");
	if (c->failure)
		add_failure(x, c, s->report);
	xml_close(x);
	buffer_release(&name);
}

static void add_passed_findings(struct xml *x, const struct suite *s)
{
	struct buffer text = {0};
	for (unsigned i = 0; i < s->finding_count; i++)
		if (s->findings[i].finding->severity != SEVERITY_ERROR)
			report_short.finding(&text, s->report, s->findings[i].finding);
	xml_open(x, "system-out");
	xml_add_lines(x, buffer_slice(&text));
	xml_close(x);
	buffer_release(&text);
}

static void add_properties(struct xml *x, const struct report *r)
{
	xml_open(x, "properties");
	xml_open(x, "property");
	xml_add_attribute(x, "name", "ipcdiag.version");
	xml_add_attribute(x, "value", r->version);
	xml_close(x);
	xml_close(x);
}

static void add_suite(struct xml *x, const struct suite *s, unsigned id)
{
	xml_open(x, "testsuite");
	xml_add_attribute(x, "name", s->name);
	xml_add_attribute(x, "package", "ipcdiag");
	xml_add_attribute_number(x, "id", id);
	xml_add_attribute_number(x, "tests", s->rule_count);
	xml_add_attribute_number(x, "failures", count_failures(s));
	xml_add_attribute(x, "errors", "0");
	xml_add_attribute(x, "time", "0");
	xml_add_attribute(x, "timestamp", "1970-01-01T00:00:00");
	xml_add_attribute(x, "hostname", "localhost");
	add_properties(x, s->report);
	unsigned next = 0;
	for (unsigned i = 0; i < s->rule_count; i++) {
		struct test_case c = take_case(s, i, &next);
		add_case(x, s, &c);
	}
	add_passed_findings(x, s);
	xml_open(x, "system-err");
	xml_close(x);
	xml_close(x);
}

static void add_suite_of_each_input(struct xml *x, struct suite s)
{
	const struct report *r = s.report;
	struct ordered *order = order_by_input_and_rule(r);
	unsigned next = 0;
	for (unsigned i = 0; i < r->input.file_count; i++) {
		unsigned first = next;
		bool last = i + 1 == r->input.file_count;
		while (next < r->finding_count && (last || order[next].finding->file_index <= i))
			next++;
		s.name = r->input.files[i];
		s.findings = order + first;
		s.finding_count = next - first;
		add_suite(x, &s, i);
	}
	free(order);
}

static void add_common_suite(struct xml *x, struct suite s)
{
	struct ordered *order = order_by_rule(s.report);
	s.name = "all inputs";
	s.findings = order;
	s.finding_count = s.report->finding_count;
	add_suite(x, &s, 0);
	free(order);
}

static void write_end(struct buffer *out, const struct report *r)
{
	struct xml x = xml_start(out, false);
	struct suite s = {.report = r};
	const struct rule **rules = order_rules(r, &s.rule_count);
	s.rules = rules;
	buffer_add_text(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>");
	xml_open(&x, "testsuites");
	if (!r->input.file_count || (uint64_t)s.rule_count * r->input.file_count > MAX_CASES)
		add_common_suite(&x, s);
	else
		add_suite_of_each_input(&x, s);
	xml_close(&x);
	buffer_add_char(out, '\n');
	free(rules);
}

const struct report_format report_junit = {
	.name = "junit",
	.about = "JUnit XML: a test case for each rule and input",
	.end = write_end,
};
