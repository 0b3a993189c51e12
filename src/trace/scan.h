/* Characters of strace's text: where strings, annotations, comments and brackets end. Knows no grammar.
 * All functions work on [p, end) and are linear in what they step over. */
#ifndef TRACE_SCAN_H
#define TRACE_SCAN_H

#include <endian.h>

#include <ipcdiag/slice.h>

enum scan_result {
	SCAN_CLOSED,   /* the bracket was found */
	SCAN_OPEN,     /* the text ends before it, between two arguments or in a plain one */
	SCAN_NESTED,   /* the text ends before it, inside a struct, list or group */
	SCAN_IN_STRING /* the text ends inside a string */
};

/* How often an annotation that does not end is looked for in one text: bounds the work on hostile lines. */
enum { SCAN_MAX_FAILED = 16, SCAN_MAX_NAME = 64 /* of a call */ };

struct scanner {
	const char *begin, *end;
	unsigned failed;
};

#define SCAN_ONES UINT64_C(0x0101010101010101)

/* Eight bytes at once, the first one lowest. */
static inline uint64_t scan_word(const char *p)
{
	uint64_t word;
	memcpy(&word, p, sizeof word);
	return le64toh(word);
}

/* The bytes of the word that are no digits, as high bits. '0' to '9' become 0 to 9; of other bytes the high bit is set
 * by then, or by the sum (whose carry comes only from such a byte). */
static inline uint64_t scan_non_digits(uint64_t word)
{
	word ^= SCAN_ONES * '0';
	return (word | (word + SCAN_ONES * (0x80 - 10))) & SCAN_ONES * 0x80;
}

static inline bool scan_is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static inline bool scan_is_name(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || scan_is_digit(c) || c == '_';
}

static inline bool scan_is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static inline const char *scan_blanks(const char *p, const char *end)
{
	while (p < end && scan_is_blank(*p))
		p++;
	return p;
}

static inline const char *scan_digits(const char *p, const char *end)
{
	while (p < end && scan_is_digit(*p))
		p++;
	return p;
}

static inline const char *scan_name(const char *p, const char *end)
{
	while (p < end && scan_is_name(*p))
		p++;
	return p;
}

static inline struct slice scan_slice(const char *p, const char *end)
{
	return (struct slice){p, (size_t)(end - p)};
}

/* Behind the string whose opening quote is at p; NULL if it does not end. */
const char *scan_string(const char *p, const char *end);

/* Behind the annotation "<...>" that starts at p; NULL if it does not end. */
const char *scan_note(const char *p, const char *end);

/* Behind the item at p: a string, an annotation, a comment, or one character. NULL: a string that does not end. */
const char *scan_item(struct scanner *s, const char *p);

/* From behind an opening '(' to its ')'. Closing brackets without an opening one are stepped over: in the second half
 * of a split call they belong to the first half. */
enum scan_result scan_call(const char *p, const char *end, const char **close);

/* Behind the group '(...)', '[...]' or '{...}' that starts at p; NULL if it does not end. */
const char *scan_group(const char *p, const char *end);

/* Behind the characters that scan_item would step over one by one: neither brackets nor what opens or parts anything.
 */
const char *scan_words(const char *p, const char *end);

/* The next top-level comma at or behind p, or `end`. */
const char *scan_comma(struct scanner *s, const char *p);

/* Is `at` outside of strings, annotations and comments, when scanning starts at p? */
bool scan_is_plain(const char *p, const char *end, const char *at);

/* Steps over strace-escaped text while it says the same as the raw bytes; returns how many raw bytes were equal, sets
 * *all when the whole escaped text was used up. */
size_t scan_compare(struct slice escaped, struct slice raw, bool *all);

#endif
