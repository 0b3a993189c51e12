#include <ipcdiag/buffer.h>

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <ipcdiag/memory.h>

void buffer_reserve(struct buffer *b, size_t more)
{
	if (b->cap - b->len > more)
		return;
	size_t cap = b->cap ? b->cap * 2 : 64;
	while (cap - b->len <= more)
		cap *= 2;
	b->ptr = memory_resize(b->ptr, cap);
	b->cap = cap;
}

void buffer_add(struct buffer *b, struct slice text)
{
	buffer_reserve(b, text.len);
	if (text.len)
		memcpy(b->ptr + b->len, text.ptr, text.len);
	b->len += text.len;
	b->ptr[b->len] = '\0';
}

void buffer_add_text(struct buffer *b, const char *text)
{
	buffer_add(b, slice_of(text));
}

void buffer_add_char(struct buffer *b, char c)
{
	buffer_add(b, (struct slice){&c, 1});
}

void buffer_add_number(struct buffer *b, int64_t value)
{
	char text[24], *end = text + sizeof text, *p = end;
	uint64_t rest = value < 0 ? -(uint64_t)value : (uint64_t)value;
	do
		*--p = (char)('0' + rest % 10);
	while (rest /= 10);
	if (value < 0)
		*--p = '-';
	buffer_add(b, (struct slice){p, (size_t)(end - p)});
}

void buffer_add_format(struct buffer *b, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	int n = vsnprintf(NULL, 0, format, args);
	va_end(args);
	if (n < 0)
		return;
	buffer_reserve(b, (size_t)n);
	va_start(args, format);
	vsnprintf(b->ptr + b->len, (size_t)n + 1, format, args);
	va_end(args);
	b->len += (size_t)n;
}

char *buffer_detach(struct buffer *b)
{
	buffer_reserve(b, 0);
	b->ptr[b->len] = '\0';
	char *text = b->ptr;
	*b = (struct buffer){0};
	return text;
}

void buffer_release(struct buffer *b)
{
	free(b->ptr);
	*b = (struct buffer){0};
}
