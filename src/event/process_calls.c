/* Processes: fork, exec, exit, wait, identity, limits. */
#include "decoders.h"

bool decode_fork(const struct args *a, struct event *e)
{
	(void)a;
	e->vfork = e->call[0] == 'v';
	e->op = slice_of(e->call); /* nothing about it is unknown */
	return true;
}

/* The number in "pidfd=[5]". */
static int64_t returned_pidfd(struct slice text, struct slice label)
{
	size_t at = slice_find(text, label, 0);
	return at == SIZE_MAX ? -1 : operand_number(slice_skip(text, at + label.len), -1);
}

static void read_clone_flags(struct slice text, struct slice flags, struct slice label, struct event *e)
{
	struct flags f = operand_flags(flags);
	e->op = flags;
	e->thread = flags_have(&f, "CLONE_THREAD", 0x10000);
	e->share_files = flags_have(&f, "CLONE_FILES", 0x400);
	e->vfork = flags_have(&f, "CLONE_VFORK", 0x4000);
	if (flags_have(&f, "CLONE_PIDFD", 0x1000))
		e->fd = returned_pidfd(text, label);
}

/* Its arguments have names in all versions; the oldest print them all at return. */
bool decode_clone(const struct args *a, struct event *e)
{
	static const struct slice label = SLICE("flags=");
	size_t at = a->text.ptr ? slice_find(a->text, label, 0) : SIZE_MAX;
	struct slice flags = a->text;
	if (at != SIZE_MAX)
		flags = slice_skip(a->text, at + label.len);
	else if (!flags.len || flags.ptr[0] != '0') /* -e raw: the flags are the first number */
		return true;
	flags = slice_take(flags, slice_find_char(flags, ',', 0));
	read_clone_flags(a->text, slice_trim(flags), SLICE("parent_tid=["), e);
	return true;
}

bool decode_clone3(const struct args *a, struct event *e)
{
	struct slice arg[1];
	args_split(a, arg, 1);
	struct slice flags = arg[0].ptr ? arg_member(arg[0], "flags") : arg[0];
	if (flags.ptr)
		read_clone_flags(a->text, flags, SLICE("pidfd=["), e);
	return true;
}

static bool read_exec(struct slice path, struct slice argv, struct event *e)
{
	struct slice first;
	size_t position = 0;
	e->path = operand_string(path);
	if (argv.len && argv.ptr[0] == '[' && arg_next_element(argv, &position, &first))
		e->path2 = operand_string(first);
	return true;
}

bool decode_exec(const struct args *a, struct event *e)
{
	struct slice arg[2];
	args_split(a, arg, 2);
	return read_exec(arg[0], arg[1], e);
}

bool decode_execveat(const struct args *a, struct event *e)
{
	struct slice arg[3];
	args_split(a, arg, 3);
	return read_exec(arg[1], arg[2], e);
}

bool decode_exit(const struct args *a, struct event *e)
{
	e->value = operand_number(args_first(a), -1);
	return true;
}

/* What follows `label` in a wait status; ptr == NULL if it is not there. */
static struct slice status_part(struct slice status, const char *label)
{
	size_t at = slice_find(status, slice_of(label), 0);
	if (at == SIZE_MAX)
		return (struct slice){NULL, 0};
	struct slice rest = slice_skip(status, at + strlen(label));
	size_t n = 0;
	while (n < rest.len && rest.ptr[n] != '}' && rest.ptr[n] != ' ' && rest.ptr[n] != ']' && rest.ptr[n] != ')')
		n++;
	return slice_take(rest, n);
}

/* [{WIFEXITED(s) && WEXITSTATUS(s) == 7}] */
static void read_status(struct slice status, struct event *e)
{
	static const char *const words[] = {"WIFEXITED", "WIFSIGNALED", "WIFSTOPPED", "WIFCONTINUED"};
	if (!status.len || status.ptr[0] != '[')
		return;
	for (size_t i = 0; i < 4 && !e->op.ptr; i++)
		if (slice_find(status, slice_of(words[i]), 0) != SIZE_MAX)
			e->op = slice_of(words[i]);
	e->value = operand_number(status_part(status, "WEXITSTATUS(s) == "), -1);
	e->signal = operand_name(status_part(status, "WTERMSIG(s) == "), names_signal);
}

bool decode_wait(const struct args *a, struct event *e)
{
	struct slice arg[3];
	args_split(a, arg, 3);
	struct flags f = operand_flags(arg[2]);
	e->target = operand_pid(arg[0]);
	e->nohang = flags_have(&f, "WNOHANG", 1);
	if (e->ret > 0 && e->ret == operand_int(arg[0]))
		e->ret = e->target; /* the result is not translated where the argument is */
	read_status(arg[1], e);
	return true;
}

