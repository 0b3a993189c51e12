#include "halves.h"

#include <stdlib.h>

#include <ipcdiag/memory.h>
#include <ipcdiag/trace.h>

struct open_call {
	struct open_call *newer, *older;
	int64_t pid; /* -1: none was printed */
	uint64_t line;
	uint32_t file;
	uint32_t name, time, args; /* lengths of the parts in bytes[], in this order */
	uint32_t cap;              /* room in bytes[] */
	struct seen_text *text; /* has the name and the arguments, which are not in bytes[] then; NULL: it came for the
				   first time */
	bool dropped;           /* the arguments were not kept */
	bool waits; /* in the list; else it came back, and its memory is kept for the task's next cut call */
	char bytes[];
};

static struct slice name_of(const struct open_call *c)
{
	return c->text ? seen_name(c->text) : (struct slice){c->bytes, c->name};
}

static struct slice time_of(const struct open_call *c)
{
	return (struct slice){c->bytes + c->name, c->time};
}

static struct slice args_of(const struct open_call *c)
{
	return c->text ? seen_args(c->text) : (struct slice){c->bytes + c->name + c->time, c->args};
}

static void unlink_call(struct join *j, struct open_call *c)
{
	*(c->newer ? &c->newer->older : &j->newest) = c->older;
	*(c->older ? &c->older->newer : &j->oldest) = c->newer;
}

static void link_call(struct join *j, struct open_call *c)
{
	c->newer = NULL;
	c->older = j->newest;
	*(c->older ? &c->older->newer : &j->oldest) = c;
	j->newest = c;
}

/* Of the task: waiting, or only kept. */
static struct open_call *of_task(struct join *j, int64_t task)
{
	if (task < 0)
		return NULL;
	struct open_call **recent = &j->recent[task % JOIN_RECENT];
	if (!*recent || (*recent)->pid != task) {
		struct open_call *c = map_get(&j->tasks, (uint64_t)task);
		if (!c)
			return NULL;
		*recent = c;
	}
	return *recent;
}

static void map_call(struct join *j, struct open_call *c)
{
	if (c->pid < 0)
		return;
	j->recent[c->pid % JOIN_RECENT] = c;
	map_put(&j->tasks, (uint64_t)c->pid, c);
}

static void unmap_call(struct join *j, struct open_call *c)
{
	if (c->pid < 0)
		return;
	if (j->recent[c->pid % JOIN_RECENT] == c)
		j->recent[c->pid % JOIN_RECENT] = NULL;
	map_remove(&j->tasks, (uint64_t)c->pid);
}

static struct open_call *waiting(struct open_call *c)
{
	return c && c->waits ? c : NULL;
}

static void begin_waiting(struct join *j, struct open_call *c)
{
	c->waits = true;
	*j->text += c->args;
	j->lone += c->pid < 0;
	link_call(j, c);
}

static void stop_waiting(struct join *j, struct open_call *c)
{
	if (!c->waits)
		return;
	unlink_call(j, c);
	*j->text -= c->args;
	j->lone -= c->pid < 0;
	c->waits = false;
}

/* It is over; a text that came before need not stay for it any longer. */
static void end_waiting(struct join *j, struct open_call *c)
{
	stop_waiting(j, c);
	if (c->text)
		c->text->pins--;
	c->text = NULL;
}

static void forget(struct join *j, struct open_call *c)
{
	end_waiting(j, c);
	unmap_call(j, c);
	free(c);
}

/* It came back. A task that had one call cut will have more. */
static void release(struct join *j, struct open_call *c)
{
	if (c->pid < 0 || c->cap > JOIN_SPARE_SIZE || j->tasks.count > JOIN_MAX_SPARE)
		forget(j, c);
	else
		end_waiting(j, c);
}

/* Room for a call of the task, in the place of one that waits or waited. */
static struct open_call *take_room(struct join *j, int64_t task, size_t size)
{
	struct open_call *c = of_task(j, task);
	if (c && c->cap >= size) {
		end_waiting(j, c);
		return c;
	}
	if (c)
		forget(j, c);
	size = size < JOIN_SPARE_SIZE ? JOIN_SPARE_SIZE : size;
	c = memory_resize(NULL, sizeof *c + size);
	*c = (struct open_call){.pid = task, .cap = (uint32_t)size};
	map_call(j, c);
	return c;
}

void halves_release(struct join *j)
{
	struct map_slot *s;
	while (j->newest)
		forget(j, j->newest);
	for (size_t i = 0; (s = map_next(&j->tasks, &i));)
		free(s->value);
	map_release(&j->tasks);
}

