#include "ordering.h"

int64_t ordering_child(const struct record *r)
{
	int64_t pid;
	if (r->kind > RECORD_RESUMED || !slice_in_words(r->name, "clone clone2 clone3 fork vfork"))
		return -1;
	return slice_number(r->ret, &pid) && pid > 0 ? pid : -1;
}

static int64_t waited_for(const struct record *r)
{
	int64_t pid = -1;
	if (slice_find(r->args, SLICE("WIFSTOPPED"), 0) != SIZE_MAX ||
		slice_find(r->args, SLICE("WIFCONTINUED"), 0) != SIZE_MAX)
		return -1;
	if (slice_is(r->name, "waitid")) {
		struct slice fields[3];
		bool ended = slice_find(r->args, SLICE("CLD_STOPPED"), 0) == SIZE_MAX && slice_is(r->ret, "0");
		if (ended && record_split(r->args, fields, 3) >= 3)
			arg_number(arg_member(fields[2], "si_pid"), &pid);
	} else if (slice_in_words(r->name, "wait4 waitpid osf_wait4")) {
		slice_number(r->ret, &pid);
	}
	return pid > 0 ? pid : -1;
}

static int64_t signalled_by(const struct record *r)
{
	static const char *const ends[] = {"CLD_EXITED", "CLD_KILLED", "CLD_DUMPED"};
	bool ended = false;
	int64_t pid = -1;
	for (size_t i = 0; i < 3; i++)
		ended |= arg_has_flag(r->args, ends[i]);
	size_t at = slice_find(r->args, SLICE("si_pid="), 0);
	if (ended && at != SIZE_MAX)
		arg_number(slice_skip(r->args, at + 7), &pid);
	return pid;
}

int64_t ordering_ended(const struct record *r)
{
	int64_t pid;
	switch (r->kind) {
	case RECORD_SYSCALL:
	case RECORD_RESUMED:
		return r->args.ptr ? waited_for(r) : -1;
	case RECORD_SIGNAL:
		return slice_is(r->name, "SIGCHLD") && r->args.ptr ? signalled_by(r) : -1;
	case RECORD_SUPERSEDED:
		return slice_number(r->ret, &pid) ? pid : -1;
	default:
		return -1;
	}
}
