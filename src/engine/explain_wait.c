/* Waits in words: what a task does, and who waits for whom. */
#include <ipcdiag/explain_pipe.h>

#include "explain_parts.h"

/* Before and behind the name of the call: "waits for a child in wait4". */
static const char *const wait_words[] = {
	[WAIT_NONE] = "runs",
	[WAIT_READ] = "waits for data",
	[WAIT_WRITE] = "waits for room",
	[WAIT_ACCEPT] = "waits for a client",
	[WAIT_CONNECT] = "waits for a connection",
	[WAIT_CHILD] = "waits for a child",
	[WAIT_FUTEX] = "waits for another thread",
	[WAIT_SEM] = "waits for a semaphore",
	[WAIT_MSGRCV] = "waits for a message",
	[WAIT_MSGSND] = "waits for room in the queue",
	[WAIT_MQ_RECEIVE] = "waits for a message",
	[WAIT_MQ_SEND] = "waits for room in the queue",
	[WAIT_LOCK] = "waits for a file lock",
	[WAIT_FIFO_OPEN] = "waits for the other end of a FIFO",
	[WAIT_POLL] = "waits for events",
	[WAIT_SLEEP] = "sleeps",
	[WAIT_PAUSE] = "waits for a signal",
	[WAIT_OTHER] = "is",
};

static const char *words_of(enum wait_kind kind)
{
	return (size_t)kind < sizeof wait_words / sizeof *wait_words ? wait_words[kind] : "is";
}

static void add_call(struct buffer *text, const struct step *s)
{
	struct slice call = step_call(s);
	if (!call.len)
		return;
	buffer_add_text(text, " in ");
	buffer_add(text, call);
}

/* --- one task --- */

static void add_doing(struct buffer *text, const struct finding *f, const struct step *s, enum wait_kind kind)
{
	if (!s || kind == WAIT_NONE) {
		buffer_add_text(text, "runs");
		return;
	}
	buffer_add_text(text, words_of(kind));
	add_call(text, s);
	add_where(text, f, "since", s);
}

static void prove_doing(struct finding *f, const struct process *p, struct step *s, enum wait_kind kind)
{
	struct buffer role = {0};
	add_who(&role, p);
	buffer_add_format(&role, " %s", words_of(kind));
	if (s && (kind == WAIT_NONE || kind == WAIT_OTHER))
		add_call(&role, s);
	evidence_add(f, s, buffer_slice(&role));
	buffer_release(&role);
}

void explain_doing(struct finding *f, const char *name, const struct process *p, struct step *step, enum wait_kind kind)
{
	struct buffer text = {0};
	if (!p)
		return;
	explain_process(f, name, p);
	if (process_alive(p))
		add_doing(&text, f, step, kind);
	else
		buffer_add_text(&text, "has ended");
	set_joined(f, name, "_does", buffer_slice(&text));
	prove_doing(f, p, step, kind);
	buffer_release(&text);
}

/* --- chains and rings --- */

/* A thread other than the first is named: two of one process may wait for each other. */
static void add_task(struct buffer *text, const struct wait_edge *e)
{
	add_who(text, e->process);
	if (e->task && e->process && e->task->tid >= 0 && e->task->tid != e->process->pid) {
		buffer_add_text(text, " thread ");
		buffer_add_number(text, e->task->tid);
	}
}

static void add_whom(struct buffer *text, const struct wait_edge *e)
{
	if (!e->for_whom)
		return;
	buffer_add_text(text, " for ");
	add_who(text, e->for_whom);
}

/* "a[1] waits in wait4 (line 36) for b[2]", "b[2] sleeps in nanosleep (line 40)" */
static void add_edge(struct buffer *text, const struct finding *f, const struct wait_edge *e)
{
	add_task(text, e);
	buffer_add_char(text, ' ');
	if (!e->step || e->kind == WAIT_NONE) {
		buffer_add_text(text, "runs");
		return;
	}
	buffer_add_text(text, e->for_whom ? "waits" : words_of(e->kind));
	add_call(text, e->step);
	buffer_add_text(text, " (");
	place_add(text, f, e->step);
	buffer_add_char(text, ')');
	add_whom(text, e);
}

static void prove_edge(struct finding *f, const struct wait_edge *e)
{
	struct buffer role = {0};
	add_task(&role, e);
	buffer_add_format(&role, " %s", e->for_whom ? "waits here" : words_of(e->kind));
	if (e->step && (e->kind == WAIT_NONE || e->kind == WAIT_OTHER) && !e->for_whom)
		add_call(&role, e->step);
	add_whom(&role, e);
	evidence_add(f, e->step, buffer_slice(&role));
	buffer_release(&role);
	if (e->task && e->for_whom && e->task->wait.step)
		prove_other_end(f, &e->task->wait, e->for_whom);
}

static void explain_edges(struct finding *f, const char *name, const struct wait_edge *edges, unsigned count)
{
	struct buffer text = {0};
	for (unsigned i = 0; i < count && i < WAIT_MAX_EDGES; i++) {
		buffer_add_text(&text, i ? ", " : "");
		add_edge(&text, f, &edges[i]);
		prove_edge(f, &edges[i]);
	}
	set_sentence(f, name, buffer_slice(&text));
	buffer_release(&text);
}

/* --- what lies there and does not end the wait --- */

static void say_lying(struct finding *f, const struct polled *p, struct process *who)
{
	const struct channel *c = p->file->channel;
	int other = file_other_side(p->file);
	explain_process(f, "loop", who);
	finding_set_number(f, "lying", file_unread(p->file));
	finding_set_number(f, "lying_fd", p->fd);
	finding_add_evidence(f, p->step,
		p->off ? "fd {lying_fd} is armed for one report (EPOLLONESHOT)"
		       : "fd {lying_fd} is watched for news only (EPOLLET)");
	finding_add_evidence(f, p->told, "the report that used it up: no EPOLL_CTL_MOD arms it again after this");
	finding_add_evidence(f, c->side[other].last_io, "the data that lies there unread");
	finding_add_evidence(f, p->file->last_read, "the last read from it");
	finding_set_from(f, "unseen",
		p->off ? "{lying} bytes lie unread on fd {lying_fd} of {loop}, which epoll_wait does not report: EPOLLONESHOT was used up by its last report, and nothing has armed it again"
		       : "{lying} bytes lie unread on fd {lying_fd} of {loop}, which epoll_wait does not report again: with EPOLLET it tells of new data only, and what came before was not read to its end");
	finding_add_fix(f,
		p->off ? "arm the descriptor again after each event: epoll_ctl(EPOLL_CTL_MOD) with EPOLLONESHOT"
		       : "with EPOLLET read until EAGAIN (on a non-blocking descriptor) before the next epoll_wait, or watch without EPOLLET");
}

void explain_unseen(struct finding *f, const struct wait *x, struct process *who)
{
	for (unsigned i = 0; x->kind == WAIT_POLL && i < x->polled_count; i++)
		if ((x->polled[i].edge || x->polled[i].off) && file_unread(x->polled[i].file) > 0)
			say_lying(f, &x->polled[i], who);
}

void explain_waits(struct finding *f, const struct wait_report *r)
{
	if (!r)
		return;
	explain_edges(f, "ring", r->ring, r->ring_count);
	explain_edges(f, "behind", r->behind, r->behind_count);
}
