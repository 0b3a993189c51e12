/* lock/held: a lock on a file that somebody else has. */
#include <ipcdiag/explain.h>

/* The holder that is in the way: not the caller's own lock. */
static const struct lock_holder *holder_of(const struct change *c)
{
	const struct lock *l = c->lock;
	for (unsigned i = 0; l && i < l->holder_count; i++) {
		const struct lock_holder *h = &l->holders[i];
		if (h->file ? h->file != c->file : h->process != c->process)
			return h;
	}
	return NULL;
}

static void explain_lock_holder(struct finding *f, const struct lock_holder *h)
{
	explain_process(f, "holder", h->process);
	finding_set_number(f, "since", (int64_t)h->step->line);
	finding_add_evidence(f, h->step, "{holder} takes the lock");
}

static bool examine_blocked(struct finding *f, const struct change *c, const struct lock_holder *h)
{
	const struct wait_report *r = c->wait;
	if (r->wait->kind != WAIT_LOCK || r->verdict == VERDICT_CYCLE || r->verdict == VERDICT_BUSY || r->verdict == VERDICT_NONE)
		return false;
	explain_waits(f, r);
	f->severity = r->verdict == VERDICT_IDLE || r->verdict == VERDICT_OUTSIDE ? SEVERITY_WARNING : SEVERITY_ERROR;
	if (h && r->ender) {
		explain_doing(f, "ender", r->ender, r->ender_step, r->ender_wait);
		finding_say_cause(f, "{holder} has held the lock since line {since}, and {ender} {ender_does}<<; {behind}>>");
	} else if (!h) {
		f->confidence = CONFIDENCE_POSSIBLE;
		finding_say_cause(f, "who holds the lock is not in this trace: it took it before the trace began, or is another program");
	}
	return true;
}

static bool examine(struct finding *f, const struct change *c, const struct world *w)
{
	const struct lock_holder *h = holder_of(c);
	(void)w;
	if (c->file && c->file->path)
		finding_set_text(f, "path", c->file->path);
	if (h)
		explain_lock_holder(f, h);
	if (c->kind == CHANGE_BLOCKED)
		return examine_blocked(f, c, h);
	if (!h) {
		f->confidence = CONFIDENCE_LIKELY;
		finding_say_cause(f, "who holds the lock is not in this trace: most likely an instance that was started before");
	}
	finding_say_message(f, "{process} does not get the lock on {path}<< (fd {fd})>>: another process has it ({errno})");
	return true;
}

/* Who got the lock later, or went on well without it, has only looked whether it is free. */
static void settle(struct finding *f, const struct world *w)
{
	const struct process *p = finding_process(f);
	const char *holder = finding_get(f, "holder");
	(void)w;
	if (!f->error || f->severity == SEVERITY_NOTE)
		return;
	if (process_ended_well(p))
		f->severity = SEVERITY_NOTE;
	else if (process_alive(p) && !holder)
		f->severity = SEVERITY_WARNING;
}

const struct rule rule_lock_held = {
	.id = "lock/held",
	.severity = SEVERITY_ERROR,
	.title = "file lock held by another process",
	.about = "flock or fcntl finds a file locked by another process: it fails with EAGAIN, EWOULDBLOCK or EACCES, or waits and does not return. "
		 "Usual with pid and lock files: a second instance.",
	.match = {{CHANGE_CALL, "flock", "EAGAIN EWOULDBLOCK", NULL},
		  {CHANGE_CALL, "fcntl fcntl64", "EAGAIN EACCES", "file shm memfd unknown other"},
		  {CHANGE_BLOCKED, NULL, NULL, NULL}},
	.recovery = RECOVERY_SAME,
	.needs = "-f",
	.message = "{process} waits in {call} for the lock on {path}<< (fd {fd})>>, and does not get it",
	.cause = "{holder} has held the lock since line {since}",
	.check = {"lslocks -p {holder_pid}", "lslocks | grep -F -- {path}", "fuser -v -- {path}", "cat /proc/{holder_pid}/stack"},
	.fix = {"let {holder} finish its work and release the lock, or stop it if it hangs",
		"if this is a second instance: stop the first one before, or give the second its own lock file",
		"hold the lock only while it is needed, not across sleeps and waits"},
	.why = "A lock belongs to the open file (flock) or to the process (fcntl) that took it, until it unlocks, closes the file or ends. Everybody else "
	       "waits, or with LOCK_NB and F_SETLK gets an error at once.",
	.references = {"flock(2)", "fcntl(2)", "lslocks(8)"},
	.example = "30 openat(AT_FDCWD, \"svc.pid\", O_RDWR|O_CREAT, 0644) = 3\n"
		   "30 flock(3, LOCK_EX|LOCK_NB) = 0\n"
		   "31 openat(AT_FDCWD, \"svc.pid\", O_RDWR|O_CREAT, 0644) = 3\n"
		   "31 flock(3, LOCK_EX|LOCK_NB) = -1 EAGAIN (Resource temporarily unavailable)\n"
		   "31 exit_group(1) = ?",
	.examine = examine,
	.settle = settle,
};
