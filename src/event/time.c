/* Calls that only wait: for time, or for a signal. */
#include "decoders.h"

bool decode_nanosleep(const struct args *a, struct event *e)
{
	struct slice arg[1];
	args_split(a, arg, 1);
	operand_timespec(arg[0], false, e);
	return true;
}

bool decode_clock_nanosleep(const struct args *a, struct event *e)
{
	struct slice arg[3];
	args_split(a, arg, 3);
	struct flags f = operand_flags(arg[1]);
	if (flags_have(&f, "TIMER_ABSTIME", 1))
		operand_deadline(arg[2], e);
	else
		operand_timespec(arg[2], false, e);
	return true;
}

bool decode_pause(const struct args *a, struct event *e)
{
	struct slice arg[1];
	args_split(a, arg, 1);
	e->list = arg[0];
	e->timeout = TIMEOUT_INFINITE;
	return true;
}

bool decode_sigtimedwait(const struct args *a, struct event *e)
{
	struct slice arg[3];
	args_split(a, arg, 3);
	e->list = arg[0];
	if (arg[2].ptr)
		operand_timespec(arg[2], false, e);
	for (const struct number_name *n = names_signal; e->returned && n->name; n++)
		if (n->number == e->ret)
			e->signal = slice_of(n->name);
	return true;
}

/* restart_syscall(<... resuming interrupted clock_nanosleep ...>) */
bool decode_restart(const struct args *a, struct event *e)
{
	static const struct slice label = SLICE("resuming interrupted "), end = SLICE(" ...>");
	size_t at = a->text.ptr ? slice_find(a->text, label, 0) : SIZE_MAX;
	if (at == SIZE_MAX)
		return true;
	struct slice rest = slice_skip(a->text, at + label.len);
	e->op = slice_take(rest, slice_find(rest, end, 0));
	return true;
}
