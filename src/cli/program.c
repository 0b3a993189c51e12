#include "program.h"

#include <stdbool.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <ipcdiag/buffer.h>

enum { NOT_EXECUTABLE = 126, NOT_FOUND = 127 };

static int look_at(const char *path)
{
	struct stat st;
	if (stat(path, &st) != 0)
		return NOT_FOUND;
	return S_ISREG(st.st_mode) && access(path, X_OK) == 0 ? 0 : NOT_EXECUTABLE;
}

static int look_in(struct slice folder, const char *name, struct buffer *path)
{
	buffer_clear(path);
	buffer_add(path, folder.len ? folder : SLICE("."));
	buffer_add_char(path, '/');
	buffer_add_text(path, name);
	return look_at(path->ptr);
}

int program_find(const char *name, char **path)
{
	struct buffer candidate = {0};
	int best = NOT_FOUND;
	if (strchr(name, '/')) {
		buffer_add_text(&candidate, name);
		best = look_at(name);
	} else {
		const char *folders = getenv("PATH");
		struct slice left = slice_of(folders ? folders : "/usr/bin:/bin");
		for (bool more = *name; more && best != 0;) {
			size_t end = slice_find_char(left, ':', 0);
			int status = look_in(slice_take(left, end), name, &candidate);
			best = status < best ? status : best;
			more = end != SIZE_MAX;
			left = slice_skip(left, more ? end + 1 : left.len);
		}
	}
	*path = best == 0 ? buffer_detach(&candidate) : NULL;
	buffer_release(&candidate);
	return best;
}
