/* Owned text that grows. Zero-initialise, add, release. `ptr` is NUL-terminated once something was added
 * (the NUL is not counted in `len`). The owner frees it with buffer_release. */
#ifndef IPCDIAG_BUFFER_H
#define IPCDIAG_BUFFER_H

#include <ipcdiag/slice.h>

struct buffer {
	char *ptr;
	size_t len;
	size_t cap;
};

void buffer_reserve(struct buffer *b, size_t more);
void buffer_add(struct buffer *b, struct slice text);
void buffer_add_text(struct buffer *b, const char *text);
void buffer_add_char(struct buffer *b, char c);
void buffer_add_number(struct buffer *b, int64_t value);
void buffer_add_format(struct buffer *b, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Empties it, keeps the memory. */
static inline void buffer_clear(struct buffer *b)
{
	b->len = 0;
	if (b->ptr)
		b->ptr[0] = '\0';
}

static inline struct slice buffer_slice(const struct buffer *b)
{
	return (struct slice){b->ptr ? b->ptr : "", b->len};
}

/* Hands the text over to the caller (free it with free()); never NULL; leaves the buffer empty. */
char *buffer_detach(struct buffer *b);
void buffer_release(struct buffer *b);

#endif
