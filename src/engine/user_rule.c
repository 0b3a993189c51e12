/* Reading one user rule out of YAML. */
#include "user_rule.h"

#include <math.h>
#include <stddef.h>
#include <stdlib.h>

#include <ipcdiag/channel.h>
#include <ipcdiag/condition.h>
#include <ipcdiag/event.h>
#include <ipcdiag/memory.h>
#include <ipcdiag/suggest.h>

#include "template.h"

static const char rule_keys[] =
	"id severity aim title about when arguments process duration recovery needs message cause causes check fix why references "
	"example";
static const char cause_keys[] = "when message cause check fix why confidence";
static const char match_keys[] = "change calls errors objects";

static const struct {
	const char *name;
	enum change_kind kind;
} changes[] = {
	{"call", CHANGE_CALL},
	{"blocked", CHANGE_BLOCKED},
	{"spin", CHANGE_SPIN},
	{"signal", CHANGE_SIGNAL},
	{"ended", CHANGE_ENDED},
	{"left", CHANGE_LEFT},
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

/* A text or a list of texts, into less than `max` lines. */
static bool read_lines(
	struct reading *r, const struct document_node *map, const char *key, size_t max, const char **lines)
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
		if (count == max - 1)
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

/* Kinds of words that a match may hold: how to tell one, and the words there are, for "did you mean". */
struct vocabulary {
	const char *complaint;
	bool (*knows)(struct slice word);
	void (*offer)(struct suggestion *best);
};

static bool knows_call(struct slice name)
{
	return event_wants(name);
}

static void offer_calls(struct suggestion *best)
{
	const char *name;
	for (unsigned i = 0; (name = event_call_name(i)); i++)
		suggestion_offer(best, name);
}

static bool knows_error(struct slice name)
{
	return slice_is(name, "*") || slice_is(name, "0") || errno_number(name) > 0;
}

static void offer_errors(struct suggestion *best)
{
	enum { LAST_ERRNO = 133 };
	for (int i = 1; i <= LAST_ERRNO; i++)
		if (errno_name(i))
			suggestion_offer(best, errno_name(i));
}

static bool knows_object(struct slice name)
{
	for (int i = 0; i < OBJECT_KINDS; i++)
		if (slice_is(name, object_name((enum object)i)))
			return true;
	return false;
}

static void offer_objects(struct suggestion *best)
{
	for (int i = 0; i < OBJECT_KINDS; i++)
		suggestion_offer(best, object_name((enum object)i));
}

static const struct vocabulary calls = {"the model does not look at calls of the name", knows_call, offer_calls};
static const struct vocabulary errors = {"there is no error", knows_error, offer_errors};
static const struct vocabulary objects = {"there is no kind of object", knows_object, offer_objects};

static bool refuse_word(
	struct reading *r, const struct document_node *at, const struct vocabulary *v, struct slice word)
{
	struct suggestion best = suggestion_start(word);
	v->offer(&best);
	document_add_place(r->error, r->document, at);
	buffer_add_format(r->error, "%s '%.*s'", v->complaint, (int)word.len, word.ptr);
	if (best.word)
		buffer_add_format(r->error, "; did you mean '%s'?", best.word);
	return false;
}

/* The item of a list that a word stands in, or the text itself. */
static const struct document_node *place_of(const struct document_node *n, struct slice word)
{
	for (const struct document_node *item = n->children; item; item = item->next)
		if (item->kind == DOCUMENT_TEXT && slice_equal(slice_of(item->text), word))
			return item;
	return n;
}

static bool check_words(struct reading *r, const struct document_node *map, const char *key, const char *words,
	const struct vocabulary *v)
{
	for (struct slice left = slice_trim(slice_of(words)); left.len; left = slice_trim(left)) {
		struct slice word = slice_take(left, slice_find_char(left, ' ', 0));
		if (!v->knows(word))
			return refuse_word(r, place_of(document_member(map, key), word), v, word);
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
	return refuse(r, document_member(map, "change"),
		best.word ? "there is no such change; did you mean"
			  : "there is no such change; known are call blocked spin signal ended left, not",
		best.word ? best.word : name);
}

static bool read_match(struct reading *r, const struct document_node *map, struct rule_match *m)
{
	if (!document_check_keys(r->document, map, match_keys, r->error) || !read_change(r, map, &m->change) ||
		!read_words(r, map, "calls", &m->calls) || !read_words(r, map, "errors", &m->errors) ||
		!read_words(r, map, "objects", &m->objects))
		return false;
	bool any_end = r->rule->duration >= 0; /* what is slow may well have worked */
	if (m->change == CHANGE_CALL && !m->errors && !any_end)
		m->errors = "*";
	if (m->change == CHANGE_CALL && !m->calls && m->errors && strcmp(m->errors, "*") == 0)
		return refuse(r, map, "this matches every failure: name calls or errors", NULL);
	return (!m->calls || m->change == CHANGE_SIGNAL || check_words(r, map, "calls", m->calls, &calls)) &&
		(!m->errors || check_words(r, map, "errors", m->errors, &errors)) &&
		(!m->objects || check_words(r, map, "objects", m->objects, &objects));
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
	return is_id(rule->id) ||
		refuse(r, document_member(node, "id"), "an id is MECHANISM/NAME in small letters, not", rule->id);
}

static bool read_levels(struct reading *r, const struct document_node *node)
{
	const char *severity = "warning", *recovery = "none", *aim = "none";
	struct rule *rule = &r->rule->rule;
	if (!read_text(r, node, "severity", &severity) || !read_text(r, node, "recovery", &recovery) ||
		!read_text(r, node, "aim", &aim))
		return false;
	if (!severity_parse(severity, &rule->severity))
		return refuse(
			r, document_member(node, "severity"), "expected is note, warning or error, not", severity);
	if (!aim_parse(aim, &rule->aim))
		return refuse(r, document_member(node, "aim"),
			"expected is none, own, ask, peer, bye, wish or limit, not", aim);
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

/* At least so many seconds. */
static bool read_duration(struct reading *r, const struct document_node *node)
{
	const char *text = NULL;
	char *end;
	r->rule->duration = -1;
	if (!read_text(r, node, "duration", &text))
		return false;
	if (!text)
		return true;
	r->rule->duration = strtod(text, &end);
	if (*end || !isfinite(r->rule->duration) || r->rule->duration < 0)
		return refuse(r, document_member(node, "duration"), "expected is a number of seconds, not", text);
	if (!r->rule->rule.needs)
		r->rule->rule.needs = "-T";
	return true;
}

static bool read_texts(struct reading *r, const struct document_node *node)
{
	struct rule *rule = &r->rule->rule;
	return read_text(r, node, "title", &rule->title) && read_text(r, node, "about", &rule->about) &&
		read_text(r, node, "needs", &rule->needs) && read_text(r, node, "message", &rule->message) &&
		read_text(r, node, "cause", &rule->cause) && read_text(r, node, "why", &rule->why) &&
		read_text(r, node, "example", &rule->example) &&
		read_lines(r, node, "check", RULE_MAX_LINES, rule->check) &&
		read_lines(r, node, "fix", RULE_MAX_LINES, rule->fix) &&
		read_lines(r, node, "references", RULE_MAX_LINES, rule->references);
}

/* --- the values in braces --- */

static const char values[] =
	"process name pid call errno fd line count object path host port address key id size file family type "
	"protocol signal last_line recovered_line pid_hint duration";

static bool is_capture(const struct pattern *p, struct slice name)
{
	const char *group;
	for (unsigned i = 0; p && (group = pattern_group(p, i)); i++)
		if (slice_is(name, group))
			return true;
	return false;
}

static void offer_captures(const struct pattern *p, struct suggestion *best)
{
	const char *group;
	for (unsigned i = 0; p && (group = pattern_group(p, i)); i++)
		suggestion_offer(best, group);
}

static bool refuse_value(struct reading *r, const struct document_node *at, struct slice name)
{
	char known[sizeof values], *state;
	memcpy(known, values, sizeof values);
	struct suggestion best = suggestion_start(name);
	for (char *word = strtok_r(known, " ", &state); word; word = strtok_r(NULL, " ", &state))
		suggestion_offer(&best, word);
	offer_captures(r->rule->arguments, &best);
	offer_captures(r->rule->process, &best);
	document_add_place(r->error, r->document, at);
	buffer_add_format(r->error, "there is no value {%.*s}", (int)name.len, name.ptr);
	if (best.word)
		buffer_add_format(r->error, "; did you mean {%s}?", best.word);
	return false;
}

/* Are all values in the text, or in its list of texts, known? */
static bool check_values(struct reading *r, const struct document_node *n)
{
	for (const struct document_node *item = n ? n->children : NULL; item; item = item->next)
		if (!check_values(r, item))
			return false;
	struct slice text = n && n->kind == DOCUMENT_TEXT ? slice_of(n->text) : (struct slice){0}, name;
	for (size_t at = 0; (at = slice_find_char(text, '{', at)) != SIZE_MAX; at++)
		if (template_placeholder(slice_skip(text, at), &name) && !slice_in_words(name, values) &&
			!is_capture(r->rule->arguments, name) && !is_capture(r->rule->process, name))
			return refuse_value(r, n, name);
	return true;
}

static bool check_all_values(struct reading *r, const struct document_node *node)
{
	static const char *const texts[] = {"message", "cause", "check", "fix", "why"};
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		if (!check_values(r, document_member(node, texts[i])))
			return false;
	return true;
}

/* --- rows --- */

static bool knows_value(const void *context, struct slice name)
{
	const struct user_rule *u = context;
	return slice_in_words(name, values) || is_capture(u->arguments, name) || is_capture(u->process, name);
}

static bool check_condition(struct reading *r, const struct document_node *at, const char *when)
{
	struct buffer why = {0};
	bool sound = condition_check(when, knows_value, r->rule, &why) || refuse(r, at, why.ptr, NULL);
	buffer_release(&why);
	return sound;
}

static bool read_cause(struct reading *r, const struct document_node *map, struct cause *c)
{
	const struct document_node *sure;
	c->when = "";
	if (!document_check_keys(r->document, map, cause_keys, r->error) || !read_text(r, map, "when", &c->when) ||
		!read_text(r, map, "message", &c->message) || !read_text(r, map, "cause", &c->cause) ||
		!read_lines(r, map, "check", CAUSE_MAX_LINES, c->check) ||
		!read_lines(r, map, "fix", CAUSE_MAX_LINES, c->fix) || !read_text(r, map, "why", &c->why) ||
		!read_text(r, map, "confidence", &c->confidence))
		return false;
	sure = document_member(map, "confidence");
	if (sure && !slice_in_words(slice_of(c->confidence), "certain likely possible"))
		return refuse(r, sure, "expected is certain, likely or possible, not", c->confidence);
	return check_all_values(r, map) && check_condition(r, map, c->when);
}

static bool read_causes(struct reading *r, const struct document_node *node)
{
	const struct document_node *list = document_member(node, "causes");
	size_t count = 0;
	if (!list)
		return true;
	if (list->kind != DOCUMENT_LIST || !list->children)
		return refuse(r, list, "expected is a list of maps", NULL);
	for (const struct document_node *n = list->children; n; n = n->next) {
		if (count == USER_RULE_CAUSES)
			return refuse(r, n, "too many entries under 'causes'", NULL);
		if (!read_cause(r, n, &r->rule->causes[count++]))
			return false;
	}
	r->rule->rule.causes = r->rule->causes;
	return true;
}

bool user_rule_read(
	struct user_rule *u, const struct document *d, const struct document_node *node, struct buffer *error)
{
	struct reading r = {u, d, error};
	bool good = document_check_keys(d, node, rule_keys, error) && read_identity(&r, node) &&
		read_levels(&r, node) && read_texts(&r, node) && read_duration(&r, node) && read_matches(&r, node) &&
		read_pattern(&r, node, "arguments", &u->arguments) && read_pattern(&r, node, "process", &u->process) &&
		check_all_values(&r, node) && read_causes(&r, node);
	if (good && !u->rule.about)
		u->rule.about = u->rule.title;
	return good;
}
