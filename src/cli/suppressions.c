#include "suppressions.h"

#include <fnmatch.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include <ipcdiag/document.h>
#include <ipcdiag/memory.h>
#include <ipcdiag/text.h>

#include "say.h"

static const char keys[] = "rule fingerprint process object file errno reason expires";

struct block {
	const struct document_node *node;
	bool expired, used;
};

struct suppressions {
	struct document *document;
	struct block *blocks;
	size_t count;
};

static const char *value_of(const struct document_node *block, const char *key)
{
	const struct document_node *n = document_member(block, key);
	return n ? n->text : NULL;
}

static bool is_date(const char *text)
{
	static const char form[] = "dddd-dd-dd";
	size_t i = 0;
	for (; form[i] && text[i]; i++)
		if (form[i] == 'd' ? text[i] < '0' || text[i] > '9' : text[i] != form[i])
			return false;
	return !form[i] && !text[i];
}

static bool complain(
	const struct suppressions *s, const struct document_node *at, const char *what, struct buffer *error)
{
	document_add_place(error, s->document, at);
	buffer_add_text(error, what);
	return false;
}

static bool check_block(const struct suppressions *s, const struct document_node *block, struct buffer *error)
{
	if (!document_check_keys(s->document, block, keys, error))
		return false;
	for (const struct document_node *n = block->children; n; n = n->next)
		if (!n->text || !*n->text)
			return complain(s, n, "expected is text", error);
	if (!value_of(block, "rule"))
		return complain(s, block, "a block needs a rule", error);
	if (!value_of(block, "reason"))
		return complain(s, block, "a block needs a reason", error);
	const struct document_node *expires = document_member(block, "expires");
	return !expires || is_date(expires->text) ||
		complain(s, expires, "expected is a date such as 2027-01-31", error);
}

static bool take_blocks(struct suppressions *s, const char *today, struct buffer *error)
{
	const struct document_node *root = document_root(s->document);
	if (!root)
		return true;
	if (root->kind != DOCUMENT_LIST)
		return complain(s, root, "expected is a list of blocks, each '- rule: ...'", error);
	s->blocks = memory_alloc((root->count + 1) * sizeof *s->blocks);
	for (const struct document_node *n = root->children; n; n = n->next) {
		if (!check_block(s, n, error))
			return false;
		const char *expires = value_of(n, "expires");
		bool expired = expires && strcmp(expires, today) < 0;
		s->blocks[s->count++] = (struct block){.node = n, .expired = expired};
		if (expired)
			tell_notice("the suppression of %s expired on %s (%s)", value_of(n, "rule"), expires,
				value_of(n, "reason"));
	}
	return true;
}

struct suppressions *suppressions_load(const char *path, const char *today, struct buffer *error)
{
	int number;
	struct document *d = document_load(path, error, &number);
	if (!d)
		return NULL;
	struct suppressions *s = memory_alloc(sizeof *s);
	s->document = d;
	if (take_blocks(s, today, error))
		return s;
	suppressions_free(s);
	return NULL;
}

void suppressions_free(struct suppressions *s)
{
	if (!s)
		return;
	document_free(s->document);
	free(s->blocks);
	free(s);
}

static bool fits(const struct document_node *block, const char *key, const char *value)
{
	const char *glob = value_of(block, key);
	return !glob || fnmatch(glob, value ? value : "", 0) == 0;
}

static bool covers(const struct document_node *block, const struct finding *f)
{
	char fingerprint[20];
	snprintf(fingerprint, sizeof fingerprint, "%016" PRIx64, f->fingerprint);
	return fits(block, "rule", f->rule->id) && fits(block, "fingerprint", fingerprint) &&
		fits(block, "process", f->process) && fits(block, "object", f->object) &&
		fits(block, "file", f->file) && fits(block, "errno", f->error);
}

bool suppressions_cover(struct suppressions *s, const struct finding *f)
{
	for (size_t i = 0; i < s->count; i++)
		if (!s->blocks[i].expired && covers(s->blocks[i].node, f))
			return s->blocks[i].used = true;
	return false;
}

void suppressions_tell_unused(const struct suppressions *s)
{
	for (size_t i = 0; i < s->count; i++)
		if (!s->blocks[i].used && !s->blocks[i].expired)
			tell_detail("the suppression of %s at line %u covers nothing here",
				value_of(s->blocks[i].node, "rule"), s->blocks[i].node->line);
}

static void write_block(struct buffer *out, const struct report *r, const struct finding *f)
{
	(void)r;
	buffer_add_text(out, "# ");
	text_add_visible(out, slice_of(f->message));
	buffer_add_format(out, "\n- rule: %s\n  fingerprint: %016" PRIx64 "\n  reason: say here why this is known\n",
		f->rule->id, f->fingerprint);
}

const struct report_format suppressions_format = {
	.name = "suppressions",
	.about = "blocks for --suppressions",
	.finding = write_block,
};
