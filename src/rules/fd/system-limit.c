/* fd/system-limit: ENFILE, a limit of the whole system or of the user. */
#include <ipcdiag/explain_fd.h>

static bool is_pipe_call(const struct change *c)
{
	return c->call && strncmp(c->call, "pipe", 4) == 0;
}

static bool examine(struct finding *f, const struct change *c, const struct world *w)
{
	(void)w;
	explain_descriptors(f, c->process);
	if (!is_pipe_call(c))
		return true;
	finding_say_cause(f,
		"the table of open files of the whole system is full (fs.file-max), or this user's pipes take as many pages as "
		"fs.pipe-user-pages-hard allows; it is not the limit of this process<<, which holds {kinds}>>");
	finding_add_check(f, "sysctl fs.pipe-user-pages-hard fs.pipe-user-pages-soft");
	return true;
}

static void settle(struct finding *f, const struct world *w)
{
	(void)w;
	if (finding_recovered(f, NULL, NULL))
		f->severity = SEVERITY_WARNING;
	if (f->count > 1)
		finding_set_number(f, "times", (int64_t)f->count);
}

const struct rule rule_fd_system_limit = {
	.id = "fd/system-limit",
	.severity = SEVERITY_ERROR,
	.aim = AIM_LIMIT,
	.title = "no open file left in the system",
	.about =
		"A call that makes a descriptor fails with ENFILE: the limit on open files of the whole system is reached (for pipes also a limit of "
		"the user). It is not the limit of the process.",
	.match = {{CHANGE_CALL, NULL, "ENFILE", NULL}},
	.recovery = RECOVERY_ANY,
	.message = "{process} got ENFILE from {call}<<, {times} times>>: the system has no room for another open file",
	.cause =
		"the table of open files of the whole system is full (fs.file-max); it is not the limit of this process<<, which holds {kinds}>>",
	.check = {"sysctl fs.file-nr fs.file-max", "sudo lsof -n | awk '{print $1}' | sort | uniq -c | sort -rn | head",
		"for p in /proc/[0-9]*; do echo \"$(ls \"$p/fd\" 2>/dev/null | wc -l) $(cat \"$p/comm\")\"; done | sort -rn | head"},
	.fix = {"find the process that holds most of them and make it close what it does not need",
		"$ sudo sysctl -w fs.file-max=2097152"},
	.why = "Every open file of every process takes an entry in one table of the kernel, whose size is fs.file-max; fs.file-nr shows how many are in "
	       "use, free, and allowed. Processes with CAP_SYS_ADMIN may go beyond it.",
	.references = {"proc(5)", "open(2)", "pipe(7)"},
	.example = "socket(AF_INET, SOCK_STREAM, IPPROTO_IP) = -1 ENFILE (Too many open files in system)",
	.examine = examine,
	.settle = settle,
};
