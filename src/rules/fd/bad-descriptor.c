/* fd/bad-descriptor: EBADF, a number that is not open, or not open for that. */
#include <errno.h>

#include <ipcdiag/explain_fd.h>
#include <ipcdiag/explain_pipe.h>

enum { MEMO_ASKING, MEMO_CLOSES, MEMO_HABIT };

enum asking {
	ASKS_NOT,
	ASKS_AMONG_OTHERS, /* or does what changes nothing */
	ASKS_ONLY,
	ASKS_IN_A_LOOP /* loops set FD_CLOEXEC on all numbers there may be */
};

/* Calls that programs use to ask whether a number is open, or that change nothing. */
static enum asking asking(const struct event *e)
{
	switch (e->kind) {
	case EVENT_GETFD:
	case EVENT_GETFL:
		return ASKS_ONLY;
	case EVENT_SETFD:
		return ASKS_IN_A_LOOP;
	case EVENT_SETFL:
	case EVENT_STAT:
	case EVENT_IOCTL:
	case EVENT_GETSOCKOPT:
	case EVENT_SOCKNAME:
	case EVENT_PEERNAME:
	case EVENT_CLOSE_RANGE:
	case EVENT_DUP:
	case EVENT_NONE:
		return ASKS_AMONG_OTHERS;
	case EVENT_EPOLL_CTL:
		return slice_is(e->op, "EPOLL_CTL_DEL") ? ASKS_AMONG_OTHERS : ASKS_NOT;
	default:
		return ASKS_NOT;
	}
}

/* The number that is bad: epoll_ctl, splice and dup2 have two. */
static int64_t bad_number(const struct change *c)
{
	const struct event *e = c->event;
	if ((e->kind == EVENT_EPOLL_CTL || e->kind == EVENT_TRANSFER) && e->fd2 >= 0 && c->descriptor &&
		!process_descriptor(c->process, e->fd2))
		return e->fd2;
	return e->fd;
}

/* --- the ways to get there --- */

static bool explain_closed(struct finding *f, const struct change *c, int64_t fd)
{
	const struct closed *gone = table_get_closed(c->process->table, fd);
	if (!gone || !gone->step)
		return false;
	finding_set_number(f, "closed_line", (int64_t)gone->step->line);
	finding_set_text(f, "kind", object_name(gone->object));
	if (gone->step->pid >= 0 && gone->step->pid != c->step->pid)
		finding_set_number(f, "thread", gone->step->pid);
	if (gone->made)
		finding_set_number(f, "opened_line", (int64_t)gone->made->line);
	bool closes = c->event->kind == EVENT_CLOSE;
	bool stolen =
		gone->before && !gone->used && !closes; /* else the close before was, most likely, of the file itself */
	if (gone->before && closes)
		finding_add_evidence(f, gone->before, "the number is closed when it means another file");
	if (gone->before && closes)
		finding_set_text(f, "reused",
			"its number had belonged to another file before: one of the closes may have hit a file that was not meant");
	if (stolen) {
		finding_set_number(f, "before_line", (int64_t)gone->before->line);
		finding_add_evidence(f, gone->before, "fd {bad} is closed");
		finding_add_evidence(f, gone->made, "its number is given to another file");
	} else {
		finding_add_evidence(f, gone->made, "fd {bad} is made");
	}
	finding_add_evidence(f, gone->step,
		stolen ? "fd {bad} is closed again, and that closes the other file" : "fd {bad} is closed");
	return true;
}

static void say_closed(struct finding *f, const struct change *c)
{
	bool closes = c->event->kind == EVENT_CLOSE;
	bool reused = !closes && finding_get(f, "before_line");
	if (reused)
		finding_say_cause(f,
			"fd {bad} was closed at line {before_line}, its number was given to another file at line {opened_line}, and a second close of the "
			"old descriptor at line {closed_line} closed that other file");
	else if (closes)
		finding_say_cause(f,
			"fd {bad} was closed at line {closed_line} already<<; {reused}>>. Had another file got the number in between, this call would have closed it");
	else
		finding_say_cause(f,
			"fd {bad} (a {kind}<<, made at line {opened_line}>>) was closed at line {closed_line}<< by thread {thread}>>, and is used after that");
	if (closes)
		finding_say_message(f, "{process} closed fd {bad} a second time (EBADF)");
	f->severity = closes ? SEVERITY_WARNING : SEVERITY_ERROR;
}

