#include "proc.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include <ipcdiag/memory.h>

enum { PATH_LENGTH = 128 };

static bool read_all(struct buffer *text, int fd)
{
	char part[4096];
	ssize_t n;
	while (text->len < PROC_MAX_FILE && ((n = read(fd, part, sizeof part)) > 0 || (n < 0 && errno == EINTR)))
		if (n > 0)
			buffer_add(text, (struct slice){part, (size_t)n});
	return text->len > 0;
}

bool proc_read(struct buffer *text, const char *format, ...)
{
	char path[PATH_LENGTH];
	va_list values;
	va_start(values, format);
	int length = vsnprintf(path, sizeof path, format, values);
	va_end(values);
	buffer_clear(text);
	int fd = length < PATH_LENGTH ? open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK) : -1;
	if (fd < 0)
		return false;
	bool good = read_all(text, fd);
	close(fd);
	return good;
}

bool proc_link(struct buffer *text, const char *format, ...)
{
	char path[PATH_LENGTH], target[4096];
	va_list values;
	va_start(values, format);
	vsnprintf(path, sizeof path, format, values);
	va_end(values);
	buffer_clear(text);
	ssize_t n = readlink(path, target, sizeof target);
	if (n > 0)
		buffer_add(text, (struct slice){target, (size_t)n});
	return n > 0;
}

bool proc_next_line(struct slice *text, struct slice *line)
{
	if (!text->len)
		return false;
	size_t end = slice_find_char(*text, '\n', 0);
	*line = slice_take(*text, end);
	*text = slice_skip(*text, end == SIZE_MAX ? text->len : end + 1);
	return true;
}

struct slice proc_next_word(struct slice *line)
{
	while (line->len && (line->ptr[0] == ' ' || line->ptr[0] == '\t'))
		*line = slice_skip(*line, 1);
	size_t n = 0;
	while (n < line->len && line->ptr[n] != ' ' && line->ptr[n] != '\t')
		n++;
	struct slice word = slice_take(*line, n);
	*line = slice_skip(*line, n);
	return word;
}

struct slice proc_field(struct slice text, const char *name)
{
	struct slice line, key = slice_of(name);
	while (proc_next_line(&text, &line))
		if (slice_starts(line, key) && line.len > key.len && line.ptr[key.len] == ':')
			return slice_trim(slice_skip(line, key.len + 1));
	return (struct slice){0};
}

static int ascending(const void *a, const void *b)
{
	return *(const int *)a - *(const int *)b;
}

static int *numbers_in(DIR *folder, size_t *count)
{
	int *list = NULL;
	size_t cap = 0;
	for (struct dirent *entry; (entry = readdir(folder));) {
		if (entry->d_name[0] < '0' || entry->d_name[0] > '9')
			continue;
		list = memory_grow(list, &cap, *count, sizeof *list);
		list[(*count)++] = atoi(entry->d_name);
	}
	if (*count)
		qsort(list, *count, sizeof *list, ascending);
	return list;
}

int *proc_numbers(size_t *count, const char *format, ...)
{
	char path[PATH_LENGTH];
	va_list values;
	va_start(values, format);
	vsnprintf(path, sizeof path, format, values);
	va_end(values);
	*count = 0;
	DIR *folder = opendir(path);
	int *list = folder ? numbers_in(folder, count) : NULL;
	if (folder)
		closedir(folder);
	return list;
}

double proc_clock(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static pid_t status_number(pid_t pid, const char *name)
{
	struct buffer text = {0};
	int64_t number = -1;
	if (proc_read(&text, "/proc/%d/status", (int)pid))
		slice_number(proc_field(buffer_slice(&text), name), &number);
	buffer_release(&text);
	return (pid_t)number;
}

pid_t proc_tracer(pid_t pid)
{
	return status_number(pid, "TracerPid");
}

pid_t proc_parent(pid_t pid)
{
	return status_number(pid, "PPid");
}

uint64_t proc_number(struct slice word, int base)
{
	char digits[24];
	size_t n = word.len < sizeof digits ? word.len : sizeof digits - 1;
	memcpy(digits, word.ptr, n);
	digits[n] = '\0';
	return strtoull(digits, NULL, base);
}
