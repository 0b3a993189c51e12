/* Signals: sent, caught, blocked and delivered. */
#include "decoders.h"

enum { MAX_FIELDS = 24 };

static struct slice signal_name(struct slice arg)
{
	return operand_name(arg, names_signal);
}

bool decode_kill(const struct args *a, struct event *e)
{
	struct slice arg[2];
	args_split(a, arg, 2);
	e->target = operand_pid(arg[0]);
	e->signal = signal_name(arg[1]);
	return true;
}

bool decode_tgkill(const struct args *a, struct event *e)
{
	struct slice arg[3];
	args_split(a, arg, 3);
	e->id = operand_pid(arg[0]);
	e->target = operand_pid(arg[1]);
	e->signal = signal_name(arg[2]);
	return true;
}

bool decode_pidfd_kill(const struct args *a, struct event *e)
{
	static const struct slice label = SLICE("pid:");
	struct slice arg[2];
	args_split(a, arg, 2);
	e->fd = operand_fd(arg[0], &e->note);
	e->signal = signal_name(arg[1]);
	if (e->note.ptr && slice_starts(e->note, label))
		e->target = operand_number(slice_skip(e->note, label.len), -1);
	return true;
}

static struct slice handler_name(struct slice handler)
{
	int64_t number;
	if (operand_is_null(handler))
		return SLICE("SIG_DFL");
	if (handler.len && arg_number(handler, &number) && number == 1)
		return SLICE("SIG_IGN");
	return operand_name(handler, NULL);
}

bool decode_sigaction(const struct args *a, struct event *e)
{
	struct slice arg[2];
	args_split(a, arg, 2);
	e->signal = signal_name(arg[0]);
	if (!arg[1].len || arg[1].ptr[0] != '{')
		return true;
	e->op = handler_name(operand_member(arg[1], "sa_handler", 0));
	e->list = operand_member(arg[1], "sa_flags", 2);
	struct flags f = operand_flags(e->list);
	e->restart = flags_have(&f, "SA_RESTART", 0x10000000);
	return true;
}

/* The old call of this name. */
bool decode_signal_call(const struct args *a, struct event *e)
{
	struct slice arg[2];
	args_split(a, arg, 2);
	e->signal = signal_name(arg[0]);
	e->op = handler_name(arg[1]);
	return true;
}

bool decode_sigmask(const struct args *a, struct event *e)
{
	struct slice arg[2];
	args_split(a, arg, 2);
	if (!arg[1].len || (arg[1].ptr[0] != '[' && arg[1].ptr[0] != '~'))
		return false; /* only asked */
	e->op = operand_name(arg[0], names_sigmask);
	e->list = arg[1];
	return true;
}

static struct slice signal_code(struct slice signal, struct slice code)
{
	const struct number_name *names = names_siginfo;
	int64_t number = operand_number(code, 0);
	if (number > 0 && number < 0x80) {
		if (slice_is(signal, "SIGCHLD"))
			names = names_siginfo_chld;
		else if (slice_is(signal, "SIGSEGV"))
			names = names_siginfo_segv;
		else if (slice_is(signal, "SIGBUS"))
			names = names_siginfo_bus;
		else
			names = NULL;
	}
	return operand_name(code, names);
}

static void read_siginfo(struct slice name, struct slice value, struct event *e)
{
	if (slice_is(name, "si_code"))
		e->op = signal_code(e->signal, value);
	else if (slice_is(name, "si_pid"))
		e->sender = operand_pid(value);
	else if (slice_is(name, "si_addr"))
		e->addr = operand_address(value);
	else if (slice_is(name, "si_status")) {
		e->path = value;
		e->value = operand_number(value, -1);
	}
}

bool decode_signal_record(const struct record *r, struct event *e)
{
	static const struct slice stopped = SLICE("--- stopped by ");
	struct slice field[MAX_FIELDS];
	size_t n = r->args.ptr ? record_split(r->args, field, MAX_FIELDS) : 0;
	e->kind = EVENT_SIGNAL;
	e->signal = signal_name(r->name);
	for (size_t i = 0; i < n && i < MAX_FIELDS; i++) {
		struct slice text = slice_trim(field[i]);
		size_t equals = slice_find_char(text, '=', 0);
		if (equals != SIZE_MAX)
			read_siginfo(slice_take(text, equals), slice_skip(text, equals + 1), e);
	}
	if (!r->args.ptr && r->text.ptr && slice_find(r->text, stopped, 0) != SIZE_MAX)
		e->op = SLICE("stopped");
	return true;
}
