#include "lanes.h"

#include <stdlib.h>

#include <ipcdiag/memory.h>

/* --- columns --- */

static int compare_columns(const void *left, const void *right)
{
	const struct column *a = left, *b = right;
	int order = strcmp(a->file, b->file);
	return order ? order : (a->line > b->line) - (a->line < b->line);
}

static void add_column(struct lanes *l, const struct evidence *e)
{
	l->columns[l->column_count++] = (struct column){e->file, e->line};
}

static void sort_columns(struct lanes *l)
{
	unsigned kept = 0;
	qsort(l->columns, l->column_count, sizeof *l->columns, compare_columns);
	for (unsigned i = 0; i < l->column_count; i++)
		if (!kept || compare_columns(&l->columns[kept - 1], &l->columns[i]) != 0)
			l->columns[kept++] = l->columns[i];
	l->column_count = kept;
}

unsigned lanes_find_column(const struct lanes *l, const struct evidence *e)
{
	struct column key = {e->file, e->line};
	const struct column *hit = bsearch(&key, l->columns, l->column_count, sizeof key, compare_columns);
	return (unsigned)(hit - l->columns);
}

/* --- lanes --- */

static int compare_lanes(const void *left, const void *right)
{
	const struct lane *a = left, *b = right;
	int order = strcmp(a->file, b->file);
	return order ? order : (a->pid > b->pid) - (a->pid < b->pid);
}

static int compare_beginnings(const void *left, const void *right)
{
	const struct lane *a = left, *b = right;
	return a->first != b->first ? (a->first > b->first) - (a->first < b->first) : compare_lanes(left, right);
}

static bool says_end(const struct evidence *e)
{
	return e->text && (strncmp(e->text, "+++ exited", 10) == 0 || strncmp(e->text, "+++ killed", 10) == 0);
}

static void add_lane(struct lanes *l, const struct finding *f, const struct evidence *e)
{
	unsigned column = lanes_find_column(l, e);
	l->lanes[l->lane_count++] = (struct lane){
		.file = e->file,
		.pid = e->pid,
		.name = e->pid == f->pid ? f->process : NULL,
		.first = column,
		.end = column,
		.ended = says_end(e),
	};
}

static void join_lane(struct lane *into, const struct lane *from)
{
	if (!into->name)
		into->name = from->name;
	if (from->first < into->first)
		into->first = from->first;
	if (from->end > into->end || from->ended)
		into->end = from->end;
	into->ended |= from->ended;
}

/* Makes one lane of all sightings of a process. */
static void join_lanes(struct lanes *l)
{
	unsigned kept = 0;
	qsort(l->lanes, l->lane_count, sizeof *l->lanes, compare_lanes);
	for (unsigned i = 0; i < l->lane_count; i++) {
		if (kept && compare_lanes(&l->lanes[kept - 1], &l->lanes[i]) == 0)
			join_lane(&l->lanes[kept - 1], &l->lanes[i]);
		else
			l->lanes[kept++] = l->lanes[i];
	}
	l->lane_count = kept;
}

/* A process of which no end is told lives to the end of its file's part of the chart. */
static void extend_lanes(struct lanes *l)
{
	for (unsigned i = 0; i < l->lane_count; i++) {
		struct lane *lane = &l->lanes[i];
		while (!lane->ended && lane->end + 1 < l->column_count &&
			strcmp(l->columns[lane->end + 1].file, lane->file) == 0)
			lane->end++;
	}
}

static void cap_lanes(struct lanes *l)
{
	qsort(l->lanes, l->lane_count, sizeof *l->lanes, compare_beginnings);
	if (l->lane_count > LANES_MAX_LANES) {
		l->hidden_lanes = l->lane_count - LANES_MAX_LANES;
		l->lane_count = LANES_MAX_LANES;
	}
}

unsigned lanes_find_lane(const struct lanes *l, const struct evidence *e)
{
	struct lane key = {.file = e->file, .pid = e->pid};
	for (unsigned i = 0; i < l->lane_count; i++) /* LANES_MAX_LANES at most */
		if (compare_lanes(&l->lanes[i], &key) == 0)
			return i;
	return LANES_NONE;
}

/* --- all of it --- */

/* Takes as many findings as the chart has room for; returns how many evidence lines they have. */
static size_t take_findings(struct lanes *l, const struct report *r)
{
	size_t places = 0;
	while (l->finding_count < r->finding_count &&
		places + r->findings[l->finding_count]->evidence_count <= LANES_MAX_COLUMNS)
		places += r->findings[l->finding_count++]->evidence_count;
	l->hidden_findings = r->finding_count - l->finding_count;
	return places;
}

struct lanes lanes_new(const struct report *r)
{
	struct lanes l = {0};
	size_t places = take_findings(&l, r);
	l.columns = memory_alloc((places + 1) * sizeof *l.columns);
	l.lanes = memory_alloc((places + 1) * sizeof *l.lanes);
	for (unsigned i = 0; i < l.finding_count; i++)
		for (unsigned k = 0; k < r->findings[i]->evidence_count; k++)
			add_column(&l, &r->findings[i]->evidence[k]);
	sort_columns(&l);
	for (unsigned i = 0; i < l.finding_count; i++)
		for (unsigned k = 0; k < r->findings[i]->evidence_count; k++)
			add_lane(&l, r->findings[i], &r->findings[i]->evidence[k]);
	join_lanes(&l);
	extend_lanes(&l);
	cap_lanes(&l);
	return l;
}

void lanes_release(struct lanes *l)
{
	free(l->lanes);
	free(l->columns);
	*l = (struct lanes){0};
}
