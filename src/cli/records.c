#include "records.h"

#include <ipcdiag/json.h>
#include <ipcdiag/memory.h>
#include <stdlib.h>

/* Calls whose first argument is a descriptor, by first letter order; for bsearch. */
static const char *const fd_calls[] = {
	"_llseek",
	"accept",
	"accept4",
	"bind",
	"cachestat",
	"close",
	"close_range",
	"connect",
	"copy_file_range",
	"dup",
	"dup2",
	"dup3",
	"epoll_ctl",
	"epoll_ctl_old",
	"epoll_pwait",
	"epoll_pwait2",
	"epoll_wait",
	"epoll_wait_old",
	"execveat",
	"faccessat",
	"faccessat2",
	"fadvise64",
	"fadvise64_64",
	"fallocate",
	"fanotify_mark",
	"fchdir",
	"fchmod",
	"fchmodat",
	"fchmodat2",
	"fchown",
	"fchown32",
	"fchownat",
	"fcntl",
	"fcntl64",
	"fdatasync",
	"fgetxattr",
	"file_getattr",
	"file_setattr",
	"finit_module",
	"flistxattr",
	"flock",
	"fremovexattr",
	"fsconfig",
	"fsetxattr",
	"fsmount",
	"fspick",
	"fstat",
	"fstat64",
	"fstatat64",
	"fstatfs",
	"fstatfs64",
	"fsync",
	"ftruncate",
	"ftruncate64",
	"futimesat",
	"getdents",
	"getdents64",
	"getpeername",
	"getsockname",
	"getsockopt",
	"getxattrat",
	"inotify_add_watch",
	"inotify_rm_watch",
	"io_uring_enter",
	"io_uring_register",
	"ioctl",
	"landlock_add_rule",
	"landlock_restrict_self",
	"linkat",
	"listen",
	"listxattrat",
	"lseek",
	"mkdirat",
	"mknodat",
	"mount_setattr",
	"move_mount",
	"mq_getsetattr",
	"mq_notify",
	"mq_timedreceive",
	"mq_timedreceive_time64",
	"mq_timedsend",
	"mq_timedsend_time64",
	"name_to_handle_at",
	"newfstatat",
	"open_by_handle_at",
	"open_tree",
	"open_tree_attr",
	"openat",
	"openat2",
	"pidfd_getfd",
	"pidfd_send_signal",
	"pread",
	"pread64",
	"preadv",
	"preadv2",
	"process_madvise",
	"process_mrelease",
	"pwrite",
	"pwrite64",
	"pwritev",
	"pwritev2",
	"quotactl_fd",
	"read",
	"readahead",
	"readlinkat",
	"readv",
	"recv",
	"recvfrom",
	"recvmmsg",
	"recvmsg",
	"removexattrat",
	"renameat",
	"renameat2",
	"send",
	"sendfile",
	"sendfile64",
	"sendmmsg",
	"sendmsg",
	"sendto",
	"setns",
	"setsockopt",
	"setxattrat",
	"shutdown",
	"signalfd",
	"signalfd4",
	"splice",
	"statx",
	"symlinkat",
	"sync_file_range",
	"syncfs",
	"tee",
	"timerfd_gettime",
	"timerfd_gettime64",
	"timerfd_settime",
	"timerfd_settime64",
	"unlinkat",
	"utimensat",
	"utimensat_time64",
	"vmsplice",
	"write",
	"writev",
};

static int compare(const void *key, const void *entry)
{
	const struct slice *name = key;
	struct slice other = slice_of(*(const char *const *)entry);
	size_t n = name->len < other.len ? name->len : other.len;
	int order = memcmp(name->ptr, other.ptr, n);
	return order ? order : (name->len > other.len) - (name->len < other.len);
}

static bool takes_descriptor(struct slice name)
{
	return name.ptr && bsearch(&name, fd_calls, sizeof fd_calls / sizeof *fd_calls, sizeof *fd_calls, compare);
}

/* -e raw prints descriptors in hex as 32-bit words. */
static bool descriptor_of(const struct record *r, int64_t *fd)
{
	struct slice first;
	if (r->kind == RECORD_UNFINISHED || !r->args.ptr || !takes_descriptor(r->name) ||
		!record_split(r->args, &first, 1) || !arg_number(first, fd))
		return false;
	if (*fd > INT32_MAX && *fd <= UINT32_MAX)
		*fd -= (int64_t)UINT32_MAX + 1;
	return *fd >= -1 && *fd <= INT32_MAX;
}

static void add_args(struct json *j, struct slice args)
{
	struct slice few[16], *all = few;
	size_t count = record_split(args, few, 16);
	if (count > 16) {
		all = memory_alloc(count * sizeof *all);
		record_split(args, all, count);
	}
	json_open_array(j, "args");
	for (size_t i = 0; i < count; i++)
		json_add_slice(j, NULL, all[i]);
	json_close(j);
	if (all != few)
		free(all);
}

static void add_or_null(struct json *j, const char *key, struct slice value)
{
	if (value.ptr)
		json_add_slice(j, key, value);
	else
		json_add_null(j, key);
}

static void add_number(struct json *j, const char *key, bool known, int64_t value)
{
	if (known)
		json_add_number(j, key, value);
	else
		json_add_null(j, key);
}

static void add_aux(struct json *j, const struct record *r)
{
	json_open_array(j, "aux");
	for (size_t i = 0; i < r->aux_count; i++)
		json_add_slice(j, NULL, r->aux[i]);
	json_close(j);
}

static void add_note(struct json *j, struct slice note)
{
	struct buffer b = {0};
	if (note.ptr) {
		buffer_add_char(&b, '<');
		buffer_add(&b, note);
		buffer_add_char(&b, '>');
	}
	add_or_null(j, "retnote", note.ptr ? buffer_slice(&b) : note);
	buffer_release(&b);
}

static void add_call(struct json *j, const struct record *r)
{
	int64_t fd = 0;
	bool call = r->kind <= RECORD_RESUMED;
	if (call && r->args.ptr)
		add_args(j, r->args);
	else
		json_add_null(j, "args");
	bool has_fd = call && descriptor_of(r, &fd);
	add_number(j, "fd", has_fd, fd);
	add_or_null(j, "ret", r->ret);
	add_or_null(j, "errno", r->err);
	add_aux(j, r);
	add_note(j, r->retnote);
	add_or_null(j, "duration", r->duration);
	add_number(j, "start_line", r->start_line != 0, (int64_t)r->start_line);
	json_add_text(j, "end", record_end_name(r->end));
}

void records_add(struct buffer *out, const char *file, const struct record *r)
{
	struct json j = json_start(out, 0);
	json_open_object(&j, NULL);
	json_add_text(&j, "file", file);
	json_add_count(&j, "line", r->line);
	json_add_text(&j, "kind", record_kind_name(r->kind));
	add_number(&j, "pid", r->pid >= 0, r->pid);
	add_or_null(&j, "comm", r->comm);
	add_or_null(&j, "time", r->time);
	add_or_null(&j, "rel", r->rel);
	add_or_null(&j, "name", r->name);
	add_call(&j, r);
	json_close(&j);
	buffer_add_char(out, '\n');
}
