#include "config.h"

#include <stdlib.h>
#include <unistd.h>

#include <ipcdiag/memory.h>
#include <ipcdiag/suggest.h>
#include <ipcdiag/document.h>

#include "say.h"
#include "options.h"

static bool exists(struct buffer *path, const char *folder, const char *name)
{
	buffer_clear(path);
	buffer_add_format(path, "%s/%s", folder, name);
	return access(path->ptr, F_OK) == 0;
}

/* The repository's root at or above `folder`; without a repository only the folder itself is looked at, so that nobody
 * else's file further up (in /tmp, say) is taken. The caller frees it. */
static char *find_root(const char *folder)
{
	struct buffer path = {0};
	char *root = memory_copy(slice_of(folder));
	bool found = exists(&path, root, ".git");
	while (!found && strrchr(root, '/') && root[1]) {
		char *slash = strrchr(root, '/');
		slash[slash == root] = '\0';
		found = exists(&path, root, ".git");
	}
	buffer_release(&path);
	if (found)
		return root;
	free(root);
	return memory_copy(slice_of(folder));
}

/* .ipcdiag.yaml from the working directory up to the root. */
static char *find_upwards(void)
{
	char *folder = getcwd(NULL, 0);
	if (!folder)
		return NULL;
	struct buffer path = {0};
	char *root = find_root(folder);
	bool found = exists(&path, folder, ".ipcdiag.yaml");
	while (!found && strlen(folder) > strlen(root)) {
		char *slash = strrchr(folder, '/');
		slash[slash == folder] = '\0';
		found = exists(&path, folder, ".ipcdiag.yaml");
	}
	free(folder);
	free(root);
	if (found)
		return buffer_detach(&path);
	buffer_release(&path);
	return NULL;
}

static char *find_users(void)
{
	const char *base = getenv("XDG_CONFIG_HOME"), *home = getenv("HOME");
	struct buffer folder = {0}, path = {0};
	if (base && base[0] == '/')
		buffer_add_text(&folder, base);
	else if (home && home[0] == '/')
		buffer_add_format(&folder, "%s/.config", home);
	bool found = folder.len && exists(&path, folder.ptr, "ipcdiag/config.yaml");
	buffer_release(&folder);
	if (found)
		return buffer_detach(&path);
	buffer_release(&path);
	return NULL;
}

/* Files that a configuration names are looked for beside it. */
static const char *beside(struct settings *s, const char *config, const char *path)
{
	const char *slash = strrchr(config, '/');
	if (path[0] == '/' || !slash)
		return path;
	struct buffer whole = {0};
	buffer_add(&whole, (struct slice){config, (size_t)(slash - config) + 1});
	buffer_add_text(&whole, path);
	return settings_keep(s, buffer_detach(&whole));
}

/* FMT:FILE */
static const char *report_beside(struct settings *s, const char *config, const char *report)
{
	const char *colon = strchr(report, ':'), *path = colon ? beside(s, config, colon + 1) : NULL;
	if (!colon || path == colon + 1)
		return report;
	struct buffer whole = {0};
	buffer_add(&whole, (struct slice){report, (size_t)(colon - report) + 1});
	buffer_add_text(&whole, path);
	return settings_keep(s, buffer_detach(&whole));
}

struct reading {
	struct settings *settings;
	const char *path;
	unsigned groups;
	struct buffer *error;
};

static bool complain(struct reading *r, const struct document_node *at, const char *what)
{
	document_add_place(r->error, r->settings->document, at);
	buffer_add_text(r->error, what);
	return false;
}

static bool is_word(const struct document_node *n, const char *words)
{
	return slice_in_words(slice_of(n->text), words);
}

static bool set_one(struct reading *r, const struct option_spec *o, const struct document_node *value)
{
	if (value->kind != DOCUMENT_TEXT)
		return complain(r, value, "expected is one value");
	bool on = is_word(value, "true yes on");
	if (!o->argument && !on && !is_word(value, "false no off"))
		return complain(r, value, "expected is true or false");
	if (!o->argument && !on)
		return true;
	const char *text = value->text;
	if (o->complete == COMPLETE_FILE)
		text = beside(r->settings, r->path, text);
	else if (o->complete == COMPLETE_REPORT)
		text = report_beside(r->settings, r->path, text);
	struct settings scratch = *r->settings; /* options of other commands are checked, not kept */
	struct buffer why = {0};
	bool good = true;
	if (r->groups & o->group)
		good = option_set(r->settings, o, text, &why);
	else if (o->kind != OPTION_LIST)
		good = option_set(&scratch, o, text, &why);
	if (!good)
		complain(r, value, why.ptr);
	buffer_release(&why);
	return good;
}

static bool set_member(struct reading *r, const struct document_node *member)
{
	const struct option_spec *o = option_find(member->key.ptr);
	if (!o || o->command_line_only)
		return complain(r, member, "this option belongs on the command line");
	if (member->kind == DOCUMENT_TEXT)
		return set_one(r, o, member);
	if (member->kind != DOCUMENT_LIST || o->kind != OPTION_LIST)
		return complain(r, member, "expected is one value");
	for (const struct document_node *item = member->children; item; item = item->next)
		if (!set_one(r, o, item))
			return false;
	return true;
}

static bool apply(struct reading *r)
{
	const struct document_node *root = document_root(r->settings->document);
	struct buffer words = {0};
	for (size_t i = 0; i < option_count; i++)
		if (!option_table[i].command_line_only)
			buffer_add_format(&words, "%s%s", words.len ? " " : "", option_table[i].name);
	bool good = !root || document_check_keys(r->settings->document, root, words.ptr, r->error);
	for (const struct document_node *m = root && good ? root->children : NULL; m && good; m = m->next)
		good = set_member(r, m);
	buffer_release(&words);
	return good;
}

bool config_read(struct settings *s, const char *path, bool none, unsigned groups, struct buffer *error)
{
	char *found = path ? memory_copy(slice_of(path)) : NULL;
	if (!found && !none)
		found = find_upwards();
	if (!found && !none)
		found = find_users();
	if (!found)
		return true;
	int number;
	tell_detail("configuration: %s", found);
	s->document = document_load(found, error, &number);
	struct reading r = {s, settings_keep(s, found), groups, error};
	return s->document && apply(&r);
}
