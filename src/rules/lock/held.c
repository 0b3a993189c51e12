/* lock/held: a file lock that somebody else has. */
#include <errno.h>

#include <ipcdiag/explain_pipe.h>

/* The holder that is in the way: not the caller's own lock. */
static const struct lock_holder *find_holder(const struct change *c)
{
	const struct lock *l = c->lock;
	for (unsigned i = 0; l && i < l->holder_count; i++) {
		const struct lock_holder *h = &l->holders[i];
		if (h->file ? h->file != c->file : h->process != c->process)
			return h;
	}
	return NULL;
}

static void explain_lock_holder(struct finding *f, const struct change *c, const struct lock_holder *h)
{
	const struct task *t = h->process ? h->process->tasks : NULL;
	explain_process(f, "holder", h->process);
	finding_set_number(f, "since", (int64_t)h->step->line);
	finding_add_evidence(f, h->step, "{holder} takes the lock");
	if (t && h->process != c->process)
		explain_doing(f, "holder", h->process, t->wait.step, t->wait.kind);
	if (h->process == c->process)
		finding_set_text(
			f, "own", "over another descriptor: flock locks belong to the open file, not to the process");
}

/* A flock lock belongs to the open file: it lives on in whoever inherited it (flock(2)). NULL: its taker still has it.
 */
static const struct descriptor *keeper_of(const struct lock_holder *h)
{
	const struct descriptor *keeper = NULL;
	for (const struct descriptor *d = h->file ? h->file->holders : NULL; d; d = d->next) {
		if (d->table->owner == h->process)
			return NULL;
		if (d->table->owner && process_alive(d->table->owner))
			keeper = d;
	}
	return keeper;
}

/* Nobody meant to keep it, so that it is a fault whatever became of the call. */
static void say_kept(struct finding *f, const struct lock_holder *h, const struct descriptor *keeper)
{
	explain_holder(f, "keeper", keeper);
	explain_end(f, "holder", h->process);
	finding_say_cause(f,
		"{holder} took the lock at line {since} and {holder_end}, but {keeper} still holds the open file as fd {keeper_fd} "
		"({keeper_came}): a flock lock belongs to the open file, and lives on in whoever inherited it");
	finding_add_fix(f, "open the lock file with O_CLOEXEC, and close it in children that are not to keep the lock");
	finding_keep_severity(f);
}

static enum severity severity_of(const struct wait_report *r)
{
	switch (r->verdict) {
	case VERDICT_BUSY:
	case VERDICT_IDLE:
	case VERDICT_OUTSIDE:
		return SEVERITY_WARNING;
	default:
		return SEVERITY_ERROR;
	}
}

static bool examine_blocked(struct finding *f, const struct change *c, const struct lock_holder *h)
{
	const struct wait_report *r = c->wait;
	if (r->wait->kind != WAIT_LOCK || r->verdict == VERDICT_CYCLE || r->verdict == VERDICT_NONE)
		return false;
	explain_waits(f, r);
	finding_say_message(
		f, "{process} waits in {call} for the lock<< on {path}>><< (fd {fd})>>, and does not get it");
	if (h)
		finding_say_cause(f,
			"{holder} has held the lock since line {since}<< ({own})>><<, and it {holder_does}>>.<< Behind this wait: {behind}>>");
	else
		finding_say_cause(f,
			"who holds the lock is not in this trace: it took it before the trace began, or is another program; /proc/locks tells its pid."
			"<< Behind this wait: {behind}>>");
	f->severity = severity_of(r);
	return true;
}

/* The kernel follows fcntl locks from process to process, and refuses the one that would close a ring. */
static void say_ring(struct finding *f, const struct lock_holder *h)
{
	finding_say_message(f,
		"{process} may not wait for the lock<< on {path}>><< (fd {fd})>>: that would be a deadlock (EDEADLK)");
	finding_say_cause(f,
		h ? "{holder} has held the lock since line {since}<<, and it {holder_does}>>: it needs a lock that {process} holds. Both take "
		    "the same locks in a different order"
		  : "who holds this lock waits for one that {process} holds; the trace does not show who it is. Both take the same locks in "
		    "a different order");
	finding_add_fix(f, "take the locks in the same order everywhere");
	finding_add_fix(f, "give back all locks after EDEADLK, and begin anew");
}

