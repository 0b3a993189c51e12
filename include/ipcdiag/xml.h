/* An XML writer that streams into a buffer, for XML proper and for HTML that is well-formed XML too. Tags, nesting and
 * escapes are its business. What XML does not allow, or what a reader does not see (text_is_unseen), is written as
 * text_add_visible would, line feeds and tabs too.
 *
 * Owns nothing; element names must live until they are closed (literals). Attributes come directly after xml_open. */
#ifndef IPCDIAG_XML_H
#define IPCDIAG_XML_H

#include <ipcdiag/buffer.h>

enum { XML_MAX_DEPTH = 32 };

struct xml {
	struct buffer *out;
	bool html;                  /* no <p/>, as HTML takes that for <p>; void elements are never closed by a tag */
	bool in_tag;                /* the start tag is still open for attributes */
	bool inside_line;           /* text was written: no line breaks up to the end of the element */
	unsigned depth, line_depth; /* line_depth: of the element whose text this is */
	const char *open[XML_MAX_DEPTH];
};

static inline struct xml xml_start(struct buffer *out, bool html)
{
	return (struct xml){.out = out, .html = html};
}

/* An element; `<name>` stands on a line of its own unless text came before it in its parent. */
void xml_open(struct xml *x, const char *name);
/* The same in running text: never breaks the line, neither before nor inside. */
void xml_open_inline(struct xml *x, const char *name);
/* Closes the innermost element. */
void xml_close(struct xml *x);

void xml_add_attribute(struct xml *x, const char *name, const char *value);
void xml_add_attribute_slice(struct xml *x, const char *name, struct slice value);
void xml_add_attribute_number(struct xml *x, const char *name, int64_t value);

void xml_add_text(struct xml *x, const char *text); /* NULL adds nothing */
void xml_add_slice(struct xml *x, struct slice text);
void xml_add_lines(struct xml *x, struct slice text); /* the same, but a line feed ends a line */
void xml_add_number(struct xml *x, int64_t value);

/* <name>text</name> */
void xml_add_element(struct xml *x, const char *name, const char *text);

#endif
