/* shm/posix-bus: mapped shared memory that has no page behind it. */
#include <ipcdiag/explain_shm.h>

static bool examine(struct finding *f, const struct change *c, const struct world *w);
static void settle(struct finding *f, const struct world *w);

const struct rule rule_shm_posix_bus = {
	.id = "shm/posix-bus",
	.severity = SEVERITY_ERROR,
	.title = "SIGBUS in a shared mapping",
	.about =
		"A process touches a shared mapping where there is no page: behind the end of the object (never sized, sized too "
		"small, shrunk), or within it when /dev/shm or the memory is full.",
	.match = {{CHANGE_SIGNAL, "SIGBUS", NULL, NULL}},
	.message =
		"{process} got SIGBUS<< at the address {address}>><<, {offset} bytes into its mapping of {segment}>>",
	.check = {"ls -l {segment_path}", "free -m"},
	.why = "mmap only reserves addresses; the kernel looks for the page when it is touched first. If that is behind the end of "
	       "the file, or no page can be had, there is no errno to return: it sends SIGBUS.",
	.references = {"mmap(2)", "ftruncate(2)", "fallocate(2)", "shm_overview(7)", "memfd_create(2)"},
	.example = "10447 openat(AT_FDCWD, \"/dev/shm/cfg9\", O_RDWR|O_CREAT|O_NOFOLLOW|O_CLOEXEC, 0600) = 3\n"
		   "10447 ftruncate(3, 4096) = 0\n"
		   "10447 mmap(NULL, 12288, PROT_READ|PROT_WRITE, MAP_SHARED, 3, 0) = 0x7ff20b527000\n"
		   "10447 --- SIGBUS {si_signo=SIGBUS, si_code=BUS_ADRERR, si_addr=0x7ff20b529328} ---\n"
		   "10447 +++ killed by SIGBUS +++",
	.examine = examine,
	.settle = settle,
};

enum { PAGE = 4096 };

static const struct mapping *mapping_at(const struct process *p, uint64_t addr)
{
	for (const struct mapping *m = p ? p->mappings : NULL; m; m = m->next)
		if (addr - m->addr < m->size)
			return m;
	return NULL;
}

static void say_unsized(struct finding *f)
{
	finding_say_cause(f,
		"the object, made by {maker} at {made_at}, has size 0: nobody called ftruncate, so the mapping of "
		"{mapped_at} has no page at all");
	finding_add_fix(f, "call ftruncate(fd, size) after making the object and before the first access");
}

static void say_past_end(struct finding *f)
{
	finding_say_cause(f,
		"the object has only {segment_size} bytes<< (set at {sized_at})>>, the mapping of {mapped_at} has "
		"{mapped} bytes<< from its byte {from} on>>: the access is behind the end of the object");
	finding_add_fix(f,
		"make the object as large as the mapping (ftruncate), or map no more than it has (fstat tells the size)");
	finding_add_fix(f, "do not shrink an object that somebody has mapped");
}

static void say_full(struct finding *f, const struct segment *s)
{
	f->confidence = CONFIDENCE_LIKELY;
	finding_say_cause(f,
		s->kind == SEGMENT_MEMFD
			? "the access is within the {segment_size} bytes of the object<< ({sized_at})>>: size and mapping ({mapped_at}) "
			  "are right, but the kernel could not supply the page: the memory, or the memory cgroup, is full"
			: "the access is within the {segment_size} bytes of the object<< ({sized_at})>>: size and mapping ({mapped_at}) "
			  "are right, but the kernel could not supply the page: /dev/shm is full, or the memory (or its cgroup) is");
	finding_add_check(f, "df -h /dev/shm");
	finding_add_fix(f,
		"take the pages with posix_fallocate(fd, 0, size) instead of ftruncate alone: it fails with ENOSPC in time");
	finding_add_fix(f, "$ sudo mount -o remount,size=2G /dev/shm");
	finding_add_fix(f, "remove what is left over in /dev/shm; in a container use a larger --shm-size");
}

static void say_why(struct finding *f, const struct mapping *m, uint64_t addr)
{
	const struct segment *s = m->segment;
	uint64_t offset = addr - m->addr + m->offset,
		 end = s->size > 0 ? ((uint64_t)s->size + PAGE - 1) / PAGE * PAGE : 0;
	finding_set_number(f, "offset", (int64_t)(addr - m->addr));
	finding_set_number(f, "mapped", (int64_t)m->size);
	if (m->offset)
		finding_set_number(f, "from", (int64_t)m->offset);
	explain_segment(f, s);
	explain_place(f, "mapped_at", m->step);
	explain_place(f, "sized_at", s->sized);
	finding_add_evidence(f, s->sized, "it is sized");
	finding_add_evidence(f, m->step, "it is mapped");
	if (s->size <= 0 && s->created && !s->sized)
		say_unsized(f);
	else if (s->size < 0)
		finding_say_cause(f,
			"the trace does not show the size of the object: the access is behind its end, or /dev/shm is full");
	else if (offset >= end)
		say_past_end(f);
	else
		say_full(f, s);
}

static bool examine(struct finding *f, const struct change *c, const struct world *w)
{
	const struct mapping *m = mapping_at(c->process, c->event->addr);
	(void)w;
	if (c->event->op.len && !slice_is(c->event->op, "BUS_ADRERR"))
		return false; /* old versions print no code */
	if (c->event->op.len)
		explain_hex(f, "address", c->event->addr);
	if (m && m->segment) {
		say_why(f, m, c->event->addr);
		return true;
	}
	f->confidence = CONFIDENCE_POSSIBLE;
	finding_say_cause(f,
		"no shared mapping in this trace<< holds {address}>> is known to be the one: it is a mapping of a "
		"file that is shorter than the mapping, or on a file system that is full");
	finding_add_fix(f, "do not truncate a file that somebody has mapped, and map no more than it has");
	return true;
}

/* A handler that goes on is what JIT compilers and data bases do; without a mapping of ours it says nothing. */
static void settle(struct finding *f, const struct world *w)
{
	const struct process *p = finding_process(f);
	bool died = p && p->end == END_KILLED && p->signal && strcmp(p->signal, "SIGBUS") == 0;
	(void)w;
	if (!p || died || (process_alive(p) && !process_disposition(p, "SIGBUS"))) {
		if (died)
			explain_end(f, "victim", p);
		return;
	}
	f->severity = finding_get(f, "segment") ? SEVERITY_WARNING : SEVERITY_NOTE;
}
