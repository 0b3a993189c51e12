/* Calls on paths and files: open, unlink, mknod, truncate, stat. */
#include "decoders.h"

/* As most architectures number them. */
enum open_flag {
	WRONLY = 1,
	RDWR = 2,
	CREAT = 0100,
	EXCL = 0200,
	TRUNC = 01000,
	NONBLOCK = 04000,
	CLOEXEC = 02000000,
	PATH = 010000000,
	RDONLY = 1 << 30 /* its number is 0 */
};

static const struct {
	struct slice name;
	enum open_flag flag;
} open_flags[] = {
	{SLICE("O_RDONLY"), RDONLY},
	{SLICE("O_CLOEXEC"), CLOEXEC},
	{SLICE("O_WRONLY"), WRONLY},
	{SLICE("O_RDWR"), RDWR},
	{SLICE("O_CREAT"), CREAT},
	{SLICE("O_TRUNC"), TRUNC},
	{SLICE("O_NONBLOCK"), NONBLOCK},
	{SLICE("O_EXCL"), EXCL},
	{SLICE("O_PATH"), PATH},
};

static uint64_t open_flag_of(struct slice name)
{
	for (size_t i = 0; i < sizeof open_flags / sizeof *open_flags; i++)
		if (slice_equal(name, open_flags[i].name))
			return open_flags[i].flag;
	return 0;
}

void read_open_flags(struct slice arg, struct event *e)
{
	struct flags f = operand_flags(arg);
	struct slice name;
	if (!arg.len)
		return;
	bool numbers = arg.ptr[0] >= '0' && arg.ptr[0] <= '9';
	uint64_t bits = f.bits | (numbers ? RDONLY : 0);
	for (size_t at = 0; flags_next(&f, &at, &name);)
		bits |= open_flag_of(name);
	e->access = bits & PATH ? ACCESS_UNKNOWN
		: bits & RDWR   ? ACCESS_BOTH
		: bits & WRONLY ? ACCESS_WRITE
		: bits & RDONLY ? ACCESS_READ
				: ACCESS_UNKNOWN;
	e->creat = bits & CREAT;
	e->excl = bits & EXCL;
	e->trunc = bits & TRUNC;
	e->nonblock = bits & NONBLOCK;
	e->cloexec = bits & CLOEXEC;
}

static bool read_open(struct slice path, struct slice flags, struct slice mode, struct event *e)
{
	e->path = operand_string(path);
	read_open_flags(flags, e);
	e->mode = operand_number(mode, -1);
	return true;
}

bool decode_open(const struct args *a, struct event *e)
{
	struct slice arg[3];
	args_split(a, arg, 3);
	return read_open(arg[0], arg[1], arg[2], e);
}

bool decode_openat(const struct args *a, struct event *e)
{
	struct slice arg[4];
	args_split(a, arg, 4);
	return read_open(arg[1], arg[2], arg[3], e);
}

bool decode_openat2(const struct args *a, struct event *e)
{
	struct slice arg[3];
	args_split(a, arg, 3);
	return read_open(arg[1], operand_member(arg[2], "flags", 9), operand_member(arg[2], "mode", 9), e);
}

bool decode_open_by_handle(const struct args *a, struct event *e)
{
	struct slice arg[3];
	args_split(a, arg, 3);
	return read_open((struct slice){NULL, 0}, arg[2], (struct slice){NULL, 0}, e);
}

bool decode_creat(const struct args *a, struct event *e)
{
	struct slice arg[2];
	args_split(a, arg, 2);
	e->path = operand_string(arg[0]);
	e->mode = operand_number(arg[1], -1);
	e->access = ACCESS_WRITE;
	e->creat = e->trunc = true;
	return true;
}

bool decode_path(const struct args *a, struct event *e)
{
	e->path = operand_string(args_first(a));
	return true;
}

bool decode_pathat(const struct args *a, struct event *e)
{
	struct slice arg[2];
	args_split(a, arg, 2);
	e->path = operand_string(arg[1]);
	return true;
}

bool decode_rename(const struct args *a, struct event *e)
{
	struct slice arg[2];
	args_split(a, arg, 2);
	e->path = operand_string(arg[0]);
	e->path2 = operand_string(arg[1]);
	return true;
}

bool decode_renameat(const struct args *a, struct event *e)
{
	struct slice arg[4];
	args_split(a, arg, 4);
	e->path = operand_string(arg[1]);
	e->path2 = operand_string(arg[3]);
	return true;
}

