/* ipcdiag: reads what strace printed and says what is wrong between the processes. */
#include <signal.h>
#include <unistd.h>

#include <ipcdiag/memory.h>

#include "command.h"
#include "message.h"
#include "status.h"

static void end_without_memory(void)
{
	tell("out of memory");
	_exit(STATUS_INCOMPLETE);
}

int main(int argc, char **argv)
{
	memory_on_exhausted(end_without_memory);
	signal(SIGPIPE, SIG_IGN); /* a reader that goes away must not keep us from draining the input */
	return command_main(argc, argv);
}
