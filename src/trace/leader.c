#include "leader.h"
#include "scan.h"

struct cursor {
	const char *p, *end;
};

static bool at(const struct cursor *c, char wanted)
{
	return c->p < c->end && *c->p == wanted;
}

static bool is_end(const char *p, const char *end)
{
	return p == end || scan_is_blank(*p);
}

/* "<name>" of -Y behind a pid. */
static const char *take_comm(const char *p, const char *end, struct slice *comm)
{
	if (p == end || *p != '<')
		return p;
	const char *q = scan_note(p, end);
	if (q)
		*comm = scan_slice(p + 1, q - 1);
	return q ? q : p;
}

static bool read_pid(const char *p, const char *q, int64_t *pid)
{
	int64_t value = 0;
	if (p == q || q - p > 10)
		return false;
	for (; p < q; p++)
		value = value * 10 + (*p - '0');
	*pid = value;
	return true;
}

static void take_bracket_pid(struct cursor *c, struct leader *l)
{
	const char *p = scan_blanks(c->p + 4, c->end);
	const char *q = scan_digits(p, c->end);
	struct slice comm = {0};
	const char *r = take_comm(q, c->end, &comm);
	int64_t pid;
	if (r == c->end || *r != ']' || !read_pid(p, q, &pid))
		return;
	l->pid = pid;
	l->comm = comm;
	l->bracket = l->any = true;
	c->p = scan_blanks(r + 1, c->end);
}

/* A bare number is a pid unless it is too large, part of a time, or right-aligned as -r aligns seconds. */
static void take_bare_pid(struct cursor *c, struct leader *l, size_t indent)
{
	const char *q = scan_digits(c->p, c->end);
	struct slice comm = {0};
	const char *r = take_comm(q, c->end, &comm);
	int64_t pid;
	if (!is_end(r, c->end) || r == c->end || !read_pid(c->p, q, &pid) || pid > LEADER_PID_MAX)
		return;
	if (indent > 1 && indent + (size_t)(q - c->p) == 6)
		return;
	l->pid = pid;
	l->comm = comm;
	l->any = true;
	c->p = scan_blanks(r, c->end);
}

static bool is_clock(const char *p, const char *end)
{
	return end - p >= 8 && scan_is_digit(p[0]) && scan_is_digit(p[1]) && p[2] == ':' && scan_is_digit(p[3]) &&
		scan_is_digit(p[4]) && p[5] == ':' && scan_is_digit(p[6]) && scan_is_digit(p[7]);
}

static const char *take_fraction(const char *p, const char *end)
{
	return p < end && *p == '.' ? scan_digits(p + 1, end) : p;
}

/* HH:MM:SS[.frac], seconds since 1970 (at least nine digits), or the difference of -r (fewer). */
static void take_time(struct cursor *c, struct leader *l)
{
	const char *q;
	if (is_clock(c->p, c->end)) {
		q = take_fraction(c->p + 8, c->end);
		if (is_end(q, c->end))
			l->time = scan_slice(c->p, q);
	} else {
		const char *point = scan_digits(c->p, c->end);
		q = take_fraction(point, c->end);
		if (point > c->p && is_end(q, c->end))
			*(point - c->p >= 9 ? &l->time : &l->rel) = scan_slice(c->p, q);
	}
	if (!l->time.ptr && !l->rel.ptr)
		return;
	l->any = true;
	c->p = scan_blanks(q, c->end);
}

/* "(+     0.000790)": -r together with -t. */
static void take_difference(struct cursor *c, struct leader *l)
{
	if (!at(c, '(') || c->end - c->p < 4 || c->p[1] != '+')
		return;
	const char *p = scan_blanks(c->p + 2, c->end);
	const char *q = take_fraction(scan_digits(p, c->end), c->end);
	if (q == p || q == c->end || *q != ')')
		return;
	l->rel = scan_slice(p, q);
	c->p = scan_blanks(q + 1, c->end);
}

static bool is_hex(char c)
{
	return scan_is_digit(c) || (c >= 'a' && c <= 'f');
}

static size_t count_while(struct slice a, bool test(char))
{
	size_t n = 0;
	while (n < a.len && test(a.ptr[n]))
		n++;
	return n;
}

static bool is_question(char c)
{
	return c == '?';
}

static bool is_context(char c)
{
	return scan_is_name(c) || c == ':' || c == '.' || c == '-' || c == ',' || c == '\\' || c == '!';
}

/* "[ 293] ", "[???] ", "[00007f505dae5ad7] ", "[????????] ", and before the time "[unconfined_t] ". */
static bool take_group(struct cursor *c, bool context)
{
	if (!at(c, '['))
		return false;
	const char *close = memchr(c->p, ']', (size_t)(c->end - c->p));
	if (!close || close - c->p > 256 || close + 1 == c->end || close[1] != ' ')
		return false;
	struct slice in = scan_slice(c->p + 1, close), number = slice_trim(in);
	bool known = number.len &&
		(count_while(number, scan_is_digit) == number.len || count_while(in, is_question) == in.len ||
			(in.len >= 8 && count_while(in, is_hex) == in.len));
	if (!known && !(context && in.len > 2 && count_while(in, is_context) == in.len))
		return false;
	c->p = scan_blanks(close + 1, c->end);
	return true;
}

void leader_parse(struct slice line, struct leader *out)
{
	struct cursor c = {scan_blanks(line.ptr, line.ptr + line.len), line.ptr + line.len};
	size_t indent = (size_t)(c.p - line.ptr);
	*out = (struct leader){.pid = -1};
	if (c.p < c.end && scan_is_digit(*c.p))
		take_bare_pid(&c, out, indent);
	else if (slice_starts(scan_slice(c.p, c.end), SLICE("[pid ")))
		take_bracket_pid(&c, out);
	if (at(&c, '[') && !out->time.ptr && !slice_starts(scan_slice(c.p, c.end), SLICE("[ Process ")))
		out->any |= take_group(&c, true);
	if (c.p < c.end && scan_is_digit(*c.p))
		take_time(&c, out);
	if (out->time.ptr)
		take_difference(&c, out);
	for (int i = 0; i < 2 && at(&c, '['); i++)
		out->any |= take_group(&c, false);
	out->end = (size_t)(c.p - line.ptr);
}
