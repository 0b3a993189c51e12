/* Socket addresses. */
#include <arpa/inet.h>

#include <ipcdiag/text.h>

#include "decoders.h"

struct family_alias {
	struct slice printed; /* by old versions, as a protocol family or under an old name */
	struct slice name;
};

static const struct family_alias aliases[] = {
	{SLICE("PF_LOCAL"), SLICE("AF_UNIX")},
	{SLICE("PF_FILE"), SLICE("AF_UNIX")},
	{SLICE("PF_UNIX"), SLICE("AF_UNIX")},
	{SLICE("AF_LOCAL"), SLICE("AF_UNIX")},
	{SLICE("AF_FILE"), SLICE("AF_UNIX")},
	{SLICE("PF_INET"), SLICE("AF_INET")},
	{SLICE("PF_INET6"), SLICE("AF_INET6")},
	{SLICE("PF_NETLINK"), SLICE("AF_NETLINK")},
	{SLICE("PF_PACKET"), SLICE("AF_PACKET")},
	{SLICE("PF_UNSPEC"), SLICE("AF_UNSPEC")},
	{SLICE("PF_BLUETOOTH"), SLICE("AF_BLUETOOTH")},
	{SLICE("PF_CAN"), SLICE("AF_CAN")},
	{SLICE("PF_ALG"), SLICE("AF_ALG")},
	{SLICE("PF_VSOCK"), SLICE("AF_VSOCK")},
	{SLICE("PF_KEY"), SLICE("AF_KEY")},
	{SLICE("PF_TIPC"), SLICE("AF_TIPC")},
	{SLICE("AF_ROUTE"), SLICE("AF_NETLINK")},
	{SLICE("PF_ROUTE"), SLICE("AF_NETLINK")},
};

struct slice operand_family(struct slice arg)
{
	struct slice name = operand_name(arg, names_family);
	for (size_t i = 0; i < sizeof aliases / sizeof *aliases && name.ptr; i++)
		if (slice_equal(name, aliases[i].printed))
			return aliases[i].name;
	return name;
}

static int hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* A string that is all "\x7f\x00": its bytes. Returns how many, 0 if it is another string or longer. */
static size_t hex_bytes(struct slice text, unsigned char *out, size_t max)
{
	size_t n = text.len / 4;
	if (text.len % 4 || n > max)
		return 0;
	for (size_t i = 0; i < n; i++) {
		const char *p = text.ptr + 4 * i;
		int high = hex_value(p[2]), low = hex_value(p[3]);
		if (p[0] != '\\' || p[1] != 'x' || high < 0 || low < 0)
			return 0;
		out[i] = (unsigned char)(high << 4 | low);
	}
	return n;
}

static void read_port(struct slice value, struct address *a)
{
	static const struct slice call = SLICE("htons(");
	unsigned char bytes[2];
	if (slice_starts(value, call))
		a->port = operand_number(slice_skip(value, call.len), -1);
	else if (hex_bytes(operand_string(value), bytes, 2) == 2)
		a->port = bytes[0] << 8 | bytes[1];
	if (a->port > 65535)
		a->port = -1;
}

static struct slice plain_host(struct address *a)
{
	struct buffer text = {0};
	text_add_unescaped(&text, a->host);
	struct slice plain = slice_take(buffer_slice(&text), sizeof a->text - 1);
	if (plain.len)
		memcpy(a->text, plain.ptr, plain.len);
	a->text[plain.len] = '\0';
	buffer_release(&text);
	return (struct slice){a->text, plain.len};
}

/* The string in inet_addr("127.0.0.1"), inet_pton(AF_INET6, "::1", &sin6_addr), or the bytes of -X raw. */
static void read_host(struct slice value, struct address *a)
{
	unsigned char bytes[16];
	size_t quote = slice_find_char(value, '"', 0), n;
	if (quote == SIZE_MAX)
		return;
	a->host = operand_string(slice_skip(value, quote));
	n = quote == 0 ? hex_bytes(a->host, bytes, sizeof bytes) : 0;
	if (n == 0 && slice_find_char(a->host, '\\', 0) != SIZE_MAX)
		a->host = plain_host(a); /* -xx */
	if ((n == 4 || n == 16) && inet_ntop(n == 4 ? AF_INET : AF_INET6, bytes, a->text, sizeof a->text))
		a->host = slice_of(a->text);
}

static void read_path(struct slice value, struct address *a)
{
	a->abstract = value.len && value.ptr[0] == '@';
	a->path = operand_string(value);
	if (!a->path.ptr && a->abstract)
		a->path = slice_skip(value, 1); /* old: @name */
}

static void read_family(struct slice value, struct address *a)
{
	a->family_name = operand_family(value);
	if (slice_is(a->family_name, "AF_UNIX"))
		a->family = FAMILY_UNIX;
	else if (slice_is(a->family_name, "AF_INET"))
		a->family = FAMILY_INET;
	else if (slice_is(a->family_name, "AF_INET6"))
		a->family = FAMILY_INET6;
	else
		a->family = FAMILY_OTHER;
}

static const struct member {
	struct slice name;
	void (*read)(struct slice value, struct address *a);
} members[] = {
	{SLICE("sa_family"), read_family},
	{SLICE("sin_port"), read_port},
	{SLICE("sin_addr"), read_host},
	{SLICE("sun_path"), read_path},
	{SLICE("sin6_port"), read_port},
	{SLICE("sin6_addr"), read_host},
	{SLICE("sin_family"), read_family},
	{SLICE("sin6_family"), read_family},
	{SLICE("sun_family"), read_family},
	{SLICE("path"), read_path},
};

static void read_member(struct slice name, struct slice value, struct address *a)
{
	for (size_t i = 0; i < sizeof members / sizeof *members; i++)
		if (slice_equal(name, members[i].name)) {
			members[i].read(value, a);
			return;
		}
}

void address_unmap(struct address *a)
{
	static const struct slice mapped = SLICE("::ffff:");
	if (a->family != FAMILY_INET6 || !slice_starts(a->host, mapped) || slice_find_char(a->host, '.', 0) == SIZE_MAX)
		return;
	a->family = FAMILY_INET;
	a->host = slice_skip(a->host, mapped.len);
}

void address_parse(struct slice argument, struct address *a)
{
	static const struct slice pton = SLICE("inet_pton(");
	struct slice element;
	size_t position = 0;
	*a = (struct address){.port = -1};
	if (!argument.len || argument.ptr[0] != '{')
		return;
	while (arg_next_element(argument, &position, &element)) {
		size_t equals = slice_find_char(element, '=', 0);
		if (slice_starts(element, pton))
			read_host(element, a);
		else if (equals != SIZE_MAX)
			read_member(slice_take(element, equals), slice_skip(element, equals + 1), a);
	}
	address_unmap(a);
}
