#include <ipcdiag/record.h>

#include "scan.h"

/* Where a string, number or word that is an argument by itself ends: most arguments are, and need none of the scanner's
 * care. NULL: this one does. */
static const char *plain_end(const char *p, const char *end)
{
	const char *q = p;
	if (q < end && *q == '"') {
		for (q++; q < end && *q != '"'; q++)
			q += *q == '\\';
		if (q >= end)
			return NULL;
		q++;
		if (end - q >= 3 && q[0] == '.' && q[1] == '.' && q[2] == '.')
			q += 3;
	} else {
		q = scan_words(p, end);
	}
	return q == end || *q == ',' ? q : NULL;
}

size_t record_split(struct slice args, struct slice *out, size_t max)
{
	if (!args.ptr)
		return 0;
	struct scanner s = {args.ptr, args.ptr + args.len, 0};
	size_t count = 0;
	for (const char *p = s.begin;; p++) {
		p = scan_blanks(p, s.end);
		const char *comma = plain_end(p, s.end);
		if (!comma)
			comma = scan_comma(&s, p);
		struct slice piece = slice_trim(scan_slice(p, comma));
		if (!piece.len && comma == s.end)
			return count; /* "5, " of a cut call */
		if (count < max)
			out[count] = piece;
		count++;
		if (comma == s.end)
			return count;
		p = comma;
	}
}

/* Without "ident=" of -N, which never stands before a comparison or an arrow. */
static struct slice value_of(struct slice arg)
{
	if (arg.len && scan_is_digit(arg.ptr[0]) && !scan_is_blank(arg.ptr[arg.len - 1]))
		return arg;
	arg = slice_trim(arg);
	const char *p = arg.ptr, *end = p + arg.len, *q = scan_name(p, end);
	if (q > p && q + 1 < end && *q == '=' && q[1] != '=' && q[1] != '>' && !scan_is_digit(*p))
		return scan_slice(q + 1, end);
	return arg;
}

static const char *number_end(const char *p, const char *end)
{
	const char *q = p < end && *p == '-' ? p + 1 : p;
	if (end - q > 2 && q[0] == '0' && (q[1] == 'x' || q[1] == 'X')) {
		for (q += 2; q < end && scan_is_name(*q) && (scan_is_digit(*q) || (*q | 0x20) <= 'f'); q++)
			;
		return q;
	}
	const char *d = scan_digits(q, end);
	return d > q ? d : p;
}

/* Digits that nothing follows which could belong to the number. */
static bool plain_number(struct slice arg, int64_t *value)
{
	enum { SAFE = 18 };
	int64_t v = 0;
	size_t n = 0;
	for (; n < arg.len && n < SAFE && scan_is_digit(arg.ptr[n]); n++)
		v = v * 10 + (arg.ptr[n] - '0');
	if (!n || (n < arg.len && scan_is_name(arg.ptr[n])) || (n > 1 && arg.ptr[0] == '0'))
		return false;
	*value = v;
	return true;
}

bool arg_number(struct slice arg, int64_t *value)
{
	if (!arg.ptr)
		return false;
	if (plain_number(arg, value))
		return true;
	arg = value_of(arg);
	const char *end = number_end(arg.ptr, arg.ptr + arg.len);
	return end > arg.ptr && slice_number(scan_slice(arg.ptr, end), value);
}

struct slice arg_note(struct slice arg)
{
	struct slice none = {0};
	if (!arg.ptr)
		return none;
	arg = value_of(arg);
	const char *end = arg.ptr + arg.len, *p = number_end(arg.ptr, end);
	if (p == arg.ptr)
		p = scan_name(p, end); /* AT_FDCWD</tmp> */
	if (p == arg.ptr || p == end || *p != '<' || (p + 1 < end && p[1] == '<'))
		return none;
	const char *q = scan_note(p, end);
	return q ? scan_slice(p + 1, q - 1) : none;
}

struct slice arg_string(struct slice arg, bool *cut)
{
	struct slice none = {0};
	*cut = false;
	if (!arg.ptr)
		return none;
	arg = value_of(arg);
	const char *p = arg.ptr, *end = p + arg.len;
	if (p < end && *p == '@')
		p++;
	if (p == end || *p != '"')
		return none;
	const char *q = scan_string(p, end);
	*cut = !q || slice_starts(scan_slice(q, end), SLICE("..."));
	return scan_slice(p + 1, q ? q - 1 : end);
}

