/* shm/limit: the kernel takes no further segment. */
#include <ipcdiag/explain_shm.h>

static bool examine(struct finding *f, const struct change *c, const struct world *w);

const struct rule rule_shm_limit = {
	.id = "shm/limit",
	.severity = SEVERITY_ERROR,
	.aim = AIM_LIMIT,
	.title = "no room for another shared memory segment",
	.about =
		"shmget fails with ENOSPC: the number of segments (SHMMNI) or the pages of all segments together (SHMALL) are used "
		"up. It has nothing to do with disk space.",
	.match = {{CHANGE_CALL, "shmget", "ENOSPC", NULL}},
	.recovery = RECOVERY_ANY,
	.message = "{process} got no shared memory segment of {size} bytes (key {key}): shmget failed with ENOSPC",
	.check = {"ipcs -l", "ipcs -m", "ipcs -u", "sysctl kernel.shmmni kernel.shmall"},
	.fix = {"remove the segments that nobody uses any more first: `ipcs -m` lists them (nattch 0), `ipcrm -m ID` removes one",
		"set a larger kernel.shmmni (number of segments) or kernel.shmall (pages in total) in /etc/sysctl.conf",
		"$ sudo sysctl -p"},
	.why = "The kernel keeps at most SHMMNI segments (4096 unless changed) and at most SHMALL pages in all of them together. A "
	       "segment counts until somebody removes it with IPC_RMID, also when every process that knew it has long gone: so "
	       "orphans fill the table. A larger limit gives room, removing what is left over gives it for good.",
	.references = {"shmget(2)", "shmctl(2)", "ipcs(1)", "ipcrm(1)"},
	.example = "10188 shmget(IPC_PRIVATE, 40000, IPC_CREAT|0600) = 3\n"
		   "10188 shmget(IPC_PRIVATE, 40000, IPC_CREAT|0600) = -1 ENOSPC (No space left on device)",
	.examine = examine,
};

enum { SMALL = 65536, DEFAULT_SHMMNI = 4096 };

static bool examine(struct finding *f, const struct change *c, const struct world *w)
{
	uint64_t left = explain_segments_left(f, w);
	bool small = c->event->size >= 0 && c->event->size <= SMALL;
	f->confidence = CONFIDENCE_LIKELY;
	if (left >= DEFAULT_SHMMNI || (small && left))
		finding_say_cause(f,
			"the number of segments has reached SHMMNI (kernel.shmmni, 4096 unless changed)<<, for "
			"{size} bytes cannot be too much>>: of those of this trace {left_count} are not removed "
			"({left_bytes} bytes), made from {first_at} on");
	else if (small)
		finding_say_cause(f,
			"{size} bytes cannot be too much, so the number of segments has reached SHMMNI (kernel.shmmni, "
			"4096 unless changed); this trace holds none of them, they were made outside of it");
	else
		finding_say_cause(f,
			"with these {size} bytes the pages of all segments together would be more than SHMALL (kernel.shmall)<<; "
			"of those of this trace {left_count} are not removed ({left_bytes} bytes), made from {first_at} on>>; if "
			"`ipcs -u` shows few pages, it is their number, SHMMNI (kernel.shmmni)");
	return true;
}
