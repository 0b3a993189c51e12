/* shm/orphaned: segments stay behind when the process that made them has gone. */
#include <ipcdiag/explain_shm.h>

static bool examine(struct finding *f, const struct change *c, const struct world *w);

const struct rule rule_shm_orphaned = {
	.id = "shm/orphaned",
	.severity = SEVERITY_WARNING,
	.title = "shared memory segment left behind",
	.about =
		"A segment was made in the trace and not removed, and the process that made it has gone: it stays in the system "
		"until somebody removes it. An error where the maker was killed or crashed. Segments that were there before, or "
		"that somebody still uses, are none.",
	.match = {{CHANGE_LEFT, NULL, NULL, NULL}},
	.message = "{maker} left {segment} behind",
	.cause =
		"{maker} made it at {made_at}, {maker_end}<<, after the last detach at {detached_at}>>, and nobody called "
		"shmctl(IPC_RMID)",
	.check = {"ipcs -m", "ipcs -m -i {segment_id}", "ipcs -m -p"},
	.fix = {"$ ipcrm -m {segment_id}", "remove the {more} others that are shown in the same way",
		"mark the segment for removal with shmctl(id, IPC_RMID, NULL) as soon as everybody has attached it: it goes with the "
		"last of them, however they end"},
	.why = "A segment belongs to the kernel, not to a process: exit detaches it, and no more. It keeps its memory, and one of "
	       "the SHMMNI places, until IPC_RMID or the next boot. ipcrm makes the same IPC_RMID call that the program left out.",
	.references = {"shmctl(2)", "ipcs(1)", "ipcrm(1)"},
	.example = "10343 shmget(0x2222, 300000, IPC_CREAT|0600) = 0\n"
		   "10343 exit_group(0) = ?\n"
		   "10343 +++ exited with 0 +++",
	.examine = examine,
};

static bool is_left(const struct segment *s, const struct process *maker)
{
	return s->kind == SEGMENT_SYSV && s->created && !s->removed && s->creator == maker && s->made &&
		!segment_other_user(s, NULL);
}

static void add_last_detach(struct finding *f, const struct segment *s)
{
	const struct segment_user *last = NULL;
	for (unsigned i = 0; i < s->user_count; i++)
		if (s->users[i].detached && (!last || s->users[i].detached->order > last->detached->order))
			last = &s->users[i];
	if (!last || last->detached == s->creator->end_step || last->detached == s->creator->exit_call)
		return;
	explain_place(f, "detached_at", last->detached);
	finding_add_evidence(f, last->detached, "it is detached for the last time");
}

/* By more than the operator's Ctrl-C. */
static bool was_killed(const struct process *p)
{
	return p->end == END_KILLED && (!p->injected_end || !p->signal || strcmp(p->signal, "SIGINT") != 0);
}

/* One finding for all that a process left, at the first of them. */
static bool gather(struct finding *f, const struct segment *first, const struct world *w)
{
	int64_t more = 0, bytes = first->size > 0 ? first->size : 0;
	for (const struct segment *s = world_segments(w); s; s = s->next) {
		if (s == first || !is_left(s, first->creator))
			continue;
		if (s->made->order < first->made->order)
			return false;
		more++;
		bytes += s->size > 0 ? s->size : 0;
		finding_add_evidence(f, s->made, "another one that is left behind");
	}
	if (more) {
		finding_set_number(f, "more", more);
		finding_set_number(f, "all_bytes", bytes);
		finding_say_message(f, "{maker} left {segment} and {more} more behind, {all_bytes} bytes together");
	}
	return true;
}

static bool examine(struct finding *f, const struct change *c, const struct world *w)
{
	const struct segment *s = c->segment;
	enum leaving how = s ? leaving_of(s->creator) : LEAVING_NOT;
	if (how == LEAVING_NOT || !is_left(s, s->creator) || !gather(f, s, w))
		return false;
	explain_segment(f, s);
	explain_end(f, "maker", s->creator);
	add_last_detach(f, s);
	if (was_killed(s->creator))
		f->severity = SEVERITY_ERROR;
	return true;
}
