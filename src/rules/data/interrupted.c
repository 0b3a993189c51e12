/* data/interrupted: a signal ended a call, and the program took that for a failure. */
#include <ipcdiag/explain_pipe.h>

static bool examine(struct finding *f, const struct change *c, const struct world *w)
{
	(void)w;
	remember_progress(f, c);
	return true;
}

/* Signals with which people end programs, and handlers that are there to let calls end. */
static bool is_meant(const char *signal)
{
	return slice_in_words(
		slice_of(signal), "SIGINT SIGTERM SIGQUIT SIGHUP SIGTSTP SIGCONT SIGWINCH SIGUSR1 SIGUSR2 SIGRTMIN");
}

/* Was this the last call that a handler ended, and did the process end over it? */
static bool was_fatal(struct finding *f, const struct process *p)
{
	const struct step *last = finding_last_step(f);
	return p && p->interrupted && p->interrupter && p->interrupted->line == last->line &&
		p->interrupted->file == last->file && !is_meant(p->interrupter_name) && ended_over_it(f);
}

static void explain_handler(struct finding *f, const struct disposition *d)
{
	if (!d || !d->step)
		return;
	finding_set_number(f, "handler_line", (int64_t)d->step->line);
	finding_add_evidence(f, d->step,
		d->restart ? "the handler of {interrupter} is set"
			   : "the handler of {interrupter} is set without SA_RESTART");
	if (d->restart)
		finding_say_cause(f,
			"{interrupter} came at line {signal_line} while the call waited, and has a handler, set at line {handler_line}: {call} is "
			"never restarted after a handler, whatever SA_RESTART says");
}

static void settle(struct finding *f, const struct world *w)
{
	const struct process *p = finding_process(f);
	(void)w;
	if (finding_recovered(f, NULL, NULL) || !was_fatal(f, p)) {
		finding_cancel(f);
		return;
	}
	finding_set_text(f, "interrupter", p->interrupter_name);
	finding_set_number(f, "signal_line", (int64_t)p->interrupter->line);
	finding_add_evidence(f, p->interrupter, "{interrupter} comes in the middle of the call");
	explain_handler(f, process_disposition(p, p->interrupter_name));
	f->severity = strcmp(p->interrupter_name, "SIGALRM") == 0 ? SEVERITY_WARNING
								  : SEVERITY_ERROR; /* an alarm may be a time limit */
}

const struct rule rule_data_interrupted = {
	.id = "data/interrupted",
	.severity = SEVERITY_ERROR,
	.title = "interrupted call taken for a failure",
	.about =
		"A signal whose handler was set without SA_RESTART ended a blocked call with EINTR, and the program ended over it instead of calling again. Calls that "
		"are restarted or repeated, and signals that ask a program to end, are not told.",
	.match = {{CHANGE_CALL,
		"read readv pread64 recv recvfrom recvmsg write writev send sendto sendmsg accept accept4 connect open openat wait4 waitid waitpid flock fcntl poll ppoll "
		"select pselect6 epoll_wait epoll_pwait splice",
		"EINTR ERESTARTSYS ERESTARTNOHAND ERESTART_RESTARTBLOCK", NULL}},
	.recovery = RECOVERY_SAME,
	.message =
		"{process} was interrupted in {call}<< on fd {fd}>> by {interrupter} (EINTR) and took that for a failure: it ended with status {status}",
	.cause =
		"{interrupter} came at line {signal_line} while the call waited; its handler was set without SA_RESTART<< at line {handler_line}>>, so the call ended with EINTR "
		"instead of going on",
	.check = {"grep SigCgt /proc/{pid}/status", "strace -f -e trace=rt_sigaction -e signal=all -p {pid}"},
	.fix = {"set SA_RESTART in sa_flags when the handler is installed with sigaction",
		"or call again when the call fails with EINTR",
		"for signals that the program waits for: signalfd, or a pipe that the handler writes to, in the same poll"},
	.why = "A handler that runs while a call waits ends that call. With SA_RESTART the kernel lets most calls go on by themselves; without it, and for poll, select and "
	       "sleeps always, the call fails with EINTR, and nothing is lost: it only has to be called again.",
	.references = {"signal(7)", "sigaction(2)"},
	.example =
		"rt_sigaction(SIGCHLD, {sa_handler=0x401615, sa_mask=[], sa_flags=SA_RESTORER, sa_restorer=0x4087b0}, NULL, 8) = 0\n"
		"read(3, 0x7ffcb77a6b90, 16) = ? ERESTARTSYS (To be restarted if SA_RESTART is set)\n"
		"--- SIGCHLD {si_signo=SIGCHLD, si_code=CLD_EXITED, si_pid=77, si_uid=0, si_status=0} ---\n"
		"rt_sigreturn({mask=[]}) = -1 EINTR (Interrupted system call)\n"
		"exit_group(4) = ?\n"
		"+++ exited with 4 +++",
	.examine = examine,
	.settle = settle,
};
