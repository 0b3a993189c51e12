/* Calls on descriptors: close, dup, fcntl, ioctl, flock, and the ones that move bytes. */
#include "decoders.h"

static const struct slice no_arg = {NULL, 0};

bool decode_fd(const struct args *a, struct event *e)
{
	e->fd = operand_fd(args_first(a), &e->note);
	return true;
}

bool decode_close_range(const struct args *a, struct event *e)
{
	struct slice arg[3];
	args_split(a, arg, 3);
	struct flags f = operand_flags(arg[2]);
	e->fd = operand_number(arg[0], -1);
	e->fd2 = operand_number(arg[1], -1);
	if (e->fd2 < 0 || e->fd2 > UINT32_MAX)
		e->fd2 = arg[1].ptr ? (int64_t)UINT32_MAX : -1;
	e->cloexec = flags_have(&f, "CLOSE_RANGE_CLOEXEC", 4);
	return true;
}

bool decode_dup(const struct args *a, struct event *e)
{
	return decode_fd(a, e);
}

bool decode_dup2(const struct args *a, struct event *e)
{
	struct slice arg[3];
	args_split(a, arg, 3);
	struct flags f = operand_flags(arg[2]);
	e->fd = operand_fd(arg[0], &e->note);
	e->fd2 = operand_fd(arg[1], &e->note2);
	e->cloexec = flags_have(&f, "O_CLOEXEC", 02000000);
	return true;
}

/* struct flock of fcntl; names of old versions lack the "l_". */
static bool decode_record_lock(struct slice arg, int64_t command, struct event *e)
{
	struct slice type = operand_member(arg, "l_type", 0);
	e->kind = EVENT_LOCK;
	e->wait = command == 7 || command == 14 || command == 38;
	e->ofd_owned = command >= 36;
	if (!type.ptr && arg.len)
		type = arg_member(arg, "type");
	switch (operand_code(type, names_locktype)) {
	case 0:
		e->lock = LOCK_SHARED;
		break;
	case 1:
		e->lock = LOCK_EXCLUSIVE;
		break;
	case 2:
		e->lock = LOCK_RELEASE;
		break;
	default:
		break;
	}
	e->value = operand_number(operand_member(arg, "l_start", 2), -1);
	e->size = operand_number(operand_member(arg, "l_len", 3), -1);
	return true;
}

static bool decode_getfl(struct event *e)
{
	static const enum event_access modes[4] = {ACCESS_READ, ACCESS_WRITE, ACCESS_BOTH, ACCESS_UNKNOWN};
	e->kind = EVENT_GETFL;
	if (e->returned && e->ret >= 0) {
		e->access = modes[e->ret & 3];
		e->nonblock = (e->ret & 04000) != 0;
	}
	return true;
}

static bool decode_flag_command(int64_t command, struct slice arg, struct event *e)
{
	struct flags f = operand_flags(arg);
	if (!arg.ptr)
		return false;
	if (command == 2) {
		e->kind = EVENT_SETFD;
		e->cloexec = flags_have(&f, "FD_CLOEXEC", 1);
		return true;
	}
	e->kind = EVENT_SETFL;
	e->nonblock = flags_have(&f, "O_NONBLOCK", 04000);
	return true;
}

static bool decode_pipe_size(int64_t command, struct slice arg, struct event *e)
{
	e->kind = EVENT_PIPE_SIZE;
	e->op = command == 1031 ? SLICE("F_SETPIPE_SZ") : SLICE("F_GETPIPE_SZ");
	e->size = command == 1031 ? operand_number(arg, -1) : -1;
	return true;
}

bool decode_fcntl(const struct args *a, struct event *e)
{
	struct slice arg[3];
	args_split(a, arg, 3);
	int64_t command = operand_code(arg[1], names_fcntl);
	e->fd = operand_fd(arg[0], &e->note);
	switch (command) {
	case 0:
	case 1030:
		e->kind = EVENT_DUP;
		e->min = operand_number(arg[2], -1);
		e->cloexec = command != 0;
		return true;
	case 1:
		e->kind = EVENT_GETFD;
		e->cloexec = e->returned && e->ret > 0 && (e->ret & 1);
		return true;
	case 2:
	case 4:
		return decode_flag_command(command, arg[2], e);
	case 3:
		return decode_getfl(e);
	case 6:
	case 7:
	case 13:
	case 14:
	case 37:
	case 38:
		return decode_record_lock(arg[2], command, e);
	case 1033:
		e->kind = EVENT_SEAL;
		e->list = arg[2];
		return true;
	case 1031:
	case 1032:
		return decode_pipe_size(command, arg[2], e);
	default:
		return false;
	}
}

