/* shm/posix-space: the memory file system has no room. */
#include <ipcdiag/explain_shm.h>

static bool examine(struct finding *f, const struct change *c, const struct world *w);

const struct rule rule_shm_posix_space = {
	.id = "shm/posix-space",
	.severity = SEVERITY_ERROR,
	.aim = AIM_LIMIT,
	.title = "no room in /dev/shm",
	.about =
		"ftruncate, fallocate or write of a POSIX shared memory object or memfd, or making one, fails with ENOSPC or "
		"ENOMEM: the file system /dev/shm, or the memory, is full.",
	.match = {{CHANGE_CALL, "ftruncate ftruncate64 fallocate write pwrite64 writev", "ENOSPC ENOMEM EDQUOT",
			  "shm memfd"},
		{CHANGE_CALL, "open openat openat2", "ENOSPC ENOMEM EDQUOT", NULL},
		{CHANGE_CALL, "memfd_create", "ENOMEM", NULL}},
	.recovery = RECOVERY_SAME,
	.message = "{process} got no room<< of {size} bytes>><< for {segment}>>: {call} failed with {errno}",
	.cause =
		"/dev/shm, a file system in memory of bounded size, is full or smaller than that<<; the object was made at {made_at}>>",
	.check = {"df -h /dev/shm", "df -i /dev/shm", "ls -l /dev/shm", "free -m"},
	.fix = {"remove what earlier runs left in /dev/shm (`lsof +D /dev/shm` shows what is in use)",
		"$ sudo mount -o remount,size=2G /dev/shm",
		"in a container ask for more: docker run --shm-size=1g, or an emptyDir with medium Memory in Kubernetes"},
	.why = "Shared memory objects are files of a tmpfs: it holds at most its size= (half of the memory unless set, 64 MB in a "
	       "Docker container). fallocate takes the pages at once and fails in time; ftruncate takes none, and the program dies "
	       "of SIGBUS when it touches them.",
	.references = {"shm_overview(7)", "tmpfs(5)", "fallocate(2)"},
	.example = "10428 openat(AT_FDCWD, \"/dev/shm/blob\", O_RDWR|O_CREAT|O_NOFOLLOW|O_CLOEXEC, 0600) = 3\n"
		   "10428 fallocate(3, 0, 0, 1048576) = -1 ENOSPC (No space left on device)",
	.examine = examine,
};

static bool examine(struct finding *f, const struct change *c, const struct world *w)
{
	const struct segment *s = c->segment ? c->segment : c->file ? c->file->segment : NULL;
	(void)w;
	if (c->event->kind == EVENT_OPEN && !explain_shm_name(f, c->event->path))
		return false;
	if (c->event->kind == EVENT_OPEN)
		finding_say_message(f, "{process} could not make the {kind} {shm_name}: {call} failed with {errno}");
	else if (c->event->kind == EVENT_WRITE && c->event->asked >= 0)
		finding_set_number(f, "size", c->event->asked);
	explain_segment(f, s);
	if (!s && c->file)
		finding_set_text(f, "segment", c->file->path);
	if (!s && c->file)
		finding_add_evidence(f, c->file->made, "it is opened");
	if (s && s->kind == SEGMENT_MEMFD)
		finding_say_cause(f,
			"a memfd takes its pages from memory and swap: there are none left, or the memory cgroup of "
			"{process} is full<<; it was made at {made_at}>>");
	return true;
}
