#include "strace_messages.h"
#include "scan.h"

#include <ipcdiag/frame.h>

/* "Process 12 attached", "... attached with 3 threads", "... attached - interrupt to quit", "... detached". */
static bool parse_process(struct slice text, struct record *out)
{
	if (!slice_starts(text, SLICE("Process ")))
		return false;
	const char *p = text.ptr + 8, *end = text.ptr + text.len, *q = scan_digits(p, end);
	struct slice rest = slice_trim(scan_slice(q, end));
	if (q == p)
		return false;
	out->ret = scan_slice(p, q);
	if (slice_starts(rest, SLICE("attached")) && (rest.len == 8 || rest.ptr[8] == ' ')) {
		out->kind = RECORD_ATTACH;
		out->name = slice_take(rest, 8);
		return true;
	}
	if (slice_is(rest, "detached")) {
		out->kind = RECORD_ATTACH;
		out->name = rest;
		return true;
	}
	out->kind = RECORD_DIAG; /* up to 4.6 */
	out->ret = (struct slice){0};
	return slice_is(rest, "suspended") || slice_starts(rest, SLICE("resumed (parent "));
}

static struct slice skip_echo(struct slice line)
{
	while (line.len > 2 && line.ptr[0] == '^' && line.ptr[1] >= 'A' && line.ptr[1] <= '_')
		line = slice_skip(line, 2);
	return line;
}

static bool is_program_name(struct slice name)
{
	if (slice_is(name, "strace") || slice_ends(name, SLICE("/strace")))
		return true;
	struct slice version = SLICE("strace-"); /* strace-4.8, strace64 */
	return slice_starts(name, version) && name.len < 24 && slice_find_char(name, ' ', 0) == SIZE_MAX;
}

static bool is_self(struct slice name, struct slice self)
{
	return is_program_name(name) || (self.len && slice_equal(name, self));
}

bool message_parse(struct slice line, struct slice *self, struct record *out)
{
	line = skip_echo(slice_trim(line));
	if (parse_process(line, out))
		return true;
	size_t colon = slice_find(line, SLICE(": "), 0);
	if (colon == SIZE_MAX || colon > 4096)
		return false;
	struct slice name = slice_take(line, colon), text = slice_skip(line, colon + 2);
	bool glued = slice_find_char(name, '(', 0) != SIZE_MAX || slice_find(name, SLICE(", "), 0) != SIZE_MAX;
	if (glued && !slice_equal(name, *self)) /* to a call, or to its second argument */
		return false;
	if (parse_process(text, out)) {
		*self = name;
		return true;
	}
	out->kind = RECORD_DIAG;
	return is_self(name, *self);
}

/* Where the name begins that ends at `colon`: the learnt name, a path (first slash outside of strings), or the bare
 * word. */
static size_t name_start(struct slice text, size_t colon, struct slice self)
{
	bool known = self.len && slice_ends(slice_take(text, colon), self);
	if (known && (colon == self.len || text.ptr[colon - self.len - 1] != '/'))
		return colon - self.len;
	if (!slice_ends(slice_take(text, colon), SLICE("strace")))
		return SIZE_MAX;
	struct scanner s = {text.ptr, text.ptr + text.len, 0};
	const char *p = s.begin, *stop = text.ptr + colon - 6;
	while (p && p < stop && !(*p == '/' && p[1] != '*'))
		p = scan_item(&s, p);
	if (!p || p >= stop)
		return colon - 6;
	while (p > s.begin && p[-1] == '.')
		p--;
	return (size_t)(p - s.begin);
}

static bool is_outside(struct slice text, size_t at)
{
	return scan_is_plain(text.ptr, text.ptr + text.len, text.ptr + at);
}

static size_t before_echo(struct slice text, size_t at)
{
	while (at >= 2 && text.ptr[at - 2] == '^' && text.ptr[at - 1] >= 'A' && text.ptr[at - 1] <= '_')
		at -= 2;
	return at;
}

enum { MESSAGE_TRIES = 8 }; /* places that are looked at in one text */

