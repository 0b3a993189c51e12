/* shm/attach-limit: no room in the process for the segment. */
#include <ipcdiag/explain_shm.h>

static bool examine(struct finding *f, const struct change *c, const struct world *w);

const struct rule rule_shm_attach_limit = {
	.id = "shm/attach-limit",
	.severity = SEVERITY_ERROR,
	.aim = AIM_LIMIT,
	.title = "no address space to attach a segment",
	.about = "shmat fails with ENOMEM (address space, RLIMIT_AS) or EMFILE (attachments of one process).",
	.match = {{CHANGE_CALL, "shmat", "ENOMEM EMFILE", NULL}},
	.recovery = RECOVERY_SAME,
	.message =
		"{process} has no room to attach segment {asked_id}<< of {segment_size} bytes>>: shmat failed with {errno}",
	.check = {"ulimit -v", "grep 'Max address space' /proc/{pid}/limits", "grep -c SYSV /proc/{pid}/maps",
		"free -m", "ipcs -m"},
	.fix = {"raise the limit: `ulimit -v unlimited` in the shell that starts it, LimitAS= in a systemd unit",
		"detach segments that are not needed any more (shmdt), or attach a smaller one"},
	.why = "To attach a segment the kernel needs a free range of its full size in the process's address space. `ulimit -v` "
	       "(RLIMIT_AS) bounds all ranges together; on 32 bits the space itself is small. The memory of the machine plays no "
	       "part yet.",
	.references = {"shmat(2)", "setrlimit(2)"},
	.example = "10311 shmget(IPC_PRIVATE, 100663296, IPC_CREAT|0600) = 0\n"
		   "10311 prlimit64(0, RLIMIT_AS, {rlim_cur=61440*1024, rlim_max=61440*1024}, NULL) = 0\n"
		   "10311 shmat(0, NULL, 0) = -1 ENOMEM (Cannot allocate memory)",
	.examine = examine,
};

static bool examine(struct finding *f, const struct change *c, const struct world *w)
{
	const struct process *p = c->process;
	const struct segment *s = world_segment_by_id(w, c->event->id);
	finding_set_number(f, "asked_id", c->event->id);
	explain_segment(f, s);
	if (p && p->mapping_count)
		finding_set_number(f, "attached", (int64_t)p->mapping_count);
	if (p && p->address_space.soft >= 0 && p->address_space.soft < INT64_MAX) {
		finding_set_number(f, "limit", p->address_space.soft);
		explain_place(f, "limit_at", p->address_space.step);
		finding_add_evidence(f, p->address_space.step, "the address space is limited");
		finding_say_cause(f,
			"its address space is limited to {limit} bytes (RLIMIT_AS, {limit_at})<<, and the segment "
			"has {segment_size} bytes>>");
	} else if (errno_number(SLICE("EMFILE")) == c->error) {
		finding_say_cause(f,
			"it has as many segments attached as one process may (SHMSEG)<<: {attached} in this trace>>");
	} else {
		finding_say_cause(f,
			"its address space has no free range<< of {segment_size} bytes>>: RLIMIT_AS (`ulimit -v`), or a 32-bit space "
			"that is full; the trace does not show the limit<<; {attached} segments and shared mappings are attached>>");
	}
	return true;
}
