/* shm/posix-left: an object stays in /dev/shm when the process that made it has gone. */
#include <ipcdiag/explain_shm.h>

static bool examine(struct finding *f, const struct change *c, const struct world *w);

const struct rule rule_shm_posix_left = {
	.id = "shm/posix-left",
	.severity = SEVERITY_WARNING,
	.title = "POSIX shared memory left behind",
	.about =
		"An object in /dev/shm was made in the trace and not unlinked, and the process that made it has gone: it keeps its "
		"memory until somebody removes it. An error where the maker was killed or crashed.",
	.match = {{CHANGE_LEFT, NULL, NULL, NULL}},
	.needs = "unlink among the traced calls (strace -e trace=%file)",
	.message = "{maker} left the {kind} {shm_name}<< ({segment_size} bytes)>> behind in /dev/shm",
	.cause = "{maker} made it at {made_at}, {maker_end}, and nobody called {unlinker}({shm_name})",
	.check = {"ls -l {segment_path}", "lsof {segment_path}", "df -h /dev/shm"},
	.fix = {"$ rm {segment_path}",
		"call {unlinker} when the last user ends, or at once when everybody has opened it: the memory stays until the last "
		"mapping is gone",
		"for memory between parent and children use memfd_create or MAP_SHARED|MAP_ANONYMOUS: nothing can be left behind"},
	.why = "A POSIX object is a file in /dev/shm: exit closes and unmaps it, but the name, and with it the memory, stays until "
	       "it is unlinked or the machine restarts. The next run finds the old content, or fails with EEXIST.",
	.references = {"shm_unlink(3)", "shm_overview(7)"},
	.example =
		"10456 openat(AT_FDCWD, \"/dev/shm/session-31337\", O_RDWR|O_CREAT|O_EXCL|O_NOFOLLOW|O_CLOEXEC, 0600) = 3\n"
		"10456 exit_group(0) = ?\n"
		"10456 +++ exited with 0 +++",
	.examine = examine,
};

/* By more than the operator's Ctrl-C. */
static bool was_killed(const struct process *p)
{
	return p->end == END_KILLED && (!p->injected_end || !p->signal || strcmp(p->signal, "SIGINT") != 0);
}

static bool examine(struct finding *f, const struct change *c, const struct world *w)
{
	const struct segment *s = c->segment;
	enum leaving how = s ? leaving_of(s->creator) : LEAVING_NOT;
	if (how == LEAVING_NOT || s->kind != SEGMENT_POSIX || !s->created || s->removed || segment_other_user(s, NULL))
		return false;
	if (!explain_shm_name(f, slice_of(s->path)))
		return false;
	bool sem = strcmp(finding_get(f, "opener"), "sem_open") == 0;
	finding_set_text(f, "unlinker", sem ? "sem_unlink" : "shm_unlink");
	explain_segment(f, s);
	explain_end(f, "maker", s->creator);
	if (sem)
		f->severity = SEVERITY_NOTE; /* named semaphores are meant to last */
	else if (!world_shows_unlink(w))
		f->severity = SEVERITY_NOTE;
	else if (was_killed(s->creator))
		f->severity = SEVERITY_ERROR;
	if (!world_shows_unlink(w)) {
		f->confidence = CONFIDENCE_POSSIBLE;
		finding_say_cause(f,
			"{maker} made it at {made_at}, {maker_end}; whether somebody unlinked it cannot be told: "
			"calls that take file names are not in this trace");
	}
	return true;
}
