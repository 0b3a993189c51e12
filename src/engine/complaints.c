/* Complaints: what a program writes about a call that has failed. It is one when it names the errno (its text, name or
 * number) or the object with a word of failure; or when it says a word of failure on standard error as the next thing
 * that the program does. It belongs to the last failure of this program image that it fits. */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include <ipcdiag/explain_socket.h>
#include <ipcdiag/memory.h>
#include <ipcdiag/text.h>

#include "engine_parts.h"

enum {
	LINE_KEPT = 512, /* bytes of one line that are looked at; strace prints 32 of a string unless told otherwise */
	FINDINGS_LOOKED_AT =
		32 /* newest findings of a process that a line may be about: bounds the work for each write */
};

/* As programs in C, Python, Perl, Node, Java, Go, Rust, PHP and Ruby begin or end such lines. */
static const char *const failure_words[] = {"error", "fail", "cannot", "can't", "can not", "could not", "couldn't",
	"unable", "refused", "fatal", "traceback", "exception", "denied", "not found", "no such", "panic", "[alert]",
	"[crit]", "[emerg]", "timed out", "timeout", "unavailable", "broken", "giving up", "gave up", "unreachable",
	"not available", "in use", "full", "lost", "dropp", "abort", "reset by", "did not", "not running"};

/* As people say that all is well in spite of it. */
static const char *const ease_words[] = {"ok", "pass", "passed", "expected", "skipped", "skipping", "ignored",
	"ignoring", "already running", "falling back"};

/* --- words --- */

static bool is_word_at(struct slice line, size_t at, size_t length)
{
	bool begins = at == 0 || !isalnum((unsigned char)line.ptr[at - 1]);
	return begins && (at + length >= line.len || !isalnum((unsigned char)line.ptr[at + length]));
}

static bool has_word(struct slice line, const char *word)
{
	struct slice needle = slice_of(word);
	for (size_t at = 0; (at = slice_find(line, needle, at)) != SIZE_MAX; at++)
		if (is_word_at(line, at, needle.len))
			return true;
	return false;
}

static bool says_failure(struct slice line)
{
	for (size_t i = 0; i < sizeof failure_words / sizeof *failure_words; i++)
		if (slice_find(line, slice_of(failure_words[i]), 0) != SIZE_MAX)
			return true;
	return false;
}

static bool says_ease(struct slice line)
{
	if (slice_find(line, SLICE("not ok"), 0) != SIZE_MAX)
		return false;
	for (size_t i = 0; i < sizeof ease_words / sizeof *ease_words; i++)
		if (has_word(line, ease_words[i]))
			return true;
	return false;
}

static void add_lower(struct buffer *out, const char *text)
{
	for (; *text; text++)
		buffer_add_char(out, (char)tolower((unsigned char)*text));
}

/* --- what a line names --- */

static bool has_lower(struct slice line, const char *text)
{
	struct buffer lower = {0};
	add_lower(&lower, text);
	bool found = lower.len && slice_find(line, buffer_slice(&lower), 0) != SIZE_MAX;
	buffer_release(&lower);
	return found;
}

/* "errno 111", "error: 111", "(111)", "os error 111" */
static bool names_number(struct slice line, int number)
{
	enum { REACH = 10 };
	char text[16];
	snprintf(text, sizeof text, "%d", number);
	struct slice needle = slice_of(text);
	for (size_t at = 0; (at = slice_find(line, needle, at)) != SIZE_MAX; at++) {
		size_t from = at > REACH ? at - REACH : 0;
		struct slice before = {line.ptr + from, at - from};
		if (is_word_at(line, at, needle.len) &&
			(slice_find(before, SLICE("err"), 0) != SIZE_MAX || slice_ends(before, SLICE("("))))
			return true;
	}
	return false;
}

/* strace cut the line within the errno's text. */
static bool ends_within(struct slice line, const char *text)
{
	enum { SHORTEST = 8 }; /* bytes; less is the begin of many words */
	struct buffer lower = {0};
	bool found = false;
	add_lower(&lower, text);
	for (size_t n = lower.len; !found && n >= SHORTEST; n--)
		found = slice_ends(line, slice_take(buffer_slice(&lower), n));
	buffer_release(&lower);
	return found;
}

