/* Objects that have a key, an id or a name. */
#include <inttypes.h>
#include <string.h>

#include <ipcdiag/explain_shm.h>

#include "engine_parts.h"

/* --- names --- */

static void set_buffer(struct finding *f, const char *name, struct buffer *text)
{
	set_sentence(f, name, buffer_slice(text));
	buffer_clear(text);
}

static void add_key(struct buffer *text, int64_t key)
{
	if (key == 0)
		buffer_add_text(text, "IPC_PRIVATE");
	else
		buffer_add_format(text, "0x%" PRIx64, (uint64_t)key & UINT32_MAX);
}

static const char *path_name(const char *path)
{
	const char *slash = strrchr(path, '/');
	return slash ? slash : path;
}

static void add_details(struct buffer *text, int64_t key, int64_t size)
{
	bool keyed = key >= 0 || key < -1;
	if (!keyed && size < 0)
		return;
	buffer_add_text(text, " (");
	if (keyed) {
		buffer_add_text(text, "key ");
		add_key(text, key);
	}
	if (size >= 0)
		buffer_add_format(text, "%s%" PRId64 " bytes", keyed ? ", " : "", size);
	buffer_add_char(text, ')');
}

/* {NAME_id} {NAME_key} */
static void set_numbers(struct finding *f, const char *name, int64_t id, int64_t key)
{
	struct buffer text = {0};
	if (id >= 0) {
		buffer_add_number(&text, id);
		set_joined(f, name, "_id", buffer_slice(&text));
		buffer_clear(&text);
	}
	add_key(&text, key);
	if (key != -1)
		set_joined(f, name, "_key", buffer_slice(&text));
	buffer_release(&text);
}

static void set_making(struct finding *f, const struct process *maker, struct step *made, const char *role)
{
	explain_process(f, "maker", maker);
	explain_place(f, "made_at", made);
	finding_add_evidence(f, made, role);
}

void explain_segment(struct finding *f, const struct segment *s)
{
	struct buffer text = {0};
	if (!s)
		return;
	if (s->kind == SEGMENT_SYSV) {
		set_numbers(f, "segment", s->id, s->key);
		buffer_add_format(&text, "segment %" PRId64, s->id);
	} else {
		buffer_add_text(&text, s->kind == SEGMENT_MEMFD && s->path ? "the memfd " : "");
		buffer_add_text(&text,
			s->path                            ? path_name(s->path)
				: s->kind == SEGMENT_MEMFD ? "the memfd"
							   : "the object");
	}
	add_details(&text, s->kind == SEGMENT_SYSV ? s->key : -1, s->size);
	set_buffer(f, "segment", &text);
	finding_set_text(f, "segment_path", s->kind == SEGMENT_POSIX ? s->path : NULL);
	if (s->size >= 0)
		finding_set_number(f, "segment_size", s->size);
	set_making(f, s->creator, s->made,
		s->kind != SEGMENT_SYSV ? (s->created ? "the object is made" : "the object is opened")
			: s->created    ? "the segment is made"
					: "the segment is found");
	buffer_release(&text);
}

/* {NAME} and {object}: "semaphore set 3 (key 0x5150)" */
static void set_object(struct finding *f, const char *name, const char *what, int64_t id, int64_t key)
{
	struct buffer text = {0};
	set_numbers(f, name, id, key);
	buffer_add_text(&text, what);
	if (id >= 0)
		buffer_add_format(&text, " %" PRId64, id);
	add_details(&text, key, -1);
	finding_set(f, "object", buffer_slice(&text));
	set_buffer(f, name, &text);
	buffer_release(&text);
}

void explain_semset(struct finding *f, const struct semset *s, int64_t id)
{
	set_object(f, "set", "semaphore set", s ? s->id : id, s ? s->key : -1);
	if (!s)
		return;
	if (s->count >= 0)
		finding_set_number(f, "set_count", s->count);
	set_making(f, s->creator, s->made, s->created ? "the set is made" : "the set is opened");
}

void explain_queue(struct finding *f, const struct msgqueue *q, int64_t id)
{
	set_object(f, "queue", "message queue", q ? q->id : id, q ? q->key : -1);
	if (q)
		set_making(f, q->creator, q->made, q->created ? "the queue is made" : "the queue is opened");
}

bool explain_removal(struct finding *f, struct process *remover, struct step *removed)
{
	if (!removed)
		return false;
	explain_process(f, "remover", remover);
	explain_place(f, "removed_at", removed);
	finding_add_evidence(f, removed, "it is removed");
	return true;
}

