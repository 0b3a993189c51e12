#include "paths.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>

#include <ipcdiag/buffer.h>
#include <ipcdiag/memory.h>

#include "leader.h"
#include "scan.h"

static struct slice without_ending(struct slice path)
{
	static const char *const endings[] = {".gz", ".zst", ".xz", ".strace", ".txt", ".log"};
	for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
		struct slice ending = slice_of(endings[i]);
		if (slice_ends(path, ending))
			path.len -= ending.len;
	}
	return path;
}

int64_t paths_pid(struct slice path, struct slice *stem)
{
	int64_t pid;
	path = without_ending(path);
	size_t start = path.len;
	while (start && scan_is_digit(path.ptr[start - 1]))
		start--;
	size_t digits = path.len - start;
	if (start < 2 || path.ptr[start - 1] != '.' || path.ptr[start - 2] == '/' || !digits || digits > 7 ||
		path.ptr[start] == '0')
		return -1;
	if (!slice_number(slice_skip(path, start), &pid) || pid > LEADER_PID_MAX)
		return -1;
	*stem = slice_take(path, start - 1);
	return pid;
}

static void add_file(struct paths *p, const char *path, const char *shown, bool joins)
{
	struct slice stem;
	int64_t pid = paths_pid(slice_of(path), &stem);
	if (!joins) {
		p->groups = memory_grow(p->groups, &p->group_cap, p->group_count, sizeof *p->groups);
		p->groups[p->group_count++] = (struct group){(uint32_t)p->count, 0};
	}
	p->files = memory_grow(p->files, &p->cap, p->count, sizeof *p->files);
	p->files[p->count++] = (struct file){memory_copy(slice_of(path)), memory_copy(slice_of(shown)), pid};
	p->groups[p->group_count - 1].count++;
}

/* Is the file of the same family as the last one? */
static bool joins_last(const struct paths *p, const char *path)
{
	struct slice stem, last;
	if (!p->count || paths_pid(slice_of(path), &stem) < 0)
		return false;
	return paths_pid(slice_of(p->files[p->count - 1].path), &last) >= 0 && slice_equal(stem, last);
}

/* --- families in a directory --- */

struct names {
	char **names;
	size_t count, cap;
};

static int compare(const void *a, const void *b)
{
	struct slice x = slice_of(*(char *const *)a), y = slice_of(*(char *const *)b), stem_x, stem_y;
	int64_t pid_x = paths_pid(x, &stem_x), pid_y = paths_pid(y, &stem_y);
	int order = slice_equal(stem_x, stem_y) ? 0 : strcmp(x.ptr, y.ptr);
	return order ? order : (pid_x > pid_y) - (pid_x < pid_y);
}

/* The entries NAME.PID; of one NAME only when `prefix` is given. */
static bool read_names(const char *directory, struct slice prefix, struct names *n)
{
	DIR *d = opendir(directory);
	if (!d)
		return false;
	for (struct dirent *e; (e = readdir(d));) {
		struct slice stem;
		if (e->d_name[0] == '.' || paths_pid(slice_of(e->d_name), &stem) < 0 ||
			(prefix.len && !slice_equal(stem, prefix)))
			continue;
		n->names = memory_grow(n->names, &n->cap, n->count, sizeof *n->names);
		n->names[n->count++] = memory_copy(slice_of(e->d_name));
	}
	closedir(d);
	if (n->count)
		qsort(n->names, n->count, sizeof *n->names, compare);
	return true;
}

static const char *join(struct buffer *b, struct slice directory, const char *name)
{
	buffer_clear(b);
	buffer_add(b, directory);
	if (directory.len && directory.ptr[directory.len - 1] != '/')
		buffer_add_char(b, '/');
	buffer_add_text(b, name);
	return b->ptr;
}

static size_t add_family(struct paths *p, const char *directory, struct slice prefix, struct slice shown)
{
	struct names n = {0};
	struct buffer path = {0}, name = {0};
	read_names(*directory ? directory : ".", prefix, &n);
	for (size_t i = 0; i < n.count; i++) {
		const char *full = join(&path, slice_of(directory), n.names[i]);
		add_file(p, full, join(&name, shown, n.names[i]), i && joins_last(p, full));
		free(n.names[i]);
	}
	free(n.names);
	buffer_release(&path);
	buffer_release(&name);
	return n.count;
}

/* "dir/P" where dir/P.123 exist. */
static size_t add_prefix(struct paths *p, const char *path, struct slice shown)
{
	const char *slash = strrchr(path, '/');
	struct slice directory = slash ? scan_slice(path, slash + 1) : SLICE("");
	struct slice prefix = slice_of(slash ? slash + 1 : path);
	char *copy = memory_copy(directory);
	size_t count = 0;
	size_t cut = shown.len;
	while (cut && shown.ptr[cut - 1] != '/')
		cut--;
	if (prefix.len)
		count = add_family(p, copy, prefix, slice_take(shown, cut));
	free(copy);
	return count;
}

int paths_add(struct paths *p, const char *path, const char *shown, const char **error)
{
	struct stat st;
	*error = NULL;
	if (strcmp(path, "-") == 0) {
		add_file(p, path, shown, false);
		return 0;
	}
	if (stat(path, &st) < 0) {
		int number = errno;
		if (number == ENOENT && add_prefix(p, path, slice_of(shown)))
			return 0;
		*error = number == ENOENT ? "no such file, nor files of this name with a process id behind it"
					  : strerror(number);
		return number;
	}
	if (S_ISDIR(st.st_mode)) {
		struct slice none = {0};
		if (add_family(p, path, none, slice_of(shown)))
			return 0;
		*error = "the directory holds no files NAME.PID as strace -ff -o NAME writes them";
		return EISDIR;
	}
	add_file(p, path, shown, joins_last(p, path));
	return 0;
}

void paths_release(struct paths *p)
{
	for (size_t i = 0; i < p->count; i++) {
		free(p->files[i].path);
		free(p->files[i].shown);
	}
	free(p->files);
	free(p->groups);
	*p = (struct paths){0};
}
