/* Processes, holders and channels in words. */
#include "explain_parts.h"

#include <inttypes.h>

/* --- words --- */

void add_who(struct buffer *out, const struct process *p)
{
	if (p)
		process_describe(p, out);
	else
		buffer_add_text(out, "a process");
}

void add_where(struct buffer *out, const struct finding *f, const char *word, const struct step *s)
{
	if (!s)
		return;
	buffer_add_format(out, " %s ", word);
	place_add(out, f, s);
}

const char *end_name(const struct channel *c, int side)
{
	if (!c || (c->kind != CHANNEL_PIPE && c->kind != CHANNEL_FIFO))
		return "end";
	return side == 0 ? "read end" : "write end";
}

/* Evidence whose role is "gen[4242] " and `format`, which has one %s. */
static void prove(struct finding *f, struct step *s, const struct process *p, const char *format, const char *what)
{
	struct buffer role = {0};
	add_who(&role, p);
	buffer_add_char(&role, ' ');
	const char *at = strstr(format, "%s");
	buffer_add(&role, (struct slice){format, at ? (size_t)(at - format) : strlen(format)});
	if (at) {
		buffer_add_text(&role, what);
		buffer_add_text(&role, at + 2);
	}
	evidence_add(f, s, buffer_slice(&role));
	buffer_release(&role);
}

/* --- processes --- */

void explain_process(struct finding *f, const char *name, const struct process *p)
{
	struct buffer text = {0};
	if (!p)
		return;
	process_describe(p, &text);
	set_joined(f, name, "", buffer_slice(&text));
	buffer_clear(&text);
	if (p->pid >= 0)
		buffer_add_number(&text, p->pid);
	set_joined(f, name, "_pid", buffer_slice(&text));
	set_joined(f, name, "_program", slice_of(p->name));
	buffer_release(&text);
}

/* --- ends that went away --- */

/* Which side of the finding's channel keeps this record? */
static const char *gone_end(const struct finding *f, const struct gone *g)
{
	const struct channel *c = finding_channel(f);
	for (int side = 0; c && side < 2; side++)
		for (unsigned i = 0; i < GONE_KEPT; i++)
			if (&c->side[side].gone[i] == g)
				return end_name(c, side);
	return "end";
}

static void add_gone(struct buffer *text, const struct finding *f, const struct gone *g)
{
	static const char *const verbs[] = {
		[GONE_CLOSED] = "closed", [GONE_SHUT] = "shut down", [GONE_EXECED] = "lost"};
	struct slice was = SLICE("was ");
	if (g->how != GONE_EXITED) {
		buffer_add_format(
			text, "%s fd %" PRId64 "%s", verbs[g->how], g->fd, g->how == GONE_EXECED ? " by execve" : "");
		add_where(text, f, "at", g->step);
		return;
	}
	buffer_add_text(text, "ended");
	if (!g->process || process_alive(g->process))
		return;
	struct buffer end = {0};
	add_end(&end, f, g->process);
	struct slice how = buffer_slice(&end);
	buffer_add_text(text, ": ");
	buffer_add(text, slice_starts(how, was) ? slice_skip(how, was.len) : how);
	buffer_release(&end);
}

static void prove_gone(struct finding *f, const char *name, const struct gone *g)
{
	static const char *const roles[] = {[GONE_CLOSED] = "closes its %s",
		[GONE_SHUT] = "shuts its %s down",
		[GONE_EXECED] = "loses its %s by execve"};
	const char *end = gone_end(f, g);
	prove(f, g->came, g->process, "gets its %s", end);
	if (g->how == GONE_EXITED)
		prove_end(f, name, g->process);
	else
		prove(f, g->step, g->process, roles[g->how], end);
}

void explain_gone(struct finding *f, const char *name, const struct gone *g)
{
	struct buffer text = {0};
	if (!g)
		return;
	explain_process(f, name, g->process);
	set_end(f, name, g->process);
	add_gone(&text, f, g);
	set_joined(f, name, "_gone", buffer_slice(&text));
	prove_gone(f, name, g);
	buffer_release(&text);
}

/* --- holders --- */

static const char *const came_words[] = {
	[CAME_BEFORE] = "open since before the trace began",
	[CAME_MADE] = "made",
	[CAME_DUP] = "duplicated",
	[CAME_FORK] = "inherited by fork",
	[CAME_PASSED] = "received by SCM_RIGHTS",
};

static void add_came(struct buffer *text, const struct finding *f, const struct descriptor *d)
{
	buffer_add_text(text, came_words[d->came]);
	if (d->came != CAME_BEFORE)
		add_where(text, f, "at", d->step);
	if (d->execed)
		add_where(text, f, "and kept across execve at", d->execed);
}

