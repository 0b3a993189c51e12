/* Reading one user rule out of YAML. */
#include "user_rule.h"

#include <stddef.h>

#include <ipcdiag/channel.h>
#include <ipcdiag/event.h>
#include <ipcdiag/memory.h>
#include <ipcdiag/suggest.h>

static const char rule_keys[] =
	"id severity title about when arguments process recovery needs message cause check fix why references example";
static const char match_keys[] = "change calls errors objects";

static const struct {
	const char *name;
	enum change_kind kind;
} changes[] = {
	{"call", CHANGE_CALL}, {"blocked", CHANGE_BLOCKED}, {"spin", CHANGE_SPIN},
	{"signal", CHANGE_SIGNAL}, {"ended", CHANGE_ENDED}, {"left", CHANGE_LEFT},
};

enum { CHANGES = sizeof changes / sizeof *changes };

struct reading {
	struct user_rule *rule;
	const struct document *document;
	struct buffer *error;
};

static bool refuse(struct reading *r, const struct document_node *at, const char *what, const char *word)
{
	document_add_place(r->error, r->document, at);
	buffer_add_text(r->error, what);
	if (word)
		buffer_add_format(r->error, " '%s'", word);
	return false;
}

/* A text, or nothing when the key is not there. */
static bool read_text(struct reading *r, const struct document_node *map, const char *key, const char **field)
{
	const struct document_node *n = document_member(map, key);
	if (!n)
		return true;
	if (n->kind != DOCUMENT_TEXT || !*n->text)
		return refuse(r, n, "expected is text", NULL);
	*field = n->text;
	return true;
}

/* A text or a list of texts, into at most RULE_MAX_LINES lines. */
static bool read_lines(struct reading *r, const struct document_node *map, const char *key, const char **lines)
{
	const struct document_node *n = document_member(map, key);
	if (!n)
		return true;
	if (n->kind == DOCUMENT_TEXT)
		return read_text(r, map, key, lines);
	size_t count = 0;
	for (const struct document_node *line = n->children; line; line = line->next) {
		if (n->kind != DOCUMENT_LIST || line->kind != DOCUMENT_TEXT || !*line->text)
			return refuse(r, line, "expected is a list of texts", NULL);
		if (count == RULE_MAX_LINES - 1)
			return refuse(r, line, "too many lines", NULL);
		lines[count++] = line->text;
	}
	return true;
}

/* Words between blanks, or a list of them. */
static bool read_words(struct reading *r, const struct document_node *map, const char *key, const char **words)
{
	const struct document_node *n = document_member(map, key);
	if (!n || n->kind == DOCUMENT_TEXT)
		return read_text(r, map, key, words);
	struct buffer joined = {0};
	for (const struct document_node *word = n->children; word; word = word->next) {
		if (n->kind != DOCUMENT_LIST || word->kind != DOCUMENT_TEXT) {
			buffer_release(&joined);
			return refuse(r, word, "expected is a list of words", NULL);
		}
		buffer_add_format(&joined, "%s%s", joined.len ? " " : "", word->text);
	}
	r->rule->texts[r->rule->text_count] = buffer_detach(&joined);
	*words = r->rule->texts[r->rule->text_count++];
	return true;
}

static bool knows_call(struct slice name)
{
	return event_wants(name);
}

static bool knows_error(struct slice name)
{
	return slice_is(name, "*") || slice_is(name, "0") || errno_number(name) > 0;
}

static bool knows_object(struct slice name)
{
	for (int i = 0; i < OBJECT_KINDS; i++)
		if (slice_is(name, object_name((enum object)i)))
			return true;
	return false;
}

static bool check_words(struct reading *r, const struct document_node *map, const char *key, const char *words,
			bool knows(struct slice), const char *complaint)
{
	struct slice left = slice_of(words);
	while ((left = slice_trim(left)).len) {
		struct slice word = slice_take(left, slice_find_char(left, ' ', 0));
		if (!knows(word)) {
			document_add_place(r->error, r->document, document_member(map, key));
			buffer_add_text(r->error, complaint);
			buffer_add_format(r->error, " '%.*s'", (int)word.len, word.ptr);
			return false;
		}
		left = slice_skip(left, word.len);
	}
	return true;
}

static bool read_change(struct reading *r, const struct document_node *map, enum change_kind *kind)
{
	const char *name = "call";
	if (!read_text(r, map, "change", &name))
		return false;
	struct suggestion best = suggestion_start(slice_of(name));
	for (int i = 0; i < CHANGES; i++) {
		if (strcmp(changes[i].name, name) == 0) {
			*kind = changes[i].kind;
			return true;
		}
		suggestion_offer(&best, changes[i].name);
	}
	return refuse(r, document_member(map, "change"), best.word ? "there is no such change; did you mean" :
		      "there is no such change; known are call blocked spin signal ended left, not", best.word ? best.word : name);
}