static bool explain_wrong_end(struct finding *f, const struct change *c)
{
	const struct descriptor *d = c->descriptor;
	bool writes = c->event->kind == EVENT_WRITE;
	if (!d || (c->event->kind != EVENT_READ && !writes))
		return false;
	if (d->file->access != (writes ? ACCESS_READ : ACCESS_WRITE))
		return false;
	finding_set_text(f, "open_for", writes ? "reading" : "writing");
	if (d->file->object != OBJECT_PIPE) {
		finding_add_evidence(f, d->step, "fd {bad} is opened for {open_for} only");
		finding_say_cause(f, "fd {bad} is open, but for {open_for} only");
		return true;
	}
	explain_channel(f, d->file->channel);
	finding_set_text(f, "this_end", writes ? "read end" : "write end");
	finding_say_message(f, "{process} called {call} on fd {bad}, the {this_end} of a pipe (EBADF)");
	finding_say_cause(f,
		"fd {bad} is the {this_end} of {object}: open for {open_for} only. In pipe([r, w]) the first number is for reading, the second for "
		"writing");
	return true;
}

static void explain_minus_one(struct finding *f, const struct change *c)
{
	const struct step *made = c->process->unmade;
	finding_set_text(f, "bad", "-1");
	finding_set_memo(f, MEMO_HABIT, !made);
	finding_say_message(f, "{process} called {call} on descriptor -1 (EBADF)<<, {times} times>>");
	if (!made) {
		finding_say_cause(f,
			"-1 is what a call that should have made a descriptor returns when it fails; which one is not in the trace, and its result was "
			"not checked");
		return;
	}
	finding_set_number(f, "failed_line", (int64_t)made->line);
	finding_set(f, "failed_call", step_call(made));
	finding_add_evidence(f, c->process->unmade, "this call failed, and its result was not checked");
	finding_say_cause(f,
		"the number is the result of a call that failed, probably {failed_call} at line {failed_line}, and that the program did not check");
	f->confidence = CONFIDENCE_LIKELY;
}

/* A number that the trace never saw open. */
static void explain_unknown(struct finding *f, const struct change *c)
{
	if (c->process->from_start && c->process->exec)
		finding_add_evidence(f, c->process->exec, "the program starts");
	finding_say_cause(f,
		"fd {bad} was not open here: as far as the trace shows it was never opened in this process, or was closed at an execve (FD_CLOEXEC) or by who "
		"started it");
	f->confidence = CONFIDENCE_LIKELY;
}

/* Shells keep no account of what they have closed, nor do children that set themselves up between fork and execve. */
static bool closes_by_habit(const struct process *p)
{
	static const char shells[] = "bash sh dash ash zsh ksh mksh busybox";
	return (p->born && !p->exec) || (p->name && slice_in_words(slice_of(p->name), shells));
}

static bool examine(struct finding *f, const struct change *c, const struct world *w)
{
	const struct event *e = c->event;
	int64_t fd = bad_number(c);
	(void)w;
	finding_set_memo(f, MEMO_ASKING, asking(e));
	finding_set_memo(f, MEMO_CLOSES, e->kind == EVENT_CLOSE);
	finding_set_memo(f, MEMO_HABIT, closes_by_habit(c->process));
	if (fd < 0) {
		explain_minus_one(f, c);
		return e->kind != EVENT_CLOSE && e->kind != EVENT_MMAP;
	}
	finding_set_number(f, "bad", fd);
	if (explain_wrong_end(f, c))
		return true;
	if (explain_closed(f, c, fd)) {
		say_closed(f, c);
		return true;
	}
	explain_unknown(f, c);
	return e->kind != EVENT_CLOSE; /* a loop that closes all numbers */
}

