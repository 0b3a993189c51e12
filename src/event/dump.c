/* One event as a line of text, for debugging and tests. */
#include <ipcdiag/text.h>

#include "decoders.h"

#define FIELD(name)                                                                                                    \
	{                                                                                                              \
#name, offsetof(struct event, name)                                                                    \
	}

struct field {
	const char *name;
	size_t offset;
};

/* What is absent (-1, NULL, false) is left out. */
static const struct field numbers[] = {
	FIELD(fd),
	FIELD(fd2),
	FIELD(asked),
	FIELD(size),
	FIELD(old),
	FIELD(value),
	FIELD(key),
	FIELD(id),
	FIELD(mtype),
	FIELD(min),
	FIELD(target),
	FIELD(sender),
};

static const struct field texts[] = {
	FIELD(note),
	FIELD(note2),
	FIELD(path),
	FIELD(path2),
	FIELD(op),
	FIELD(list),
	FIELD(domain),
	FIELD(type),
	FIELD(protocol),
	FIELD(signal),
};

static const struct field marks[] = {
	FIELD(restarted),
	FIELD(injected),
	FIELD(cloexec),
	FIELD(nonblock),
	FIELD(creat),
	FIELD(excl),
	FIELD(trunc),
	FIELD(fifo),
	FIELD(thread),
	FIELD(share_files),
	FIELD(vfork),
	FIELD(nohang),
	FIELD(restart),
	FIELD(dontwait),
	FIELD(truncated),
	FIELD(ctrunc),
	FIELD(rdonly),
	FIELD(writable),
	FIELD(shared),
	FIELD(wait),
	FIELD(ofd_owned),
	FIELD(undo),
	FIELD(peek),
};

static const void *member(const struct event *e, const struct field *f)
{
	return (const char *)e + f->offset;
}

static void add_numbers(struct buffer *out, const struct event *e)
{
	for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
		const int64_t *value = member(e, &numbers[i]);
		if (*value == INT64_MAX)
			buffer_add_format(out, " %s=max", numbers[i].name);
		else if (*value != -1 && *value != INT64_MIN)
			buffer_add_format(out, " %s=%lld", numbers[i].name, (long long)*value);
	}
	if (e->mode != -1)
		buffer_add_format(out, " mode=%#llo", (unsigned long long)e->mode);
	if (e->addr)
		buffer_add_format(out, " addr=%#llx", (unsigned long long)e->addr);
	if (e->so_error)
		buffer_add_format(out, " so_error=%d", e->so_error);
	for (unsigned i = 0; i < e->passed_count; i++)
		buffer_add_format(out, "%s%lld", i ? "," : " passed=", (long long)e->passed[i]);
}

static void add_text(struct buffer *out, const char *name, struct slice text)
{
	if (!text.ptr)
		return;
	buffer_add_format(out, " %s=", name);
	text_add_visible(out, text);
}

static void add_address(struct buffer *out, const struct address *a)
{
	if (a->family == FAMILY_NONE)
		return;
	add_text(out, "address", a->family_name);
	add_text(out, "host", a->host);
	add_text(out, a->abstract ? "abstract" : "name", a->path);
	if (a->port >= 0)
		buffer_add_format(out, " port=%lld", (long long)a->port);
}

static void add_words(struct buffer *out, const struct event *e)
{
	static const char *const access[] = {"", " read", " write", " both"},
				 *const lock[] = {"", " lock_shared", " exclusive", " release"};
	static const char *const timeout[] = {"", " zero", " finite", " infinite"};
	buffer_add_text(out, access[e->access]);
	buffer_add_text(out, lock[e->lock]);
	buffer_add_text(out, timeout[e->timeout]);
	if (e->timeout == TIMEOUT_FINITE)
		buffer_add_format(out, " seconds=%g", e->seconds);
	for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
		if (*(const bool *)member(e, &marks[i]))
			buffer_add_format(out, " %s", marks[i].name);
}

void event_print(const struct event *e, struct buffer *out)
{
	static const char *const phases[] = {"", "enter ", "exit "};
	const char *error = errno_name(e->error);
	buffer_add_format(out, "%s%s", phases[e->phase], event_kind_name(e->kind));
	if (e->returned)
		buffer_add_format(out, " ret=%lld", (long long)e->ret);
	if (error)
		buffer_add_format(out, " error=%s", error);
	else if (e->error)
		buffer_add_format(out, " error=%d", e->error);
	if (e->makes)
		buffer_add_format(out, " makes=%s", e->makes);
	add_numbers(out, e);
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		add_text(out, texts[i].name, *(const struct slice *)member(e, &texts[i]));
	add_address(out, &e->address);
	add_words(out, e);
}
