/* lock/pid-file: a pid or lock file is there already: another instance runs, or one has left it behind. */
#include <ipcdiag/explain_shm.h>

static bool examine(struct finding *f, const struct change *c, const struct world *w);
static void settle(struct finding *f, const struct world *w);

const struct rule rule_lock_pid_file = {
	.id = "lock/pid-file",
	.severity = SEVERITY_ERROR,
	.title = "pid or lock file that is there already",
	.about =
		"open with O_CREAT|O_EXCL of a pid or lock file fails with EEXIST: another instance runs, or the file is stale, "
		"left by one that did not end as it should. What the program learns with kill(pid, 0) tells which.",
	.match = {{CHANGE_CALL, "open openat openat2", "EEXIST", NULL}},
	.recovery = RECOVERY_NONE, /* reading the file is no success */
	.message = "{process} could not make {path}: the file is there already (EEXIST)",
	.cause =
		"{path} was made by another instance that runs, or left behind by one that has ended; the trace does not show which",
	.check = {"cat {path}", "lsof {path}", "ps -o pid,lstart,args -p {other}"},
	.why = "O_EXCL makes sure that only one instance gets the file. It says nothing about whether its maker still lives: a crash "
	       "or a power cut leaves the file, and the number in it may belong to another program by now. A lock (flock) goes with "
	       "the process and cannot be stale.",
	.references = {"open(2)", "kill(2)", "flock(2)"},
	.example = "9 openat(AT_FDCWD, \"/run/agent.pid\", O_RDWR|O_CREAT|O_EXCL, 0644) = -1 EEXIST (File exists)\n"
		   "9 openat(AT_FDCWD, \"/run/agent.pid\", O_RDONLY) = 3\n"
		   "9 read(3, \"4193999\\n\", 15) = 8\n"
		   "9 kill(4193999, 0) = -1 ESRCH (No such process)\n"
		   "9 exit_group(1) = ?",
	.examine = examine,
	.settle = settle,
};

static bool is_lock_name(struct slice path)
{
	static const struct slice ends[] = {SLICE(".pid"), SLICE(".lock"), SLICE(".lck"), SLICE("/lock"), SLICE("/pid"),
		SLICE(".LCK"), SLICE("-lock")};
	for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
		if (slice_ends(path, ends[i]))
			return true;
	return false;
}

static bool examine(struct finding *f, const struct change *c, const struct world *w)
{
	(void)w;
	finding_set_memo(f, 0, is_lock_name(c->event->path));
	return c->event->excl && c->event->path.len && !explain_shm_name(f, c->event->path);
}

static void say_asked(struct finding *f, const struct taken *t)
{
	finding_set_number(f, "other", t->pid);
	explain_place(f, "asked_at", t->asked);
	finding_add_evidence(f, t->read, "the number in the file is read");
	finding_add_evidence(f, t->asked, "whether process {other} is there is asked");
	if (t->alive) {
		finding_say_cause(f,
			"it names process {other}, and that is alive (kill(pid, 0) at {asked_at}): another instance "
			"is running, or the number has gone to another program");
		finding_add_fix(f,
			"use the instance that runs, or stop it first; give a second one a directory and a pid file of its own");
	} else {
		finding_say_cause(f,
			"the file is stale: it names process {other}, which does not exist (ESRCH at {asked_at}); "
			"whoever made it ended without removing it");
		finding_add_fix(f, "$ rm {path}");
		finding_add_fix(f,
			"let the program take over a file whose process is gone, or hold a lock (flock) on it instead "
			"of relying on its existence");
	}
}

/* Who refuses to start ends: who lives on has taken the file over, or the trace ends too early to tell. */
static void weigh(struct finding *f, const struct process *p, bool asked)
{
	if (!asked)
		finding_weigh(f, NULL);
	else if (process_alive(p) && !p->exit_call)
		f->severity = SEVERITY_WARNING;
	else if (process_ended_well(p))
		f->severity = SEVERITY_NOTE;
}

static void settle(struct finding *f, const struct world *w)
{
	const struct process *p = finding_process(f);
	const struct taken *t =
		p && p->taken.step && p->taken.step->order == finding_last_step(f)->order ? &p->taken : NULL;
	bool asked = t && t->asked;
	(void)w;
	weigh(f, p, asked);
	if (!asked && (!finding_memo(f, 0) || finding_got_over(f) || leaving_of(p) == LEAVING_NOT)) {
		finding_cancel(f);
		return;
	}
	if (asked)
		say_asked(f, t);
	else
		finding_add_fix(
			f, "see whether another instance runs (`lsof`, `fuser`); if none does, remove the file");
}
