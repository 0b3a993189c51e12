#include "survey.h"

#include <stdlib.h>

#include <ipcdiag/memory.h>

#include "proc.h"

enum { PATIENCE = 5 }; /* seconds; a machine with 10,000 processes takes one or two */

static void add_descriptors(struct survey *s, struct survey_process *p)
{
	size_t count;
	int *fds = proc_numbers(&count, "/proc/%d/fd", (int)p->pid);
	struct buffer link = {0};
	p->first_fd = s->fd_count;
	if (!fds && proc_read(&link, "/proc/%d/cmdline", (int)p->pid)) /* kernel threads and zombies have none */
		s->partial = true;
	for (size_t i = 0; i < count; i++) {
		if (!proc_link(&link, "/proc/%d/fd/%d", (int)p->pid, fds[i]))
			continue;
		s->fds = memory_grow(s->fds, &s->fd_cap, s->fd_count, sizeof *s->fds);
		s->fds[s->fd_count++] = (struct survey_fd){p->pid, fds[i], -2, memory_copy(buffer_slice(&link))};
	}
	p->fd_count = s->fd_count - p->first_fd;
	buffer_release(&link);
	free(fds);
}

static void add_tasks(struct survey *s, struct survey_process *p)
{
	size_t count;
	int *tasks = proc_numbers(&count, "/proc/%d/task", (int)p->pid);
	struct live_task t;
	p->first_task = s->task_count;
	for (size_t i = 0; i < count; i++) {
		if (!calls_read(&t, p->pid, tasks[i]) || t.state == 'Z' || t.state == 'X')
			continue;
		s->tasks = memory_grow(s->tasks, &s->task_cap, s->task_count, sizeof *s->tasks);
		s->tasks[s->task_count++] = t;
	}
	p->task_count = s->task_count - p->first_task;
	free(tasks);
}

void survey_take(struct survey *s)
{
	size_t count;
	double deadline = proc_clock() + PATIENCE;
	int *pids = proc_numbers(&count, "/proc");
	*s = (struct survey){0};
	for (size_t i = 0; i < count; i++) {
		if (proc_clock() > deadline) {
			s->partial = true;
			break;
		}
		struct survey_process p = {.pid = pids[i], .parent = proc_parent(pids[i])};
		add_tasks(s, &p);
		add_descriptors(s, &p);
		s->processes = memory_grow(s->processes, &s->process_cap, s->process_count, sizeof p);
		s->processes[s->process_count++] = p;
	}
	free(pids);
}

void survey_release(struct survey *s)
{
	for (size_t i = 0; i < s->fd_count; i++)
		free(s->fds[i].link);
	free(s->fds);
	free(s->tasks);
	free(s->processes);
	*s = (struct survey){0};
}

static int compare_pid(const void *key, const void *item)
{
	return *(const pid_t *)key - ((const struct survey_process *)item)->pid;
}

struct survey_process *survey_process(const struct survey *s, pid_t pid)
{
	return s->process_count ? bsearch(&pid, s->processes, s->process_count, sizeof *s->processes, compare_pid)
				: NULL;
}

struct survey_fd *survey_fd(const struct survey *s, pid_t pid, int fd)
{
	struct survey_process *p = survey_process(s, pid);
	for (size_t i = 0; p && i < p->fd_count; i++)
		if (s->fds[p->first_fd + i].fd == fd)
			return &s->fds[p->first_fd + i];
	return NULL;
}