static bool names_errno(struct slice line, const char *name)
{
	int number = name ? errno_number(slice_of(name)) : 0;
	return number &&
		(has_lower(line, name) || has_lower(line, strerror(number)) || ends_within(line, strerror(number)) ||
			names_number(line, number));
}

/* Does it name an errno at all? Only of those that IPC calls end with. */
static bool names_other_errno(struct slice line, const char *name)
{
	static const char *const all[] = {"ECONNREFUSED", "ENOENT", "EACCES", "EPIPE", "ECONNRESET", "EADDRINUSE",
		"ETIMEDOUT", "EMFILE", "ENOSPC", "EAGAIN", "EEXIST", "EINVAL", "EPERM", "EBADF", "EIDRM", "ENOTCONN"};
	for (size_t i = 0; i < sizeof all / sizeof *all; i++)
		if ((!name || strcmp(all[i], name) != 0) &&
			(has_lower(line, all[i]) || has_lower(line, strerror(errno_number(slice_of(all[i]))))))
			return true;
	return false;
}

static bool names_path(struct slice line, const char *path)
{
	enum { SHORTEST = 4 }; /* shorter names are words of any text */
	const char *name = path ? strrchr(path, '/') : NULL;
	name = name ? name + 1 : path;
	return name && strlen(name) >= SHORTEST && has_lower(line, name);
}

static bool names_port(struct slice line, int64_t port)
{
	char text[24];
	snprintf(text, sizeof text, "%lld", (long long)port);
	struct slice needle = slice_of(text);
	for (size_t at = 0; port > 0 && (at = slice_find(line, needle, at)) != SIZE_MAX; at++) {
		struct slice before = {line.ptr, at};
		if (is_word_at(line, at, needle.len) &&
			(slice_ends(before, SLICE(":")) || slice_ends(before, SLICE("port ")) ||
				slice_ends(before, SLICE("port="))))
			return true;
	}
	return false;
}

static bool names_service(struct slice line, const struct service *s)
{
	struct slice words = slice_of(s ? s->words : NULL);
	while (words.len) {
		size_t end = slice_find_char(words, ' ', 0);
		char word[32] = "";
		struct slice first = slice_take(slice_take(words, end == SIZE_MAX ? words.len : end), sizeof word - 1);
		memcpy(word, first.ptr, first.len);
		if (has_word(line, word))
			return true;
		words = slice_skip(words, first.len + 1);
	}
	return false;
}

static bool names_object(struct slice line, const struct finding *f)
{
	const struct endpoint_address *a = &f->work->address;
	const char *path = finding_get(f, "path"), *key = finding_get(f, "key");
	if (a->family == FAMILY_INET || a->family == FAMILY_INET6)
		return names_port(line, a->port) || (a->host[0] && has_lower(line, a->host));
	return names_service(line, socket_service(a)) || names_path(line, a->path) || names_path(line, path) ||
		(key && has_lower(line, key));
}

/* --- findings of a process --- */

static uint64_t image_of(const struct process *p)
{
	return p->exec ? p->exec->order : 0;
}

static uint64_t hash_of_pair(const struct finding *f)
{
	struct {
		uint64_t family;
		const char *call, *error;
	} pair = {f->work->process->family, f->call, f->error};
	return hash_bytes((struct slice){(const char *)&pair, sizeof pair});
}

/* How many different pairs of call and errno have failed in the forks of one program image. */
static void count_pair(struct engine *e, const struct finding *f)
{
	uint64_t key = hash_of_pair(f), family = f->work->process->family;
	if (map_get(&e->pairs, key))
		return;
	map_put(&e->pairs, key, e);
	map_put(&e->pair_counts, family, (void *)((uintptr_t)map_get(&e->pair_counts, family) + 1));
}

uint64_t complaints_pairs(const struct engine *e, const struct process *p)
{
	return (uint64_t)(uintptr_t)map_get(&e->pair_counts, p->family);
}

