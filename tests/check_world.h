/* What must hold between two events, whatever the trace says: walks over everything, and aborts with a word of what
 * does not hold. */
#ifndef TESTS_CHECK_WORLD_H
#define TESTS_CHECK_WORLD_H

#include <stdio.h>
#include <stdlib.h>

#include <state/state.h>

static void must(bool holds, const char *what)
{
	if (holds)
		return;
	fprintf(stderr, "the world contradicts itself: %s\n", what);
	abort();
}

static unsigned table_users(const struct world *w, const struct table *t)
{
	unsigned users = 0;
	for (const struct process *p = w->processes; p; p = p->next)
		users += p->table == t;
	return users;
}

static void check_file(const struct open_file *f)
{
	unsigned holders = 0;
	for (const struct descriptor *d = f->holders; d; d = d->next, holders++) {
		must(d->file == f, "a holder holds another file");
		must(!d->next || d->next->prev == d, "the list of holders is broken");
		must(table_get(d->table, d->fd) == d, "a holder is not in its table");
	}
	must(holders == f->holder_count, "the count of holders is wrong");
	must(f->refs >= holders + f->passing, "an open file has too few references");
	must(!f->channel || f->channel->refs, "an open file has a channel without references");
}

/* Returns how many descriptors are open in it. */
static uint64_t check_table(const struct table *t)
{
	uint64_t open = 0;
	const struct descriptor *d;
	for (size_t i = 0; (d = table_next(t, &i)); open++) {
		must(d->table == t, "a descriptor is in another table");
		check_file(d->file);
	}
	must(open == t->open_count, "the count of open descriptors is wrong");
	return open;
}

static unsigned check_tasks(const struct process *p)
{
	unsigned tasks = 0;
	for (const struct task *t = p->tasks; t; t = t->next_in_process, tasks++)
		must(t->process == p, "a task is in the list of another process");
	must(tasks == p->task_count, "the count of tasks is wrong");
	return tasks;
}

static void check_processes(const struct world *w)
{
	uint64_t descriptors = 0, tasks = 0;
	for (const struct process *p = w->processes; p; p = p->next) {
		must(p->end == END_ALIVE, "an ended process is among the living");
		must(p->table != NULL, "a living process has no table");
		must(!p->next || p->next->prev == p, "the list of processes is broken");
		tasks += check_tasks(p);
		unsigned users = table_users(w, p->table);
		must(users == p->table->refs, "the count of a table's users is wrong");
		descriptors += check_table(p->table) * (12 / users); /* shares of one to four users, whole numbers */
	}
	must(tasks <= w->task_count, "there are more tasks than are counted");
	must(w->task_count == w->tasks.count, "tasks and their numbers do not match");
	must(descriptors <= w->descriptor_count * 12, "there are more descriptors than are counted");
}

static unsigned check_side(const struct channel *c, int side)
{
	unsigned files = 0;
	for (const struct open_file *f = c->side[side].files; f; f = f->side_next, files++) {
		must(f->channel == c && f->side == side, "an open file is on another side");
		must(f->holder_count || f->passing, "an open file that nobody has is on a side");
		check_file(f);
	}
	return files;
}

static void check_channels(const struct world *w)
{
	unsigned in_flight = 0;
	for (const struct channel *c = w->channels; c; c = c->next) {
		must(!c->next || c->next->prev == c, "the list of channels is broken");
		must(c->refs >= check_side(c, 0) + check_side(c, 1), "a channel has too few references");
		in_flight += c->passing_count;
	}
	must(in_flight == w->in_flight_count, "the count of descriptors in flight is wrong");
	must(!w->draining && !w->lost, "what was lost in flight is not gone yet");
}

static void check_waits(const struct world *w)
{
	const struct task *last = NULL;
	for (const struct task *t = w->blocked; t; last = t, t = t->next)
		must(t->listed && t->prev == last && process_alive(t->process), "the list of blocked tasks is broken");
	must(last == w->longest_blocked, "the last blocked task is not the last of the list");
	for (unsigned i = 0; i < w->forking_count; i++)
		must(w->forking[i]->forking != NULL, "a task is listed as within a fork call, and is not");
}

static void world_check(const struct world *w)
{
	check_processes(w);
	check_channels(w);
	check_waits(w);
}

#endif
