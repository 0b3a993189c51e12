#include "scan.h"

#include <string.h>

const char *scan_string(const char *p, const char *end)
{
	const char *from = p + 1;
	while (from < end) {
		const char *quote = memchr(from, '"', (size_t)(end - from));
		if (!quote)
			return NULL;
		size_t slashes = 0;
		while (quote - slashes > from && quote[-1 - (ptrdiff_t)slashes] == '\\')
			slashes++;
		if (slashes % 2 == 0)
			return quote + 1;
		from = quote + 1;
	}
	return NULL;
}

/* "<TCP:[", "<UNIX-STREAM:[": there '>' may be part of "->" and names are quoted. */
static bool is_socket_note(const char *p, const char *end)
{
	const char *q = p + 1;
	if (q == end || *q < 'A' || *q > 'Z')
		return false;
	while (q < end && q - p < 24 && (scan_is_name(*q) || *q == '-' || *q == '/'))
		q++;
	return q > p + 1 && end - q >= 2 && q[0] == ':' && q[1] == '[' && p[1] >= 'A' && p[1] <= 'Z';
}

static const char *scan_socket_note(const char *p, const char *end)
{
	const char *from = p + 1, *q; /* mostly it holds no string: the first '>' of no arrow ends it */
	while ((q = memchr(from, '>', (size_t)(end - from))) && !memchr(from, '"', (size_t)(q - from))) {
		if (q[-1] != '-')
			return q + 1;
		from = q + 1;
	}
	if (!q && !memchr(from, '"', (size_t)(end - from)))
		return NULL;
	for (p = from; p < end; p++) {
		if (*p == '"') {
			const char *behind = scan_string(p, end);
			if (!behind)
				return NULL;
			p = behind - 1;
		} else if (*p == '>' && p[-1] != '-') {
			return p + 1;
		}
	}
	return NULL;
}

/* Notes that hold neither escapes nor other notes end at the first '>'. NULL: this one may hold some. */
static const char *plain_note_end(const char *p, const char *end)
{
	const char *q = memchr(p + 1, '>', (size_t)(end - p - 1));
	size_t n = q ? (size_t)(q - p - 1) : 0;
	return q && !memchr(p + 1, '<', n) && !memchr(p + 1, '\\', n) ? q + 1 : NULL;
}

const char *scan_note(const char *p, const char *end)
{
	unsigned depth = 0;
	if (is_socket_note(p, end))
		return scan_socket_note(p, end);
	const char *plain = plain_note_end(p, end);
	if (plain)
		return plain;
	for (; p < end; p++) {
		if (*p == '\\' && p + 1 < end)
			p++;
		else if (*p == '<')
			depth++;
		else if (*p == '>' && --depth == 0)
			return p + 1;
	}
	return NULL;
}

/* With -X verbose comments hold comments. One that these do not balance ends at the first mark. */
static const char *scan_comment(struct scanner *s, const char *p)
{
	const char *first = NULL;
	unsigned depth = 1;
	for (p += 2; p + 1 < s->end; p++) {
		if (p[0] == '*' && p[1] == '/') {
			p++;
			first = first ? first : p + 1;
			if (--depth == 0 || s->failed >= SCAN_MAX_FAILED)
				return p + 1;
		} else if (p[0] == '/' && p[1] == '*') {
			p++;
			depth++;
		}
	}
	s->failed++;
	return first ? first : s->end;
}

/* An annotation stands directly behind a number or a word; "<<" is a shift; cut marks are one item, too. */
static bool starts_note(const struct scanner *s, const char *p)
{
	if (p + 1 >= s->end || p[1] == '<' || p[1] == '=' || p[1] == ' ')
		return false;
	if (p > s->begin && scan_is_name(p[-1]))
		return true;
	struct slice rest = scan_slice(p, s->end);
	return slice_starts(rest, SLICE("<unfinished ")) || slice_starts(rest, SLICE("<... "));
}

