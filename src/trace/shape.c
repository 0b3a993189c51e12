#include "shape.h"

#include "scan.h"

static const uint64_t ones = SCAN_ONES;

/* The number in the first `digits` bytes of the word, which are digits: ones become tens, tens hundreds, those ten
 * thousands. */
static int64_t number_of(uint64_t word, unsigned digits)
{
	word = (word ^ ones * '0') << (64 - 8 * digits);
	word = (word * 10 + (word >> 8)) & 0x00ff00ff00ff00ff;
	word = (word * 100 + (word >> 16)) & 0x0000ffff0000ffff;
	return (int64_t)((word * 10000 + (word >> 32)) & 0xffffffff);
}

typedef unsigned char step_bytes __attribute__((vector_size(SHAPE_STEP)));

static inline step_bytes load(const void *p)
{
	step_bytes bytes;
	memcpy(&bytes, p, sizeof bytes);
	return bytes;
}

/* Not 0: a byte that no such leader has. */
static inline step_bytes wrong(const struct shape *s, const char *p, size_t at)
{
	step_bytes bytes = load(p + at), no_digit = (step_bytes)(bytes - '0' > 9);
	return ((bytes & load(s->mask + at)) ^ load(s->same + at)) | (no_digit & load(s->digits + at));
}

static inline bool is_zero(step_bytes bytes)
{
	uint64_t halves[2];
	memcpy(halves, &bytes, sizeof halves);
	return !(halves[0] | halves[1]);
}

/* A leader or a line of unusual length. */
static bool fits_unusual(const struct shape *s, struct slice line)
{
	char bytes[SHAPE_SPAN] = {0};
	memcpy(bytes, line.ptr, line.len < sizeof bytes ? line.len : sizeof bytes);
	return is_zero(wrong(s, bytes, 0) | wrong(s, bytes, SHAPE_STEP) | wrong(s, bytes, 2 * SHAPE_STEP));
}

/* The masks of what stands behind the leader are empty. */
static bool fits(const struct shape *s, struct slice line)
{
	if (!s->length || line.len <= s->length ||
		line.len < s->pid_at + sizeof(uint64_t)) /* the pid is read as a word */
		return false;
	if (s->length > 2 * SHAPE_STEP || line.len < 2 * SHAPE_STEP)
		return fits_unusual(s, line);
	return is_zero(wrong(s, line.ptr, 0) | wrong(s, line.ptr, SHAPE_STEP));
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
	if (scan_is_digit(c)) {
		s->digits[i] = 0xff;
		return;
	}
	s->mask[i] = 0xff;
	s->same[i] = (unsigned char)c;
}

/* Keeps the shape of a leader that was parsed, if nothing but its digits can change without it being another one. A pid
 * of more than six digits could be a time. */
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
