/* send and recv, with what passes beside the bytes: descriptors, addresses, truncation. */
#include "decoders.h"

static const struct slice no_text = {NULL, 0};

/* MSG_* of the call: kept as printed, and those that change what it does. */
static void read_call_flags(struct slice arg, struct event *e)
{
	struct flags f = operand_flags(arg);
	e->op = arg;
	e->dontwait = flags_have(&f, "MSG_DONTWAIT", 0x40);
	e->peek = flags_have(&f, "MSG_PEEK", 2);
}

/* --- the usual form, in one go: `9<note>, "text"..., 4096, MSG_DONTWAIT, NULL, NULL` --- */

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static const char *take_digits(const char *p, const char *end, int64_t *value)
{
	enum { SAFE = 9 };
	const char *from = p;
	for (*value = 0; p < end && p - from < SAFE && is_digit(*p); p++)
		*value = *value * 10 + (*p - '0');
	return p > from && (*from != '0' || p == from + 1) ? p : NULL;
}

static const char *take_string(const char *p, const char *end)
{
	if (p == end || *p++ != '"')
		return NULL;
	for (; p < end && *p != '"'; p++)
		p += *p == '\\';
	if (p >= end)
		return NULL;
	p++;
	return end - p >= 3 && memcmp(p, "...", 3) == 0 ? p + 3 : p;
}

static const char *take_comma(const char *p, const char *end)
{
	return p && end - p > 2 && p[0] == ',' && p[1] == ' ' ? p + 2 : NULL;
}

static const char *take_flag_words(const char *p, const char *end)
{
	const char *from = p;
	while (p < end && ((*p >= 'A' && *p <= 'Z') || *p == '_' || *p == '|' || is_digit(*p)))
		p++;
	return is_digit(*from) && (*from != '0' || p != from + 1) ? NULL : p;
}

/* Whether there is no address, as for everything that is connected. */
static bool ends_without_address(const char *p, const char *end)
{
	return p == end || (end - p >= 6 && memcmp(p, ", NULL", 6) == 0 && (p + 6 == end || p[6] == ','));
}

/* False: the arguments have another form, and nothing is set. read_transfer() below is the slow twin; both are held
 * together by tests/unit/test_event_forms.c. */
static bool read_plain_transfer(struct slice text, struct event *e)
{
	int64_t fd, asked;
	struct slice note = no_text;
	const char *end = text.ptr + text.len, *p = text.len ? take_digits(text.ptr, end, &fd) : NULL;
	if (p && p < end && *p == '<') {
		note = arg_note(text);
		p = note.ptr ? note.ptr + note.len + 1 : NULL;
	}
	p = take_comma(p, end);
	p = p ? take_comma(take_string(p, end), end) : NULL;
	p = p ? take_comma(take_digits(p, end, &asked), end) : NULL;
	const char *behind = p ? take_flag_words(p, end) : NULL;
	if (!behind || behind == p || !ends_without_address(behind, end))
		return false;
	e->fd = fd;
	e->note = note;
	e->asked = asked;
	read_call_flags((struct slice){p, (size_t)(behind - p)}, e);
	return true;
}

static void read_transfer(const struct args *a, struct event *e)
{
	if (!a->unseen && read_plain_transfer(a->text, e))
		return;
	struct slice arg[5];
	args_split(a, arg, 5);
	e->fd = operand_fd(arg[0], &e->note);
	e->asked = operand_number(arg[2], -1);
	read_call_flags(arg[3], e);
	address_parse(arg[4], &e->address);
}

bool decode_send(const struct args *a, struct event *e)
{
	read_transfer(a, e);
	return true;
}

bool decode_recv(const struct args *a, struct event *e)
{
	read_transfer(a, e);
	return true;
}

static void add_passed(struct slice list, struct event *e)
{
	struct slice element, note;
	size_t position = 0;
	while (e->passed_count < EVENT_MAX_PASSED && arg_next_element(list, &position, &element)) {
		int64_t fd = operand_fd(element, &note);
		if (fd >= 0)
			e->passed[e->passed_count++] = fd;
	}
}

/* One control message: {cmsg_len=20, cmsg_level=SOL_SOCKET, cmsg_type=SCM_RIGHTS, cmsg_data=[5]}; old: {5} without a
 * name. */