/* What waitid says of the child. */
static void read_child(struct slice info, struct event *e)
{
	static const struct {
		const char *code;
		const char *status;
	} codes[] = {{"CLD_EXITED", "WIFEXITED"}, {"CLD_KILLED", "WIFSIGNALED"}, {"CLD_DUMPED", "WIFSIGNALED"},
		{"CLD_STOPPED", "WIFSTOPPED"}, {"CLD_TRAPPED", "WIFSTOPPED"}, {"CLD_CONTINUED", "WIFCONTINUED"}};
	struct slice code = operand_name(arg_member(info, "si_code"), names_siginfo_chld);
	struct slice status = arg_member(info, "si_status"), pid = arg_member(info, "si_pid");
	for (size_t i = 0; i < sizeof codes / sizeof *codes; i++)
		if (slice_is(code, codes[i].code))
			e->op = slice_of(codes[i].status);
	if (slice_is(e->op, "WIFEXITED"))
		e->value = operand_number(status, -1);
	else if (slice_is(e->op, "WIFSIGNALED"))
		e->signal = operand_name(status, names_signal);
	if (pid.ptr && e->returned && e->ret == 0)
		e->ret = operand_pid(pid);
}

static void read_idtype(int64_t type, struct slice id, struct event *e)
{
	switch (type) {
	case 1:
		e->target = operand_pid(id);
		break;
	case 2:
		e->target = -operand_pid(id);
		break;
	case 3:
		e->fd = operand_fd(id, &e->note);
		break;
	default:
		break;
	}
}

bool decode_waitid(const struct args *a, struct event *e)
{
	struct slice arg[4];
	args_split(a, arg, 4);
	struct flags f = operand_flags(arg[3]);
	int64_t type = operand_code(arg[0], names_idtype);
	read_idtype(type, arg[1], e);
	e->nohang = flags_have(&f, "WNOHANG", 1);
	e->peek = flags_have(&f, "WNOWAIT", 0x01000000);
	if (arg[2].len && arg[2].ptr[0] == '{')
		read_child(arg[2], e);
	else if (e->returned && e->ret == 0 && type == 1 && !e->nohang)
		e->ret = e->target; /* nothing is printed of the child, but it can be no other */
	return true;
}

bool decode_setuid(const struct args *a, struct event *e)
{
	e->value = operand_int(args_first(a));
	return true;
}

/* setreuid and setresuid: the second is the effective one. */
bool decode_setreuid(const struct args *a, struct event *e)
{
	struct slice arg[2];
	args_split(a, arg, 2);
	e->value = operand_int(arg[1]);
	return true;
}

bool decode_own_id(const struct args *a, struct event *e)
{
	(void)a;
	e->op = slice_of(e->call);
	return true;
}

/* The soft limit in {rlim_cur=8192*1024, rlim_max=RLIM_INFINITY}. */
static int64_t soft_limit(struct slice arg)
{
	static const struct slice infinity = SLICE("INFINITY");
	int64_t value, factor;
	if (!arg.len || arg.ptr[0] != '{')
		return -1;
	struct slice limit = operand_member(arg, "rlim_cur", 0);
	if (!limit.ptr)
		return -1;
	if (slice_find(limit, infinity, 0) != SIZE_MAX)
		return INT64_MAX;
	if (!arg_number(limit, &value))
		return -1;
	size_t star = slice_find_char(limit, '*', 0);
	if (star != SIZE_MAX && limit.ptr[star - (star > 0)] != '/' && arg_number(slice_skip(limit, star + 1), &factor))
		value = factor > 0 && value <= INT64_MAX / factor ? value * factor : INT64_MAX;
	return value < 0 ? INT64_MAX : value;
}

bool decode_prlimit(const struct args *a, struct event *e)
{
	struct slice arg[4];
	args_split(a, arg, 4);
	e->target = operand_pid(arg[0]);
	e->op = operand_name(arg[1], names_rlimit);
	e->size = soft_limit(arg[2]);
	e->old = soft_limit(arg[3]);
	return true;
}

bool decode_setrlimit(const struct args *a, struct event *e)
{
	struct slice arg[2];
	args_split(a, arg, 2);
	e->target = 0;
	e->op = operand_name(arg[0], names_rlimit);
	e->size = soft_limit(arg[1]);
	return true;
}

bool decode_getrlimit(const struct args *a, struct event *e)
{
	struct slice arg[2];
	args_split(a, arg, 2);
	e->target = 0;
	e->op = operand_name(arg[0], names_rlimit);
	e->old = soft_limit(arg[1]);
	return true;
}
