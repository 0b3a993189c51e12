/* fd/limit: EMFILE, no descriptor number is left. */
#include <errno.h>

#include <ipcdiag/explain_fd.h>

/* inotify and io_uring have limits of their own, and say EMFILE for both. */
static bool has_own_limit(const struct change *c, const char *prefix)
{
	return c->call && strncmp(c->call, prefix, strlen(prefix)) == 0;
}

static void say_own_limit(struct finding *f, const struct change *c)
{
	if (has_own_limit(c, "inotify_init")) {
		finding_say_cause(f,
			"either all<< {limit}>> descriptor numbers are taken<< (it holds {kinds})>>, or, more often for {call}, this user has "
			"as many inotify instances as fs.inotify.max_user_instances allows");
		finding_add_check(f, "sysctl fs.inotify.max_user_instances");
		finding_add_fix(f, "$ sudo sysctl -w fs.inotify.max_user_instances=512");
	} else if (has_own_limit(c, "io_uring_register")) {
		finding_say_cause(f,
			"more files are registered at once than the process may have open: the number of slots counts against RLIMIT_NOFILE<<, "
			"which is {limit} (line {limit_line})>>");
		finding_add_fix(
			f, "register fewer files, or update them in smaller groups (IORING_REGISTER_FILES_UPDATE)");
	}
}

static bool is_first(const struct change *c)
{
	return c->error != EMFILE || !c->process->exhausted || c->process->exhausted == c->step;
}

/* Another kind of call, or the open of another file, runs into what the first one told: the complaint about it, often.
 */
static bool is_consequence(const struct change *c)
{
	return !is_first(c) && (c->event->kind == EVENT_OPEN || !slice_is(step_call(c->process->exhausted), c->call));
}

static void say_highest(struct finding *f, const struct process *p)
{
	if (p->nofile.soft >= 0 || !p->table || !p->table->open_count)
		return;
	finding_say_cause(f,
		"numbers up to {highest} are in use, so the limit is probably {likely_limit} (the trace does not show it). Known to be open: "
		"{kinds}<<, and most of all {group}, the oldest since line {first_line}>>");
}

static bool examine(struct finding *f, const struct change *c, const struct world *w)
{
	(void)w;
	if ((c->kind == CHANGE_CUT && !c->event->ctrunc) || is_consequence(c))
		return false;
	if (is_first(c)) { /* the others are only counted */
		explain_descriptor_limit(f, c->process);
		explain_descriptors(f, c->process);
	}
	say_highest(f, c->process);
	say_own_limit(f, c);
	if (c->kind != CHANGE_CUT)
		return true;
	int64_t limit = c->process->nofile.soft, open = c->process->table ? (int64_t)c->process->table->open_count : 0;
	bool full = limit > 0 && open + 3 >= limit;
	f->severity = full ? SEVERITY_ERROR : SEVERITY_WARNING;
	f->confidence = full ? CONFIDENCE_LIKELY : CONFIDENCE_POSSIBLE;
	finding_say_message(
		f, "descriptors that were sent to {process} got lost in {call}<< on fd {fd}>> (MSG_CTRUNC)");
	finding_say_cause(f,
		"there was no room for them: either no descriptor number was free<< (the limit is {limit}, line {limit_line})>><<, with {kinds} "
		"known to be open>>, or the buffer for control messages is too small");
	return true;
}

/* The pending connection stays in the queue, so the loop turns at once again. */
static void settle(struct finding *f, const struct world *w)
{
	(void)w;
	if (finding_recovered(f, NULL, NULL))
		f->severity = SEVERITY_WARNING;
	if (f->count < 2)
		return;
	finding_set_number(f, "times", (int64_t)f->count);
	if (f->call && strncmp(f->call, "accept", 6) == 0)
		finding_say_why(f,
			"The kernel gives every new descriptor the lowest free number below the limit; when none is free, the call fails. accept takes one "
			"descriptor for each connection. The pending connection stays in the queue: poll and accept report it at once again, so the loop is "
			"busy for nothing. Raising the limit gives more numbers, a leak uses any number of them up.");
}

const struct rule rule_fd_limit = {
	.id = "fd/limit",
	.severity = SEVERITY_ERROR,
	.aim = AIM_LIMIT,
	.title = "no descriptor left in the process",
	.about =
		"A call that makes a descriptor fails with EMFILE: the process has as many open as RLIMIT_NOFILE allows. The call that fails is often not "
		"the one that leaks.",
	.match =
		{{CHANGE_CALL,
			 "pipe pipe2 socket socketpair accept accept4 socketcall open openat openat2 creat open_by_handle_at dup dup2 dup3 fcntl "
			 "fcntl64 eventfd eventfd2 epoll_create epoll_create1 memfd_create memfd_secret signalfd signalfd4 timerfd_create "
			 "userfaultfd pidfd_open pidfd_getfd fanotify_init perf_event_open io_uring_setup io_uring_register inotify_init "
			 "inotify_init1 bpf ioctl clone clone3 recvmsg",
			 "EMFILE", NULL},
			{CHANGE_CUT, NULL, NULL, NULL}},
	.recovery = RECOVERY_ANY,
	.message =
		"{process} cannot open another descriptor: {call} failed with EMFILE<<, {times} times>><< (limit {limit})>>",
	.cause =
		"all<< {limit}>> descriptor numbers that the process may use are taken<< (limit set at line {limit_line})>>.<< Known to be open: {kinds}>>"
		"<<, and most of all {group}, the oldest since line {first_line}>>",
	.check = {"ulimit -n", "grep 'open files' /proc/{pid}/limits", "ls /proc/{pid}/fd | wc -l",
		"ls -l /proc/{pid}/fd", "grep 'open files' /proc/\"$PID\"/limits   # {pid_hint}",
		"ls /proc/\"$PID\"/fd | wc -l   # {pid_hint}"},
	.fix = {"close what is not needed any more<<; look first at {group}>>",
		"$ ulimit -n 4096   # for this session, before the program starts",
		"for good: a nofile line in /etc/security/limits.conf, or LimitNOFILE=4096 in the [Service] part of a systemd unit"},
	.why = "The kernel gives every new descriptor the lowest free number below the limit; when none is free, the call fails. A pipe needs two free "
	       "numbers, a socket one. Raising the limit gives more numbers, a leak uses any number of them up.",
	.references = {"getrlimit(2)", "pipe(2)", "socket(2)", "limits.conf(5)"},
	.example = "prlimit64(0, RLIMIT_NOFILE, {rlim_cur=5, rlim_max=5}, NULL) = 0\n"
		   "pipe2([3, 4], O_CLOEXEC) = 0\n"
		   "pipe2(0x7ffeb6f2d228, O_CLOEXEC) = -1 EMFILE (Too many open files)",
	.examine = examine,
	.settle = settle,
};
