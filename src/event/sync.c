/* Futexes. */
#include "decoders.h"

enum { FUTEX_PRIVATE = 128, FUTEX_COMMANDS = 127 };

/* "FUTEX_WAIT_PRIVATE|FUTEX_CLOCK_REALTIME": the command alone. */
static void read_command(struct slice arg, struct event *e)
{
	static const struct slice private = SLICE("_PRIVATE");
	int64_t number;
	if (!arg.len)
		return;
	if (arg_number(arg, &number)) {
		e->shared = !(number & FUTEX_PRIVATE);
		for (const struct number_name *n = names_futex; n->name; n++)
			if (n->number == (number & FUTEX_COMMANDS))
				e->op = slice_of(n->name);
		return;
	}
	e->op = slice_take(arg, slice_find_char(arg, '|', 0));
	e->shared = !slice_ends(e->op, private);
	if (!e->shared)
		e->op.len -= private.len;
}

static void read_timeout(const struct slice *arg, struct event *e)
{
	if (slice_is(e->op, "FUTEX_WAIT")) {
		if (arg[3].ptr)
			operand_timespec(arg[3], false, e);
	} else if (slice_is(e->op, "FUTEX_WAIT_BITSET") || slice_is(e->op, "FUTEX_WAIT_REQUEUE_PI")) {
		if (arg[3].ptr)
			operand_deadline(arg[3], e);
	} else if (slice_is(e->op, "FUTEX_LOCK_PI") || slice_is(e->op, "FUTEX_LOCK_PI2")) {
		struct slice deadline = arg[3].ptr ? arg[3] : arg[2]; /* newer versions leave the value out */
		if (deadline.ptr)
			operand_deadline(deadline, e);
	}
}

bool decode_futex(const struct args *a, struct event *e)
{
	struct slice arg[5];
	args_split(a, arg, 5);
	e->addr = operand_address(arg[0]);
	read_command(arg[1], e);
	e->value = operand_number(arg[2], -1);
	read_timeout(arg, e);
	if (arg[4].len && arg[4].ptr[0] == '0')
		e->old = operand_number(arg[4], -1);
	return true;
}

static bool read_shared(struct slice flags)
{
	struct flags f = operand_flags(flags);
	return !flags_have(&f, "FUTEX2_PRIVATE", FUTEX_PRIVATE) && !flags_have(&f, "FUTEX_PRIVATE_FLAG", FUTEX_PRIVATE);
}

/* futex_wait(address, value, mask, flags, deadline, clock) */
bool decode_futex_wait(const struct args *a, struct event *e)
{
	struct slice arg[5];
	args_split(a, arg, 5);
	e->op = SLICE("FUTEX_WAIT");
	e->addr = operand_address(arg[0]);
	e->value = operand_number(arg[1], -1);
	e->shared = read_shared(arg[3]);
	if (arg[4].ptr)
		operand_deadline(arg[4], e);
	return true;
}

/* futex_wake(address, mask, count, flags) */
bool decode_futex_wake(const struct args *a, struct event *e)
{
	struct slice arg[4];
	args_split(a, arg, 4);
	e->op = SLICE("FUTEX_WAKE");
	e->addr = operand_address(arg[0]);
	e->value = operand_number(arg[2], -1);
	e->shared = read_shared(arg[3]);
	return true;
}

/* futex_waitv([{val=0, uaddr=0x7f00, flags=...}, ...], count, flags, deadline, clock), and futex_requeue, whose list
 * holds where from and where to: of the list the first address is kept, of requeue the second too. */
bool decode_futex_waitv(const struct args *a, struct event *e)
{
	struct slice arg[4], element;
	size_t position = 0;
	bool requeue = strcmp(e->call, "futex_requeue") == 0;
	args_split(a, arg, 4);
	e->op = requeue ? SLICE("FUTEX_REQUEUE") : SLICE("FUTEX_WAITV");
	e->list = arg[0];
	if (arg[0].len && arg[0].ptr[0] == '[' && arg_next_element(arg[0], &position, &element)) {
		e->addr = operand_address(arg_member(element, "uaddr"));
		e->shared = read_shared(arg_member(element, "flags"));
		if (requeue && arg_next_element(arg[0], &position, &element))
			e->old = operand_number(arg_member(element, "uaddr"), -1);
	}
	if (requeue)
		e->value = operand_number(arg[2], -1);
	else if (arg[3].ptr)
		operand_deadline(arg[3], e);
	return true;
}
