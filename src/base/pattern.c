#include <ipcdiag/pattern.h>

#include <stdlib.h>

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include <ipcdiag/memory.h>

enum { MATCH_LIMIT = 100000, DEPTH_LIMIT = 1000, MAX_EXPRESSION = 4096 };

struct pattern {
	pcre2_code *code;
	pcre2_match_context *limits;
};

struct pattern *pattern_new(struct slice expression, struct buffer *error)
{
	int number;
	PCRE2_SIZE at;
	if (expression.len > MAX_EXPRESSION) {
		buffer_add_format(error, "a pattern of more than %d bytes", MAX_EXPRESSION);
		return NULL;
	}
	pcre2_code *code = pcre2_compile((PCRE2_SPTR)expression.ptr, expression.len, PCRE2_NEVER_BACKSLASH_C, &number, &at, NULL);
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

bool pattern_matches(const struct pattern *p, struct slice text)
{
	pcre2_match_data *data = pcre2_match_data_create(1, NULL);
	if (!data)
		return false;
	int result = pcre2_match(p->code, (PCRE2_SPTR)(text.ptr ? text.ptr : ""), text.len, 0, 0, data, p->limits);
	pcre2_match_data_free(data);
	return result >= 0;
}