static struct open_call *find_lone(struct join *j, struct slice name, bool oldest)
{
	unsigned seen = 0;
	struct open_call *hit = NULL;
	for (struct open_call *c = j->lone ? j->newest : NULL; c && seen < JOIN_MAX_SEARCH; c = c->older, seen++) {
		if (c->pid >= 0 || (name.ptr && !slice_equal(name_of(c), name)))
			continue;
		hit = c;
		if (!oldest)
			break;
	}
	return hit;
}

static char *copy(char *to, struct slice text)
{
	if (text.len)
		memcpy(to, text.ptr, text.len);
	return to + text.len;
}

bool halves_cut(struct join *j, const struct record *r, struct seen_text *text)
{
	struct slice args = text ? (struct slice){0} : r->args;
	bool dropped = args.len > TRACE_MAX_OPEN_TEXT || *j->text + args.len > JOIN_MAX_TEXT;
	if (dropped)
		args.len = 0;
	struct slice name = text ? (struct slice){0} : slice_take(r->name, 256), time = slice_take(r->time, 64);
	struct open_call *c = take_room(j, r->task, name.len + args.len + time.len);
	c->line = r->line;
	c->file = r->file;
	c->name = (uint32_t)name.len;
	c->args = (uint32_t)args.len;
	c->time = (uint32_t)time.len;
	c->dropped = dropped;
	c->text = text;
	if (text)
		text->pins++;
	copy(copy(copy(c->bytes, name), time), args);
	if (c->pid < 0 && j->lone >= JOIN_MAX_LONE)
		forget(j, find_lone(j, (struct slice){0}, true) ? find_lone(j, (struct slice){0}, true) : j->oldest);
	begin_waiting(j, c);
	return !dropped;
}

static bool is_name(const struct open_call *c, struct slice name)
{
	return !name.len || slice_equal(name_of(c), slice_take(name, 256));
}

static struct open_call *find_by_name(struct join *j, struct slice name)
{
	struct open_call *c = j->newest;
	for (unsigned seen = 0; c && seen < JOIN_MAX_SEARCH; c = c->older, seen++)
		if (is_name(c, name))
			return c;
	return NULL;
}

/* The task's own; one that was cut before its pid was printed; without pid any of the name. An execve comes back under
 * the leader's pid even when the line that says so was left out. */
static struct open_call *find_half(struct join *j, const struct record *r)
{
	struct open_call *c = waiting(of_task(j, r->task));
	if (c && is_name(c, r->name))
		return c;
	c = find_lone(j, r->name, false);
	if (!c && (r->task < 0 || slice_is(r->name, "execve") || slice_is(r->name, "execveat")))
		c = find_by_name(j, r->name);
	return c;
}

/* Where the joined call started. */
static void fill_start(struct record *r, const struct open_call *c, struct slice time)
{
	if (time.len)
		r->start_time = time;
	r->start_line = c->file == r->file ? c->line : 0;
}

bool halves_resume(struct join *j, struct record *r, struct buffer *joined, struct seen_text **first)
{
	struct open_call *c = find_half(j, r);
	*first = NULL;
	if (!c)
		return false;
	struct slice name = name_of(c), time = time_of(c);
	size_t at = joined->len, before = name.len + time.len;
	buffer_add(joined, name);
	buffer_add(joined, time);
	buffer_add(joined, args_of(c));
	buffer_add(joined, r->args_tail);
	struct slice all = slice_skip(buffer_slice(joined), at);
	if (!c->dropped)
		r->args = slice_skip(all, before);
	if (!r->name.len)
		r->name = slice_take(all, name.len);
	fill_start(r, c, slice_skip(slice_take(all, before), name.len));
	r->task = r->task >= 0 ? r->task : c->pid;
	*first = c->text;
	release(j, c);
	return true;
}

uint32_t halves_resume_seen(
	struct join *j, struct record *r, struct buffer *joined, struct seen *seen, const struct seen_text *second)
{
	struct open_call *c = waiting(of_task(j, r->task));
	if (!c || !c->text || !slice_equal(seen_name(c->text), seen_name(second)))
		return 0;
	uint32_t number = seen_find_pair(seen, c->text, second);
	if (!number)
		return 0;
	size_t at = joined->len;
	buffer_add(joined, time_of(c));
	fill_start(r, c, slice_skip(buffer_slice(joined), at));
	release(j, c);
	return number;
}

void halves_end(struct join *j, int64_t task)
{
	struct open_call *c = task >= 0 ? of_task(j, task) : find_lone(j, (struct slice){0}, false);
	if (c)
		forget(j, c);
}

void halves_supersede(struct join *j, int64_t leader, int64_t thread)
{
	struct open_call *c = waiting(of_task(j, thread)), *old = of_task(j, leader);
	if (!c)
		return;
	if (old && old != c)
		forget(j, old);
	stop_waiting(j, c);
	unmap_call(j, c);
	c->pid = leader;
	map_call(j, c);
	begin_waiting(j, c);
}