void explain_rights(struct finding *f, const struct process *p, int64_t mode)
{
	struct buffer text = {0};
	if (mode >= 0) {
		buffer_add_format(&text, "0%03o", (unsigned)mode & 0777);
		set_buffer(f, "mode", &text);
	}
	if (p && p->uid >= 0) {
		finding_set_number(f, "user", p->uid);
		explain_place(f, "user_at", p->uid_step);
		finding_add_evidence(f, p->uid_step, "the process becomes user {user}");
	}
	buffer_release(&text);
}

/* Names that libraries look for to learn whether somebody traces them. */
static bool is_probe(struct slice name)
{
	return slice_starts(name, SLICE("lttng-ust-"));
}

/* The name in the folder of shared memory; empty if the path is another. */
static struct slice shm_name(struct slice path)
{
	static const struct slice folders[] = {SLICE("/dev/shm/"), SLICE("/run/shm/")};
	struct slice name = {0};
	for (size_t i = 0; i < sizeof folders / sizeof *folders; i++)
		if (slice_starts(path, folders[i]))
			name = slice_skip(path, folders[i].len);
	return name.len && slice_find_char(name, '/', 0) == SIZE_MAX && !is_probe(name) ? name : (struct slice){0};
}

bool is_shm_path(struct slice path)
{
	return shm_name(path).len > 0;
}

bool explain_shm_name(struct finding *f, struct slice path)
{
	struct slice semaphore = SLICE("sem."), name = shm_name(path);
	struct buffer text = {0};
	if (!name.len)
		return false;
	bool sem = slice_starts(name, semaphore);
	buffer_add_char(&text, '/');
	buffer_add(&text, sem ? slice_skip(name, semaphore.len) : name);
	set_buffer(f, "shm_name", &text);
	finding_set_text(f, "opener", sem ? "sem_open" : "shm_open");
	finding_set_text(f, "kind", sem ? "semaphore" : "shared memory object");
	finding_set(f, "path", path);
	buffer_release(&text);
	return true;
}

void explain_hex(struct finding *f, const char *name, uint64_t value)
{
	struct buffer text = {0};
	buffer_add_format(&text, "0x%" PRIx64, value);
	set_buffer(f, name, &text);
	buffer_release(&text);
}

void explain_key(struct finding *f, int64_t key)
{
	struct buffer text = {0};
	if (key == 0 || key == -1)
		return;
	buffer_add_format(&text, "0x%08" PRIx64, (uint64_t)key & UINT32_MAX);
	set_buffer(f, "padded_key", &text);
	buffer_release(&text);
}

/* --- the model --- */

uint64_t explain_segments_left(struct finding *f, const struct world *w)
{
	struct segment *first;
	int64_t bytes;
	uint64_t count = world_segments_left(w, &first, &bytes);
	if (!count)
		return 0;
	finding_set_number(f, "left_count", (int64_t)count);
	finding_set_number(f, "left_bytes", bytes);
	finding_set_number(f, "first_id", first->id);
	explain_place(f, "first_at", first->made);
	finding_add_evidence(f, first->made, "the first segment that is still there");
	return count;
}

const struct segment_user *segment_other_user(const struct segment *s, const struct process *except)
{
	for (unsigned i = 0; i < s->user_count; i++)
		if (!s->users[i].detached && s->users[i].process != except && process_alive(s->users[i].process))
			return &s->users[i];
	return NULL;
}

static const struct segment_user *attached_at(const struct segment *s, const struct step *when)
{
	for (unsigned i = 0; i < s->user_count; i++) {
		const struct segment_user *u = &s->users[i];
		if (u->attached && u->attached->order < when->order &&
			(!u->detached || u->detached->order > when->order))
			return u;
	}
	return NULL;
}

struct segment *segment_lost_key(const struct world *w, int64_t key, const struct segment_user **user)
{
	struct segment *s = world_segment_by_key(w, key);
	if (s && !s->removed)
		s = s->older;
	if (!s || !s->removed || !s->attached)
		return NULL;
	const struct segment_user *u = attached_at(s, s->removed);
	if (user)
		*user = u;
	return u ? s : NULL;
}

static bool takes(int64_t mtype, int64_t type)
{
	return mtype == 0 || (mtype > 0 ? type == mtype : type <= -mtype);
}

const struct message *queue_next_message(const struct msgqueue *q, int64_t mtype)
{
	for (unsigned i = 0; q && i < q->waiting_kept; i++)
		if (takes(mtype, q->waiting[i].type))
			return &q->waiting[i];
	return NULL;
}

