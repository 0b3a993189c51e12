/* Waits in words: what a task does, and who waits for whom. */
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

void explain_waits(struct finding *f, const struct wait_report *r)
{
	if (!r)
		return;
	explain_edges(f, "ring", r->ring, r->ring_count);
	explain_edges(f, "behind", r->behind, r->behind_count);
}