bool arg_has_flag(struct slice arg, const char *flag)
{
	size_t length = strlen(flag);
	for (size_t at = 0; arg.ptr && (at = slice_find(arg, (struct slice){flag, length}, at)) != SIZE_MAX; at++) {
		bool starts = at == 0 || !scan_is_name(arg.ptr[at - 1]);
		bool ends = at + length == arg.len || !scan_is_name(arg.ptr[at + length]);
		if (starts && ends)
			return true;
	}
	return false;
}

/* Behind the element at p: at the comma, at the bracket that closes the list, or at the end. */
static const char *element_end(struct scanner *s, const char *p, char separator)
{
	size_t depth = 0;
	while (p < s->end) {
		if (separator == ',') /* in a bit set blanks part the elements */
			p = scan_words(p, s->end);
		if (p == s->end)
			break;
		char c = *p;
		bool closes = c == ')' || c == ']' || c == '}';
		if (depth == 0 && (c == separator || closes))
			return p;
		depth += c == '(' || c == '[' || c == '{';
		depth -= closes;
		const char *next = scan_item(s, p);
		p = next ? next : s->end;
	}
	return s->end;
}

/* Behind the opening brace, also of "[{...}"; NULL if there is none. */
static const char *struct_begin(struct slice arg)
{
	while (arg.len && arg.ptr[0] == '[')
		arg = slice_skip(arg, 1);
	return arg.len && arg.ptr[0] == '{' ? arg.ptr + 1 : NULL;
}

struct slice arg_member(struct slice arg, const char *name)
{
	struct slice none = {0};
	size_t length = strlen(name);
	if (!arg.ptr)
		return none;
	arg = value_of(arg);
	struct scanner s = {struct_begin(arg), arg.ptr + arg.len, 0};
	for (const char *p = s.begin; p && p < s.end; p++) {
		const char *end = element_end(&s, p, ',');
		struct slice member = slice_trim(scan_slice(p, end));
		if (member.len > length && member.ptr[length] == '=' && memcmp(member.ptr, name, length) == 0)
			return slice_skip(member, length + 1);
		if (end < s.end && *end != ',')
			break;
		p = end;
	}
	return none;
}

/* Elements are found one call at a time, so what is known of the whole list is kept in the caller's position: the
 * offset of the next element, how often an annotation did not end (see SCAN_MAX_FAILED), and whether it is a bit set.
 */
enum { OFFSET_BITS = 26, FAILED_BITS = 5 };

static const size_t offset_mask = ((size_t)1 << OFFSET_BITS) - 1,
		    bit_set_mark = (size_t)1 << (OFFSET_BITS + FAILED_BITS);

/* "[USR1 CHLD]", "[3<pipe:[9]> 5]": blanks and no commas between the elements. */
static bool is_bit_set(struct scanner *s)
{
	if (s->begin[-1] != '[')
		return false;
	const char *end = element_end(s, s->begin, ',');
	struct slice first = scan_slice(s->begin, end);
	return (end == s->end || *end != ',') && slice_find_char(first, '{', 0) == SIZE_MAX &&
		slice_find_char(first, '"', 0) == SIZE_MAX && slice_find(first, SLICE("=>"), 0) == SIZE_MAX &&
		slice_find(first, SLICE("/*"), 0) == SIZE_MAX;
}

static const char *skip_separators(const char *p, const char *end)
{
	while (p < end && (scan_is_blank(*p) || *p == ','))
		p++;
	return p;
}

bool arg_next_element(struct slice arg, size_t *position, struct slice *element)
{
	if (!arg.ptr)
		return false;
	arg = value_of(arg);
	if (arg.len && arg.ptr[0] == '~')
		arg = slice_skip(arg, 1);
	if (!arg.len || (arg.ptr[0] != '[' && arg.ptr[0] != '{') || arg.len > offset_mask)
		return false;
	struct scanner s = {
		arg.ptr + 1, arg.ptr + arg.len, (unsigned)(*position >> OFFSET_BITS) & ((1u << FAILED_BITS) - 1)};
	bool bit_set = *position ? (*position & bit_set_mark) != 0 : is_bit_set(&s);
	const char *p = skip_separators(*position ? arg.ptr + (*position & offset_mask) : s.begin, s.end);
	if (p == s.end || *p == ']' || *p == '}' || *p == ')')
		return false;
	const char *end = element_end(&s, p, bit_set ? ' ' : ',');
	*element = slice_trim(scan_slice(p, end));
	*position = (size_t)(end - arg.ptr) | (size_t)s.failed << OFFSET_BITS | (bit_set ? bit_set_mark : 0);
	return true;
}