/* Daemons close all numbers that there may be; and a program that did a lot else and never complained was not hurt. */
static bool is_harmless(const struct finding *f, const struct process *p)
{
	enum { LOOP = 3, A_LOT = 50 };
	return finding_memo(f, MEMO_HABIT) || (p && (p->bad_closes_most >= LOOP || p->calls > A_LOT));
}

static bool is_minus_one(const struct finding *f)
{
	const char *bad = finding_get(f, "bad");
	return bad && strcmp(bad, "-1") == 0;
}

/* Nothing but a question, and no: who asks what number is free, or whether it was given one, asks for numbers that were
 * closed, too. */
static bool is_question(const struct finding *f, bool blamed)
{
	enum asking asking = (enum asking)finding_memo(f, MEMO_ASKING);
	if (asking == ASKS_NOT || (finding_get(f, "closed_line") && asking != ASKS_ONLY))
		return false;
	return !blamed || asking == ASKS_IN_A_LOOP;
}

static void settle(struct finding *f, const struct world *w)
{
	const struct process *p = finding_process(f);
	bool blamed = p && p->complaint && (p->complaint == finding_step(f) || p->complaint == finding_last_step(f));
	(void)w;
	if (f->count > 1)
		finding_set_number(f, "times", (int64_t)f->count);
	if (is_question(f, blamed)) {
		finding_cancel(f);
		return;
	}
	if (finding_memo(f, MEMO_ASKING) != ASKS_NOT)
		f->severity = blamed ? SEVERITY_WARNING : SEVERITY_NOTE;
	else if (finding_memo(f, MEMO_CLOSES) && blamed && finding_get(f, "reused"))
		f->severity = SEVERITY_ERROR;
	else if (finding_memo(f, MEMO_CLOSES) && !blamed)
		f->severity = is_harmless(f, p) ? SEVERITY_NOTE : SEVERITY_WARNING;
	else if (is_minus_one(f) && finding_memo(f, MEMO_HABIT) && !blamed && p && process_ended_well(p))
		f->severity = SEVERITY_NOTE; /* -1 stands for a side that it has closed, and it does not mind */
	else if (finding_get(f, "thread") && !blamed && p && process_ended_well(p))
		f->severity = SEVERITY_NOTE; /* threads that outlive what they talk over, at the end of a program */
}

const struct rule rule_fd_bad_descriptor = {
	.id = "fd/bad-descriptor",
	.severity = SEVERITY_ERROR,
	.title = "use of a descriptor that is not open",
	.about =
		"A call gets EBADF: the descriptor was closed before, was closed twice, is -1 since the call that should have made it failed, is the wrong end of a "
		"pipe, or was never open. Loops that close all numbers are notes at most; "
		"calls that only ask whether a number is open are not told, unless the program complains.",
	.match = {{CHANGE_CALL, NULL, "EBADF", NULL}},
	.needs = "-f",
	.message = "{process} called {call} on fd {bad}, which is not open for that (EBADF)<<, {times} times>>",
	.check = {"ls -l /proc/{pid}/fd", "strace -f -y -e trace=desc -p {pid}", "lsof -p {pid}"},
	.fix = {"close each descriptor in one place, and set its variable to -1 there",
		"check the result of every call that makes a descriptor (open, socket, pipe, "
		"accept, dup) before using it",
		"in a program with threads: a descriptor may be closed only when no other thread can still use the number"},
	.why = "A descriptor is only a number. close makes the number free, and the next open, socket, pipe or accept gets the lowest free one: a late use of the old "
	       "number fails with EBADF at best, and hits somebody else's file at worst.",
	.references = {"close(2)", "pipe(2)"},
	.example = "pipe2([3, 4], 0) = 0\n"
		   "close(4) = 0\n"
		   "write(4, \"late\", 4) = -1 EBADF (Bad file descriptor)",
	.examine = examine,
	.settle = settle,
};
