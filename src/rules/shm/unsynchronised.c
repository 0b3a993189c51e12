/* shm/unsynchronised: several write, and nothing in the trace orders them. */
#include <ipcdiag/explain_shm.h>

static bool applies(const struct change *c, const struct world *w);
static bool examine(struct finding *f, const struct change *c, const struct world *w);

const struct rule rule_shm_unsynchronised = {
	.id = "shm/unsynchronised",
	.severity = SEVERITY_NOTE,
	.title = "shared memory without synchronisation in sight",
	.about =
		"Two or more processes have one segment attached for writing at the same time, and the trace shows no semaphore, "
		"futex or file lock between them. Circumstantial: a trace cannot see the accesses themselves, nor locks that are "
		"never contended.",
	.match = {{CHANGE_FINISH, NULL, NULL, NULL}},
	.needs = "-f, and semop, futex and flock among the traced calls",
	.message =
		"{first} and {second} can both write to {segment}, and the trace shows nothing that keeps them apart",
	.cause =
		"{first} has it since {first_at} and {second} since {second_at}, and no semop, futex, flock or fcntl lock of them "
		"is seen; this is circumstantial: strace cannot show accesses to memory, and a lock that nobody has to wait for "
		"makes no call",
	.check = {"ipcs -s", "strace -f -e trace=ipc,futex,flock,fcntl -p {first_pid} -p {second_pid}",
		"valgrind --tool=drd {first_program}"},
	.fix = {"guard every access by a semaphore (semop with SEM_UNDO), a process-shared pthread mutex (PTHREAD_PROCESS_SHARED, "
		"robust), or use atomic operations",
		"let only one process write, and attach with SHM_RDONLY in the others"},
	.why = "Two processes that change the same bytes without a lock overwrite each other's half-done work: a counter loses "
	       "increments, a list breaks. The kernel does not order accesses to shared memory, so the programs have to.",
	.references = {"shmat(2)", "semop(2)", "sem_overview(7)", "pthread_mutexattr_setpshared(3)"},
	.example = "20 shmget(IPC_PRIVATE, 4096, IPC_CREAT|0600) = 0\n"
		   "21 shmat(0, NULL, 0) = 0x7f1c704ad000\n"
		   "22 shmat(0, NULL, 0) = 0x7f5d704ad000",
	.applies = applies,
	.examine = examine,
};

/* Some processes only pass a mapping on: who forked the others and waits is seen as one of them, that cannot be told
 * apart. */
static const struct segment_user *writer(const struct segment *s, unsigned *from, const struct process *except)
{
	while (*from < s->user_count) {
		const struct segment_user *u = &s->users[(*from)++];
		bool supposed = u->process->guessed && u->attached &&
			u->attached->pid != u->process->pid; /* its fork was not seen */
		if (u->writable && u->process != except && !supposed)
			return u;
	}
	return NULL;
}

/* A semaphore's file is what others are kept apart with. */
static bool is_semaphore(const struct segment *s)
{
	return s->path && strstr(s->path, "/sem.");
}

static bool overlap(const struct segment_user *a, const struct segment_user *b)
{
	return a->attached && b->attached && (!a->detached || a->detached->order > b->attached->order) &&
		(!b->detached || b->detached->order > a->attached->order);
}

static bool applies(const struct change *c, const struct world *w)
{
	const struct segment *s = c->segment;
	(void)w;
	return s && !s->guarded && (s->kind == SEGMENT_SYSV || s->kind == SEGMENT_POSIX) && !is_semaphore(s);
}

static bool examine(struct finding *f, const struct change *c, const struct world *w)
{
	const struct segment *s = c->segment;
	unsigned at = 0;
	(void)w;
	const struct segment_user *first = writer(s, &at, NULL);
	const struct segment_user *second = first ? writer(s, &at, first->process) : NULL;
	while (second && !overlap(first, second))
		second = writer(s, &at, first->process);
	if (!second)
		return false;
	f->confidence = CONFIDENCE_POSSIBLE;
	explain_segment(f, s);
	explain_process(f, "first", first->process);
	explain_process(f, "second", second->process);
	explain_place(f, "first_at", first->attached);
	explain_place(f, "second_at", second->attached);
	finding_add_evidence(f, first->attached, "{first} attaches it");
	finding_add_evidence(f, second->attached, "{second} gets it");
	for (const struct segment_user *u; (u = writer(s, &at, first->process));)
		finding_add_evidence(f, u->attached, "another process gets it");
	return true;
}
