/* Shared mappings and POSIX message queues. */
#include "decoders.h"

/* The flags of most mappings say that nobody else sees them: this must be known without splitting. `text` holds plain
 * numbers and words up to the flags. */
static bool may_be_shared(struct slice text)
{
	static const struct slice private = SLICE("MAP_PRIVATE"), label = SLICE("flags=");
	size_t at = 0;
	for (int i = 0; i < 3; i++) {
		at = slice_find_char(text, ',', at);
		if (at++ == SIZE_MAX)
			return true;
	}
	text = slice_trim(slice_skip(text, at));
	if (slice_starts(text, label))
		text = slice_skip(text, label.len);
	return !slice_starts(text, private);
}

bool decode_mmap(const struct args *a, struct event *e)
{
	struct slice arg[6];
	if (!a->text.ptr || !may_be_shared(a->text))
		return false;
	args_split(a, arg, 6);
	struct flags f = operand_flags(arg[3]), prot = operand_flags(arg[2]);
	if (!flags_have(&f, "MAP_SHARED", 1) && !flags_have(&f, "MAP_SHARED_VALIDATE", 1))
		return false;
	e->size = operand_number(arg[1], -1);
	e->writable = flags_have(&prot, "PROT_WRITE", 2);
	if (!flags_have(&f, "MAP_ANONYMOUS", 0x20))
		e->fd = operand_fd(arg[4], &e->note);
	e->value = operand_number(arg[5], -1);
	return true;
}

bool decode_munmap(const struct args *a, struct event *e)
{
	struct slice arg[2];
	args_split(a, arg, 2);
	e->addr = operand_address(arg[0]);
	e->size = operand_number(arg[1], -1);
	return true;
}

bool decode_mq_open(const struct args *a, struct event *e)
{
	struct slice arg[4];
	args_split(a, arg, 4);
	e->makes = "mq";
	e->path = operand_string(arg[0]);
	read_open_flags(arg[1], e);
	e->cloexec = true; /* always, whatever is asked */
	e->mode = operand_number(arg[2], -1);
	if (arg[3].len && arg[3].ptr[0] == '{') {
		e->size = operand_number(operand_member(arg[3], "mq_msgsize", 2), -1);
		e->value = operand_number(operand_member(arg[3], "mq_maxmsg", 1), -1);
	}
	return true;
}

bool decode_mq_unlink(const struct args *a, struct event *e)
{
	e->makes = "mq";
	e->path = operand_string(args_first(a));
	return true;
}

bool decode_mq_transfer(const struct args *a, struct event *e)
{
	struct slice arg[5];
	args_split(a, arg, 5);
	e->fd = operand_fd(arg[0], &e->note);
	e->size = operand_number(arg[2], -1);
	if (arg[4].ptr)
		operand_deadline(arg[4], e);
	return true;
}

/* mq_getsetattr: the only thing that can be set is whether it blocks. */
bool decode_mq_setattr(const struct args *a, struct event *e)
{
	struct slice arg[2];
	args_split(a, arg, 2);
	e->fd = operand_fd(arg[0], &e->note);
	if (!arg[1].len || arg[1].ptr[0] != '{')
		return false;
	struct flags f = operand_flags(operand_member(arg[1], "mq_flags", 0));
	e->nonblock = flags_have(&f, "O_NONBLOCK", 04000);
	return true;
}
