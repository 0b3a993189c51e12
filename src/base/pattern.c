#include <ipcdiag/pattern.h>

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include <ipcdiag/memory.h>

enum { MATCH_LIMIT = 100000, DEPTH_LIMIT = 1000, MAX_EXPRESSION = 4096, GROUPS_MAX = 16, GROUP_NAME = 40 };

struct pattern {
	pcre2_code *code;
	pcre2_match_context *limits;
	char groups[GROUPS_MAX][GROUP_NAME]; /* names of the groups from 1 on */
	unsigned group_count;
	atomic_uint overruns;
};

/* The name that users gave the group, or one made of its number. */
static void name_groups(struct pattern *p)
{
	uint32_t groups = 0, names = 0, size = 0;
	PCRE2_SPTR row;
	pcre2_pattern_info(p->code, PCRE2_INFO_CAPTURECOUNT, &groups);
	pcre2_pattern_info(p->code, PCRE2_INFO_NAMECOUNT, &names);
	pcre2_pattern_info(p->code, PCRE2_INFO_NAMEENTRYSIZE, &size);
	pcre2_pattern_info(p->code, PCRE2_INFO_NAMETABLE, &row);
	p->group_count = groups < GROUPS_MAX ? groups : GROUPS_MAX;
	for (unsigned i = 0; i < p->group_count; i++)
		snprintf(p->groups[i], GROUP_NAME, "capture%u", i + 1);
	for (; names; names--, row += size) { /* two bytes of number, then the name */
		unsigned number = (unsigned)row[0] << 8 | row[1];
		if (number <= p->group_count)
			snprintf(p->groups[number - 1], GROUP_NAME, "%s", (const char *)row + 2);
	}
}

struct pattern *pattern_new(struct slice expression, struct buffer *error)
{
	int number;
	PCRE2_SIZE at;
	if (expression.len > MAX_EXPRESSION) {
		buffer_add_format(error, "a pattern of more than %d bytes", MAX_EXPRESSION);
		return NULL;
	}
	pcre2_code *code =
		pcre2_compile((PCRE2_SPTR)expression.ptr, expression.len, PCRE2_NEVER_BACKSLASH_C, &number, &at, NULL);
	if (!code) {
		char why[160] = "";
		pcre2_get_error_message(number, (PCRE2_UCHAR *)why, sizeof why);
		buffer_add_format(error, "the pattern is wrong at its character %zu: %s", at + 1, why);
		return NULL;
	}
	pcre2_jit_compile(code, PCRE2_JIT_COMPLETE); /* where there is no JIT the interpreter does it */
	struct pattern *p = memory_alloc(sizeof *p);
	p->code = code;
	p->limits = pcre2_match_context_create(NULL);
	pcre2_set_match_limit(p->limits, MATCH_LIMIT);
	pcre2_set_depth_limit(p->limits, DEPTH_LIMIT);
	name_groups(p);
	return p;
}

void pattern_free(struct pattern *p)
{
	if (!p)
		return;
	pcre2_match_context_free(p->limits);
	pcre2_code_free(p->code);
	free(p);
}

static bool is_overrun(int result)
{
	return result == PCRE2_ERROR_MATCHLIMIT || result == PCRE2_ERROR_DEPTHLIMIT ||
		result == PCRE2_ERROR_HEAPLIMIT || result == PCRE2_ERROR_JIT_STACKLIMIT;
}

static void visit_groups(
	const struct pattern *p, struct slice text, pcre2_match_data *data, pattern_visit *visit, void *context)
{
	const PCRE2_SIZE *places = pcre2_get_ovector_pointer(data);
	uint32_t known = pcre2_get_ovector_count(data);
	for (unsigned i = 1; i <= p->group_count && i < known; i++)
		if (places[2 * i] != PCRE2_UNSET && places[2 * i] <= places[2 * i + 1])
			visit(context, p->groups[i - 1],
				slice_skip(slice_take(text, places[2 * i + 1]), places[2 * i]));
}

bool pattern_find(struct pattern *p, struct slice text, pattern_visit *visit, void *context)
{
	if (atomic_load(&p->overruns) >= PATTERN_PATIENCE)
		return false;
	pcre2_match_data *data = pcre2_match_data_create_from_pattern(p->code, NULL);
	if (!data)
		return false;
	if (!text.ptr)
		text.ptr = "";
	int result = pcre2_match(p->code, (PCRE2_SPTR)text.ptr, text.len, 0, 0, data, p->limits);
	if (is_overrun(result))
		atomic_fetch_add(&p->overruns, 1);
	if (result >= 0 && visit)
		visit_groups(p, text, data, visit, context);
	pcre2_match_data_free(data);
	return result >= 0;
}

bool pattern_matches(struct pattern *p, struct slice text)
{
	return pattern_find(p, text, NULL, NULL);
}

const char *pattern_group(const struct pattern *p, unsigned index)
{
	return index < p->group_count ? p->groups[index] : NULL;
}

unsigned pattern_overruns(const struct pattern *p)
{
	return atomic_load(&p->overruns);
}