static size_t find_named(struct slice text, struct slice self)
{
	size_t from = 0;
	for (int i = 0; i < MESSAGE_TRIES; i++) {
		size_t colon = slice_find(text, SLICE(": "), from);
		if (colon == SIZE_MAX)
			return SIZE_MAX;
		size_t start = name_start(text, colon, self);
		if (start != SIZE_MAX && is_outside(text, start))
			return before_echo(text, start);
		from = colon + 2;
	}
	return SIZE_MAX;
}

/* Up to 4.10 attach messages have no name. */
static size_t find_bare(struct slice text)
{
	size_t from = 0;
	for (int i = 0; i < MESSAGE_TRIES; i++) {
		struct record r;
		size_t at = slice_find(text, SLICE("Process "), from);
		if (at == SIZE_MAX)
			return SIZE_MAX;
		if (parse_process(slice_skip(text, at), &r) && is_outside(text, at))
			return before_echo(text, at);
		from = at + 8;
	}
	return SIZE_MAX;
}

size_t message_find(struct slice text, struct slice self)
{
	size_t named = find_named(text, self);
	return named != SIZE_MAX ? named : find_bare(text);
}

static bool is_hex_dump(struct slice line)
{
	if (!slice_starts(line, SLICE(" | ")))
		return false;
	size_t digits = 0;
	for (size_t i = 3; i < line.len && (scan_is_digit(line.ptr[i]) || (line.ptr[i] >= 'a' && line.ptr[i] <= 'f'));
		i++)
		digits++;
	return (digits >= 5 && slice_ends(slice_trim(line), SLICE("|"))) ||
		slice_starts(line, SLICE(" | <Cannot fetch "));
}

static bool is_count(struct slice line, char mark)
{
	if (line.len < 8 || line.ptr[0] != ' ' || line.ptr[1] != mark || line.ptr[2] != ' ' ||
		!scan_is_digit(line.ptr[3]))
		return false;
	struct slice words = mark == '*' ? SLICE(" bytes in buffer ") : SLICE(" buffers in vector ");
	return slice_find(line, words, 3) != SIZE_MAX;
}

static bool is_frame(struct slice line)
{
	if (frame_is_line(line))
		return true;
	line = slice_trim(line);
	return slice_starts(line, SLICE("> ")) && slice_find(line, SLICE("["), 2) != SIZE_MAX;
}

bool message_is_continuation(struct slice line)
{
	if (line.len < 4 || line.ptr[0] != ' ')
		return false;
	switch (line.ptr[1]) {
	case '|':
		return is_hex_dump(line);
	case '*':
	case '=':
		return is_count(line, line.ptr[1]);
	case '>':
		return is_frame(line);
	default:
		return slice_starts(line, SLICE(" VCPU"));
	}
}

bool message_starts_table(struct slice line)
{
	line = slice_trim(line);
	if (slice_starts(line, SLICE("System call usage summary for ")))
		return true;
	if (!slice_ends(line, SLICE(" syscall")) && !slice_starts(line, SLICE("syscall ")))
		return false;
	bool time = slice_starts(line, SLICE("% time ")) || slice_find(line, SLICE(" % time"), 0) != SIZE_MAX;
	return time || slice_find(line, SLICE(" calls"), 0) != SIZE_MAX;
}

static bool is_rule_line(struct slice line)
{
	for (size_t i = 0; i < line.len; i++)
		if (line.ptr[i] != '-' && line.ptr[i] != ' ')
			return false;
	return line.len >= 6 && line.ptr[0] == '-' && line.ptr[1] == '-';
}

static bool is_row_char(char c)
{
	return scan_is_name(c) || c == '.' || c == ' ' || c == '(' || c == ')';
}

bool message_is_table_row(struct slice line)
{
	bool digits = false;
	line = slice_trim(line);
	if (is_rule_line(line) || message_starts_table(line))
		return true;
	for (size_t i = 0; i < line.len; i++) {
		if (!is_row_char(line.ptr[i]))
			return false;
		digits |= scan_is_digit(line.ptr[i]);
	}
	return digits && line.len && slice_find_char(line, ' ', 0) != SIZE_MAX;
}
