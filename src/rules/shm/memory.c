/* shm/memory: no memory for a segment or a shared mapping. */
#include <ipcdiag/explain_shm.h>

static bool examine(struct finding *f, const struct change *c, const struct world *w);

const struct rule rule_shm_memory = {
	.id = "shm/memory",
	.severity = SEVERITY_ERROR,
	.aim = AIM_LIMIT,
	.title = "no memory for shared memory",
	.about =
		"shmget or mmap with MAP_SHARED fails with ENOMEM: address space limit, overcommit, or no huge pages. Falling back "
		"to something smaller is a note.",
	.match = {{CHANGE_CALL, "shmget mmap mmap2", "ENOMEM", NULL}},
	.recovery = RECOVERY_ANY,
	.message = "{process} got no memory for {size} bytes of shared memory: {call} failed with ENOMEM",
	.cause =
		"the kernel refuses so much memory: too little is free under its rules (vm.overcommit_memory), the address space "
		"limit (`ulimit -v`, RLIMIT_AS) is reached, or huge pages were asked for and there are none",
	.check = {"ulimit -v", "grep 'Max address space' /proc/{pid}/limits", "free -m",
		"sysctl vm.overcommit_memory vm.nr_hugepages"},
	.fix = {"ask for less, or raise the limit that is reached: `ulimit -v unlimited` for the shell, LimitAS= for a systemd unit",
		"$ sudo sysctl -w vm.overcommit_memory=1",
		"for SHM_HUGETLB and MAP_HUGETLB reserve pages first (vm.nr_hugepages), or do without"},
	.why = "Shared memory needs room in the process's address space and the kernel's promise of pages behind it. The limit "
	       "RLIMIT_AS bounds the first, the overcommit rules the second; huge pages come from a pool of their own, empty by "
	       "default.",
	.references = {"shmget(2)", "mmap(2)", "setrlimit(2)", "proc(5)"},
	.example = "9 shmget(IPC_PRIVATE, 67108864, IPC_CREAT|SHM_HUGETLB|0600) = -1 ENOMEM (Cannot allocate memory)",
	.examine = examine,
};

static bool examine(struct finding *f, const struct change *c, const struct world *w)
{
	const struct process *p = c->process;
	(void)w;
	if (c->event->kind != EVENT_SHMGET && c->event->kind != EVENT_MMAP)
		return false;
	explain_segment(f, c->segment);
	if (!p || p->address_space.soft < 0 || p->address_space.soft == INT64_MAX || c->event->kind == EVENT_SHMGET)
		return true;
	finding_set_number(f, "limit", p->address_space.soft);
	explain_place(f, "limit_at", p->address_space.step);
	finding_add_evidence(f, p->address_space.step, "the address space is limited");
	finding_say_cause(f,
		"the address space of {process} is limited to {limit} bytes (RLIMIT_AS, {limit_at}), and {size} more do not fit");
	return true;
}