bool decode_flock(const struct args *a, struct event *e)
{
	struct slice arg[2];
	args_split(a, arg, 2);
	struct flags f = operand_flags(arg[1]);
	e->fd = operand_fd(arg[0], &e->note);
	e->ofd_owned = true;
	e->wait = arg[1].ptr && !flags_have(&f, "LOCK_NB", 4);
	if (flags_have(&f, "LOCK_UN", 8))
		e->lock = LOCK_RELEASE;
	else if (flags_have(&f, "LOCK_EX", 2))
		e->lock = LOCK_EXCLUSIVE;
	else if (flags_have(&f, "LOCK_SH", 1))
		e->lock = LOCK_SHARED;
	return true;
}

bool decode_ioctl(const struct args *a, struct event *e)
{
	static const char makers[] = "TIOCGPTPEER KVM_CREATE_VM KVM_CREATE_VCPU NS_GET_USERNS NS_GET_PARENT";
	struct slice arg[3];
	args_split(a, arg, 3);
	e->fd = operand_fd(arg[0], &e->note);
	e->op = operand_name(arg[1], names_ioctl);
	if (!e->op.ptr)
		return false;
	e->value = operand_cell(arg[2], -1);
	if (slice_is(e->op, "FIONBIO")) {
		e->kind = EVENT_SETFL;
		e->nonblock = e->value > 0;
		return e->value >= 0;
	}
	if (slice_is(e->op, "FIOCLEX") || slice_is(e->op, "FIONCLEX")) {
		e->kind = EVENT_SETFD;
		e->cloexec = e->op.len == 7;
	}
	if (slice_in_words(e->op, makers)) {
		e->kind = EVENT_MAKE;
		e->makes = "ioctl";
	}
	return true;
}

/* The number at the end of an argument list, which then ends before it. Reads backwards, so that a long string in front
 * costs nothing; a text that ends in a string, a struct or a comment has no such number. */
static int64_t take_last_number(struct slice *text)
{
	int64_t value;
	size_t end = text->len, comma;
	for (comma = end; comma > 0 && text->ptr[comma - 1] != ','; comma--) {
		char c = text->ptr[comma - 1];
		if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || c == ' ' || c == '=' || c == '-' || c == '_'))
			return -1;
	}
	if (!comma)
		return -1;
	struct slice last = slice_trim(slice_skip(*text, comma));
	text->len = comma - 1;
	return last.len && arg_number(last, &value) ? value : -1;
}

bool decode_read(const struct args *a, struct event *e)
{
	struct slice text = a->text;
	e->fd = operand_fd(args_first(a), &e->note);
	e->asked = take_last_number(&text);
	return true;
}

/* The same with an offset behind the count. */
bool decode_pread(const struct args *a, struct event *e)
{
	struct slice text = a->text;
	e->fd = operand_fd(args_first(a), &e->note);
	if (take_last_number(&text) >= 0)
		e->asked = take_last_number(&text);
	return true;
}

bool decode_readv(const struct args *a, struct event *e)
{
	struct slice arg[2];
	args_split(a, arg, 2);
	e->fd = operand_fd(arg[0], &e->note);
	e->asked = operand_iov(arg[1]);
	return true;
}

static bool read_transfer(struct slice from, struct slice to, struct slice length, struct slice flags, struct event *e)
{
	struct flags f = operand_flags(flags);
	e->fd = operand_fd(from, &e->note);
	e->fd2 = operand_fd(to, &e->note2);
	e->asked = operand_number(length, -1);
	e->dontwait = flags_have(&f, "SPLICE_F_NONBLOCK", 2);
	return true;
}

bool decode_splice(const struct args *a, struct event *e)
{
	struct slice arg[6];
	args_split(a, arg, 6);
	return read_transfer(arg[0], arg[2], arg[4], arg[5], e);
}

bool decode_tee(const struct args *a, struct event *e)
{
	struct slice arg[4];
	args_split(a, arg, 4);
	return read_transfer(arg[0], arg[1], arg[2], arg[3], e);
}

bool decode_sendfile(const struct args *a, struct event *e)
{
	struct slice arg[4];
	args_split(a, arg, 4);
	return read_transfer(arg[1], arg[0], arg[3], no_arg, e);
}

bool decode_copy_file_range(const struct args *a, struct event *e)
{
	struct slice arg[5];
	args_split(a, arg, 5);
	return read_transfer(arg[0], arg[2], arg[4], no_arg, e);
}
