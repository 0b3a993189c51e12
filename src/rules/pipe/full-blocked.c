/* pipe/full-blocked: a write waits for room in a full pipe. */
#include <ipcdiag/explain_pipe.h>
#include <ipcdiag/explain_socket.h>

/* A reader that reads, only slower than the writer writes, is how pipes are meant to work. */
static bool is_back_pressure(const struct wait_report *r, const struct channel *c)
{
	return r->verdict == VERDICT_BUSY && c && c->side[0].bytes > 0;
}

/* There is room for it: the trace ends between the two halves of its line. */
static bool is_on_its_way(const struct wait_report *r, const struct channel *c)
{
	int64_t asked = r->wait->asked;
	if (!c || !c->made || asked < 0 || r->verdict != VERDICT_BUSY)
		return false;
	uint64_t unread = c->side[1].bytes > c->side[0].bytes ? c->side[1].bytes - c->side[0].bytes : 0;
	return (uint64_t)asked + unread <= (uint64_t)c->capacity / 2;
}

/* The thread of a reader that waits for the end of the very writer, before a byte was read: the writer cannot end, and
 * other threads that tick on do not read either. NULL: there is none. */
static const struct task *awaits_writer(const struct process *writer, const struct channel *c)
{
	for (const struct open_file *f = c && !c->side[0].bytes ? c->side[0].files : NULL; f; f = f->side_next)
		for (const struct descriptor *d = f->holders; d; d = d->next) {
			const struct process *reader = d->table->owner;
			for (const struct task *t = reader ? reader->tasks : NULL; t; t = t->next_in_process) {
				bool any = t->wait.target <= 0 && writer->parent == reader;
				if (t->wait.kind == WAIT_CHILD && (any || t->wait.target == writer->pid))
					return t;
			}
		}
	return NULL;
}

static enum severity severity_of(const struct wait_report *r, const struct channel *c, bool awaited)
{
	if (awaited)
		return SEVERITY_ERROR;
	if (is_back_pressure(r, c))
		return SEVERITY_NOTE;
	if (r->verdict == VERDICT_BUSY && r->ender &&
		r->ender->guessed) /* not a byte read, and what else it does is not traced */
		return SEVERITY_ERROR;
	/* Data lies in the pipe: a reader that watched it would have been woken. Those that all wait do not watch it.
	 */
	bool readers_wait = (r->verdict == VERDICT_IDLE || r->verdict == VERDICT_OUTSIDE) && c && c->side[0].known &&
		c->side[0].files && !r->attached;
	if (readers_wait || r->verdict == VERDICT_NOBODY || r->verdict == VERDICT_SELF || r->verdict == VERDICT_ASLEEP)
		return SEVERITY_ERROR;
	return SEVERITY_WARNING;
}

static void explain_unread(struct finding *f, const struct channel *c)
{
	explain_contents(f, c);
	if (c->side[0].bytes == 0)
		finding_add_evidence(f, c->side[1].first_io, "the first write that nobody has read");
	else
		finding_add_evidence(f, c->side[0].last_io, "the last read from the pipe");
	finding_add_evidence(f, c->side[1].last_io, "the last write that had room");
}

static void say_cause(struct finding *f, const struct wait_report *r)
{
	if (r->verdict == VERDICT_SELF)
		finding_say_cause(f,
			"<<{object} is full (capacity {capacity} bytes): {filling}; >>the only process that has its read end open is the writer itself: "
			"while it waits in {call} it cannot read");
	else if (finding_get(f, "readers"))
		finding_say_cause(f,
			"<<{object} is full (capacity {capacity} bytes): {filling}. >>Who holds the read end does not read: {readers}."
			"<< Behind this wait: {behind}>>");
	else
		finding_say_cause(f,
			"the pipe is full<< ({filling})>>, and its reader is not in the trace: follow all processes (-f), or "
			"attach to the reader too.<< Behind this wait: {behind}>>");
}

static bool examine(struct finding *f, const struct change *c, const struct world *w)
{
	const struct wait_report *r = c->wait;
	(void)w;
	if (!r || r->wait->kind != WAIT_WRITE || r->verdict == VERDICT_CYCLE || r->verdict == VERDICT_NONE ||
		is_on_its_way(r, c->channel))
		return false;
	if (c->object == OBJECT_UNKNOWN && c->fd > 2)
		f->confidence = CONFIDENCE_POSSIBLE;
	explain_channel(f, c->channel);
	if (c->channel) {
		explain_unread(f, c->channel);
		explain_holders(f, "readers", c->channel, 0, r->verdict == VERDICT_SELF ? NULL : c->process);
	}
	explain_doing(f, "ender", r->ender, r->ender_step, r->ender_wait);
	explain_waits(f, r);
	say_cause(f, r);
	const struct task *awaits = awaits_writer(c->process, c->channel);
	if (awaits) {
		explain_process(f, "reader", awaits->process);
		explain_place(f, "awaited_at", awaits->wait.step);
		finding_add_evidence(f, awaits->wait.step, "{reader} waits for the end of the writer");
		finding_say_cause(f,
			"<<{object} is full (capacity {capacity} bytes): {filling}. >>{reader} has its read end, never read from it, and waits for "
			"the end of {process} ({awaited_at}), which cannot end before its output is read.<< Behind this wait: {behind}>>");
		finding_add_fix(f,
			"read the child's output to its end before waiting for the child (read, then Wait; communicate() in place of wait()), or send "
			"the output to a file");
	}
	f->severity = severity_of(r, c->channel, awaits != NULL);
	return true;
}

const struct rule rule_pipe_full_blocked = {
	.id = "pipe/full-blocked",
	.severity = SEVERITY_ERROR,
	.title = "write to a full pipe that does not return",
	.about =
		"A write to a pipe or FIFO waits for room: the pipe is full, and who should read it does something else. A slow reader that does read "
		"is only a note.",
	.match = {{CHANGE_BLOCKED, NULL, NULL, "pipe fifo unknown"}},
	.needs = "-f",
	.message = "{process} is stuck in {call}<< on fd {fd}>><< ({object})>>: the pipe is full and nobody reads it",
	.check = {"lsof -p {pid}", "sudo cat /proc/{readers_pid}/stack", "strace -p {readers_pid}",
		"ls -l /proc/{pid}/fd", "sudo find /proc/[0-9]*/fd -lname {pipe_glob} 2>/dev/null",
		"lsof -p \"$PID\"   # {pid_hint}", "sudo cat /proc/\"$PID\"/stack   # {pid_hint}"},
	.fix = {"make the reader read: at all, or in a loop until the end of file, or faster",
		"close the read end in processes that never read, so that the "
		"writer gets EPIPE instead of waiting",
		"if only bursts are larger than the pipe: fcntl(fd, F_SETPIPE_SZ, 1048576) makes it larger, up to /proc/sys/fs/pipe-max-size"},
	.why = "A pipe is a buffer of limited size (65536 bytes unless F_SETPIPE_SZ changed it). When it is full, write waits for room, so that no data is lost "
	       "and none is torn; only a read makes room.",
	.references = {"pipe(7)", "fcntl(2)"},
	.example = "4240 pipe2([3, 4], 0) = 0\n"
		   "4240 clone(child_stack=NULL, flags=SIGCHLD) = 4241\n"
		   "4240 close(3) = 0\n"
		   "4241 close(4) = 0\n"
		   "4241 pause( <unfinished ...>\n"
		   "4240 write(4, \"xxxx\"..., 65536) = 65536\n"
		   "4240 write(4, \"xxxx\"..., 65536 <unfinished ...>",
	.examine = examine,
};
