#include "pack.h"

struct packed {
	uint32_t text_id; /* of a known text; 0: the whole record follows */
	uint32_t file;
	uint64_t line, start_line;
	int64_t task;
	bool has_pid;     /* it is the task */
	uint8_t kind, time, start_time, duration; /* lengths of the stamps, which follow */
};

enum { ALIGN = 8, LARGEST = sizeof(struct packed) + sizeof(struct record) + 3 * TRACE_MAX_STAMP + ALIGN };

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

static void add_known(struct pack *p, const struct record *r)
{
	char *to = p->bytes + p->used;
	struct packed head = {.text_id = r->text_id, .file = r->file, .line = r->line, .start_line = r->start_line, .task = r->task,
			      .has_pid = r->pid >= 0, .kind = (uint8_t)r->kind, .time = (uint8_t)r->time.len,
			      .start_time = (uint8_t)r->start_time.len, .duration = (uint8_t)r->duration.len};
	memcpy(to, &head, sizeof head);
	to = add_stamp(add_stamp(add_stamp(to + sizeof head, r->time), r->start_time), r->duration);
	p->used = aligned((size_t)(to - p->bytes));
}

static size_t size_of(const struct record *r)
{
	return offsetof(struct record, aux) + r->aux_count * sizeof *r->aux;
}

static void add_whole(struct pack *p, const struct record *r)
{
	struct packed head = {0};
	memcpy(p->bytes + p->used, &head, sizeof head);
	memcpy(p->bytes + p->used + sizeof head, r, size_of(r));
	p->used = aligned(p->used + sizeof head + size_of(r));
}

void pack_add(struct pack *p, const struct record *r)
{
	if (r->text_known)
		add_known(p, r);
	else
		add_whole(p, r);
}

static struct slice take_stamp(const char **from, size_t length)
{
	struct slice stamp = {length ? *from : NULL, length};
	*from += length;
	return stamp;
}

static const char *take_known(const char *from, const struct packed *head, struct record *r)
{
	r->kind = (enum record_kind)head->kind;
	r->end = END_NONE;
	r->text_id = head->text_id;
	r->text_known = true;
	r->file = head->file;
	r->line = r->last_line = head->line;
	r->start_line = head->start_line;
	r->task = head->task;
	r->pid = head->has_pid ? head->task : -1;
	r->time = take_stamp(&from, head->time);
	r->start_time = take_stamp(&from, head->start_time);
	r->duration = take_stamp(&from, head->duration);
	return from;
}

static const char *take_whole(const char *from, struct record *r)
{
	memcpy(r, from, offsetof(struct record, aux));
	memcpy(r->aux, from + offsetof(struct record, aux), r->aux_count * sizeof *r->aux);
	return from + size_of(r);
}

bool pack_next(const struct pack *p, size_t *at, struct record *r)
{
	struct packed head;
	if (*at >= p->used)
		return false;
	const char *from = p->bytes + *at;
	memcpy(&head, from, sizeof head);
	from += sizeof head;
	from = head.text_id ? take_known(from, &head, r) : take_whole(from, r);
	*at = aligned((size_t)(from - p->bytes));
	return true;
}
