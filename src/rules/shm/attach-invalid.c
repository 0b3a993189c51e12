/* shm/attach-invalid: the id or the address given to shmat is no good. */
#include <ipcdiag/explain_shm.h>

static bool examine(struct finding *f, const struct change *c, const struct world *w);

const struct rule rule_shm_attach_invalid = {
	.id = "shm/attach-invalid",
	.severity = SEVERITY_ERROR,
	.aim = AIM_OWN,
	.title = "attach of a segment that is not there",
	.about =
		"shmat fails with EINVAL or EIDRM: the id names no segment (never made, removed, a key instead of an id, a failed "
		"shmget's -1), or the address does not do.",
	.match = {{CHANGE_CALL, "shmat", "EINVAL EIDRM", NULL}},
	.recovery = RECOVERY_SAME,
	.message = "{process} could not attach segment {asked_id}: shmat failed with {errno}",
	.check = {"ipcs -m", "ipcs -m -i {asked_id}"},
	.fix = {"check the result of shmget before shmat, and hand over the id that it returned, not the key"},
	.why = "shmat wants the id that shmget returned, of a segment that still is there. The kernel forgets a segment when "
	       "IPC_RMID was called and the last process has detached; from then on its id is worth nothing, and Linux says EINVAL "
	       "for it, as for any number that never was an id.",
	.references = {"shmat(2)", "shmget(2)", "shmctl(2)"},
	.example = "10278 shmat(4711, NULL, 0) = -1 EINVAL (Invalid argument)",
	.examine = examine,
};

static void say_bad_address(struct finding *f)
{
	finding_say_cause(f,
		"{segment} is there, so it is the address {address}: it must be a multiple of SHMLBA (the page "
		"size, 4096) or come with SHM_RND, and must not lie where something is mapped already");
	finding_add_fix(f, "pass NULL as the address and let the kernel choose");
}

/* The call is right as far as the trace shows. */
static void say_all_right(struct finding *f)
{
	f->confidence = CONFIDENCE_POSSIBLE;
	finding_say_cause(f,
		"{segment} was made at {made_at} and is there, and no address was asked for: the arguments are valid. Suspect who "
		"carries the call out: a kernel or emulation (ABI) fault, or a removal by a process outside of this trace");
}

static void say_unknown(struct finding *f, const struct world *w)
{
	const struct segment *only = world_segments(w);
	while (only && only->kind != SEGMENT_SYSV)
		only = only->next;
	if (!only || only->removed) {
		finding_say_cause(f,
			"no shmget of this trace returned the id {asked_id}: it was made up, kept from an earlier "
			"run, or the segment was removed by somebody outside of the trace");
		return;
	}
	explain_segment(f, only);
	finding_say_cause(
		f, "no shmget of this trace returned the id {asked_id}; {maker} got id {segment_id} at {made_at}");
}

/* shmat(-1): the result of a shmget that failed. */
static void say_unchecked(struct finding *f, const struct change *c)
{
	struct step *failed = c->process ? c->process->get_failed : NULL;
	explain_place(f, "failed_at", failed);
	finding_add_evidence(f, failed, "shmget fails, and its result -1 is used as an id");
	finding_say_cause(f,
		failed ? "-1 is no id but the result of the shmget that failed at {failed_at} and was not checked"
		       : "-1 is no id but the result of a shmget that failed and was not checked");
}

static bool examine(struct finding *f, const struct change *c, const struct world *w)
{
	const struct event *e = c->event;
	const struct segment *s = world_segment_by_id(w, e->id), *by_key = world_segment_by_key(w, e->id);
	finding_set_number(f, "asked_id", e->id);
	if (e->id < 0) {
		say_unchecked(f, c);
	} else if (!s && by_key) {
		explain_segment(f, by_key);
		finding_say_cause(f,
			"{asked_id} is the key {segment_key}, not an id: shmget gave it the id {segment_id} at {made_at}");
	} else if (!s) {
		say_unknown(f, w);
	} else if (s->removed) {
		explain_segment(f, s);
		explain_removal(f, s->remover, s->removed);
		finding_say_cause(f, "{remover} removed {segment} at {removed_at}; it had been made at {made_at}");
		finding_add_fix(f, "let {remover} remove the segment only when everybody has attached it");
	} else {
		explain_segment(f, s);
		explain_hex(f, "address", e->addr);
		if (e->addr)
			say_bad_address(f);
		else
			say_all_right(f);
	}
	return true;
}
