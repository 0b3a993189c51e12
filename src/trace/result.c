#include "parse.h"
#include "scan.h"

static void add_aux(struct record *r, const char *p, const char *end)
{
	if (r->aux_count < RECORD_MAX_AUX)
		r->aux[r->aux_count++] = scan_slice(p, end);
}

/* An error text is in the user's language: only parentheses count in it. */
static const char *scan_error_text(const char *p, const char *end)
{
	size_t depth = 0;
	for (; p < end; p++) {
		depth += *p == '(';
		if (*p == ')' && --depth == 0)
			return p + 1;
	}
	return NULL;
}

/* " (...)" as often as it comes. The first one behind an error name is its text. */
static const char *take_notes(const char *p, const char *end, bool error, struct record *r)
{
	for (;;) {
		const char *q = scan_blanks(p, end);
		if (q == end || *q != '(')
			return p;
		const char *close = error ? scan_error_text(q, end) : scan_group(q, end);
		if (!close)
			return p;
		add_aux(r, q + 1, close - 1);
		error = false;
		p = close;
	}
}

static const char *take_duration(const char *p, const char *end, struct record *r)
{
	const char *q = scan_blanks(p, end);
	if (q == end || *q != '<')
		return p;
	const char *d = scan_digits(q + 1, end);
	if (d < end && *d == '.')
		d = scan_digits(d + 1, end);
	if (d == q + 1 || d == end || *d != '>')
		return p;
	r->duration = scan_slice(q + 1, d);
	return d + 1;
}

static bool is_error_char(char c)
{
	return (c >= 'A' && c <= 'Z') || scan_is_digit(c) || c == '_' || c == '?';
}

/* " ENOENT", " ERESTARTSYS", " E???", " ERRNO_516". */
static const char *take_error(const char *p, const char *end, struct record *r)
{
	const char *q = scan_blanks(p, end), *e = q;
	if (q == p || q == end || *q != 'E')
		return p;
	while (e < end && is_error_char(*e))
		e++;
	if (e - q < 3 || (e < end && scan_is_name(*e)))
		return p;
	r->err = scan_slice(q, e);
	return e;
}

/* 3, -1, 0x7f.., 022 */
static const char *scan_number(const char *p, const char *end)
{
	const char *q = p < end && *p == '-' ? p + 1 : p;
	if (end - q > 2 && q[0] == '0' && q[1] == 'x') {
		const char *h = q + 2;
		while (h < end && (scan_is_digit(*h) || (*h >= 'a' && *h <= 'f')))
			h++;
		return h > q + 2 ? h : p;
	}
	const char *d = scan_digits(q, end);
	return d > q ? d : p;
}

/* What may stick to a descriptor or pid: "<note>", "(deleted)", " [context]", " / * comment * /". */
static const char *take_annotation(const char *p, const char *end, struct record *r)
{
	if (p < end && *p == '<') {
		const char *q = scan_note(p, end);
		if (q) {
			r->retnote = scan_slice(p + 1, q - 1);
			p = q;
		}
	}
	if (slice_starts(scan_slice(p, end), SLICE("(deleted)")))
		p += 9;
	if (end - p > 2 && p[0] == ' ' && p[1] == '[') {
		const char *q = memchr(p, ']', (size_t)(end - p));
		p = q ? q + 1 : p;
	}
	if (slice_starts(scan_slice(p, end), SLICE(" /*"))) {
		struct scanner s = {p, end, 0};
		p = scan_item(&s, p + 1);
	}
	return p;
}

static const char *take_value(const char *p, const char *end, struct record *r)
{
	const char *q;
	if (p < end && *p == '?') {
		r->ret = scan_slice(p, p + 1);
		if (slice_starts(scan_slice(p + 1, end), SLICE(" <unavailable>")))
			return p + 15;
		q = take_error(p + 1, end, r);
		return take_notes(q, end, r->err.ptr, r);
	}
	q = scan_number(p, end);
	if (q == p)
		return NULL;
	r->ret = scan_slice(p, q);
	p = take_error(take_annotation(q, end, r), end, r);
	if (!r->err.ptr && slice_is(r->ret, "-1")) { /* "-1 516 (Unknown error 516)" */
		const char *number = scan_blanks(p, end), *behind = scan_digits(number, end);
		if (number > p && behind > number)
			p = behind;
	}
	return take_notes(p, end, r->err.ptr || slice_is(r->ret, "-1"), r);
}

/* The echo of a key the user typed stands where it was typed: "= 0^Z". */
static const char *skip_echo(const char *p, const char *end)
{
	while (end - p >= 2 && p[0] == '^' && (p[1] == 'C' || p[1] == 'Z' || p[1] == 'D' || p[1] == '\\'))
		p += 2;
	return scan_blanks(p, end);
}

bool parse_result(const char *p, const char *end, bool strict, struct record *out)
{
	p = scan_blanks(p, end);
	if (p == end || *p != '=')
		return false;
	p = take_value(scan_blanks(p + 1, end), end, out);
	if (!p)
		return false;
	p = take_duration(p, end, out);
	const char *rest = skip_echo(scan_blanks(p, end), end);
	return rest == end || !strict;
}
