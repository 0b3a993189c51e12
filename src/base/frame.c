#include <ipcdiag/frame.h>

#include <stdlib.h>

#include <ipcdiag/memory.h>

enum { PART_MAX = 400 }; /* C++ names are longer; their beginning says enough */

static char *copy_part(struct slice part)
{
	return part.len ? memory_copy(slice_take(part, PART_MAX)) : NULL;
}

static size_t find_last(struct slice text, char c)
{
	size_t at = text.len;
	while (at > 0 && text.ptr[at - 1] != c)
		at--;
	return at ? at - 1 : SIZE_MAX;
}

/* " file.c:12" behind the address, of -kk. */
static void parse_source(struct slice text, struct frame *f)
{
	int64_t line;
	text = slice_trim(text);
	size_t colon = find_last(text, ':');
	if (colon == SIZE_MAX || !slice_number(slice_skip(text, colon + 1), &line) || line <= 0 || line > INT32_MAX)
		return;
	f->file = copy_part(slice_take(text, colon));
	f->line = (unsigned)line;
}

/* "/bin/x(ns::f(int, char)+0x12)" or "/bin/x()": the function's '(' is the first one that the last ')' closes. */
static void parse_place(struct slice text, struct frame *f)
{
	size_t depth = 0, at = text.len;
	if (text.len && text.ptr[text.len - 1] == ')')
		while (at > 0 && (text.ptr[--at] != '(' || --depth))
			depth += text.ptr[at] == ')';
	if (!at || at == text.len) {
		f->module = copy_part(text);
		return;
	}
	struct slice inside = slice_take(slice_skip(text, at + 1), text.len - at - 2);
	size_t plus = find_last(inside, '+');
	int64_t offset = 0;
	if (plus != SIZE_MAX && slice_number(slice_skip(inside, plus + 1), &offset)) {
		f->offset = (uint64_t)offset;
		f->function = copy_part(slice_take(inside, plus));
	}
	f->module = copy_part(slice_take(text, at));
}

/* The address stands in the last brackets in front of which there is a blank. */
static bool split(struct slice line, struct slice *place, int64_t *address, struct slice *rest)
{
	struct slice opening = SLICE(" [0x");
	size_t at = SIZE_MAX;
	line = slice_trim(line);
	if (!slice_starts(line, SLICE("> ")))
		return false;
	for (size_t next = 0; (next = slice_find(line, opening, next)) != SIZE_MAX; next++)
		at = next;
	size_t end = at == SIZE_MAX ? at : slice_find_char(line, ']', at);
	if (end == SIZE_MAX)
		return false;
	*place = slice_trim(slice_skip(slice_take(line, at), 2));
	*rest = slice_skip(line, end + 1);
	return place->len && slice_number(slice_take(slice_skip(line, at + 2), end - at - 2), address);
}

bool frame_is_line(struct slice line)
{
	struct slice place, rest;
	int64_t address;
	return line.len > 4 && line.ptr[0] == ' ' && line.ptr[1] == '>' && split(line, &place, &address, &rest);
}

struct frames *frames_parse(struct slice lines)
{
	struct frames *f = memory_alloc(sizeof *f);
	while (lines.len && f->count < FRAMES_MAX) {
		size_t end = slice_find_char(lines, '\n', 0);
		struct slice place, rest;
		int64_t address;
		struct frame *x = &f->list[f->count];
		if (split(slice_take(lines, end), &place, &address, &rest)) {
			parse_place(place, x);
			parse_source(rest, x);
			x->address = (uint64_t)address;
			f->count++;
		}
		lines = slice_skip(lines, end == SIZE_MAX ? lines.len : end + 1);
	}
	if (f->count)
		return f;
	free(f);
	return NULL;
}

static char *copy_text(const char *text)
{
	return text ? memory_copy(slice_of(text)) : NULL;
}

struct frames *frames_copy(const struct frames *f)
{
	if (!f)
		return NULL;
	struct frames *n = memory_alloc(sizeof *n);
	*n = *f;
	for (unsigned i = 0; i < n->count; i++) {
		struct frame *x = &n->list[i];
		x->module = copy_text(x->module);
		x->function = copy_text(x->function);
		x->file = copy_text(x->file);
	}
	return n;
}

void frames_free(struct frames *f)
{
	for (unsigned i = 0; f && i < f->count; i++) {
		free(f->list[i].module);
		free(f->list[i].function);
		free(f->list[i].file);
	}
	free(f);
}

/* Folders of the Filesystem Hierarchy Standard where packages put theirs; /usr/local and /opt are the user's. */
bool frame_is_systems(const struct frame *f)
{
	static const char *const folders[] = {
		"/lib", "/usr/lib", "/bin/", "/usr/bin/", "/sbin/", "/usr/sbin/", "/nix/store/", "[", "/usr/libexec/"};
	const char *module = f->module ? f->module : "";
	for (size_t i = 0; i < sizeof folders / sizeof *folders; i++)
		if (strncmp(module, folders[i], strlen(folders[i])) == 0)
			return true;
	return module[0] != '/' && module[0] != '.';
}

const struct frame *frames_own(const struct frames *f)
{
	const struct frame *bare = NULL;
	for (unsigned i = 0; f && i < f->count; i++) {
		const struct frame *x = &f->list[i];
		if (frame_is_systems(x))
			continue;
		if (x->file)
			return x;
		if (!bare && x->function && strcmp(x->function, "_start") != 0)
			bare = x;
	}
	return bare;
}
