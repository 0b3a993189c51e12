#include "shape.h"

#include "scan.h"

static const uint64_t ones = SCAN_ONES;

/* The number in the first `digits` bytes of the word, which are digits: ones become tens, tens hundreds, those ten thousands. */
static int64_t number_of(uint64_t word, unsigned digits)
{
	word = (word ^ ones * '0') << (64 - 8 * digits);
	word = (word * 10 + (word >> 8)) & 0x00ff00ff00ff00ff;
	word = (word * 100 + (word >> 16)) & 0x0000ffff0000ffff;
	return (int64_t)((word * 10000 + (word >> 32)) & 0xffffffff);
}

/* Not 0: word `i` of the line is no such leader's. */
static inline uint64_t wrong(const struct shape *s, const char *p, unsigned i)
{
	uint64_t word = scan_word(p + i * 8);
	return ((word & s->mask[i]) ^ s->same[i]) | (scan_non_digits(word) & s->digits[i]);
}

static bool fits(const struct shape *s, struct slice line)
{
	enum { USUAL = 4 }; /* words, and most lines are longer; the masks of those behind the leader are empty */
	const char *p = line.ptr;
	if (!s->length || line.len <= s->length || line.len < 8)
		return false;
	if (s->words <= USUAL && line.len >= USUAL * 8)
		return !(wrong(s, p, 0) | wrong(s, p, 1) | wrong(s, p, 2) | wrong(s, p, 3));
	for (unsigned i = 0; i < s->words; i++)
		if (line.len < (i + 1) * 8 || wrong(s, p, i))
			return false;
	return true;
}

/* Behind the leader comes the event: nothing that could still belong to the leader. */
static bool starts_event(char c)
{
	return (c >= 'a' && c <= 'z') || c == '<' || c == '+' || c == '-';
}

static void fill(const struct shape *s, struct slice line, struct leader *out)
{
	struct slice none = {NULL, 0};
	out->pid = s->pid_length ? number_of(scan_word(line.ptr + s->pid_at), s->pid_length) : -1;
	out->time = s->time_length ? (struct slice){line.ptr + s->time_at, s->time_length} : none;
	out->comm = out->rel = none;
	out->end = s->length;
	out->bracket = s->bracket;
	out->any = true;
}

static void set_place(struct slice line, const char *p, size_t length, uint8_t *at, uint8_t *size)
{
	*at = (uint8_t)(p - line.ptr);
	*size = (uint8_t)length;
}

static void add_byte(struct shape *s, size_t i, char c)
{
	unsigned char bytes[8] = {0};
	bytes[i % 8] = 0xff;
	uint64_t where = scan_word((const char *)bytes);
	if (scan_is_digit(c)) {
		s->digits[i / 8] |= where;
		return;
	}
	s->mask[i / 8] |= where;
	s->same[i / 8] |= where & (ones * (unsigned char)c);
}

/* Keeps the shape of a leader that was parsed, if nothing but its digits can change without it being another one. A pid of more than six
 * digits could be a time. */
static void learn(struct shape *s, struct slice line, const struct leader *l)
{
	enum { MAX_PID = 6 };
	const char *pid = line.ptr + (l->bracket ? 5 : 0);
	*s = (struct shape){0};
	if (!l->any || l->comm.ptr || l->rel.ptr || !l->end || l->end > SHAPE_SPAN)
		return;
	if (l->pid >= 0) {
		const char *end = line.ptr + line.len, *p = l->bracket ? scan_blanks(pid, end) : pid;
		size_t length = (size_t)(scan_digits(p, end) - p);
		if (!length || length > MAX_PID)
			return;
		set_place(line, p, length, &s->pid_at, &s->pid_length);
	}
	if (l->time.ptr)
		set_place(line, l->time.ptr, l->time.len, &s->time_at, &s->time_length);
	for (size_t i = 0; i < l->end; i++)
		add_byte(s, i, line.ptr[i]);
	s->words = (uint8_t)((l->end + 7) / 8);
	s->bracket = l->bracket;
	s->length = (uint8_t)l->end;
}

/* Digits, blanks and the signs of clocks, or "[pid N] ". Groups in brackets may hold anything. */
static bool is_plain(struct slice line, size_t length)
{
	static const struct slice own = SLICE("[pid ");
	size_t i = slice_starts(line, own) ? own.len : 0;
	bool inside = i > 0;
	for (; i < length; i++) {
		char c = line.ptr[i];
		if (c == ']' && inside)
			inside = false;
		else if (!scan_is_digit(c) && c != ' ' && c != '.' && c != ':')
			return false;
	}
	return true;
}

/* By the first blank, if that is among the first eight characters. */
static struct shape *shape_of(struct shapes *s, struct slice line)
{
	if (line.len < 8)
		return NULL;
	uint64_t word = scan_word(line.ptr) ^ ones * ' ', blanks = (word - ones) & ~word & ones * 0x80;
	return &s->by_word[blanks ? __builtin_ctzll(blanks) / 8 : SHAPES - 1];
}

/* Lines of a trace without pids and stamps. */
static bool has_none(struct slice line)
{
	return line.len && line.ptr[0] >= 'a' && line.ptr[0] <= 'z';
}

void shapes_parse_leader(struct shapes *s, struct slice line, struct leader *out)
{
	if (has_none(line)) {
		*out = (struct leader){.pid = -1};
		return;
	}
	struct shape *shape = shape_of(s, line);
	if (shape && fits(shape, line) && starts_event(line.ptr[shape->length])) {
		fill(shape, line, out);
		return;
	}
	leader_parse(line, out);
	if (shape && is_plain(line, out->end) && out->end < line.len && starts_event(line.ptr[out->end]))
		learn(shape, line, out);
}