static bool read_mknod(struct slice path, struct slice mode, struct event *e)
{
	struct flags f = operand_flags(mode);
	e->path = operand_string(path);
	e->fifo = (mode.ptr && arg_has_flag(mode, "S_IFIFO")) || (f.bits & 0170000) == 0010000;
	e->mode = mode.ptr ? (int64_t)(f.bits & 07777) : -1;
	return true;
}

bool decode_mknod(const struct args *a, struct event *e)
{
	struct slice arg[2];
	args_split(a, arg, 2);
	return read_mknod(arg[0], arg[1], e);
}

bool decode_mknodat(const struct args *a, struct event *e)
{
	struct slice arg[3];
	args_split(a, arg, 3);
	return read_mknod(arg[1], arg[2], e);
}

bool decode_truncate(const struct args *a, struct event *e)
{
	struct slice arg[2];
	args_split(a, arg, 2);
	e->path = operand_string(arg[0]);
	e->size = operand_number(arg[1], -1);
	return true;
}

bool decode_ftruncate(const struct args *a, struct event *e)
{
	struct slice arg[2];
	args_split(a, arg, 2);
	e->fd = operand_fd(arg[0], &e->note);
	e->size = operand_number(arg[1], -1);
	return true;
}

bool decode_fallocate(const struct args *a, struct event *e)
{
	struct slice arg[4];
	args_split(a, arg, 4);
	struct flags f = operand_flags(arg[1]);
	int64_t offset = operand_number(arg[2], -1), length = operand_number(arg[3], -1);
	if (flags_have(&f, "FALLOC_FL_KEEP_SIZE", 1))
		return false; /* the file keeps its size */
	e->op = SLICE("fallocate");
	e->fd = operand_fd(arg[0], &e->note);
	if (offset >= 0 && length >= 0 && offset <= INT64_MAX - length)
		e->size = offset + length;
	return true;
}

static struct slice file_type_of(uint64_t mode)
{
	switch (mode & 0170000) {
	case 0010000:
		return SLICE("S_IFIFO");
	case 0020000:
		return SLICE("S_IFCHR");
	case 0040000:
		return SLICE("S_IFDIR");
	case 0060000:
		return SLICE("S_IFBLK");
	case 0100000:
		return SLICE("S_IFREG");
	case 0120000:
		return SLICE("S_IFLNK");
	case 0140000:
		return SLICE("S_IFSOCK");
	default:
		return (struct slice){NULL, 0};
	}
}

static size_t word_length(struct slice text)
{
	size_t n = 0;
	while (n < text.len && ((text.ptr[n] >= 'A' && text.ptr[n] <= 'Z') || text.ptr[n] == '_'))
		n++;
	return n;
}

/* The type and size out of the struct; stats are frequent, so it is found by its text and not by splitting. `text`
 * begins behind the path, which could hold anything. */
static void read_stat(struct slice text, struct event *e)
{
	static const struct slice mode = SLICE("_mode="), size = SLICE("_size=");
	size_t at = e->returned && e->ret == 0 ? slice_find(text, mode, 0) : SIZE_MAX;
	int64_t number;
	if (at == SIZE_MAX)
		return;
	text = slice_skip(text, at + mode.len);
	if (arg_number(text, &number))
		e->op = file_type_of((uint64_t)number);
	else
		e->op = slice_take(text, word_length(text));
	at = slice_find(text, size, 0);
	if (at != SIZE_MAX)
		e->size = operand_number(slice_skip(text, at + size.len), -1);
}

/* What is behind a path at the beginning of `text`. */
static struct slice behind_string(struct slice text, struct slice string)
{
	return string.ptr ? slice_skip(text, (size_t)(string.ptr - text.ptr) + string.len) : text;
}

bool decode_stat(const struct args *a, struct event *e)
{
	struct slice text = args_first(a);
	e->path = operand_string(text);
	read_stat(text.ptr ? behind_string(text, e->path) : a->text, e);
	return true;
}

bool decode_fstat(const struct args *a, struct event *e)
{
	struct slice text = args_first(a);
	e->fd = operand_fd(text, &e->note);
	if (e->note.ptr)
		text = slice_skip(text, (size_t)(e->note.ptr - text.ptr) + e->note.len);
	read_stat(text.ptr ? text : a->text, e);
	return true;
}

/* With an empty path the descriptor itself is meant. */
bool decode_statat(const struct args *a, struct event *e)
{
	struct slice arg[2];
	args_split(a, arg, 2);
	e->path = operand_string(arg[1]);
	if (arg[1].ptr && !e->path.len) {
		e->path = (struct slice){NULL, 0};
		e->fd = operand_fd(arg[0], &e->note);
	}
	read_stat(arg[1].ptr ? slice_skip(a->text, (size_t)(arg[1].ptr - a->text.ptr) + arg[1].len) : a->text, e);
	return true;
}
