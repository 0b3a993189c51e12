#include "input_families.h"

#include <dirent.h>
#include <stdbool.h>
#include <stdlib.h>

#include <ipcdiag/memory.h>
#include <ipcdiag/slice.h>

/* Length of P in "P.123"; 0 when the name is not of that form. */
static size_t stem_length(const char *name)
{
	const char *dot = strrchr(name, '.');
	if (!dot || dot == name || !dot[1] || dot[1 + strspn(dot + 1, "0123456789")])
		return 0;
	return (size_t)(dot - name);
}

static bool has_stem(const char *name, struct slice stem)
{
	return stem.len && stem_length(name) == stem.len && memcmp(name, stem.ptr, stem.len) == 0;
}

/* How many files P.NUMBER there are on disk. */
static size_t count_on_disk(struct slice stem)
{
	const char *slash = memrchr(stem.ptr, '/', stem.len);
	size_t folder_length = slash ? (size_t)(slash - stem.ptr) + 1 : 0;
	char *folder = memory_copy(folder_length ? slice_take(stem, folder_length) : SLICE("."));
	DIR *directory = opendir(folder);
	size_t count = 0;
	for (struct dirent *e; directory && (e = readdir(directory));)
		count += has_stem(e->d_name, slice_skip(stem, folder_length));
	if (directory)
		closedir(directory);
	free(folder);
	return count;
}

static int compare_names(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* How many different paths have the stem. */
static size_t count_given(const char **paths, size_t count, struct slice stem)
{
	const char **same = memory_alloc((count + 1) * sizeof *same);
	size_t found = 0, different = 0;
	for (size_t i = 0; i < count; i++)
		if (has_stem(paths[i], stem))
			same[found++] = paths[i];
	if (found)
		qsort(same, found, sizeof *same, compare_names);
	for (size_t i = 0; i < found; i++)
		different += i == 0 || strcmp(same[i], same[i - 1]) != 0;
	free(same);
	return different;
}

/* Puts the stem in the place of path `at`, takes the rest of the family out; returns the new count. */
static size_t replace(const char **paths, size_t count, size_t at, const char *stem)
{
	size_t kept = at + 1;
	for (size_t i = at + 1; i < count; i++)
		if (!has_stem(paths[i], slice_of(stem)))
			paths[kept++] = paths[i];
	paths[at] = stem;
	return kept;
}

size_t family_join(const char **paths, size_t count, char ***texts, size_t *text_count)
{
	size_t cap = *text_count;
	struct slice last = {0}; /* the stem that was looked at last: families come in a row */
	for (size_t i = 0; i < count; i++) {
		struct slice stem = {paths[i], stem_length(paths[i])};
		if (!stem.len || slice_equal(stem, last) || i + 1 == count || !has_stem(paths[i + 1], stem))
			continue;
		last = stem;
		size_t given = count_given(paths, count, stem);
		if (given < 2 || given != count_on_disk(stem))
			continue;
		*texts = memory_grow(*texts, &cap, *text_count, sizeof **texts);
		char *text = memory_copy(stem);
		(*texts)[(*text_count)++] = text;
		count = replace(paths, count, i, text);
		last = (struct slice){0};
	}
	return count;
}
