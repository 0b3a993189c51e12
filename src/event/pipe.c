/* pipe, pipe2. */
#include "decoders.h"

bool decode_pipe(const struct args *a, struct event *e)
{
	struct slice arg[2], end;
	size_t position = 0;
	args_split(a, arg, 2);
	struct flags f = operand_flags(arg[1]);
	e->cloexec = flags_have(&f, "O_CLOEXEC", 02000000);
	e->nonblock = flags_have(&f, "O_NONBLOCK", 04000);
	if (!arg[0].ptr || arg[0].ptr[0] != '[')
		return true;
	if (arg_next_element(arg[0], &position, &end))
		e->fd = operand_fd(end, &e->note);
	if (arg_next_element(arg[0], &position, &end))
		e->fd2 = operand_fd(end, &e->note2);
	return true;
}
