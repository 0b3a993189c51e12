/* ipcdiag: reads what strace printed and says what is wrong between the processes. */
#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include <ipcdiag/memory.h>

#include "command.h"
#include "say.h"
#include "status.h"

static void end_without_memory(void)
{
	tell("out of memory");
	_exit(STATUS_INCOMPLETE);
}

/* A standard descriptor that is closed would be given to the next file that is opened, a report for one. What takes its
 * place cannot be used: reading or writing fails, and that is told. */
static void fill_closed_descriptors(void)
{
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		if (fcntl(fd, F_GETFD) < 0)
			open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY);
}

int main(int argc, char **argv)
{
	fill_closed_descriptors();
	memory_on_exhausted(end_without_memory);
	signal(SIGPIPE, SIG_IGN); /* a reader that goes away must not keep us from draining the input */
	return command_main(argc, argv);
}
