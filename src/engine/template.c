#include "template.h"

#include <ipcdiag/text.h>

static bool is_name_char(char c, bool first)
{
	return (c >= 'a' && c <= 'z') || (!first && ((c >= '0' && c <= '9') || c == '_'));
}

bool template_placeholder(struct slice text, struct slice *name)
{
	size_t n = 1;
	while (n < text.len && is_name_char(text.ptr[n], n == 1))
		n++;
	*name = (struct slice){text.ptr + 1, n - 1};
	return n > 1 && n < text.len && text.ptr[n] == '}';
}

/* Takes literal text and the placeholder behind it off `rest`; `name.ptr` is NULL at the end. */
static struct slice take_literal(struct slice *rest, struct slice *name)
{
	struct slice all = *rest;
	for (size_t at = 0; (at = slice_find_char(all, '{', at)) != SIZE_MAX; at++) {
		if (template_placeholder(slice_skip(all, at), name)) {
			*rest = slice_skip(all, at + name->len + 2);
			return slice_take(all, at);
		}
	}
	*name = (struct slice){0};
	*rest = slice_skip(all, all.len);
	return all;
}

static bool add_value(struct buffer *out, const struct fact *fact, enum fill how)
{
	if (how == FILL_RAW) {
		if (fact)
			buffer_add(out, (struct slice){fact->value, fact->length});
		return fact && !fact->cut;
	}
	if (!fact) {
		buffer_add_char(out, '?');
		return false;
	}
	size_t start = out->len;
	text_add_visible(out, (struct slice){fact->value, fact->length});
	for (size_t i = start; how == FILL_ADVICE && i < out->len; i++)
		if (strchr("$`;&|<>", out->ptr[i]))
			out->ptr[i] = '?';
	if (fact->cut)
		buffer_add_text(out, "...");
	return true;
}

static bool fill_part(struct buffer *out, const struct facts *facts, struct slice part, enum fill how)
{
	bool known = true;
	while (part.len) {
		struct slice name;
		buffer_add(out, take_literal(&part, &name));
		if (name.ptr && !add_value(out, facts_get(facts, name), how))
			known = false;
	}
	return known;
}

static bool is_known(const struct facts *facts, struct slice part)
{
	while (part.len) {
		struct slice name;
		take_literal(&part, &name);
		if (name.ptr && !facts_get(facts, name))
			return false;
	}
	return true;
}

bool template_fill(struct buffer *out, const struct facts *facts, const char *template, enum fill how)
{
	bool known = true;
	for (struct slice rest = slice_of(template); rest.len;) {
		size_t open = slice_find(rest, SLICE("<<"), 0);
		size_t close = open == SIZE_MAX ? SIZE_MAX : slice_find(rest, SLICE(">>"), open);
		if (close == SIZE_MAX)
			return fill_part(out, facts, rest, how) && known;
		known = fill_part(out, facts, slice_take(rest, open), how) && known;
		struct slice optional = slice_skip(slice_take(rest, close), open + 2);
		if (is_known(facts, optional))
			fill_part(out, facts, optional, how);
		rest = slice_skip(rest, close + 2);
	}
	return known;
}
