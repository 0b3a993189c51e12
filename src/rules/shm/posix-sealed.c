/* shm/posix-sealed: a seal forbids the change. */
#include <ipcdiag/explain_shm.h>

static bool examine(struct finding *f, const struct change *c, const struct world *w);

const struct rule rule_shm_posix_sealed = {
	.id = "shm/posix-sealed",
	.severity = SEVERITY_ERROR,
	.aim = AIM_OWN,
	.title = "change of a sealed memfd",
	.about =
		"ftruncate, fallocate, write or a writable mmap of a memfd fails with EPERM because of a seal (F_SEAL_GROW, "
		"F_SEAL_SHRINK, F_SEAL_WRITE), or another seal cannot be set.",
	.match = {{CHANGE_CALL, "ftruncate ftruncate64 fallocate write pwrite64 writev mmap mmap2 fcntl fcntl64",
		"EPERM", "memfd"}},
	.recovery = RECOVERY_NONE,
	.message = "{process} could not change {segment}: {call} failed with EPERM because it is sealed",
	.check = {"ls -l /proc/{pid}/fd/{fd}"},
	.fix = {"set the seals after the last change, when the object has its final size and content",
		"to change it make a new memfd; who shall only read maps it without PROT_WRITE"},
	.why = "A seal on a memfd is a promise to those who map it: with F_SEAL_GROW and F_SEAL_SHRINK its size, with F_SEAL_WRITE "
	       "its content cannot change, and no seal can be taken off again. The kernel refuses with EPERM whoever tries, the one "
	       "who set it included.",
	.references = {"fcntl(2)", "memfd_create(2)"},
	.example = "9 memfd_create(\"buf\", MFD_CLOEXEC|MFD_ALLOW_SEALING) = 3\n"
		   "9 ftruncate(3, 4096) = 0\n"
		   "9 fcntl(3, F_ADD_SEALS, F_SEAL_SHRINK|F_SEAL_GROW) = 0\n"
		   "9 ftruncate(3, 8192) = -1 EPERM (Operation not permitted)",
	.examine = examine,
};

static bool examine(struct finding *f, const struct change *c, const struct world *w)
{
	const struct segment *s = c->segment ? c->segment : c->file ? c->file->segment : NULL;
	bool seals = c->event->kind == EVENT_SEAL;
	(void)w;
	explain_segment(f, s);
	if (!s)
		finding_set_text(f, "segment", "the memfd");
	if (s && s->sealed) {
		explain_place(f, "sealed_at", s->sealed);
		finding_add_evidence(f, s->sealed, "the seals are set");
		finding_set_text(f, "seals", s->seals);
		finding_say_cause(f,
			seals ? "the seals<< {seals}>> were set at {sealed_at}, and F_SEAL_SEAL forbids further ones<<; it was "
				"made at {made_at}>>"
			      : "the seals<< {seals}>> were set at {sealed_at} and forbid it<<; it was made at {made_at}>>");
	} else if (seals) {
		finding_say_message(f, "{process} could not seal {segment}: {call} failed with EPERM");
		finding_say_cause(f,
			"a memfd made without MFD_ALLOW_SEALING is sealed against seals from the start<< (it was "
			"made at {made_at})>>; or the descriptor is not open for writing");
		finding_add_fix(f, "make it with memfd_create(name, MFD_ALLOW_SEALING)");
	} else {
		f->confidence = CONFIDENCE_LIKELY;
		finding_say_cause(
			f, "its seals were set outside of what this trace shows<<; it came here at {made_at}>>");
		finding_add_check(f, "strace -f -e trace=fcntl,memfd_create -p {pid}");
	}
	return true;
}
