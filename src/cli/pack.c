#include "pack.h"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

/* A record of a known text, by its distance from the one before. */
struct known {
	uint16_t text_id;
	uint8_t kind;
	bool has_pid;                       /* it is the task */
	uint8_t time, start_time, duration; /* lengths of the stamps, which follow */
	uint8_t lines; /* since the record before; MANY_LINES: that and the other numbers are too large, a struct far
			  follows */
	uint32_t back; /* lines to where the call started, 0: not known */
	uint32_t task;
};

struct far {
	uint64_t line, start_line;
	int64_t task;
	uint32_t file;
};

_Static_assert(TRACE_MAX_TEXT_ID <= UINT16_MAX && TRACE_MAX_STAMP <= UINT8_MAX, "they must fit struct known");

enum { WHOLE = 0 /* text_id of a record that follows whole */, MANY_LINES = UINT8_MAX };

enum {
	ALIGN = 8,
	MAX_TEXT = 512,
	LARGEST = sizeof(struct known) + sizeof(struct record) + MAX_TEXT + 3 * TRACE_MAX_STAMP + ALIGN
};

static size_t aligned(size_t size)
{
	return (size + ALIGN - 1) & ~(size_t)(ALIGN - 1);
}

bool pack_has_room(const struct pack *p)
{
	return sizeof p->bytes - p->used >= LARGEST;
}

static char *add_stamp(char *to, struct slice stamp)
{
	if (stamp.len)
		memcpy(to, stamp.ptr, stamp.len);
	return to + stamp.len;
}

/* Do the distances fit? */
static bool is_near(const struct pack *p, const struct record *r)
{
	return p->used && r->file == p->file && r->line - p->line < MANY_LINES && r->task >= 0 &&
		r->task <= UINT32_MAX &&
		(!r->start_line || (r->start_line < r->line && r->line - r->start_line <= UINT32_MAX));
}

static void add_known(struct pack *p, const struct record *r)
{
	char *to = p->bytes + p->used;
	bool near = is_near(p, r);
	struct known k = {.text_id = (uint16_t)r->text_id,
		.kind = (uint8_t)r->kind,
		.has_pid = r->pid >= 0,
		.time = (uint8_t)r->time.len,
		.start_time = (uint8_t)r->start_time.len,
		.duration = (uint8_t)r->duration.len,
		.lines = MANY_LINES};
	if (near) {
		k.lines = (uint8_t)(r->line - p->line);
		k.back = r->start_line ? (uint32_t)(r->line - r->start_line) : 0;
		k.task = (uint32_t)r->task;
	}
	memcpy(to, &k, sizeof k);
	to += sizeof k;
	if (!near) {
		struct far f = {.line = r->line, .start_line = r->start_line, .task = r->task, .file = r->file};
		memcpy(to, &f, sizeof f);
		to += sizeof f;
	}
	to = add_stamp(add_stamp(add_stamp(to, r->time), r->start_time), r->duration);
	p->used = aligned((size_t)(to - p->bytes));
}

static size_t size_of(const struct record *r)
{
	return offsetof(struct record, aux) + r->aux_count * sizeof *r->aux;
}

/* What is copied of them, beside the record. */
static struct slice own_stamp(struct slice stamp)
{
	return stamp.len <= TRACE_MAX_STAMP ? stamp : (struct slice){0};
}

static struct slice own_text(const struct record *r)
{
	return r->text.len <= MAX_TEXT ? r->text : (struct slice){0};
}

static void add_whole(struct pack *p, const struct record *r)
{
	struct slice time = own_stamp(r->time), start_time = own_stamp(r->start_time), text = own_text(r);
	struct known k = {.text_id = WHOLE, .time = (uint8_t)time.len, .start_time = (uint8_t)start_time.len};
	char *to = p->bytes + p->used;
	memcpy(to, &k, sizeof k);
	memcpy(to + sizeof k, r, size_of(r));
	to = add_stamp(add_stamp(to + sizeof k + size_of(r), time), start_time);
	if (text.len)
		memcpy(to, text.ptr, text.len);
	p->used = aligned((size_t)(to + text.len - p->bytes));
}

void pack_add(struct pack *p, const struct record *r)
{
	if (r->text_known)
		add_known(p, r);
	else
		add_whole(p, r);
	p->line = r->line;
	p->file = r->file;
}

/* Rounded up: pack.bytes is a multiple of all sizes that are copied at once. */
static void copy_past_caches(char *to, const char *from, size_t size)
{
#ifdef __SSE2__
	for (size_t i = 0; i < size; i += sizeof(__m128i))
		_mm_stream_si128(
			(__m128i *)(void *)(to + i), _mm_load_si128((const __m128i *)(const void *)(from + i)));
	_mm_sfence();
#else
	memcpy(to, from, size);
#endif
}

void pack_copy(struct pack *to, const struct pack *from)
{
	to->used = from->used;
	to->line = from->line;
	to->file = from->file;
	copy_past_caches(to->bytes, from->bytes, from->used);
}

static struct slice take_stamp(const char **from, size_t length)
{
	struct slice stamp = {length ? *from : NULL, length};
	*from += length;
	return stamp;
}

/* `r` still is the record before. */
static const char *take_known(const char *from, const struct known *k, struct record *r)
{
	struct far f = {.line = r->line + k->lines, .task = k->task, .file = r->file};
	f.start_line = k->back ? f.line - k->back : 0;
	if (k->lines == MANY_LINES) {
		memcpy(&f, from, sizeof f);
		from += sizeof f;
	}
	r->kind = (enum record_kind)k->kind;
	r->end = END_NONE;
	r->text_id = k->text_id;
	r->text_known = true;
	r->file = f.file;
	r->line = r->last_line = f.line;
	r->start_line = f.start_line;
	r->task = f.task;
	r->pid = k->has_pid ? f.task : -1;
	r->time = take_stamp(&from, k->time);
	r->start_time = take_stamp(&from, k->start_time);
	r->duration = take_stamp(&from, k->duration);
	return from;
}

/* If it lies in the text, whose copy is at `copy`. */
static void move_part(struct slice *part, struct slice text, const char *copy)
{
	uintptr_t at = (uintptr_t)part->ptr - (uintptr_t)text.ptr;
	if (part->ptr && at <= text.len)
		part->ptr = copy + at;
}

static void move_parts(struct record *r, const char *copy)
{
	struct slice *const parts[] = {
		&r->duration, &r->name, &r->args, &r->args_tail, &r->ret, &r->err, &r->retnote, &r->text};
	struct slice text = r->text;
	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
		move_part(parts[i], text, copy);
	for (size_t i = 0; i < r->aux_count; i++)
		move_part(&r->aux[i], text, copy);
}

static const char *take_whole(const char *from, const struct known *k, struct record *r)
{
	memcpy(r, from, offsetof(struct record, aux));
	memcpy(r->aux, from + offsetof(struct record, aux), r->aux_count * sizeof *r->aux);
	from += size_of(r);
	if (k->time)
		r->time = take_stamp(&from, k->time);
	if (k->start_time)
		r->start_time = take_stamp(&from, k->start_time);
	size_t length = own_text(r).len;
	if (length)
		move_parts(r, from);
	return from + length;
}

bool pack_next(const struct pack *p, size_t *at, struct record *r)
{
	struct known k;
	if (*at >= p->used)
		return false;
	const char *from = p->bytes + *at;
	memcpy(&k, from, sizeof k);
	from += sizeof k;
	from = k.text_id == WHOLE ? take_whole(from, &k, r) : take_known(from, &k, r);
	*at = aligned((size_t)(from - p->bytes));
	return true;
}
