/* Joining: tallies of other runs or threads, and findings that are the same. */
#include "tally.h"

#include <stdlib.h>

#include <ipcdiag/memory.h>

#include "finding_copy.h"

static void *append(void *array, size_t *count, size_t *cap, const void *more, size_t more_count, size_t size)
{
	for (size_t i = 0; i < more_count; i++) {
		array = memory_grow(array, cap, *count, size);
		memcpy((char *)array + *count * size, (const char *)more + i * size, size);
		++*count;
	}
	return array;
}

static void add_sums(struct report_input *in, const struct report_input *more)
{
	in->bytes += more->bytes;
	in->lines += more->lines;
	in->unparsed += more->unparsed;
	in->processes += more->processes;
	in->threads += more->threads;
	for (size_t i = 0; i < sizeof in->records / sizeof *in->records; i++)
		in->records[i].count += more->records[i].count;
}

void tally_take(struct tally *t, struct tally *o)
{
	for (size_t i = 0; i < o->finding_count; i++)
		o->findings[i]->file_index += (uint32_t)t->file_count;
	t->files = append(t->files, &t->file_count, &t->file_cap, o->files, o->file_count, sizeof *t->files);
	t->names = append(t->names, &t->name_count, &t->name_cap, o->names, o->name_count, sizeof *t->names);
	t->notes = append(t->notes, &t->note_count, &t->note_cap, o->notes, o->note_count, sizeof *t->notes);
	t->rules = append(t->rules, &t->rule_count, &t->rule_cap, o->rules, o->rule_count, sizeof *t->rules);
	t->findings = append(
		t->findings, &t->finding_count, &t->finding_cap, o->findings, o->finding_count, sizeof *t->findings);
	add_sums(&t->input, &o->input);
	o->file_count = o->name_count = o->rule_count = o->finding_count = 0; /* they are ours now */
	tally_release(o);
}

static int by_place(const struct finding *a, const struct finding *b)
{
	int order = strcmp(a->file, b->file);
	if (!order)
		order = (a->line > b->line) - (a->line < b->line);
	return order ? order : strcmp(a->rule->id, b->rule->id);
}

static int compare_same(const void *a, const void *b)
{
	const struct finding *x = *(const struct finding *const *)a, *y = *(const struct finding *const *)b;
	int order = (x->fingerprint > y->fingerprint) - (x->fingerprint < y->fingerprint);
	return order ? order : by_place(x, y);
}

static int compare_place(const void *a, const void *b)
{
	return by_place(*(const struct finding *const *)a, *(const struct finding *const *)b);
}

static int compare_name(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Adds where `f` was found to `all`. */
static size_t add_inputs(const char **all, size_t count, const struct finding *f)
{
	if (!f->input_count)
		all[count++] = f->file;
	for (unsigned i = 0; i < f->input_count; i++)
		all[count++] = f->inputs[i];
	return count;
}

/* The inputs of `count` equal findings, each once, become those of the first. */
static void join_inputs(struct finding **same, size_t count)
{
	size_t room = count, used = 0, kept = 0;
	for (size_t i = 0; i < count; i++)
		room += same[i]->input_count;
	const char **all = memory_alloc(room * sizeof *all);
	for (size_t i = 0; i < count; i++)
		used = add_inputs(all, used, same[i]);
	qsort(all, used, sizeof *all, compare_name);
	for (size_t i = 0; i < used; i++)
		if (!kept || strcmp(all[kept - 1], all[i]) != 0)
			all[kept++] = all[i];
	free(same[0]->inputs);
	same[0]->inputs = all;
	same[0]->input_count = (unsigned)kept;
}

static size_t count_same(struct finding *const *findings, size_t left)
{
	size_t n = 1;
	while (n < left && findings[n]->fingerprint == findings[0]->fingerprint)
		n++;
	return n;
}

static void fold_findings(struct tally *t)
{
	size_t kept = 0;
	if (t->finding_count)
		qsort(t->findings, t->finding_count, sizeof *t->findings, compare_same);
	for (size_t i = 0, n; i < t->finding_count; i += n) {
		struct finding **same = &t->findings[i], *first = same[0];
		n = count_same(same, t->finding_count - i);
		if (n > 1)
			join_inputs(same, n);
		for (size_t k = 1; k < n; k++) {
			first->count += same[k]->count;
			if (same[k]->severity > first->severity)
				first->severity = same[k]->severity;
			finding_copy_free(same[k]);
		}
		t->findings[kept++] = first;
	}
	t->finding_count = kept;
	if (kept)
		qsort(t->findings, kept, sizeof *t->findings, compare_place);
}

static void fold_files(struct tally *t)
{
	size_t kept = 0;
	if (t->file_count)
		qsort(t->files, t->file_count, sizeof *t->files, compare_name);
	for (size_t i = 0; i < t->file_count; i++) {
		if (kept && strcmp(t->files[kept - 1], t->files[i]) == 0)
			free((void *)t->files[i]);
		else
			t->files[kept++] = t->files[i];
	}
	t->file_count = kept;
}

/* Which file a finding is in, for the formats that group by input. */
static void number_files(struct tally *t)
{
	for (size_t i = 0; i < t->finding_count; i++) {
		const char **at =
			bsearch(&t->findings[i]->file, t->files, t->file_count, sizeof *t->files, compare_name);
		t->findings[i]->file_index = at ? (uint32_t)(at - t->files) : 0;
	}
}

void tally_fold(struct tally *t)
{
	fold_findings(t);
	fold_files(t);
	if (t->file_count)
		number_files(t);
}
