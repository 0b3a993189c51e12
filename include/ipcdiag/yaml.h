/* Configuration and rule files: a strict part of YAML as a tree. Every scalar is text. Refused are duplicate keys, anchors, aliases,
 * tags, several documents, keys that are no scalars, and files that are too big or too deep.
 *
 * The document owns everything; nodes and slices are valid until yaml_free. */
#ifndef IPCDIAG_YAML_H
#define IPCDIAG_YAML_H

#include <ipcdiag/buffer.h>

enum { YAML_MAX_SIZE = 1 << 20, YAML_MAX_DEPTH = 16, YAML_MAX_MEMBERS = 4096 };

enum yaml_kind { YAML_TEXT, YAML_LIST, YAML_MAP };

struct yaml_node {
	enum yaml_kind kind;
	unsigned line, column;       /* 1-based */
	struct slice key;            /* of a member of a map */
	unsigned key_line, key_column;
	const char *text;            /* YAML_TEXT: NUL-terminated, holds no other NUL */
	struct yaml_node *children;  /* items or members; the first of a list linked by `next` */
	struct yaml_node *next;
	size_t count;                /* of children */
};

struct yaml_document;

/* Reads a document. NULL with "NAME:LINE:COLUMN: what is wrong" in `error`. */
struct yaml_document *yaml_parse(struct slice text, const char *name, struct buffer *error);

/* The same from a file; its name is used as it is. `*number` is 0 when the content is at fault, else why it could not be read. */
struct yaml_document *yaml_load(const char *path, struct buffer *error, int *number);

void yaml_free(struct yaml_document *d);

/* The outermost node; NULL: the file is empty. */
const struct yaml_node *yaml_root(const struct yaml_document *d);

/* The member of that name, or NULL. */
const struct yaml_node *yaml_member(const struct yaml_node *map, const char *key);

/* Is the node a map whose keys are all among `words` ("a b c")? If not a sentence with place and the nearest word is added to
 * `error`. */
bool yaml_check_keys(const struct yaml_document *d, const struct yaml_node *map, const char *words, struct buffer *error);

/* Adds "NAME:LINE:COLUMN: " of a node, for messages about its content. */
void yaml_add_place(struct buffer *out, const struct yaml_document *d, const struct yaml_node *node);

#endif
