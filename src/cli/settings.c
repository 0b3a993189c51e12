#include "settings.h"

#include <stdlib.h>

#include <ipcdiag/memory.h>
#include <ipcdiag/rule.h>
#include <ipcdiag/document.h>

void settings_init(struct settings *s)
{
	*s = (struct settings){
		.format = "text",
		.fail_on = SEVERITY_ERROR,
		.severity = SEVERITY_WARNING,
		.error_exitcode = 1,
		.jobs = 1,
	};
}

void settings_release(struct settings *s)
{
	free(s->outputs.items);
	free(s->selectors.items);
	free(s->severities.items);
	free(s->rule_files.items);
	free(s->source_roots.items);
	free(s->strace_options.items);
	for (size_t i = 0; i < s->owned.count; i++)
		free((void *)s->owned.items[i].text);
	free(s->owned.items);
	document_free(s->document);
	*s = (struct settings){0};
}

void setting_list_add(struct setting_list *list, const char *text, char letter)
{
	list->items = memory_grow(list->items, &list->cap, list->count, sizeof *list->items);
	list->items[list->count++] = (struct setting){text, letter};
}

const char *settings_keep(struct settings *s, char *text)
{
	setting_list_add(&s->owned, text, 0);
	return text;
}
