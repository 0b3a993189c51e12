/* Calls on sockets, without those that move messages. */
#include "decoders.h"

/* The type without SOCK_NONBLOCK and SOCK_CLOEXEC. */
static void read_type(struct slice arg, struct event *e)
{
	struct flags f = operand_flags(arg);
	int64_t value;
	e->nonblock = flags_have(&f, "SOCK_NONBLOCK", 04000);
	e->cloexec = flags_have(&f, "SOCK_CLOEXEC", 02000000);
	if (!arg.ptr)
		return;
	if (arg_number(arg, &value) && (value & 02004000)) /* -e raw: all in one number */
		value &= 0xf;
	else
		value = -1;
	for (const struct number_name *n = names_socket_type; value >= 0 && n->name; n++)
		if (n->number == value)
			e->type = slice_of(n->name);
	if (!e->type.ptr)
		e->type = operand_name(slice_take(arg, slice_find_char(arg, '|', 0)), names_socket_type);
}

bool decode_socket(const struct args *a, struct event *e)
{
	struct slice arg[3];
	args_split(a, arg, 3);
	e->domain = operand_family(arg[0]);
	read_type(arg[1], e);
	e->protocol = operand_name(arg[2], NULL);
	return true;
}

bool decode_socketpair(const struct args *a, struct event *e)
{
	struct slice arg[4], end;
	size_t position = 0;
	decode_socket(a, e);
	args_split(a, arg, 4);
	if (!arg[3].ptr || arg[3].ptr[0] != '[')
		return true;
	if (arg_next_element(arg[3], &position, &end))
		e->fd = operand_fd(end, &e->note);
	if (arg_next_element(arg[3], &position, &end))
		e->fd2 = operand_fd(end, &e->note2);
	return true;
}

bool decode_bind(const struct args *a, struct event *e)
{
	struct slice arg[3];
	args_split(a, arg, 3);
	e->fd = operand_fd(arg[0], &e->note);
	address_parse(arg[1], &e->address);
	e->size = operand_number(arg[2], -1);
	return true;
}

bool decode_listen(const struct args *a, struct event *e)
{
	struct slice arg[2];
	args_split(a, arg, 2);
	e->fd = operand_fd(arg[0], &e->note);
	e->size = operand_int(arg[1]);
	return true;
}

bool decode_accept(const struct args *a, struct event *e)
{
	struct slice arg[4];
	args_split(a, arg, 4);
	struct flags f = operand_flags(arg[3]);
	e->fd = operand_fd(arg[0], &e->note);
	address_parse(arg[1], &e->address);
	e->nonblock = flags_have(&f, "SOCK_NONBLOCK", 04000);
	e->cloexec = flags_have(&f, "SOCK_CLOEXEC", 02000000);
	return true;
}

bool decode_sockname(const struct args *a, struct event *e)
{
	struct slice arg[2];
	args_split(a, arg, 2);
	e->fd = operand_fd(arg[0], &e->note);
	address_parse(arg[1], &e->address);
	return true;
}

bool decode_shutdown(const struct args *a, struct event *e)
{
	struct slice arg[2];
	args_split(a, arg, 2);
	e->fd = operand_fd(arg[0], &e->note);
	e->op = operand_name(arg[1], names_shutdown);
	return true;
}

/* Option numbers are those of SOL_SOCKET; other levels have no names in the table. */
static struct slice option_name(struct slice level, struct slice option)
{
	int64_t number = operand_number(level, 1);
	return operand_name(option, number == 1 ? names_sockopt : NULL);
}

/* "[ECONNREFUSED]" or "[111]". */
static int read_so_error(struct slice value)
{
	int64_t number = operand_cell(value, -1);
	if (number >= 0)
		return (int)(number & 0xfff);
	size_t end = slice_find_char(value, ']', 0);
	return value.len && end != SIZE_MAX ? errno_number(slice_skip(slice_take(value, end), 1)) : 0;
}

bool decode_getsockopt(const struct args *a, struct event *e)
{
	struct slice arg[4];
	args_split(a, arg, 4);
	e->fd = operand_fd(arg[0], &e->note);
	e->op = option_name(arg[1], arg[2]);
	e->value = operand_cell(arg[3], -1);
	if (slice_is(e->op, "SO_ERROR"))
		e->so_error = read_so_error(arg[3]);
	return true;
}

bool decode_setsockopt(const struct args *a, struct event *e)
{
	struct slice arg[4];
	args_split(a, arg, 4);
	e->fd = operand_fd(arg[0], &e->note);
	e->op = option_name(arg[1], arg[2]);
	e->value = operand_cell(arg[3], -1);
	return true;
}
