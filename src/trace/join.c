#include "join.h"

#include <stdlib.h>

#include <ipcdiag/memory.h>
#include <ipcdiag/trace.h>

struct open_call {
	struct open_call *newer, *older;
	int64_t pid; /* -1: none was printed */
	uint64_t line;
	uint32_t file;
	uint32_t name, time, args; /* lengths of the parts in bytes[], in this order */
	bool dropped;		   /* the arguments were not kept */
	char bytes[];
};

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

static void take_out(struct join *j, struct open_call *c)
{
	unlink_call(j, c);
	if (c->pid >= 0)
		map_remove(&j->tasks, (uint64_t)c->pid);
	else
		j->lone--;
}

static void forget(struct join *j, struct open_call *c)
{
	take_out(j, c);
	*j->text -= c->args;
	free(c);
}

static void put_in(struct join *j, struct open_call *c)
{
	if (c->pid >= 0) {
		struct open_call *old = map_get(&j->tasks, (uint64_t)c->pid);
		if (old)
			forget(j, old);
		map_put(&j->tasks, (uint64_t)c->pid, c);
	} else {
		j->lone++;
	}
	link_call(j, c);
}

void join_release(struct join *j)
{
	while (j->newest)
		forget(j, j->newest);
	map_release(&j->tasks);
}

static struct open_call *find_lone(struct join *j, struct slice name, bool oldest)
{
	unsigned seen = 0;
	struct open_call *hit = NULL;
	for (struct open_call *c = j->lone ? j->newest : NULL; c && seen < JOIN_MAX_SEARCH; c = c->older, seen++) {
		if (c->pid >= 0 || (name.ptr && !slice_equal((struct slice){c->bytes, c->name}, name)))
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

bool join_cut(struct join *j, const struct record *r)
{
	struct slice args = r->args;
	bool dropped = args.len > TRACE_MAX_OPEN_TEXT || *j->text + args.len > JOIN_MAX_TEXT;
	if (dropped)
		args.len = 0;
	struct slice name = slice_take(r->name, 256), time = slice_take(r->time, 64);
	struct open_call *c = memory_alloc(sizeof *c + name.len + args.len + time.len + 1);
	*c = (struct open_call){.pid = r->task,
				.line = r->line,
				.file = r->file,
				.name = (uint32_t)name.len,
				.args = (uint32_t)args.len,
				.time = (uint32_t)time.len,
				.dropped = dropped};
	copy(copy(copy(c->bytes, name), time), args);
	*j->text += args.len;
	if (c->pid < 0 && j->lone >= JOIN_MAX_LONE)
		forget(j, find_lone(j, (struct slice){0}, true) ? find_lone(j, (struct slice){0}, true) : j->oldest);
	put_in(j, c);
	return !dropped;
}

static bool is_name(const struct open_call *c, struct slice name)
{
	return !name.len || slice_equal((struct slice){c->bytes, c->name}, slice_take(name, 256));
}

static struct open_call *find_by_name(struct join *j, struct slice name)
{
	struct open_call *c = j->newest;
	for (unsigned seen = 0; c && seen < JOIN_MAX_SEARCH; c = c->older, seen++)
		if (is_name(c, name))
			return c;
	return NULL;
}

/* The task's own; one that was cut before its pid was printed; without pid any of the name. An execve comes back under the
 * leader's pid even when the line that says so was left out. */
static struct open_call *find_half(struct join *j, const struct record *r)
{
	struct open_call *c = r->task >= 0 ? map_get(&j->tasks, (uint64_t)r->task) : NULL;
	if (c && is_name(c, r->name))
		return c;
	c = find_lone(j, r->name, false);
	if (!c && (r->task < 0 || slice_is(r->name, "execve") || slice_is(r->name, "execveat")))
		c = find_by_name(j, r->name);
	return c;
}

bool join_resume(struct join *j, struct record *r, struct buffer *joined)
{
	struct open_call *c = find_half(j, r);
	if (!c)
		return false;
	size_t before = (size_t)c->name + c->time, at = joined->len;
	buffer_add(joined, (struct slice){c->bytes, before + c->args});
	buffer_add(joined, r->args_tail);
	struct slice all = slice_skip(buffer_slice(joined), at);
	if (!c->dropped)
		r->args = slice_skip(all, before);
	if (!r->name.len)
		r->name = slice_take(all, c->name);
	if (c->time)
		r->start_time = slice_skip(slice_take(all, before), c->name);
	r->start_line = c->file == r->file ? c->line : 0;
	r->task = r->task >= 0 ? r->task : c->pid;
	forget(j, c);
	return true;
}

void join_end(struct join *j, int64_t task)
{
	struct open_call *c = task >= 0 ? map_get(&j->tasks, (uint64_t)task) : find_lone(j, (struct slice){0}, false);
	if (c)
		forget(j, c);
}

void join_supersede(struct join *j, int64_t leader, int64_t thread)
{
	struct open_call *c = map_get(&j->tasks, (uint64_t)thread);
	if (!c)
		return;
	take_out(j, c);
	c->pid = leader;
	put_in(j, c);
}
