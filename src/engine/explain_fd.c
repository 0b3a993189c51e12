/* What a process has open, in words. */
#include <ipcdiag/explain_fd.h>

#include "explain_parts.h"

enum { MAX_GROUPS = 24, LOOK_AT = 4096 };

/* One and many of each kind. */
static const char *const kind_words[OBJECT_KINDS][2] = {
	[OBJECT_UNKNOWN] = {"descriptor of unknown kind", "descriptors of unknown kind"},
	[OBJECT_FILE] = {"file", "files"},
	[OBJECT_PIPE] = {"pipe end", "pipe ends"},
	[OBJECT_FIFO] = {"FIFO end", "FIFO ends"},
	[OBJECT_SOCKET] = {"socket", "sockets"},
	[OBJECT_EVENTFD] = {"eventfd", "eventfds"},
	[OBJECT_EPOLL] = {"epoll instance", "epoll instances"},
	[OBJECT_TIMERFD] = {"timerfd", "timerfds"},
	[OBJECT_SIGNALFD] = {"signalfd", "signalfds"},
	[OBJECT_INOTIFY] = {"inotify instance", "inotify instances"},
	[OBJECT_MEMFD] = {"memfd", "memfds"},
	[OBJECT_SHM] = {"shared memory object", "shared memory objects"},
	[OBJECT_MQ] = {"message queue", "message queues"},
	[OBJECT_PIDFD] = {"pidfd", "pidfds"},
	[OBJECT_URING] = {"io_uring instance", "io_uring instances"},
	[OBJECT_TERMINAL] = {"terminal", "terminals"},
	[OBJECT_OTHER] = {"other descriptor", "other descriptors"},
};

static void add_count(struct buffer *text, uint64_t count, enum object object)
{
	buffer_add_number(text, (int64_t)count);
	buffer_add_char(text, ' ');
	buffer_add_text(text, kind_words[object][count != 1]);
}

/* --- groups --- */

/* The line that made this number, or, for an inherited one, the file behind it. */
static struct step *maker_of(const struct descriptor *d)
{
	if (d->came == CAME_DUP || d->came == CAME_PASSED || !d->file->made)
		return d->step;
	return d->file->made;
}

/* Opened once and kept on purpose. */
static bool is_listener(const struct open_file *f)
{
	return f->socket && f->socket->state == SOCKET_LISTENING;
}

static bool is_idle(const struct descriptor *d)
{
	const struct channel *c = d->file->channel;
	int other = !d->file->side;
	if (d->file->socket && d->file->socket->state == SOCKET_FAILED)
		return true; /* a connect that failed */
	if (!c || !c->side[other].known || c->passing_count)
		return false;
	return side_holders(c, other, d->table->owner, NULL) == 0;
}

static void add_to_group(struct descriptor_group *groups, unsigned *count, const struct descriptor *d)
{
	struct step *s = maker_of(d);
	if (!s)
		return;
	struct slice call = step_call(s);
	unsigned i = 0;
	while (i < *count && (groups[i].object != d->file->object || !slice_equal(groups[i].call, call)))
		i++;
	if (i == MAX_GROUPS)
		return;
	struct descriptor_group *g = &groups[i];
	if (i == *count)
		groups[(*count)++] =
			(struct descriptor_group){.object = d->file->object, .call = call, .first = s, .last = s};
	g->count++;
	g->idle += is_idle(d);
	if (s->order <= g->first->order) {
		g->first = s;
		g->connect = d->file->socket ? d->file->socket->connect : NULL;
	}
	if (s->order > g->last->order)
		g->last = s;
}

bool descriptors_group(const struct process *p, enum object only, struct descriptor_group *group)
{
	struct descriptor_group groups[MAX_GROUPS];
	const struct descriptor *d;
	unsigned count = 0, looked = 0;
	if (!p || !p->table)
		return false;
	for (size_t i = 0; looked < LOOK_AT && (d = table_next(p->table, &i)); looked++) {
		if ((only == OBJECT_KINDS || d->file->object == only) && !is_listener(d->file))
			add_to_group(groups, &count, d);
	}
	*group = (struct descriptor_group){0};
	for (unsigned i = 0; i < count; i++)
		if (groups[i].count > group->count)
			*group = groups[i];
	return group->count > 0;
}

/* --- words --- */

/* The four most frequent; `counts` is used up. */
static void add_kinds(struct buffer *text, uint64_t counts[OBJECT_KINDS])
{
	for (int done = 0; done < 4; done++) {
		int best = 0;
		for (int k = 1; k < OBJECT_KINDS; k++)
			if (counts[k] > counts[best])
				best = k;
		if (!counts[best])
			return;
		buffer_add_text(text, text->len ? ", " : "");
		add_count(text, counts[best], (enum object)best);
		counts[best] = 0;
	}
}

static void set_kinds(struct finding *f, const struct process *p)
{
	uint64_t counts[OBJECT_KINDS] = {0};
	struct buffer text = {0};
	const struct descriptor *d;
	int64_t highest = -1;
	unsigned looked = 0;
	for (size_t i = 0; looked < LOOK_AT && (d = table_next(p->table, &i)); looked++) {
		counts[d->file->object]++;
		highest = d->fd > highest ? d->fd : highest;
	}
	if (!looked)
		return;
	add_kinds(&text, counts);
	set_sentence(f, "kinds", buffer_slice(&text));
	finding_set_number(f, "open", (int64_t)p->table->open_count);
	finding_set_number(f, "highest", highest);
	finding_set_number(f, "likely_limit", highest + 1);
	buffer_release(&text);
}

void explain_descriptor_group(struct finding *f, const struct descriptor_group *g)
{
	struct buffer text = {0};
	add_count(&text, g->count, g->object);
	if (g->call.len) {
		buffer_add_text(&text, " from ");
		buffer_add(&text, g->call);
		finding_set(f, "group_call", g->call);
	}
	set_sentence(f, "group", buffer_slice(&text));
	finding_set_number(f, "group_count", (int64_t)g->count);
	finding_set_number(f, "first_line", (int64_t)g->first->line);
	finding_set_number(f, "last_line", (int64_t)g->last->line);
	finding_add_evidence(f, g->first, "the oldest of {group} that are still open");
	finding_add_evidence(f, g->connect, "where that one was connected");
	if (g->count > 1)
		finding_add_evidence(f, g->last, "the newest of them");
	buffer_release(&text);
}

void explain_descriptors(struct finding *f, const struct process *p)
{
	struct descriptor_group group;
	if (!p || !p->table)
		return;
	set_kinds(f, p);
	if (descriptors_group(p, OBJECT_KINDS, &group))
		explain_descriptor_group(f, &group);
}

void explain_descriptor_limit(struct finding *f, const struct process *p)
{
	if (!p || p->nofile.soft < 0 || p->nofile.soft == INT64_MAX)
		return;
	finding_set_number(f, "limit", p->nofile.soft);
	if (!p->nofile.step)
		return;
	finding_set_number(f, "limit_line", (int64_t)p->nofile.step->line);
	finding_add_evidence(f, p->nofile.step, "the limit on descriptors is {limit}");
}