static bool examine(struct finding *f, const struct change *c, const struct world *w)
{
	const struct lock_holder *h = find_holder(c);
	(void)w;
	if (c->kind == CHANGE_CALL && (c->event->kind != EVENT_LOCK || c->event->lock == LOCK_RELEASE))
		return false;
	if (c->file && c->file->path)
		finding_set_text(f, "path", c->file->path);
	if (h)
		explain_lock_holder(f, c, h);
	else
		f->confidence = CONFIDENCE_LIKELY;
	if (c->kind == CHANGE_CALL && c->error == EDEADLK)
		say_ring(f, h);
	const struct descriptor *keeper = h ? keeper_of(h) : NULL;
	bool fires = c->kind == CHANGE_CALL || examine_blocked(f, c, h);
	if (fires && keeper)
		say_kept(f, h, keeper);
	return fires;
}

static void settle(struct finding *f, const struct world *w)
{
	(void)w;
	if (f->count > 1)
		finding_set_number(f, "times", (int64_t)f->count);
}

const struct rule rule_lock_held = {
	.id = "lock/held",
	.severity = SEVERITY_ERROR,
	.aim = AIM_ASK,
	.title = "file lock held by another process",
	.about =
		"flock or fcntl finds a file locked by somebody else: it fails with EAGAIN, EWOULDBLOCK or EACCES, or waits and does not return. Usual with pid and lock "
		"files: a second instance.",
	.match = {{CHANGE_CALL, "flock", "EAGAIN EWOULDBLOCK", NULL},
		{CHANGE_CALL, "fcntl fcntl64", "EAGAIN EACCES", NULL},
		{CHANGE_CALL, "fcntl fcntl64", "EDEADLK", NULL, AIM_OWN}, {CHANGE_BLOCKED, NULL, NULL, NULL}},
	.recovery = RECOVERY_SAME,
	.needs = "-f -yy",
	.message =
		"{process} did not get the lock<< on {path}>><< (fd {fd})>>: somebody else has it ({errno} from {call}<<, {times} times>>)",
	.cause =
		"<<{holder} has held the lock since line {since}>><<, {own}>>. Who holds the lock of a pid file is the instance that runs; if the trace does not show "
		"it, it was started before",
	.check = {"lslocks -p {holder_pid}", "cat /proc/locks", "fuser -v -- {path}",
		"ps -o pid,lstart,args -p {holder_pid}"},
	.fix = {"if this is a second instance: stop the first one before, or give the second a lock file of its own",
		"hold the lock only while it is needed: give it back (LOCK_UN, close) before sleeping or waiting",
		"try again after a pause, with a limit, or wait for it (F_SETLKW, flock without LOCK_NB)"},
	.why = "A lock belongs to the open file (flock; children share it) or to the process (fcntl) that took it, until it unlocks, closes the file or ends. Everybody "
	       "else waits, or with LOCK_NB and F_SETLK gets an error at once.",
	.references = {"flock(2)", "fcntl(2)", "lslocks(8)"},
	.example = "4240 openat(AT_FDCWD, \"svc.pid\", O_RDWR|O_CREAT, 0644) = 3\n"
		   "4240 flock(3, LOCK_EX|LOCK_NB) = 0\n"
		   "4241 openat(AT_FDCWD, \"svc.pid\", O_RDWR|O_CREAT, 0644) = 4\n"
		   "4241 flock(4, LOCK_EX|LOCK_NB) = -1 EAGAIN (Resource temporarily unavailable)\n"
		   "4241 exit_group(3) = ?\n"
		   "4241 +++ exited with 3 +++",
	.examine = examine,
	.settle = settle,
};