bool explain_other_types(struct finding *f, const struct msgqueue *q)
{
	if (!q || !q->waiting_kept || q->waiting[0].type == INT64_MIN)
		return false;
	const struct message *m = &q->waiting[0];
	finding_set_number(f, "waiting_type", m->type);
	explain_place(f, "waiting_at", m->step);
	finding_add_evidence(f, m->step, "a message of type {waiting_type} is sent");
	finding_say_cause(f,
		q->waiting_kept == 1
			? "the only message that waits in it, sent at {waiting_at}, has type {waiting_type}"
			: "messages of other types wait in it: the first of them, sent at {waiting_at}, has type {waiting_type}");
	return true;
}

enum leaving leaving_of(const struct process *p)
{
	if (!p || p->end == END_ALIVE || p->end == END_LOST || (p->name && strcmp(p->name, "ipcmk") == 0))
		return LEAVING_NOT;
	if (p->injected_end && !(p->signal && strcmp(p->signal, "SIGKILL") == 0))
		return LEAVING_STOPPED;
	return p->end == END_KILLED ? LEAVING_CRASHED : LEAVING_DONE;
}

/* --- POSIX message queues --- */

void explain_mq_name(struct finding *f, struct slice path)
{
	struct buffer text = {0};
	if (!path.len)
		return;
	buffer_add_text(&text, path.ptr[0] == '/' ? "" : "/");
	buffer_add(&text, path);
	set_buffer(f, "queue", &text);
	buffer_release(&text);
}

void explain_mq_file(struct finding *f, const struct open_file *q)
{
	if (!q)
		return;
	explain_mq_name(f, slice_of(q->path));
	if (q->capacity > 0)
		finding_set_number(f, "capacity", q->capacity);
	if (q->message_size > 0)
		finding_set_number(f, "limit", q->message_size);
	if (q->queued > 0) {
		finding_set_number(f, "sent", q->queued);
		explain_place(f, "sent_at", q->first_write);
	}
	explain_place(f, "made_at", q->made);
	finding_add_evidence(f, q->made, "the queue is opened");
}

const struct open_file *explain_open_mq(struct finding *f, const struct process *p, struct slice path)
{
	const struct descriptor *d;
	explain_mq_name(f, path);
	for (size_t i = 0; p && p->table && (d = table_next(p->table, &i));) {
		const struct open_file *q = d->file;
		if (q->object == OBJECT_MQ && q->path && slice_is(path, q->path)) {
			explain_mq_file(f, q);
			return q;
		}
	}
	return NULL;
}

/* --- the outcome --- */

static bool is_own(const struct finding *f, const struct step *s)
{
	return s && s->order >= finding_step(f)->order && s->order <= finding_last_step(f)->order;
}

static bool is_later(const struct finding *f, const struct step *s)
{
	return s && s->order > finding_last_step(f)->order;
}

bool finding_got_over(const struct finding *f)
{
	const struct process *p = finding_process(f);
	if (finding_recovered(f, NULL, NULL))
		return true;
	if (!p || is_own(f, p->complaint))
		return false;
	if (process_ended_well(p))
		return true;
	if (leaving_of(p) == LEAVING_NOT || leaving_of(p) == LEAVING_STOPPED)
		return f->count > 1 || is_later(f, p->failure);
	return is_later(f, p->complaint) && !is_own(f, p->failure);
}

/* The process itself ended badly, or complained. */
static bool failed_over_it(const struct finding *f)
{
	const struct process *p = finding_process(f);
	enum leaving how = leaving_of(p);
	return p && (is_own(f, p->complaint) || how == LEAVING_CRASHED || (how == LEAVING_DONE && p->status != 0));
}

void finding_weigh(struct finding *f, const struct world *w)
{
	struct step *success;
	(void)w;
	if (finding_recovered(f, &success, NULL) && success->pid != f->pid && failed_over_it(f))
		finding_deny_recovery(f); /* somebody else's call */
	if (finding_got_over(f))
		f->severity = SEVERITY_NOTE;
	if (finding_recovered(f, &success, NULL))
		finding_add_evidence(f, success, "it works");
	if (f->count > 1)
		finding_add_evidence(f, finding_last_step(f), "the last of {count}");
}

void finding_raise(struct finding *f, const struct world *w)
{
	const struct process *p = finding_process(f);
	bool bad = failed_over_it(f);
	if (bad && !finding_got_over(f))
		f->severity = SEVERITY_ERROR;
	finding_add_evidence(f, bad && p ? p->complaint : NULL, "it complains of this");
	(void)w;
}
