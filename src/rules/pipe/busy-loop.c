/* pipe/busy-loop: EAGAIN again and again without waiting. */
#include <errno.h>

#include <ipcdiag/explain_pipe.h>

static const char *way_of(const struct change *c)
{
	bool writes =
		slice_in_words(slice_of(c->call), "write writev pwrite64 send sendto sendmsg sendmmsg splice sendfile");
	return writes ? "writing" : "reading";
}

static void explain_full_pipe(struct finding *f, const struct change *c)
{
	explain_contents(f, c->channel);
	explain_holders(f, "reader", c->channel, 0, c->process);
	if (finding_get(f, "reader"))
		finding_say_cause(
			f, "{object} is full ({unread} bytes unread), and its reader does not read: {reader}");
	else if (finding_get(f, "unread"))
		finding_say_cause(f,
			"{object} is full ({unread} bytes unread), and nobody else has its read end: nothing will ever make room");
}

/* {rate}: calls a second, where times are printed. */
static void set_rate(struct finding *f, const struct spin *s)
{
	double began = s->first ? step_seconds(s->first) : -1, ended = s->last ? step_seconds(s->last) : -1;
	if (began >= 0 && ended > began)
		finding_set_number(f, "rate", (int64_t)((double)s->count / (ended - began)));
}

/* poll reports what is never dealt with. */
static bool examine_ready(struct finding *f, const struct change *c)
{
	if (c->spin->fd < 0)
		return false;
	finding_set_number(f, "times", (int64_t)c->spin->count);
	set_rate(f, c->spin);
	if (c->spin->last)
		finding_set_number(f, "until", (int64_t)c->spin->last->line);
	explain_channel(f, c->channel);
	if (!c->channel && c->file)
		finding_add_evidence(f, c->file->made, "fd {fd} is made");
	finding_add_evidence(f, c->spin->last, "the last of {times} calls");
	if (c->spin->hangup && c->channel)
		explain_last_gone(f, "writer", c->channel, file_other_side(c->file));
	f->severity = c->spin->hangup ? SEVERITY_ERROR : SEVERITY_WARNING;
	finding_set_text(f, "ready",
		c->spin->hangup                       ? "the other end is closed (POLLHUP)"
			: c->object == OBJECT_TIMERFD ? "the timer has expired, and nobody reads the timerfd"
						      : "it is ready, and the program does nothing about it");
	finding_say_message(f,
		"{process} calls {call} {times} times in a row, which returns at once for fd {fd}<< (lines {line} to {until})>><<, {rate} times a second>>: it spins and uses a whole core");
	finding_say_why(f,
		"poll and its kin tell what is so, not what is new: as long as the descriptor is ready, hung up or expired, each call returns at once.");
	finding_say_cause(
		f, "{call} returns at once, for fd {fd}: {ready}. It will do so again until that is dealt with");
	finding_add_fix(f,
		c->spin->hangup ? "on POLLHUP read what is left, close fd {fd} and take it out of the set"
			: c->object == OBJECT_TIMERFD
			? "read the 8 bytes of the timerfd each time it is reported"
			: "ask for POLLOUT only while there is something to write, and read what is there when POLLIN is reported");
	return true;
}

static bool examine(struct finding *f, const struct change *c, const struct world *w)
{
	(void)w;
	if (c->spin->error == SPIN_READY)
		return examine_ready(f, c);
	if (c->error != EAGAIN)
		return false;
	finding_set_number(f, "times", (int64_t)c->spin->count);
	finding_set_text(f, "way", way_of(c));
	set_rate(f, c->spin);
	if (c->spin->last)
		finding_set_number(f, "until", (int64_t)c->spin->last->line);
	explain_channel(f, c->channel);
	if (!c->channel && c->file)
		finding_add_evidence(f, c->file->made, "fd {fd} is made");
	finding_add_evidence(f, c->spin->last, "the last of {times} tries");
	if (c->channel && c->file && c->file->object != OBJECT_SOCKET && c->file->side == 1)
		explain_full_pipe(f, c);
	if (c->spin->got_through)
		f->severity = SEVERITY_NOTE; /* it got what it asked for in the end */
	return true;
}

/* Clients that drain a socket until their own count is full, and then end as they should, have done no harm. */
static void settle(struct finding *f, const struct world *w)
{
	const struct open_file *file = finding_file(f);
	(void)w;
	if (f->error && file && file->object == OBJECT_SOCKET && process_ended_well(finding_process(f)))
		f->severity = SEVERITY_NOTE;
}

const struct rule rule_pipe_busy_loop = {
	.id = "pipe/busy-loop",
	.severity = SEVERITY_ERROR,
	.title = "retry loop that never waits",
	.about =
		"poll or epoll_wait reports the same again and again and nothing is done about it (a hangup, POLLOUT with nothing to write, a timerfd that is not read). Or a call on a non-blocking pipe, socket or eventfd fails with EAGAIN a hundred times and more (where a trace shows little else, a few times), without poll, select, epoll or a sleep in between: "
		"the program spins. A few retries are normal and not told.",
	.match = {{CHANGE_SPIN, NULL, NULL, NULL}},
	.message =
		"{process} tries {call} on fd {fd} {times} times in a row without waiting (EAGAIN<<, lines {line} to {until}>><<, {rate} times a second>>): it spins and uses a whole core",
	.cause =
		"the descriptor is non-blocking and not ready for {way}; the program asks again at once, instead of waiting until it is",
	.check = {"strace -c -f -p {pid}", "top -H -p {pid}", "ls -l /proc/{pid}/fd/{fd}",
		"cat /proc/{pid}/fdinfo/{fd}"},
	.fix = {"after EAGAIN wait with poll(), select() or epoll_wait() until the descriptor is ready for {way}, then try again",
		"or let {way} block: clear O_NONBLOCK with fcntl(F_SETFL)",
		"make sure that somebody does the other half of {way}: a pipe that nobody reads stays full, one that nobody writes stays empty"},
	.why = "EAGAIN means: it would have to wait, and O_NONBLOCK forbids that. Whether it can go on the kernel tells through poll and its kin, which "
	       "sleep until then. Asking again and again burns a core and changes nothing.",
	.references = {"fcntl(2)", "poll(2)", "epoll(7)", "eventfd(2)"},
	.example = "pipe2([3, 4], O_NONBLOCK) = 0\n"
		   "write(4, \"...\"..., 65536) = 65536\n"
		   "write(4, \"...\"..., 4096) = -1 EAGAIN (Resource temporarily unavailable)\n"
		   "write(4, \"...\"..., 4096) = -1 EAGAIN (Resource temporarily unavailable)\n"
		   "write(4, \"...\"..., 4096) = -1 EAGAIN (Resource temporarily unavailable)\n"
		   "write(4, \"...\"..., 4096) = -1 EAGAIN (Resource temporarily unavailable)\n"
		   "write(4, \"...\"..., 4096) = -1 EAGAIN (Resource temporarily unavailable)\n"
		   "write(4, \"...\"..., 4096) = -1 EAGAIN (Resource temporarily unavailable)\n"
		   "write(4, \"...\"..., 4096) = -1 EAGAIN (Resource temporarily unavailable)",
	.examine = examine,
	.settle = settle,
};