/* -1 as a descriptor or an id: the result of a call that had failed and was not checked. */
static bool is_unchecked_result(const struct finding *f)
{
	const char *id = finding_get(f, "id");
	return (f->fd == -1 && strcmp(f->error, "EBADF") == 0) || (id && strcmp(id, "-1") == 0);
}

/* What fails only because an earlier call has failed shows what that meant. */
static void blame_first(struct finding *first, const struct finding *f)
{
	const struct finding_work *w = f->work;
	bool unchecked = is_unchecked_result(f), unconnected = slice_in_words(slice_of(f->error), "EPIPE ENOTCONN");
	unsigned looked = 0;
	for (; first && looked < FINDINGS_LOOKED_AT; first = first->work->harm.next, looked++) {
		bool same =
			w->file && first->work->file == w->file && first->call && strcmp(first->call, "connect") == 0;
		if (first == f || !(unchecked || (unconnected && same)))
			continue;
		if (!first->work->harm.went_on_with)
			step_set(&first->work->harm.went_on_with, w->first);
		return;
	}
}

void complaints_watch(struct engine *e, struct finding *f, const struct change *c)
{
	struct finding_work *w = f->work;
	double lasted = socket_lasted(c);
	if (f->error && w->process)
		blame_first(map_get(&e->watched, w->process->number), f);
	if (w->change != CHANGE_CALL || f->rule->aim == AIM_NONE || !w->process)
		return;
	w->harm.calls = w->process->calls;
	w->harm.ran_out = !f->error && (c->event->kind == EVENT_POLL || c->event->kind == EVENT_EPOLL_WAIT);
	w->harm.lost += lasted > 0 ? lasted : c->event->seconds > 0 && c->event->ret == 0 ? c->event->seconds : 0;
	process_watch(w->process);
	if (w->harm.watched)
		return;
	w->harm.watched = true;
	w->harm.image = image_of(w->process);
	w->harm.next = map_get(&e->watched, w->process->number);
	map_put(&e->watched, w->process->number, f);
	count_pair(e, f);
}

void complaints_forget(struct engine *e, struct finding *f)
{
	struct finding_work *w = f->work;
	if (!w->harm.watched)
		return;
	struct finding *first = map_get(&e->watched, w->process->number);
	if (first == f && w->harm.next)
		map_put(&e->watched, w->process->number, w->harm.next);
	else if (first == f)
		map_remove(&e->watched, w->process->number);
	while (first && first->work->harm.next != f)
		first = first->work->harm.next;
	if (first)
		first->work->harm.next = w->harm.next;
	w->harm.watched = false;
}

/* --- one write --- */

/* The strings of a write, sent or gathered: unescaped, in small letters. */
static void add_strings(struct buffer *out, struct slice args, bool *cut)
{
	struct buffer text = {0};
	for (size_t at = 0; text.len < LINE_KEPT && (at = slice_find_char(args, '"', at)) != SIZE_MAX;) {
		size_t end = ++at;
		while (end < args.len && args.ptr[end] != '"')
			end += args.ptr[end] == '\\' ? 2 : 1;
		end = end < args.len ? end : args.len;
		text_add_unescaped(&text, (struct slice){args.ptr + at, end - at});
		at = end < args.len ? end + 1 : end;
		*cut = args.len - at >= 3 && memcmp(args.ptr + at, "...", 3) == 0;
	}
	for (size_t i = 0; i < text.len && i < LINE_KEPT; i++)
		buffer_add_char(out, (char)tolower((unsigned char)text.ptr[i]));
	buffer_release(&text);
}

/* Pieces are joined up to the line's end: perror() and tracebacks come in several. */
static void join_line(struct engine *e, const struct change *c, bool *cut)
{
	struct spoken *s = &e->spoken;
	bool goes_on = s->process == c->process->number && s->fd == c->fd && s->line.len && s->line.len < LINE_KEPT &&
		s->line.ptr[s->line.len - 1] != '\n' && !s->cut;
	if (!goes_on)
		buffer_clear(&s->line);
	s->process = c->process->number;
	s->fd = c->fd;
	add_strings(&s->line, c->event->record->args, cut);
	s->cut = *cut;
}

