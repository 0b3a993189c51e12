/* Calls that make one descriptor of a special kind, and io_uring. */
#include "decoders.h"

struct maker {
	const char *prefix; /* of the call's name */
	const char *makes;
	size_t flags; /* index of the flags argument */
	uint64_t cloexec, nonblock;
	bool always_cloexec;
};

enum { NO_FLAGS = 9 };

static const struct maker makers[] = {
	{"eventfd2", "eventfd", 1, 02000000, 04000, false},
	{"eventfd", "eventfd", NO_FLAGS, 0, 0, false},
	{"epoll_create1", "epoll", 0, 02000000, 0, false},
	{"epoll_create", "epoll", NO_FLAGS, 0, 0, false},
	{"timerfd", "timerfd", 1, 02000000, 04000, false},
	{"signalfd4", "signalfd", 3, 02000000, 04000, false},
	{"signalfd", "signalfd", NO_FLAGS, 0, 0, false},
	{"inotify_init1", "inotify", 0, 02000000, 04000, false},
	{"inotify_init", "inotify", NO_FLAGS, 0, 0, false},
	{"fanotify", "fanotify", 0, 1, 2, false},
	{"memfd_create", "memfd", 1, 1, 0, false},
	{"syscall_319", "memfd", 1, 1, 0, false},
	{"syscall_0x13f", "memfd", 1, 1, 0, false},
	{"memfd_secret", "memfd", 0, 02000000, 0, false},
	{"syscall_447", "memfd", 0, 02000000, 0, false},
	{"syscall_0x1bf", "memfd", 0, 02000000, 0, false},
	{"userfaultfd", "userfaultfd", 0, 02000000, 04000, false},
	{"pidfd_open", "pidfd", 1, 0, 04000, true},
	{"syscall_434", "pidfd", 1, 0, 04000, true},
	{"syscall_0x1b2", "pidfd", 1, 0, 04000, true},
	{"pidfd_getfd", "foreign", NO_FLAGS, 0, 0, true},
	{"syscall_438", "foreign", NO_FLAGS, 0, 0, true},
	{"syscall_0x1b6", "foreign", NO_FLAGS, 0, 0, true},
	{"perf_event", "perf", 4, 8, 0, false},
	{"io_uring", "uring", NO_FLAGS, 0, 0, true},
	{"syscall_425", "uring", NO_FLAGS, 0, 0, true},
	{"syscall_0x1a9", "uring", NO_FLAGS, 0, 0, true},
	{"fs", "mount", 1, 1, 0, false},
	{"open_tree", "mount", 2, 02000000, 0, false},
	{"landlock", "landlock", NO_FLAGS, 0, 0, true},
};

static const struct maker *maker_of(const char *call)
{
	for (size_t i = 0; i < sizeof makers / sizeof *makers; i++)
		if (strncmp(call, makers[i].prefix, strlen(makers[i].prefix)) == 0)
			return &makers[i];
	return NULL;
}

bool decode_make(const struct args *a, struct event *e)
{
	static const struct slice cloexec = SLICE("CLOEXEC"), nonblock = SLICE("NONBLOCK");
	const struct maker *m = maker_of(e->call);
	struct slice arg[5];
	args_split(a, arg, 5);
	if (!m)
		return false;
	e->makes = m->makes;
	e->cloexec = m->always_cloexec;
	if (m->flags < 5 && arg[m->flags].ptr) {
		struct flags f = operand_flags(arg[m->flags]);
		e->cloexec |= (f.bits & m->cloexec) || slice_find(f.text, cloexec, 0) != SIZE_MAX;
		e->nonblock = (f.bits & m->nonblock) || slice_find(f.text, nonblock, 0) != SIZE_MAX;
	}
	if (m->flags == 1 && *m->makes == 'm')
		e->path = operand_string(arg[0]);
	if (strcmp(m->makes, "pidfd") == 0)
		e->target = operand_pid(arg[0]);
	if (strcmp(m->makes, "signalfd") == 0)
		return operand_int(arg[0]) < 0; /* else an old one is changed */
	return true;
}

bool decode_bpf(const struct args *a, struct event *e)
{
	static const char commands[] = "BPF_MAP_CREATE BPF_PROG_LOAD BPF_OBJ_GET BPF_RAW_TRACEPOINT_OPEN BPF_BTF_LOAD "
				       "BPF_LINK_CREATE BPF_ITER_CREATE BPF_PROG_GET_FD_BY_ID BPF_MAP_GET_FD_BY_ID "
				       "BPF_BTF_GET_FD_BY_ID BPF_LINK_GET_FD_BY_ID BPF_ENABLE_STATS BPF_TOKEN_CREATE";
	struct slice command = operand_name(args_first(a), NULL);
	command = slice_take(command, slice_find_char(command, ',', 0));
	e->makes = "bpf";
	e->cloexec = true;
	return slice_in_words(command, commands);
}

bool decode_io_uring(const struct args *a, struct event *e)
{
	struct slice arg[3];
	args_split(a, arg, 3);
	e->fd = operand_fd(arg[0], &e->note);
	e->size = operand_number(arg[1], -1);
	e->min = operand_number(arg[2], -1);
	return true;
}

bool decode_io_uring_register(const struct args *a, struct event *e)
{
	struct slice arg[4];
	args_split(a, arg, 4);
	e->fd = operand_fd(arg[0], &e->note);
	e->op = operand_name(arg[1], names_uring);
	e->size = operand_number(arg[3], -1);
	return true;
}
