/* Addresses that are kept beyond their line. */
#include <stdlib.h>

#include "state.h"

void address_keep(struct endpoint_address *to, const struct address *from)
{
	address_release(to);
	to->family = from->family;
	to->port = from->port;
	to->abstract = from->abstract;
	size_t n = from->host.len < sizeof to->host - 1 ? from->host.len : sizeof to->host - 1;
	if (n)
		memcpy(to->host, from->host.ptr, n);
	to->host[n] = '\0';
	if (from->path.len)
		to->path = memory_copy(slice_take(from->path, 256));
}

void address_copy(struct endpoint_address *to, const struct endpoint_address *from)
{
	address_release(to);
	*to = *from;
	if (from->path)
		to->path = memory_copy(slice_of(from->path));
}

void address_release(struct endpoint_address *a)
{
	free(a->path);
	*a = (struct endpoint_address){.port = -1};
}

/* "127.0.0.1:80" and "[::1]:80" of annotations. */
bool address_from_text(struct slice text, struct endpoint_address *a)
{
	size_t colon = SIZE_MAX;
	for (size_t at = 0; (at = slice_find_char(text, ':', at)) != SIZE_MAX; at++)
		colon = at;
	int64_t port;
	if (colon == SIZE_MAX || !slice_number(slice_skip(text, colon + 1), &port))
		return false;
	struct slice host = slice_take(text, colon);
	bool six = host.len > 1 && host.ptr[0] == '[';
	if (six)
		host = (struct slice){host.ptr + 1, host.len - 2};
	struct address from = {.family = six || slice_find_char(host, ':', 0) != SIZE_MAX ? FAMILY_INET6 : FAMILY_INET,
		.host = host,
		.port = port};
	address_unmap(&from);
	address_keep(a, &from);
	return true;
}

/* For each accept: not by printf. */
static void add_host_and_port(struct buffer *text, const char *open, const char *host, const char *close, int64_t port)
{
	buffer_add_text(text, open);
	buffer_add_text(text, host);
	buffer_add_text(text, close);
	buffer_add_number(text, port);
}

void address_describe(const struct endpoint_address *a, struct buffer *text)
{
	if (a->family == FAMILY_UNIX) {
		buffer_add_text(text, a->abstract ? "@" : "");
		buffer_add_text(text, a->path ? a->path : "(unnamed)");
	} else if (a->family == FAMILY_INET6)
		add_host_and_port(text, "[", a->host, "]:", a->port);
	else if (a->family == FAMILY_INET)
		add_host_and_port(text, "", a->host, ":", a->port);
}

bool address_same(const struct endpoint_address *a, const struct endpoint_address *b)
{
	if (a->family != b->family)
		return false;
	if (a->family == FAMILY_UNIX)
		return a->abstract == b->abstract && a->path && b->path && strcmp(a->path, b->path) == 0;
	return a->port == b->port && strcmp(a->host, b->host) == 0;
}

bool address_is_wildcard(const struct endpoint_address *a)
{
	return a->family != FAMILY_UNIX &&
		(strcmp(a->host, "0.0.0.0") == 0 || strcmp(a->host, "::") == 0 || !a->host[0]);
}
