/* mq/limit: the bytes that one user may have in POSIX queues are used up. */
#include <ipcdiag/explain_shm.h>

static bool examine(struct finding *f, const struct change *c, const struct world *w);

const struct rule rule_mq_limit = {
	.id = "mq/limit",
	.severity = SEVERITY_ERROR,
	.aim = AIM_LIMIT,
	.title = "no room for another POSIX message queue",
	.about =
		"mq_open fails with EMFILE: the bytes that one user may have in queues (RLIMIT_MSGQUEUE) are used up; this is not "
		"the limit of open files. ENOSPC: the number of queues (fs.mqueue.queues_max) is used up.",
	.match = {{CHANGE_CALL, "mq_open", "EMFILE ENOSPC", NULL}},
	.recovery = RECOVERY_SAME,
	.message = "{process} could not make the message queue {queue}: mq_open failed with {errno}",
	.cause =
		"the queues of this user together would take more bytes than RLIMIT_MSGQUEUE allows (819200 unless changed)<<: it "
		"is {limit} since {limit_at}>><<; {process} has {held} open, the first since {first_at}>>; the limit of open files "
		"has nothing to do with it",
	.check = {"ulimit -q", "grep 'Max msgqueue' /proc/{pid}/limits", "ls -l /dev/mqueue",
		"sysctl fs.mqueue.queues_max"},
	.fix = {"unlink the queues that nobody uses any more (mq_unlink, or rm in /dev/mqueue): closing is not enough"},
	.why = "A queue is charged to its maker's user with mq_maxmsg times (mq_msgsize plus some bytes) as soon as it is made, full "
	       "or empty, until it is unlinked and closed. When the sum would pass RLIMIT_MSGQUEUE, mq_open says EMFILE, the same "
	       "name as for too many open files.",
	.references = {"mq_open(3)", "mq_overview(7)", "getrlimit(2)"},
	.example =
		"9 prlimit64(0, RLIMIT_MSGQUEUE, {rlim_cur=40000, rlim_max=40000}, NULL) = 0\n"
		"9 mq_open(\"jobs0\", O_RDWR|O_CREAT, 0600, {mq_flags=0, mq_maxmsg=10, mq_msgsize=1024, mq_curmsgs=0}) = 3\n"
		"9 mq_open(\"jobs1\", O_RDWR|O_CREAT, 0600, {mq_flags=0, mq_maxmsg=40, mq_msgsize=1024, mq_curmsgs=0}) = -1 "
		"EMFILE (Too many open files)",
	.examine = examine,
};

static void count_open(struct finding *f, const struct process *p)
{
	struct step *first = NULL;
	const struct descriptor *d;
	int64_t count = 0;
	for (size_t i = 0; p && p->table && (d = table_next(p->table, &i));) {
		if (d->file->object != OBJECT_MQ)
			continue;
		count++;
		if (d->file->made && (!first || d->file->made->order < first->order))
			first = d->file->made;
	}
	if (!count)
		return;
	finding_set_number(f, "held", count);
	explain_place(f, "first_at", first);
	finding_add_evidence(f, first, "the first queue that it has open");
}

static bool examine(struct finding *f, const struct change *c, const struct world *w)
{
	const struct process *p = c->process;
	(void)w;
	explain_mq_name(f, c->event->path);
	count_open(f, p);
	if (c->error == errno_number(SLICE("ENOSPC"))) {
		finding_say_cause(f,
			"the system has as many POSIX message queues as fs.mqueue.queues_max (256 unless changed) "
			"allows<<; {process} has {held} open, the first since {first_at}>>");
		finding_add_fix(f, "$ sudo sysctl -w fs.mqueue.queues_max=1024");
		return true;
	}
	finding_add_fix(f, "$ ulimit -q unlimited");
	finding_add_fix(
		f, "ask for fewer or shorter messages (mq_maxmsg, mq_msgsize); set LimitMSGQUEUE= in a systemd unit");
	if (p && p->msgqueue.soft >= 0) {
		finding_set_number(f, "limit", p->msgqueue.soft);
		explain_place(f, "limit_at", p->msgqueue.step);
		finding_add_evidence(f, p->msgqueue.step, "the limit is set or shown");
	}
	return true;
}
