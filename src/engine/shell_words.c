/* Commands from templates: every value must reach the program as it is, and nothing else must reach the shell. */
#include "template.h"

#include <ipcdiag/text.h>

static bool is_one_of(char c, const char *set)
{
	return c && strchr(set, c);
}

static bool ends_word(char c)
{
	return is_one_of(c, " \t|&;<>()");
}

/* Length of the shell word that `text` begins with. An open quote runs to the end. */
static size_t word_length(struct slice text)
{
	char quote = 0;
	size_t i = 0;
	for (; i < text.len && (quote || !ends_word(text.ptr[i])); i++) {
		char c = text.ptr[i];
		if (c == '\\' && quote != '\'')
			i++;
		else if (quote)
			quote = c == quote ? 0 : quote;
		else if (c == '\'' || c == '"')
			quote = c;
	}
	return i < text.len ? i : text.len;
}

/* One word of a template on its way through the shell's quoting. */
struct word {
	const struct facts *facts;
	struct buffer verbatim; /* as in the template, values put in */
	struct buffer literal;  /* what the shell would make of it */
	bool plain;             /* all values can stand anywhere */
	bool expands;           /* the shell would expand something in it */
	bool holds_fact;
	bool fact_first;
};

static bool is_plain(struct slice value, bool begins_word)
{
	for (size_t i = 0; i < value.len; i++) {
		char c = value.ptr[i];
		bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
		if (!letter && !is_one_of(c, "_./:@%+,-=") && c)
			return false;
		if (!c || (c == '=' && begins_word && i == 0))
			return false;
	}
	return true;
}

static bool add_fact(struct word *w, struct slice name)
{
	const struct fact *fact = facts_get(w->facts, name);
	if (!fact || fact->cut)
		return false;
	bool first = w->literal.len == 0;
	size_t start = w->literal.len;
	text_add_unescaped(&w->literal, (struct slice){fact->value, fact->length});
	struct slice value = {w->literal.ptr + start, w->literal.len - start};
	w->plain = w->plain && is_plain(value, first);
	w->fact_first = w->fact_first || first;
	w->holds_fact = true;
	buffer_add(&w->verbatim, value);
	return true;
}

static void add_literal(struct word *w, char c, char quote)
{
	w->expands = w->expands || (quote != '\'' && is_one_of(c, "$`")) || (!quote && is_one_of(c, "*?[~{"));
	buffer_add_char(&w->literal, c);
}

/* Copies what is no fact at `text`, an escape or one character; returns the bytes taken. */
static size_t add_char(struct word *w, struct slice text, char *quote)
{
	char c = text.ptr[0];
	if (c == '\\' && *quote != '\'' && text.len > 1 && (!*quote || is_one_of(text.ptr[1], "\\\"$`"))) {
		buffer_add(&w->verbatim, slice_take(text, 2));
		buffer_add_char(&w->literal, text.ptr[1]);
		return 2;
	}
	buffer_add_char(&w->verbatim, c);
	if (*quote ? c == *quote : (c == '\'' || c == '"'))
		*quote = *quote ? 0 : c;
	else
		add_literal(w, c, *quote);
	return 1;
}

static bool read_word(struct word *w, struct slice text)
{
	char quote = 0;
	while (text.len) {
		struct slice name;
		if (text.ptr[0] == '{' && template_placeholder(text, &name)) {
			if (!add_fact(w, name))
				return false;
			text = slice_skip(text, name.len + 2);
		} else {
			text = slice_skip(text, add_char(w, text, &quote));
		}
	}
	return true;
}

static bool write_word(struct buffer *out, const struct word *w, bool options_end)
{
	if (w->fact_first && w->literal.ptr[0] == '-' && !options_end)
		return false;
	if (!w->holds_fact || w->plain)
		buffer_add(out, buffer_slice(&w->verbatim));
	else if (w->expands)
		return false;
	else
		text_add_shell_word(out, buffer_slice(&w->literal));
	return true;
}

static bool fill_word(struct buffer *out, const struct facts *facts, struct slice text, bool options_end)
{
	struct word w = {.facts = facts, .plain = true};
	bool good = read_word(&w, text) && write_word(out, &w, options_end);
	buffer_release(&w.verbatim);
	buffer_release(&w.literal);
	return good;
}

static bool fill_command(struct buffer *out, const struct facts *facts, struct slice rest)
{
	bool options_end = false;
	while (rest.len) {
		if (rest.ptr[0] == '#')
			return template_fill(out, facts, rest.ptr, FILL_PROSE);
		size_t n = word_length(rest);
		if (n == 0) {
			options_end = options_end && is_one_of(rest.ptr[0], " \t");
			buffer_add_char(out, rest.ptr[0]);
			rest = slice_skip(rest, 1);
			continue;
		}
		struct slice word = slice_take(rest, n);
		if (!fill_word(out, facts, word, options_end))
			return false;
		options_end = options_end || slice_is(word, "--");
		rest = slice_skip(rest, n);
	}
	return true;
}

bool template_fill_command(struct buffer *out, const struct facts *facts, const char *template)
{
	struct buffer text = {0};
	bool good = fill_command(&text, facts, slice_of(template));
	if (good)
		buffer_add(out, buffer_slice(&text));
	buffer_release(&text);
	return good;
}