static bool read_match(struct reading *r, const struct document_node *map, struct rule_match *m)
{
	if (!document_check_keys(r->document, map, match_keys, r->error) || !read_change(r, map, &m->change) ||
	    !read_words(r, map, "calls", &m->calls) || !read_words(r, map, "errors", &m->errors) ||
	    !read_words(r, map, "objects", &m->objects))
		return false;
	if (m->change == CHANGE_CALL && !m->errors)
		m->errors = "*";
	if (m->change == CHANGE_CALL && !m->calls && strcmp(m->errors, "*") == 0)
		return refuse(r, map, "this matches every failure: name calls or errors", NULL);
	bool calls_are_calls = m->change != CHANGE_SIGNAL;
	return (!m->calls || !calls_are_calls ||
		check_words(r, map, "calls", m->calls, knows_call, "the model does not look at calls of the name")) &&
	       (!m->errors || check_words(r, map, "errors", m->errors, knows_error, "there is no error")) &&
	       (!m->objects || check_words(r, map, "objects", m->objects, knows_object, "there is no kind of object"));
}

static bool read_matches(struct reading *r, const struct document_node *rule)
{
	const struct document_node *when = document_member(rule, "when");
	if (!when)
		return refuse(r, rule, "a rule needs 'when': what it looks at", NULL);
	if (when->kind == DOCUMENT_MAP)
		return read_match(r, when, &r->rule->rule.match[0]);
	if (when->kind != DOCUMENT_LIST || !when->children)
		return refuse(r, when, "expected is a map, or a list of maps", NULL);
	unsigned count = 0;
	for (const struct document_node *n = when->children; n; n = n->next) {
		if (count == RULE_MAX_MATCH)
			return refuse(r, n, "too many entries under 'when'", NULL);
		if (!read_match(r, n, &r->rule->rule.match[count++]))
			return false;
	}
	return true;
}

/* mechanism/name, in small letters, digits and dashes */
static bool is_id(const char *id)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz0123456789-";
	size_t first = strspn(id, letters);
	return first && id[first] == '/' && id[first + 1] && !id[first + 1 + strspn(id + first + 1, letters)];
}

static bool read_identity(struct reading *r, const struct document_node *node)
{
	static const char *const needed[] = {"id", "title", "message"};
	struct rule *rule = &r->rule->rule;
	for (size_t i = 0; i < sizeof needed / sizeof *needed; i++)
		if (!document_member(node, needed[i]))
			return refuse(r, node, "a rule needs", needed[i]);
	if (!read_text(r, node, "id", &rule->id))
		return false;
	return is_id(rule->id) || refuse(r, document_member(node, "id"), "an id is MECHANISM/NAME in small letters, not", rule->id);
}

static bool read_levels(struct reading *r, const struct document_node *node)
{
	const char *severity = "warning", *recovery = "none";
	struct rule *rule = &r->rule->rule;
	if (!read_text(r, node, "severity", &severity) || !read_text(r, node, "recovery", &recovery))
		return false;
	if (!severity_parse(severity, &rule->severity))
		return refuse(r, document_member(node, "severity"), "expected is note, warning or error, not", severity);
	if (strcmp(recovery, "same") == 0)
		rule->recovery = RECOVERY_SAME;
	else if (strcmp(recovery, "any") == 0)
		rule->recovery = RECOVERY_ANY;
	else if (strcmp(recovery, "none") != 0)
		return refuse(r, document_member(node, "recovery"), "expected is none, same or any, not", recovery);
	return true;
}

static bool read_pattern(struct reading *r, const struct document_node *node, const char *key, struct pattern **pattern)
{
	const char *text = NULL;
	struct buffer why = {0};
	if (!read_text(r, node, key, &text))
		return false;
	if (!text)
		return true;
	*pattern = pattern_new(slice_of(text), &why);
	bool good = *pattern || refuse(r, document_member(node, key), why.ptr, NULL);
	buffer_release(&why);
	return good;
}

static bool read_texts(struct reading *r, const struct document_node *node)
{
	struct rule *rule = &r->rule->rule;
	return read_text(r, node, "title", &rule->title) && read_text(r, node, "about", &rule->about) &&
	       read_text(r, node, "needs", &rule->needs) && read_text(r, node, "message", &rule->message) &&
	       read_text(r, node, "cause", &rule->cause) && read_text(r, node, "why", &rule->why) &&
	       read_text(r, node, "example", &rule->example) && read_lines(r, node, "check", rule->check) &&
	       read_lines(r, node, "fix", rule->fix) && read_lines(r, node, "references", rule->references);
}

bool user_rule_read(struct user_rule *u, const struct document *d, const struct document_node *node, struct buffer *error)
{
	struct reading r = {u, d, error};
	bool good = document_check_keys(d, node, rule_keys, error) && read_identity(&r, node) && read_levels(&r, node) &&
		    read_texts(&r, node) && read_matches(&r, node) && read_pattern(&r, node, "arguments", &u->arguments) &&
		    read_pattern(&r, node, "process", &u->process);
	if (good && !u->rule.about)
		u->rule.about = u->rule.title;
	return good;
}