void prove_holder(struct finding *f, const struct process *p, const struct descriptor *d)
{
	static const char *const roles[] = {[CAME_BEFORE] = "has the %s open",
		[CAME_MADE] = "makes the %s",
		[CAME_DUP] = "duplicates the %s",
		[CAME_FORK] = "inherits the %s by fork",
		[CAME_PASSED] = "receives the %s"};
	const char *end = d->file && d->file->channel ? end_name(d->file->channel, d->file->side) : "descriptor";
	prove(f, d->step, p, roles[d->came], end);
	prove(f, d->execed, p, "keeps the %s across execve", end);
}

static void prove_made(struct finding *f, const struct channel *c)
{
	static const char *const roles[] = {[CHANNEL_PIPE] = "the pipe is made",
		[CHANNEL_FIFO] = "the FIFO is made",
		[CHANNEL_SOCKETPAIR] = "the socket pair is made",
		[CHANNEL_UNIX] = "the connection is made",
		[CHANNEL_INET] = "the connection is made"};
	evidence_add(f, c->made, slice_of(roles[c->kind]));
}

enum { HOLDERS_LOOKED_AT = 256 }; /* thousands may hold one end, and as many may wait */

static void prove_lock(struct finding *f, const struct lock *l, const struct process *whom)
{
	for (unsigned i = 0; i < l->holder_count; i++)
		if (l->holders[i].process == whom)
			prove(f, l->holders[i].step, whom, "takes the lock on %s", l->path);
}

/* Why a task waits for `whom`: the channel between them, how he came to hold its other end, and who let that end go
 * before. */
void prove_other_end(struct finding *f, const struct wait *waiting, const struct process *whom)
{
	const struct open_file *file = waiting->file;
	const struct channel *c = file ? file->channel : NULL;
	if (file && file->lock && waiting->kind == WAIT_LOCK)
		prove_lock(f, file->lock, whom);
	if (!c)
		return;
	bool pipe = c->kind == CHANNEL_PIPE || c->kind == CHANNEL_FIFO;
	int other = pipe ? waiting->kind == WAIT_READ : !file->side;
	prove_made(f, c);
	unsigned looked = 0;
	for (const struct open_file *held = c->side[other].files; held && looked < HOLDERS_LOOKED_AT;
		held = held->side_next)
		for (const struct descriptor *d = held->holders; d && looked++ < HOLDERS_LOOKED_AT; d = d->next)
			if (d->table->owner == whom)
				prove_holder(f, whom, d);
	if (!pipe && waiting->kind == WAIT_READ)
		prove(f, c->side[file->side].last_io, c->side[file->side].last_user, "writes to it for the last time%s",
			"");
	const struct gone *g = side_last_gone(c, other);
	if (g && g->process != whom && waiting->kind == WAIT_READ)
		prove(f, gone_step(g), g->process, "lets its %s go", end_name(c, other));
}

void explain_holder(struct finding *f, const char *name, const struct descriptor *d)
{
	struct buffer text = {0};
	if (!d)
		return;
	const struct process *p = d->table ? d->table->owner : NULL;
	explain_process(f, name, p);
	buffer_add_number(&text, d->fd);
	set_joined(f, name, "_fd", buffer_slice(&text));
	buffer_clear(&text);
	add_came(&text, f, d);
	set_joined(f, name, "_came", buffer_slice(&text));
	prove_holder(f, p, d);
	buffer_release(&text);
}

/* --- channels and addresses --- */

void explain_channel(struct finding *f, const struct channel *c)
{
	struct buffer text = {0};
	if (!c)
		return;
	channel_describe(c, &text);
	set_sentence(f, "object", buffer_slice(&text));
	buffer_release(&text);
	if (c->made)
		finding_set_number(f, "made_line", (int64_t)c->made->line);
	prove_made(f, c);
}

void explain_address(struct finding *f, const struct endpoint_address *a)
{
	struct buffer text = {0};
	if (!a || a->family == FAMILY_NONE)
		return;
	bool printed = a->family == FAMILY_UNIX || a->host[0]; /* else strace printed its bytes, or nothing */
	if (printed)
		address_describe(a, &text);
	else if (a->port >= 0)
		buffer_add_format(&text, "port %" PRId64, a->port);
	finding_set(f, "address", buffer_slice(&text));
	buffer_clear(&text);
	finding_set_text(f, "host", a->host);
	if (a->port >= 0 && a->family != FAMILY_UNIX)
		finding_set_number(f, "port", a->port);
	if (a->path) {
		buffer_add_text(&text, a->abstract ? "@" : "");
		buffer_add_text(&text, a->path);
		finding_set(f, "path", buffer_slice(&text));
	}
	buffer_release(&text);
}