const char *scan_item(struct scanner *s, const char *p)
{
	const char *q;
	switch (*p) {
	case '"':
		return scan_string(p, s->end);
	case '<':
		if (p + 1 < s->end && p[1] == '<')
			return p + 2;
		if (s->failed >= SCAN_MAX_FAILED || !starts_note(s, p))
			return p + 1;
		q = scan_note(p, s->end);
		s->failed += !q;
		return q ? q : p + 1;
	case '/':
		return p + 1 < s->end && p[1] == '*' ? scan_comment(s, p) : p + 1;
	default:
		return p + 1;
	}
}

/* The characters that scan_item or a bracket counter looks at; all others are stepped over. */
static const bool special[256] = {['"'] = true,
	['<'] = true,
	['/'] = true,
	['('] = true,
	[')'] = true,
	['['] = true,
	[']'] = true,
	['{'] = true,
	['}'] = true,
	[','] = true};

static bool is_special(char c)
{
	return special[(unsigned char)c];
}

const char *scan_words(const char *p, const char *end)
{
	while (p < end && !is_special(*p))
		p++;
	return p;
}

enum scan_result scan_call(const char *p, const char *end, const char **close)
{
	struct scanner s = {p, end, 0};
	size_t depth = 0;
	while (p < end) {
		char c = *p;
		if (!is_special(c)) {
			p++;
		} else if (c == ')' && depth == 0) {
			*close = p;
			return SCAN_CLOSED;
		} else {
			depth += c == '(' || c == '[' || c == '{';
			depth -= depth && (c == ')' || c == ']' || c == '}');
			p = scan_item(&s, p);
			if (!p)
				return SCAN_IN_STRING;
		}
	}
	return depth ? SCAN_NESTED : SCAN_OPEN;
}

const char *scan_group(const char *p, const char *end)
{
	struct scanner s = {p, end, 0};
	size_t depth = 0;
	while (p && p < end) {
		char c = *p;
		depth += c == '(' || c == '[' || c == '{';
		if ((c == ')' || c == ']' || c == '}') && --depth == 0)
			return p + 1;
		p = is_special(c) ? scan_item(&s, p) : p + 1;
	}
	return NULL;
}

const char *scan_comma(struct scanner *s, const char *p)
{
	size_t depth = 0;
	for (;;) {
		p = scan_words(p, s->end);
		if (p == s->end)
			return s->end;
		char c = *p;
		if (c == ',' && depth == 0)
			return p;
		depth += c == '(' || c == '[' || c == '{';
		depth -= depth && (c == ')' || c == ']' || c == '}');
		const char *next = scan_item(s, p);
		p = next ? next : s->end;
	}
}

bool scan_is_plain(const char *p, const char *end, const char *at)
{
	struct scanner s = {p, end, 0};
	while (p && p < at)
		p = scan_item(&s, p);
	return p == at;
}

static int hex(char c)
{
	if (scan_is_digit(c))
		return c - '0';
	c = (char)(c | 0x20);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Decodes one possibly escaped byte at p; returns where the next one starts. */
static const char *decode(const char *p, const char *end, unsigned char *byte)
{
	static const char from[] = "ntrfv\"\\", to[] = "\n\t\r\f\v\"\\";
	*byte = (unsigned char)*p++;
	if (*byte != '\\' || p == end)
		return p;
	const char *hit = *p ? strchr(from, *p) : NULL;
	if (hit) {
		*byte = (unsigned char)to[hit - from];
		return p + 1;
	}
	if (*p == 'x' && end - p >= 3 && hex(p[1]) >= 0 && hex(p[2]) >= 0) {
		*byte = (unsigned char)(hex(p[1]) << 4 | hex(p[2]));
		return p + 3;
	}
	unsigned value = 0;
	const char *stop = end - p > 3 ? p + 3 : end;
	while (p < stop && *p >= '0' && *p <= '7')
		value = value * 8 + (unsigned)(*p++ - '0');
	*byte = (unsigned char)value;
	return p;
}

size_t scan_compare(struct slice escaped, struct slice raw, bool *all)
{
	const char *p = escaped.ptr, *end = p + escaped.len;
	size_t n = 0;
	while (p < end && n < raw.len) {
		unsigned char byte;
		const char *next = decode(p, end, &byte);
		if (byte != (unsigned char)raw.ptr[n])
			break;
		p = next;
		n++;
	}
	*all = p == end;
	return n;
}
