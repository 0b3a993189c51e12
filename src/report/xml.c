#include <ipcdiag/xml.h>

#include <assert.h>

#include <ipcdiag/text.h>

/* --- escapes --- */

static size_t plain_length(struct slice text)
{
	size_t n = 0;
	while (n < text.len && text.ptr[n] >= 0x20 && text.ptr[n] < 0x7f && !strchr("&<>\"", text.ptr[n]))
		n++;
	return n;
}

static const char *entity_of(uint32_t code, bool attribute)
{
	switch (code) {
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '"':
		return attribute ? "&quot;" : "\"";
	default:
		return NULL;
	}
}

static void add_escaped(struct buffer *out, struct slice text, bool attribute)
{
	while (text.len) {
		uint32_t code;
		size_t n = plain_length(text);
		buffer_add(out, slice_take(text, n));
		text = slice_skip(text, n);
		if (!text.len)
			break;
		n = text_next_char(text, &code);
		const char *entity = entity_of(code, attribute);
		if (entity)
			buffer_add_text(out, entity);
		else
			text_add_visible(out, slice_take(text, n));
		text = slice_skip(text, n);
	}
}

/* --- tags --- */

static void end_tag(struct xml *x)
{
	if (x->in_tag)
		buffer_add_char(x->out, '>');
	x->in_tag = false;
}

static void start_line(struct xml *x)
{
	if (!x->inside_line && x->out->len)
		buffer_add_char(x->out, '\n');
}

/* From here to the end of the innermost element everything stands on one line: blanks could show. */
static void enter_line(struct xml *x)
{
	if (x->inside_line)
		return;
	x->inside_line = true;
	x->line_depth = x->depth;
}

static void open_tag(struct xml *x, const char *name)
{
	assert(x->depth < XML_MAX_DEPTH);
	x->open[x->depth++] = name;
	buffer_add_char(x->out, '<');
	buffer_add_text(x->out, name);
	x->in_tag = true;
}

void xml_open(struct xml *x, const char *name)
{
	end_tag(x);
	start_line(x);
	open_tag(x, name);
}

void xml_open_inline(struct xml *x, const char *name)
{
	end_tag(x);
	enter_line(x);
	open_tag(x, name);
}

static bool is_void(const char *name)
{
	return slice_in_words(slice_of(name), "br hr img link meta");
}

void xml_close(struct xml *x)
{
	assert(x->depth);
	const char *name = x->open[--x->depth];
	if (x->in_tag && (!x->html || is_void(name))) {
		buffer_add_text(x->out, "/>");
	} else {
		bool empty = x->in_tag;
		end_tag(x);
		if (!empty)
			start_line(x);
		buffer_add_text(x->out, "</");
		buffer_add_text(x->out, name);
		buffer_add_char(x->out, '>');
	}
	x->in_tag = false;
	if (x->inside_line && x->depth < x->line_depth)
		x->inside_line = false;
}

void xml_add_attribute_slice(struct xml *x, const char *name, struct slice value)
{
	assert(x->in_tag);
	buffer_add_char(x->out, ' ');
	buffer_add_text(x->out, name);
	buffer_add_text(x->out, "=\"");
	add_escaped(x->out, value, true);
	buffer_add_char(x->out, '"');
}

void xml_add_attribute(struct xml *x, const char *name, const char *value)
{
	xml_add_attribute_slice(x, name, slice_of(value));
}

void xml_add_attribute_number(struct xml *x, const char *name, int64_t value)
{
	struct buffer text = {0};
	buffer_add_number(&text, value);
	xml_add_attribute_slice(x, name, buffer_slice(&text));
	buffer_release(&text);
}

/* --- content --- */

void xml_add_slice(struct xml *x, struct slice text)
{
	end_tag(x);
	enter_line(x);
	add_escaped(x->out, text, false);
}

void xml_add_lines(struct xml *x, struct slice text)
{
	for (size_t at; (at = slice_find_char(text, '\n', 0)) != SIZE_MAX; text = slice_skip(text, at + 1)) {
		xml_add_slice(x, slice_take(text, at));
		buffer_add_char(x->out, '\n');
	}
	xml_add_slice(x, text);
}

void xml_add_text(struct xml *x, const char *text)
{
	if (text)
		xml_add_slice(x, slice_of(text));
}

void xml_add_number(struct xml *x, int64_t value)
{
	end_tag(x);
	enter_line(x);
	buffer_add_number(x->out, value);
}

void xml_add_element(struct xml *x, const char *name, const char *text)
{
	xml_open(x, name);
	xml_add_text(x, text);
	xml_close(x);
}
