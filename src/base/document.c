#include <ipcdiag/document.h>

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include <yaml.h>

#include <ipcdiag/memory.h>
#include <ipcdiag/suggest.h>

struct document {
	char *name;
	struct document_node *root;
};

struct reader {
	yaml_parser_t parser;
	yaml_event_t event; /* the current one */
	const char *name;
	struct buffer *error;
};

static void add_place(struct buffer *out, const char *name, size_t line, size_t column)
{
	buffer_add_format(out, "%s:%zu:%zu: ", name, line, column);
}

static bool refuse(struct reader *r, const char *why)
{
	add_place(r->error, r->name, r->event.start_mark.line + 1, r->event.start_mark.column + 1);
	buffer_add_text(r->error, why);
	return false;
}

/* The next event takes the place of the current one. */
static bool advance(struct reader *r)
{
	yaml_event_delete(&r->event);
	if (yaml_parser_parse(&r->parser, &r->event))
		return true;
	add_place(r->error, r->name, r->parser.problem_mark.line + 1, r->parser.problem_mark.column + 1);
	buffer_add_text(r->error, r->parser.problem ? r->parser.problem : "cannot be read");
	memset(&r->event, 0, sizeof r->event);
	return false;
}

static void free_node(struct document_node *n)
{
	while (n) {
		struct document_node *next = n->next;
		free_node(n->children); /* at most DOCUMENT_MAX_DEPTH deep */
		free((void *)n->key.ptr);
		free((void *)n->text);
		free(n);
		n = next;
	}
}

static bool check_plain(struct reader *r)
{
	const yaml_event_t *e = &r->event;
	const yaml_char_t *anchor = NULL, *tag = NULL;
	if (e->type == YAML_ALIAS_EVENT)
		return refuse(r, "aliases (*name) are not read");
	if (e->type == YAML_SCALAR_EVENT)
		anchor = e->data.scalar.anchor, tag = e->data.scalar.tag;
	else if (e->type == YAML_SEQUENCE_START_EVENT)
		anchor = e->data.sequence_start.anchor, tag = e->data.sequence_start.tag;
	else if (e->type == YAML_MAPPING_START_EVENT)
		anchor = e->data.mapping_start.anchor, tag = e->data.mapping_start.tag;
	if (anchor)
		return refuse(r, "anchors (&name) are not read");
	return !tag || refuse(r, "tags (!name) are not read");
}

/* The current event's text; NULL when it is none that we take. */
static char *take_text(struct reader *r)
{
	struct slice value = {(const char *)r->event.data.scalar.value, r->event.data.scalar.length};
	if (slice_find_char(value, '\0', 0) != SIZE_MAX) {
		refuse(r, "a NUL byte is no text");
		return NULL;
	}
	return memory_copy(value);
}

static bool read_children(struct reader *r, struct document_node *n, unsigned depth);

/* Reads the node that the current event starts, and moves behind it. */
static struct document_node *read_node(struct reader *r, unsigned depth)
{
	if (!check_plain(r))
		return NULL;
	struct document_node *n = memory_alloc(sizeof *n);
	n->line = (unsigned)r->event.start_mark.line + 1;
	n->column = (unsigned)r->event.start_mark.column + 1;
	bool good;
	if (r->event.type == YAML_SCALAR_EVENT) {
		n->text = take_text(r);
		good = n->text && advance(r);
	} else if (depth >= DOCUMENT_MAX_DEPTH) {
		good = refuse(r, "nested too deep");
	} else {
		n->kind = r->event.type == YAML_SEQUENCE_START_EVENT ? DOCUMENT_LIST : DOCUMENT_MAP;
		good = advance(r) && read_children(r, n, depth + 1);
	}
	if (good)
		return n;
	free_node(n);
	return NULL;
}

static bool check_key(struct reader *r, const struct document_node *map)
{
	if (r->event.type != YAML_SCALAR_EVENT)
		return check_plain(r) && refuse(r, "a key must be plain text");
	struct slice key = {(const char *)r->event.data.scalar.value, r->event.data.scalar.length};
	for (const struct document_node *n = map->children; n; n = n->next)
		if (slice_equal(n->key, key)) {
			add_place(r->error, r->name, r->event.start_mark.line + 1, r->event.start_mark.column + 1);
			buffer_add_format(
				r->error, "the key '%s' was given before, at line %u", n->key.ptr, n->key_line);
			return false;
		}
	return check_plain(r);
}

static struct document_node *read_member(struct reader *r, const struct document_node *map, unsigned depth)
{
	if (!check_key(r, map))
		return NULL;
	unsigned line = (unsigned)r->event.start_mark.line + 1, column = (unsigned)r->event.start_mark.column + 1;
	char *key = take_text(r);
	struct document_node *n = key && advance(r) ? read_node(r, depth) : NULL;
	if (!n) {
		free(key);
		return NULL;
	}
	n->key = slice_of(key);
	n->key_line = line;
	n->key_column = column;
	return n;
}