/* An answer that says that a request failed: HTTP 5xx, SMTP 4xx and 5xx, Redis. */
static bool passes_on(struct slice text)
{
	bool http = text.len > 12 && memcmp(text.ptr, "http/1.", 7) == 0 && text.ptr[9] == '5';
	bool mail = text.len > 4 && (text.ptr[0] == '4' || text.ptr[0] == '5') && isdigit((unsigned char)text.ptr[1]) &&
		isdigit((unsigned char)text.ptr[2]) && (text.ptr[3] == ' ' || text.ptr[3] == '-');
	return http || mail || (text.len > 4 && memcmp(text.ptr, "-err", 4) == 0);
}

/* Of the thread that failed: what others write meanwhile is about something else. */
static bool is_next_thing(const struct finding *f, const struct change *c)
{
	const struct process *p = c->process;
	const struct harm *h = &f->work->harm;
	return h->used <= f->work->last->order && p->used <= f->work->last->order &&
		f->work->last->pid == c->event->task;
}

/* Descriptor 2, or the copy of it that perror() writes to. */
static bool is_standard_error(const struct change *c)
{
	const struct descriptor *error = process_descriptor(c->process, 2);
	return c->fd == 2 ||
		(c->fd > 2 && c->descriptor && c->descriptor->came == CAME_DUP && error && c->file == error->file);
}

/* How well a line fits a failure: 0 not at all, 1 by its place, 2 by the errno, 3 by the object. */
static int fit_of(const struct finding *f, const struct change *c, struct slice line, bool cut)
{
	bool failure = says_failure(line), errno_named = names_errno(line, f->error);
	if ((failure || errno_named) && names_object(line, f))
		return names_other_errno(line, f->error) && !errno_named ? 0 : 3;
	if (errno_named)
		return 2;
	if (names_other_errno(line, f->error) || !is_next_thing(f, c))
		return 0;
	bool log = is_standard_error(c) || (c->object == OBJECT_FILE && c->fd >= 1);
	return (failure && (log || c->fd == 1)) || (cut && log) ? 1 : 0;
}

static void take_complaint(struct finding *f, const struct change *c, int fit, bool eased)
{
	struct harm *h = &f->work->harm;
	h->eased = eased && h->fit <= fit;
	if (h->fit >= fit)
		return;
	h->fit = fit;
	step_set(&h->said, c->step);
}

void complaints_hear(struct engine *e, const struct change *c)
{
	struct finding *first = map_get(&e->watched, c->process->number), *best = NULL;
	unsigned looked = 0;
	int best_fit = 0;
	bool cut = false;
	if (!first)
		return;
	join_line(e, c, &cut);
	struct slice line = buffer_slice(&e->spoken.line);
	bool channel = c->fd > 2 && (c->channel || c->object == OBJECT_SOCKET);
	bool answer = channel && passes_on(line);
	for (struct finding *f = first; f && looked < FINDINGS_LOOKED_AT; f = f->work->harm.next, looked++) {
		struct harm *h = &f->work->harm;
		if (h->image != image_of(c->process))
			continue;
		int fit = answer ? 0 : fit_of(f, c, line, cut);
		bool newer = best && f->work->last->order > best->work->last->order;
		if (fit > best_fit || (fit && fit == best_fit && newer)) {
			best = f;
			best_fit = fit;
		}
		if (answer && !h->passed_on && is_next_thing(f, c))
			step_set(&h->passed_on, c->step);
	}
	if (best)
		take_complaint(best, c, best_fit, says_ease(line));
	looked = 0;
	for (struct finding *f = first; f && !best && (channel || c->fd == 1) && looked < FINDINGS_LOOKED_AT;
		f = f->work->harm.next, looked++) {
		if (!c->file || f->work->file != c->file) /* what is sent again on the same socket is another try */
			f->work->harm.used = c->step->order;
		if (c->fd == 1 && says_ease(line) && is_next_thing(f, c))
			f->work->harm.eased = true;
	}
}