static void read_control_message(struct slice message, struct event *e)
{
	static const struct slice data = SLICE("cmsg_data=");
	struct slice element, type = arg_member(message, "cmsg_type"), level = arg_member(message, "cmsg_level");
	size_t position = 0;
	bool rights = type.ptr && (arg_has_flag(type, "SCM_RIGHTS") || operand_number(type, 0) == 1);
	if (!rights || !(slice_is(operand_name(level, NULL), "SOL_SOCKET") || operand_number(level, 0) == 1))
		return;
	while (arg_next_element(message, &position, &element)) {
		if (slice_starts(element, data))
			element = slice_skip(element, data.len);
		if (element.len && (element.ptr[0] == '[' || element.ptr[0] == '{'))
			add_passed(element, e);
	}
}

static void read_control(struct slice list, struct event *e)
{
	struct slice element;
	size_t position = 0;
	while (list.len && list.ptr[0] == '[' && arg_next_element(list, &position, &element))
		if (element.len && element.ptr[0] == '{')
			read_control_message(element, e);
}

static void read_message_flags(struct slice value, struct event *e)
{
	struct flags f = operand_flags(value);
	if (e->kind != EVENT_RECV)
		return;
	e->truncated |= flags_have(&f, "MSG_TRUNC", 0x20);
	e->ctrunc |= flags_have(&f, "MSG_CTRUNC", 8);
}

/* The name in "msg_iov=...", or "msg_iov(2)=..." of old versions. */
static struct slice member_name(struct slice element)
{
	size_t n = 0;
	while (n < element.len && ((element.ptr[n] >= 'a' && element.ptr[n] <= 'z') || element.ptr[n] == '_'))
		n++;
	return slice_take(element, n);
}

/* A struct msghdr. Returns the bytes its vector holds, -1 if not printed. */
static int64_t read_message(struct slice message, struct event *e)
{
	struct slice element;
	size_t position = 0;
	int64_t total = -1;
	if (!message.len || message.ptr[0] != '{')
		return -1;
	while (arg_next_element(message, &position, &element)) {
		struct slice name = member_name(element);
		size_t equals = slice_find_char(element, '=', 0);
		struct slice value = equals == SIZE_MAX ? no_text : slice_skip(element, equals + 1);
		if (!name.len && element.len && element.ptr[0] == '{')
			read_control_message(element, e);
		else if (slice_is(name, "msg_name"))
			address_parse(value, &e->address);
		else if (slice_is(name, "msg_iov"))
			total = operand_iov(value);
		else if (slice_is(name, "msg_control"))
			read_control(value, e);
		else if (slice_is(name, "msg_flags"))
			read_message_flags(value, e);
	}
	return total;
}

bool decode_sendmsg(const struct args *a, struct event *e)
{
	struct slice arg[3];
	args_split(a, arg, 3);
	e->fd = operand_fd(arg[0], &e->note);
	e->asked = read_message(arg[1], e);
	read_call_flags(arg[2], e);
	return true;
}

bool decode_recvmsg(const struct args *a, struct event *e)
{
	return decode_sendmsg(a, e);
}

/* Several messages: the result counts messages, so the bytes are added up here. */
bool decode_mmsg(const struct args *a, struct event *e)
{
	struct slice arg[4], element;
	size_t position = 0;
	int64_t asked = 0, moved = 0, seen = 0;
	args_split(a, arg, 4);
	e->fd = operand_fd(arg[0], &e->note);
	read_call_flags(arg[3], e);
	if (!arg[1].len || (arg[1].ptr[0] != '[' && arg[1].ptr[0] != '{'))
		return true;
	while (arg_next_element(arg[1], &position, &element)) {
		int64_t want = read_message(operand_member(element, "msg_hdr", 0), e);
		int64_t length = operand_number(operand_member(element, "msg_len", 1), -1);
		asked = want < 0 || asked < 0 || asked > INT64_MAX - want ? -1 : asked + want;
		if (seen++ < e->ret && e->returned)
			moved = length < 0 || moved < 0 || moved > INT64_MAX - length ? -1 : moved + length;
	}
	e->asked = asked;
	if (e->returned && e->ret >= 0)
		e->size = seen >= e->ret ? moved : -1;
	return true;
}
