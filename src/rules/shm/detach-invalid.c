/* shm/detach-invalid: nothing is attached at the address. */
#include <ipcdiag/explain_shm.h>

static bool examine(struct finding *f, const struct change *c, const struct world *w);

const struct rule rule_shm_detach_invalid = {
	.id = "shm/detach-invalid",
	.severity = SEVERITY_ERROR,
	.title = "detach of an address that is not attached",
	.about =
		"shmdt fails with EINVAL: the address was detached before (a warning), or never was where a segment begins.",
	.match = {{CHANGE_CALL, "shmdt", "EINVAL", NULL}},
	.recovery = RECOVERY_SAME,
	.message = "{process} detached the address {address}, where no segment is attached (EINVAL)",
	.check = {"grep SYSV /proc/{pid}/maps", "ipcs -m -p"},
	.why = "shmdt wants exactly the address that shmat returned, once for each attach. The kernel looks for a segment that "
	       "begins there; a second detach, an address inside of the segment or a pointer that was moved finds none.",
	.references = {"shmdt(2)", "shmat(2)"},
	.example = "10326 shmat(0, NULL, 0) = 0x7f569c413000\n"
		   "10326 shmdt(0x7f569c413000) = 0\n"
		   "10326 shmdt(0x7f569c413000) = -1 EINVAL (Invalid argument)",
	.examine = examine,
};

enum { LOOK_AT = 256 }; /* segments, newest first */

/* The last attachment of the process that began at the address, or the living one around it. */
static const struct segment_user *find(const struct segment *s, const struct process *p, uint64_t addr)
{
	const struct segment_user *found = NULL;
	for (unsigned i = 0; i < s->user_count; i++) {
		const struct segment_user *u = &s->users[i];
		bool around = !u->detached && s->size > 0 && addr - u->addr < (uint64_t)s->size;
		if (u->process == p && (u->addr == addr || around))
			found = u;
	}
	return found;
}

static void say_twice(struct finding *f, const struct segment *s, const struct segment_user *u)
{
	explain_segment(f, s);
	explain_place(f, "detached_at", u->detached);
	finding_add_evidence(f, u->attached, "it is attached");
	finding_add_evidence(f, u->detached, "it is detached the first time");
	f->severity = SEVERITY_WARNING;
	finding_say_message(f, "{process} detached the address {address} twice: the second shmdt failed with EINVAL");
	finding_say_cause(f, "{segment} was attached there, and detached at {detached_at} already");
	finding_add_fix(f, "forget the pointer when it is detached (set it to NULL), and detach once for each shmat");
}

static void say_inside(struct finding *f, const struct segment *s, const struct segment_user *u)
{
	explain_segment(f, s);
	explain_hex(f, "start", u->addr);
	finding_add_evidence(f, u->attached, "the segment is attached");
	finding_say_cause(f,
		"the address lies inside of {segment}, which is attached at {start}: the pointer that shmat returned was changed");
	finding_add_fix(f, "keep the address that shmat returned ({start}) and give that to shmdt");
}

static bool examine(struct finding *f, const struct change *c, const struct world *w)
{
	const struct segment_user *u = NULL;
	const struct segment *s = world_segments(w);
	for (unsigned n = 0; s && n < LOOK_AT; s = s->next, n++)
		if (s->kind == SEGMENT_SYSV && (u = find(s, c->process, c->event->addr)))
			break;
	explain_hex(f, "address", c->event->addr);
	if (u && u->detached)
		say_twice(f, s, u);
	else if (u)
		say_inside(f, s, u);
	else
		finding_say_cause(f, "no shmat of this process in this trace returned that address");
	if (!u)
		finding_add_fix(
			f, "give shmdt the address that shmat returned; check that result for (void *)-1 first");
	return true;
}
