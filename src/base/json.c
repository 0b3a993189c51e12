#include <ipcdiag/json.h>

#include <assert.h>

#include <ipcdiag/text.h>

/* --- strings --- */

static size_t plain_length(struct slice text)
{
	size_t n = 0;
	while (n < text.len && text.ptr[n] >= 0x20 && text.ptr[n] < 0x7f && text.ptr[n] != '"' && text.ptr[n] != '\\')
		n++;
	return n;
}

static void add_unit(struct buffer *out, uint32_t unit)
{
	static const char digits[] = "0123456789abcdef";
	char text[] = {
		'\\', 'u', digits[unit >> 12 & 15], digits[unit >> 8 & 15], digits[unit >> 4 & 15], digits[unit & 15]};
	buffer_add(out, (struct slice){text, sizeof text});
}

static void add_code(struct buffer *out, uint32_t code)
{
	if (code <= 0xffff) {
		add_unit(out, code);
		return;
	}
	add_unit(out, 0xd800 + ((code - 0x10000) >> 10));
	add_unit(out, 0xdc00 + (code & 0x3ff));
}

static void add_char(struct buffer *out, struct slice bytes, uint32_t code)
{
	if (code == '"')
		buffer_add_text(out, "\\\"");
	else if (code == '\\')
		buffer_add_text(out, "\\\\");
	else if (code == '\n')
		buffer_add_text(out, "\\n");
	else if (code == '\t')
		buffer_add_text(out, "\\t");
	else if (code == '\r')
		buffer_add_text(out, "\\r");
	else if (code == TEXT_INVALID)
		buffer_add_text(out, "\xef\xbf\xbd");
	else if (text_is_unseen(code))
		add_code(out, code);
	else
		buffer_add(out, bytes);
}

static void add_string(struct buffer *out, struct slice text)
{
	buffer_add_char(out, '"');
	while (text.len) {
		uint32_t code;
		size_t n = plain_length(text);
		buffer_add(out, slice_take(text, n));
		text = slice_skip(text, n);
		if (!text.len)
			break;
		n = text_next_char(text, &code);
		add_char(out, slice_take(text, n), code);
		text = slice_skip(text, n);
	}
	buffer_add_char(out, '"');
}

/* --- structure --- */

static bool is_set(uint32_t bits, unsigned depth)
{
	return bits >> (depth - 1) & 1;
}

static void start_line(struct json *j)
{
	buffer_add_char(j->out, '\n');
	for (unsigned i = 0; i < j->depth; i++)
		buffer_add_text(j->out, "  ");
}

/* What stands in front of a value: the comma, the line break, the key. */
static void lead(struct json *j, const char *key)
{
	if (j->depth) {
		assert(is_set(j->arrays, j->depth) == !key);
		if (is_set(j->filled, j->depth))
			buffer_add_char(j->out, ',');
		if (j->depth <= j->break_depth)
			start_line(j);
		else if (j->break_depth && is_set(j->filled, j->depth))
			buffer_add_char(j->out, ' ');
		j->filled |= (uint32_t)1 << (j->depth - 1);
	}
	if (key) {
		add_string(j->out, slice_of(key));
		buffer_add_text(j->out, j->break_depth ? ": " : ":");
	}
}

static void open_container(struct json *j, const char *key, bool array)
{
	lead(j, key);
	assert(j->depth < JSON_MAX_DEPTH);
	uint32_t bit = (uint32_t)1 << j->depth++;
	j->filled &= ~bit;
	j->arrays = array ? j->arrays | bit : j->arrays & ~bit;
	buffer_add_char(j->out, array ? '[' : '{');
}

void json_open_object(struct json *j, const char *key)
{
	open_container(j, key, false);
}

void json_open_array(struct json *j, const char *key)
{
	open_container(j, key, true);
}

void json_close(struct json *j)
{
	assert(j->depth);
	bool array = is_set(j->arrays, j->depth), filled = is_set(j->filled, j->depth);
	bool broken = j->depth <= j->break_depth;
	j->depth--;
	if (filled && broken)
		start_line(j);
	buffer_add_char(j->out, array ? ']' : '}');
}

/* --- values --- */

void json_add_slice(struct json *j, const char *key, struct slice value)
{
	lead(j, key);
	add_string(j->out, value);
}

void json_add_text(struct json *j, const char *key, const char *value)
{
	if (value)
		json_add_slice(j, key, slice_of(value));
	else
		json_add_null(j, key);
}

static void add_digits(struct json *j, uint64_t value, bool negative)
{
	char text[24];
	size_t at = sizeof text;
	do
		text[--at] = (char)('0' + value % 10);
	while (value /= 10);
	if (negative)
		text[--at] = '-';
	buffer_add(j->out, (struct slice){text + at, sizeof text - at});
}

void json_add_number(struct json *j, const char *key, int64_t value)
{
	lead(j, key);
	add_digits(j, value < 0 ? 0 - (uint64_t)value : (uint64_t)value, value < 0);
}

void json_add_count(struct json *j, const char *key, uint64_t value)
{
	lead(j, key);
	add_digits(j, value, false);
}

void json_add_bool(struct json *j, const char *key, bool value)
{
	lead(j, key);
	buffer_add_text(j->out, value ? "true" : "false");
}

void json_add_null(struct json *j, const char *key)
{
	lead(j, key);
	buffer_add_text(j->out, "null");
}
