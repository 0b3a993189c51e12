/* Configuration and rule files: a strict part of YAML as a tree. Every scalar is text. Refused are duplicate keys,
 * anchors, aliases, tags, several documents, keys that are no scalars, and files that are too big or too deep.
 *
 * The document owns everything; nodes and slices are valid until document_free. */
#ifndef IPCDIAG_DOCUMENT_H
#define IPCDIAG_DOCUMENT_H

#include <ipcdiag/buffer.h>

enum { DOCUMENT_MAX_SIZE = 1 << 20, DOCUMENT_MAX_DEPTH = 16, DOCUMENT_MAX_MEMBERS = 4096 };

enum document_kind { DOCUMENT_TEXT, DOCUMENT_LIST, DOCUMENT_MAP };

struct document_node {
	enum document_kind kind;
	unsigned line, column; /* 1-based */
	struct slice key;      /* of a member of a map */
	unsigned key_line, key_column;
	const char *text;               /* DOCUMENT_TEXT: NUL-terminated, holds no other NUL */
	struct document_node *children; /* items or members; the first of a list linked by `next` */
	struct document_node *next;
	size_t count; /* of children */
};

struct document;

/* Reads a document. NULL with "NAME:LINE:COLUMN: what is wrong" in `error`. */
struct document *document_parse(struct slice text, const char *name, struct buffer *error);

/* The same from a file; its name is used as it is. `*number` is 0 when the content is at fault, else why it could not
 * be read. */
struct document *document_load(const char *path, struct buffer *error, int *number);

void document_free(struct document *d);

/* The outermost node; NULL: the file is empty. */
const struct document_node *document_root(const struct document *d);

/* The member of that name, or NULL. */
const struct document_node *document_member(const struct document_node *map, const char *key);

/* Is the node a map whose keys are all among `words` ("a b c")? If not a sentence with place and the nearest word is
 * added to `error`. */
bool document_check_keys(
	const struct document *d, const struct document_node *map, const char *words, struct buffer *error);

/* Adds "NAME:LINE:COLUMN: " of a node, for messages about its content. */
void document_add_place(struct buffer *out, const struct document *d, const struct document_node *node);

#endif