static bool read_children(struct reader *r, struct document_node *n, unsigned depth)
{
	struct document_node **end = &n->children;
	yaml_event_type_t last = n->kind == DOCUMENT_LIST ? YAML_SEQUENCE_END_EVENT : YAML_MAPPING_END_EVENT;
	while (r->event.type != last) {
		if (n->kind == DOCUMENT_MAP && n->count == DOCUMENT_MAX_MEMBERS)
			return refuse(r, "too many keys");
		*end = n->kind == DOCUMENT_LIST ? read_node(r, depth) : read_member(r, n, depth);
		if (!*end)
			return false;
		end = &(*end)->next;
		n->count++;
	}
	return advance(r);
}

/* Stream start, document start, one node, document end, stream end. */
static bool read_stream(struct reader *r, struct document_node **root)
{
	*root = NULL;
	if (!advance(r) || !advance(r))
		return false;
	if (r->event.type == YAML_STREAM_END_EVENT)
		return true;
	if (!advance(r) || !(*root = read_node(r, 0)) || !advance(r))
		return false;
	return r->event.type == YAML_STREAM_END_EVENT || refuse(r, "more than one document");
}

struct document *document_parse(struct slice text, const char *name, struct buffer *error)
{
	struct reader r = {.name = name, .error = error};
	struct document *d = NULL;
	struct document_node *root = NULL;
	if (text.len > DOCUMENT_MAX_SIZE) {
		buffer_add_format(error, "%s: larger than %d bytes", name, DOCUMENT_MAX_SIZE);
		return NULL;
	}
	if (!yaml_parser_initialize(&r.parser)) {
		buffer_add_format(error, "%s: out of memory", name);
		return NULL;
	}
	yaml_parser_set_input_string(&r.parser, (const unsigned char *)(text.len ? text.ptr : ""), text.len);
	if (read_stream(&r, &root)) {
		d = memory_alloc(sizeof *d);
		d->name = memory_copy(slice_of(name));
		d->root = root;
	} else {
		free_node(root);
	}
	yaml_event_delete(&r.event);
	yaml_parser_delete(&r.parser);
	return d;
}

/* Reads at most a byte more than is allowed, so that the parser can say that it is too much. */
static int read_file(const char *path, struct buffer *text)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return errno;
	int error = 0;
	ssize_t n = 1;
	while (n > 0 && text->len <= DOCUMENT_MAX_SIZE) {
		char part[4096];
		n = read(fd, part, sizeof part);
		if (n > 0)
			buffer_add(text, (struct slice){part, (size_t)n});
		else if (n < 0)
			error = errno;
	}
	close(fd);
	return error;
}

struct document *document_load(const char *path, struct buffer *error, int *number)
{
	struct buffer text = {0};
	struct document *d = NULL;
	*number = read_file(path, &text);
	if (*number)
		buffer_add_format(error, "%s: %s", path, strerror(*number));
	else
		d = document_parse(buffer_slice(&text), path, error);
	buffer_release(&text);
	return d;
}

void document_free(struct document *d)
{
	if (!d)
		return;
	free_node(d->root);
	free(d->name);
	free(d);
}

const struct document_node *document_root(const struct document *d)
{
	return d->root;
}

const struct document_node *document_member(const struct document_node *map, const char *key)
{
	for (const struct document_node *n = map->children; n; n = n->next)
		if (slice_is(n->key, key))
			return n;
	return NULL;
}

static void suggest_word(struct buffer *error, struct slice key, const char *words)
{
	char *copy = memory_copy(slice_of(words)), *rest = NULL;
	struct suggestion best = suggestion_start(key);
	for (char *word = strtok_r(copy, " ", &rest); word; word = strtok_r(NULL, " ", &rest))
		suggestion_offer(&best, word);
	if (best.word)
		buffer_add_format(error, "; did you mean '%s'?", best.word);
	else
		buffer_add_format(error, "; known are: %s", words);
	free(copy);
}

bool document_check_keys(
	const struct document *d, const struct document_node *map, const char *words, struct buffer *error)
{
	if (map->kind != DOCUMENT_MAP) {
		document_add_place(error, d, map);
		buffer_add_format(error, "expected are keys and values: %s", words);
		return false;
	}
	for (const struct document_node *n = map->children; n; n = n->next) {
		if (slice_in_words(n->key, words))
			continue;
		add_place(error, d->name, n->key_line, n->key_column);
		buffer_add_format(error, "there is no key '%s'", n->key.ptr);
		suggest_word(error, n->key, words);
		return false;
	}
	return true;
}

void document_add_place(struct buffer *out, const struct document *d, const struct document_node *node)
{
	add_place(out, d->name, node->line, node->column);
}
