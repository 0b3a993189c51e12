/* A JSON writer that streams into a buffer. What comes out is always valid: commas, nesting and escapes are its
 * business, bytes that are not UTF-8 become U+FFFD, and control, line-separating and invisible characters are written
 * as \uNNNN, so that JSON on a terminal does nothing either.
 *
 * Owns nothing. `key` is the member's name inside an object and NULL inside an array and for the outermost value.
 * Opening and closing more than JSON_MAX_DEPTH levels, or closing what is not open, is a bug and asserts. */
#ifndef IPCDIAG_JSON_H
#define IPCDIAG_JSON_H

#include <ipcdiag/buffer.h>

enum { JSON_MAX_DEPTH = 32 };

struct json {
	struct buffer *out;
	unsigned depth; /* how many containers are open */
	unsigned
		break_depth; /* the outer levels that put each member on a line of its own; 0: everything on one line */
	uint32_t filled;     /* bit d: the container at depth d has a member */
	uint32_t arrays;     /* bit d: it is an array */
};

/* Starts a document at the end of `out`. */
static inline struct json json_start(struct buffer *out, unsigned break_depth)
{
	return (struct json){.out = out, .break_depth = break_depth};
}

void json_open_object(struct json *j, const char *key);
void json_open_array(struct json *j, const char *key);
/* Closes the innermost container. */
void json_close(struct json *j);

void json_add_text(struct json *j, const char *key, const char *value); /* NULL becomes null */
void json_add_slice(struct json *j, const char *key, struct slice value);
void json_add_number(struct json *j, const char *key, int64_t value);
void json_add_count(struct json *j, const char *key, uint64_t value);
void json_add_bool(struct json *j, const char *key, bool value);
void json_add_null(struct json *j, const char *key);

#endif
