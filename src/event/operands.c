/* Reading arguments, in the forms of all versions and options. */
#include "operands.h"

enum { MAX_SPLIT = 10 };

static bool is_word_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Without the `fd=` of -N. */
static struct slice strip_ident(struct slice arg)
{
	size_t i = 0;
	if (!arg.len || arg.ptr[0] < 'A') /* a number, a string */
		return arg;
	while (i < arg.len && is_word_char(arg.ptr[i]))
		i++;
	return i && i < arg.len && arg.ptr[i] == '=' ? slice_skip(arg, i + 1) : arg;
}

/* What is before the arguments proper: the comma that ended the part on the unseen line. */
static struct slice skip_lead(struct slice text)
{
	text = slice_trim(text);
	return text.len && text.ptr[0] == ',' ? slice_trim(slice_skip(text, 1)) : text;
}

size_t args_split(const struct args *a, struct slice *out, size_t max)
{
	struct slice part[MAX_SPLIT];
	for (size_t i = 0; i < max; i++)
		out[i] = (struct slice){NULL, 0};
	if (!a->text.ptr || a->unseen >= max)
		return 0;
	struct slice text = a->unseen ? skip_lead(a->text) : a->text;
	size_t room = max - a->unseen, n = record_split(text, part, room);
	if (n > room)
		n = room;
	for (size_t i = 0; i < n; i++) {
		struct slice arg = strip_ident(part[i]);
		out[a->unseen + i] = arg.len ? arg : (struct slice){NULL, 0};
	}
	return a->unseen + n;
}

struct slice args_first(const struct args *a)
{
	return a->unseen || !a->text.len ? (struct slice){NULL, 0} : strip_ident(a->text);
}

int64_t operand_number(struct slice arg, int64_t otherwise)
{
	int64_t value;
	return arg.len && arg_number(arg, &value) ? value : otherwise;
}

int64_t operand_int(struct slice arg)
{
	int64_t value = operand_number(arg, -1);
	return value > INT32_MAX && value <= UINT32_MAX ? value - UINT32_MAX - 1 : value;
}

int64_t operand_fd(struct slice arg, struct slice *note)
{
	if (!arg.len)
		return -1;
	*note = arg_note(arg);
	int64_t fd = operand_int(arg);
	return fd < 0 ? -1 : fd;
}

int64_t operand_pid(struct slice arg)
{
	static const struct slice mark = SLICE("/* "), tail = SLICE(" in strace's PID NS");
	int64_t pid = operand_int(arg), outer;
	size_t at = arg.len ? slice_find(arg, mark, 0) : SIZE_MAX;
	if (at == SIZE_MAX || slice_find(arg, tail, at) == SIZE_MAX)
		return pid;
	return arg_number(slice_skip(arg, at + mark.len), &outer) ? outer : pid;
}

int64_t operand_cell(struct slice arg, int64_t otherwise)
{
	return arg.len && arg.ptr[0] == '[' ? operand_number(slice_skip(arg, 1), otherwise) : otherwise;
}

uint64_t operand_address(struct slice arg)
{
	return (uint64_t)operand_number(arg, 0);
}

struct slice operand_string(struct slice arg)
{
	bool cut;
	return arg.len ? arg_string(arg, &cut) : (struct slice){NULL, 0};
}

bool operand_is_null(struct slice arg)
{
	static const struct slice null = SLICE("NULL");
	int64_t value;
	return arg.len && (slice_starts(arg, null) || (arg_number(arg, &value) && value == 0));
}

struct slice operand_member(struct slice arg, const char *name, size_t index)
{
	struct slice element = {NULL, 0}, found = arg.len ? arg_member(arg, name) : element;
	size_t position = 0;
	if (found.ptr || !arg.len || (arg.ptr[0] != '{' && arg.ptr[0] != '['))
		return found;
	for (size_t i = 0; arg_next_element(arg, &position, &element); i++) {
		if (strip_ident(element).ptr != element.ptr)
			break; /* members have names here */
		if (i == index)
			return element;
	}
	return (struct slice){NULL, 0};
}

int64_t operand_iov(struct slice list)
{
	struct slice element;
	size_t position = 0;
	int64_t total = 0, length;
	if (!list.len || (list.ptr[0] != '[' && list.ptr[0] != '{'))
		return -1;
	while (arg_next_element(list, &position, &element)) {
		length = operand_number(operand_member(element, "iov_len", 1), -1);
		if (length < 0 || total > INT64_MAX - length)
			return -1;
		total += length;
	}
	return total;
}

/* The end of the part of a flags argument that begins at `i`: the next bar outside comments. */
static size_t part_end(struct slice text, size_t i)
{
	static const struct slice close = SLICE("*/");
	for (; i < text.len && text.ptr[i] != '|'; i++) {
		if (text.ptr[i] != '/' || i + 1 >= text.len || text.ptr[i + 1] != '*')
			continue;
		i = slice_find(text, close, i + 2);
		if (i == SIZE_MAX)
			return text.len;
	}
	return i;
}

static uint64_t part_bits(struct slice part)
{
	int64_t value;
	return part.len && is_digit(part.ptr[0]) && arg_number(part, &value) ? (uint64_t)value : 0;
}

struct flags operand_flags(struct slice arg)
{
	struct flags f = {arg, 0};
	if (arg.len == 1 && arg.ptr[0] == '0') /* none */
		f.text = (struct slice){NULL, 0};
	for (size_t i = 0; i < f.text.len;) {
		size_t end = part_end(arg, i);
		f.bits |= part_bits(slice_take(slice_skip(arg, i), end - i));
		i = end + 1;
	}
	return f;
}

bool flags_next(const struct flags *f, size_t *at, struct slice *name)
{
	size_t start = *at, end;
	while (start < f->text.len && !is_word_char(f->text.ptr[start]))
		start++;
	for (end = start; end < f->text.len && is_word_char(f->text.ptr[end]); end++)
		;
	*name = slice_take(slice_skip(f->text, start), end - start);
	*at = end;
	return name->len > 0;
}

static void set_timeout(struct event *e, double seconds)
{
	e->timeout = seconds > 0 ? TIMEOUT_FINITE : TIMEOUT_ZERO;
	e->seconds = seconds > 0 ? seconds : 0;
}

void operand_timespec(struct slice arg, bool microseconds, struct event *e)
{
	int64_t whole, fraction;
	if (operand_is_null(arg)) {
		e->timeout = TIMEOUT_INFINITE;
		return;
	}
	struct slice sec = operand_member(arg, "tv_sec", 0), frac = operand_member(arg, "tv_nsec", 1);
	if (!frac.ptr && arg.len) {
		frac = arg_member(arg, "tv_usec");
		microseconds = true;
	}
	if (sec.ptr && frac.ptr && arg_number(sec, &whole) && arg_number(frac, &fraction))
		set_timeout(e, (double)whole + (double)fraction / (microseconds ? 1e6 : 1e9));
}

void operand_milliseconds(struct slice arg, struct event *e)
{
	int64_t value;
	if (!arg.len || !arg_number(arg, &value))
		return;
	value = operand_int(arg);
	if (value < 0)
		e->timeout = TIMEOUT_INFINITE;
	else
		set_timeout(e, (double)value / 1000);
}

void operand_deadline(struct slice arg, struct event *e)
{
	operand_timespec(arg, false, e);
	if (e->timeout == TIMEOUT_ZERO)
		e->timeout = TIMEOUT_FINITE;
	e->seconds = -1;
}
