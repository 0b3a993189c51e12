/* Leaders look alike: in "1234  1700000000.123456 " only the digits change. A shape is where the digits and the other
 * characters stand; a line whose leader has a known shape is checked many bytes at a time instead of being parsed. The
 * answer is that of leader_parse(), its slow twin: tests/unit/test_trace_quick.c holds both together. */
#ifndef TRACE_SHAPE_H
#define TRACE_SHAPE_H

#include "leader.h"

enum { SHAPE_STEP = 16 /* bytes checked at once */, SHAPE_SPAN = 3 * SHAPE_STEP, SHAPES = 9 };

struct shape {
	uint8_t length;             /* of the leader; 0: none is known */
	uint8_t pid_at, pid_length; /* 0 digits: no pid */
	uint8_t time_at, time_length;
	bool bracket;
	unsigned char same[SHAPE_SPAN];   /* the characters that are no digits, */
	unsigned char mask[SHAPE_SPAN];   /* 0xff where they stand, */
	unsigned char digits[SHAPE_SPAN]; /* and where digits do */
};

/* By the length of the first word, as it is the pid that grows; the last for longer ones. Zero-initialise. */
struct shapes {
	struct shape by_word[SHAPES];
};

/* As leader_parse(). */
void shapes_parse_leader(struct shapes *s, struct slice line, struct leader *out);

#endif
