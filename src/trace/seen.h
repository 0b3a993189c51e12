/* Texts that came before. A trace says the same things again and again: without pid, stamps and duration nine lines of
 * ten of a busy server's trace are equal to an earlier one. Such a text is cut into its parts once; later lines with it
 * are looked up and nothing else, and their records only name its number (record.text_id), so that those who decode
 * records can keep what they made of it. A text is taken in when it comes for the second time, so that texts which
 * never come again cost next to nothing; and where texts push each other out before they are of use, few are.
 *
 * Its slow twin is reading every line (without trace_number_texts): tests/unit/test_trace_seen.c and
 * tests/fuzz/fuzz_state.c hold both together. Zeroed memory is an empty one. */
#ifndef TRACE_SEEN_H
#define TRACE_SEEN_H

#include <ipcdiag/record.h>

enum {
	SEEN_SPAN = 208, /* bytes of the longest text that is kept; the evidence of a finding holds them uncut */
	SEEN_WAYS = 2,   /* texts with the same place */
	SEEN_TEXTS = 4096,
	SEEN_PAIRS = 4096,  /* first and second halves that came together */
	SEEN_ONCE = 1 << 14 /* texts of which only the hash is known */
};

struct seen_text {
	uint64_t hash;
	uint32_t number; /* of whole calls and first halves that are wanted: the record's text_id */
	uint32_t serial; /* never the same for two texts, unlike the number, which goes on to the next text in its place
			  */
	uint32_t pins;   /* cut calls that wait: it must stay */
	uint16_t length;
	uint16_t name, name_length, args, args_length;
	uint8_t kind;
	bool is_write;    /* output of the program may stand in the line */
	const void *call; /* what trace_wants said of its name */
	char text[SEEN_SPAN];
};

struct seen {
	uint32_t tags[SEEN_TEXTS]; /* of the hashes; 0: there is none */
	struct seen_text texts[SEEN_TEXTS];
	struct seen_pair {
		uint32_t first, second; /* serials */
	} pairs[SEEN_PAIRS];
	uint32_t once[SEEN_ONCE];
	uint8_t next_way[SEEN_TEXTS / SEEN_WAYS];
	uint32_t serials;
	uint32_t hits, adds, refused; /* lately */
};

/* Never 0. */
uint64_t seen_hash(struct slice text);

/* Asks for the memory of a text that will be looked for soon. */
void seen_expect(const struct seen *s, uint64_t hash);

/* NULL: it is not kept. */
struct seen_text *seen_find(struct seen *s, struct slice text, uint64_t hash);

/* Takes the text in when it has come before; what it says is still to be filled in. NULL: not this time. */
struct seen_text *seen_add(struct seen *s, struct slice text, uint64_t hash);

/* Takes back the last seen_add. */
void seen_forget(struct seen *s, struct seen_text *t);

/* The number of a joined call. 0: its halves have not come together lately. */
uint32_t seen_find_pair(struct seen *s, const struct seen_text *first, const struct seen_text *second);
uint32_t seen_add_pair(struct seen *s, const struct seen_text *first, const struct seen_text *second);

static inline struct slice seen_name(const struct seen_text *t)
{
	return (struct slice){t->text + t->name, t->name_length};
}

static inline struct slice seen_args(const struct seen_text *t)
{
	return (struct slice){t->text + t->args, t->args_length};
}

#endif
