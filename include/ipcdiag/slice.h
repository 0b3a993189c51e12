/* Borrowed text: a pointer and a length, passed by value, never freed.
 * A slice is valid as long as the memory it points into; slices of a record are valid until the next record is read.
 * The bytes are arbitrary (NUL and invalid UTF-8 included) and not terminated. */
#ifndef IPCDIAG_SLICE_H
#define IPCDIAG_SLICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct slice {
	const char *ptr;
	size_t len;
};

/* A slice of a string literal. */
#define SLICE(literal) ((struct slice){"" literal, sizeof(literal) - 1})

static inline struct slice slice_of(const char *text)
{
	return (struct slice){text, text ? strlen(text) : 0};
}

static inline bool slice_equal(struct slice a, struct slice b)
{
	return a.len == b.len && (a.len == 0 || memcmp(a.ptr, b.ptr, a.len) == 0);
}

static inline bool slice_is(struct slice a, const char *text)
{
	return slice_equal(a, slice_of(text));
}

static inline bool slice_starts(struct slice a, struct slice prefix)
{
	return a.len >= prefix.len && memcmp(a.ptr, prefix.ptr, prefix.len) == 0;
}

static inline bool slice_ends(struct slice a, struct slice suffix)
{
	return a.len >= suffix.len && memcmp(a.ptr + a.len - suffix.len, suffix.ptr, suffix.len) == 0;
}

/* What is left behind the first `n` bytes (the empty end if there are fewer). */
static inline struct slice slice_skip(struct slice a, size_t n)
{
	return n >= a.len ? (struct slice){a.ptr + a.len, 0} : (struct slice){a.ptr + n, a.len - n};
}

/* The first `n` bytes (all if there are fewer). */
static inline struct slice slice_take(struct slice a, size_t n)
{
	return n >= a.len ? a : (struct slice){a.ptr, n};
}

/* Position of `needle` in `a` from `from` on, or SIZE_MAX. */
size_t slice_find(struct slice a, struct slice needle, size_t from);
size_t slice_find_char(struct slice a, char c, size_t from);

/* Without blanks and tabs at both ends. */
struct slice slice_trim_blanks(struct slice a);
static inline struct slice slice_trim(struct slice a)
{
	bool bare = !a.len || ((unsigned char)a.ptr[0] > ' ' && (unsigned char)a.ptr[a.len - 1] > ' ');
	return bare ? a : slice_trim_blanks(a);
}

/* The whole slice as a number: decimal, 0x hex, 0 octal, an optional minus. False if it is none or overflows 64 bits
 * (hex up to 0xffffffffffffffff wraps into the sign, as C does). */
bool slice_number(struct slice a, int64_t *value);

/* Does the list "a b c" (words between blanks) hold the word `a`? An empty word is in no list. */
bool slice_in_words(struct slice a, const char *words);

#endif
