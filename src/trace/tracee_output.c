#include "tracee_output.h"

#include <ipcdiag/record.h>

#include "scan.h"

/* Without "buf=", "count=" of -N. */
static const char *skip_ident(const char *p, const char *end)
{
	const char *q = scan_name(p, end);
	return q > p && q < end && *q == '=' && !scan_is_digit(*p) ? q + 1 : p;
}

static bool find_digits(const char *p, const char *end, struct output *o)
{
	if (!slice_starts(scan_slice(p, end), SLICE(", ")))
		return false;
	o->digits = skip_ident(p + 2, end);
	return o->digits < end && scan_is_digit(*o->digits);
}

static bool find_string(const char *p, const char *end, struct output *o)
{
	const char *q = *p == '"' ? scan_string(p, end) : NULL;
	if (!q)
		return false;
	o->string = scan_slice(p + 1, q - 1);
	o->cut = slice_starts(scan_slice(q, end), SLICE("..."));
	return find_digits(o->cut ? q + 3 : q, end, o);
}

/* "{iov_base="x", iov_len=1}", old "{"x", 1}" */
static bool read_vector_element(struct slice element, struct slice *string, bool *cut, size_t *length)
{
	struct slice part;
	size_t at = 0;
	int64_t number;
	if (!arg_next_element(element, &at, &part))
		return false;
	*string = arg_string(part, cut);
	if (!string->ptr || !arg_next_element(element, &at, &part) || !arg_number(part, &number) || number < 0)
		return false;
	*length = (size_t)number;
	return *length <= OUTPUT_MAX;
}

static bool find_vector(const char *p, const char *end, struct output *o)
{
	const char *q = *p == '[' ? scan_group(p, end) : NULL;
	struct slice element, string;
	size_t at = 0, length;
	bool cut;
	if (!q)
		return false;
	o->vector = scan_slice(p, q);
	while (arg_next_element(o->vector, &at, &element)) {
		if (!read_vector_element(element, &string, &cut, &length) || o->count > OUTPUT_MAX)
			return false;
		o->count += length;
		o->elements++;
	}
	return find_digits(q, end, o);
}

bool tracee_output_find(struct slice text, struct output *o)
{
	bool vector = slice_starts(text, SLICE("writev("));
	if (!vector && !slice_starts(text, SLICE("write(")))
		return false;
	*o = (struct output){0};
	struct slice args = slice_skip(text, vector ? 7 : 6);
	struct scanner s = {args.ptr, args.ptr + args.len, 0};
	const char *p = scan_comma(&s, args.ptr);
	if (p >= s.end)
		return false;
	p = skip_ident(scan_blanks(p + 1, s.end), s.end);
	if (p >= s.end)
		return false;
	return vector ? find_vector(p, s.end, o) : find_string(p, s.end, o);
}

static char first_byte(const struct output *o)
{
	struct slice element, string = o->string;
	size_t at = 0, length;
	bool cut;
	if (o->vector.ptr &&
		!(arg_next_element(o->vector, &at, &element) && read_vector_element(element, &string, &cut, &length)))
		return ')';
	return string.len ? string.ptr[0] : ' ';
}

bool tracee_output_is_suspect(const struct output *o, const char *end)
{
	const char *q = scan_digits(o->digits, end);
	return q >= end || *q != ')' || first_byte(o) == ')' || scan_is_digit(first_byte(o));
}

size_t tracee_output_count(const struct output *o, size_t number)
{
	if (o->vector.ptr)
		return number == o->elements ? o->count : 0;
	return number <= OUTPUT_MAX ? number : 0;
}

/* Bytes of output that `count` bytes of data make, or SIZE_MAX. */
static size_t tracee_output_size(struct slice raw, size_t count, bool crlf)
{
	if (!crlf)
		return count <= raw.len ? count : SIZE_MAX;
	size_t i = 0;
	for (; count && i < raw.len; i++)
		count -= !(raw.ptr[i] == '\r' && i + 1 < raw.len && raw.ptr[i + 1] == '\n');
	return count ? SIZE_MAX : i;
}

static bool says_the_same(struct slice string, bool cut, struct slice raw, size_t count, bool crlf)
{
	bool all;
	size_t equal = scan_compare(string, slice_take(raw, count), &all);
	if (crlf && !all) /* up to the first LF is enough */
		return equal < raw.len && raw.ptr[equal] == '\r' && (cut || count >= equal);
	return all && (cut ? equal <= count : equal == count);
}

static size_t match_vector(const struct output *o, struct slice raw)
{
	struct slice element, string;
	size_t at = 0, length, used = 0;
	bool cut;
	while (arg_next_element(o->vector, &at, &element)) {
		if (!read_vector_element(element, &string, &cut, &length) || used + length > raw.len ||
			!says_the_same(string, cut, slice_skip(raw, used), length, false))
			return SIZE_MAX;
		used += length;
	}
	return used;
}

size_t tracee_output_match(const struct output *o, size_t count, struct slice raw, bool crlf)
{
	if (o->vector.ptr)
		return match_vector(o, raw);
	size_t size = tracee_output_size(raw, count, crlf);
	if (size == SIZE_MAX || !says_the_same(o->string, o->cut, raw, count, crlf))
		return SIZE_MAX;
	return size;
}
