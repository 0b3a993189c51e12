/* How processes end, and why. */
#include "explain_parts.h"

#include <inttypes.h>

static void add_killed(struct buffer *out, const struct finding *f, const struct process *p)
{
	buffer_add_format(out, "was killed by %s", p->signal ? p->signal : "a signal");
	add_where(out, f, "at", p->end_step ? p->end_step : p->fatal_signal);
	if (p->signal && strcmp(p->signal, "SIGALRM") == 0)
		buffer_add_text(out, ", its own alarm");
	else if (p->injected_end)
		buffer_add_text(out, ", sent from outside of the trace");
	else if (p->killer >= 0 && p->killer != p->pid)
		buffer_add_format(out, ", sent by process %" PRId64, p->killer);
}

void add_end(struct buffer *out, const struct finding *f, const struct process *p)
{
	switch (p->end) {
	case END_ALIVE:
		buffer_add_text(out, "is still alive");
		break;
	case END_EXITED:
		if (p->status < 0)
			buffer_add_text(out, "ended");
		else
			buffer_add_format(out, "exited with status %d", p->status);
		add_where(out, f, "at", p->end_step ? p->end_step : p->exit_call);
		break;
	case END_KILLED:
		add_killed(out, f, p);
		break;
	case END_LOST:
		buffer_add_text(out, "left the trace");
		add_where(out, f, "at", p->end_step);
		break;
	}
}

void set_end(struct finding *f, const char *name, const struct process *p)
{
	struct buffer text = {0};
	if (!p)
		return;
	add_end(&text, f, p);
	set_joined(f, name, "_end", buffer_slice(&text));
	buffer_release(&text);
}

/* --- the failure behind an end --- */

/* What the text of a failed call says: its name, its first string, its error. */
struct failure {
	struct slice call, path, error;
};

static struct slice take_name(struct slice text)
{
	size_t n = 0;
	while (n < text.len &&
		((text.ptr[n] >= 'A' && text.ptr[n] <= 'Z') || (text.ptr[n] >= '0' && text.ptr[n] <= '9')))
		n++;
	return slice_take(text, n);
}

static struct slice first_string(struct slice text)
{
	size_t open = slice_find_char(text, '"', 0);
	if (open == SIZE_MAX)
		return (struct slice){0};
	for (size_t i = open + 1; i < text.len; i++) {
		if (text.ptr[i] == '\\')
			i++;
		else if (text.ptr[i] == '"')
			return (struct slice){text.ptr + open + 1, i - open - 1};
	}
	return (struct slice){0};
}

static struct failure read_failure(const struct step *s)
{
	struct slice text = step_text(s), failed = SLICE("= -1 E");
	struct failure r = {.call = step_call(s)};
	if (!slice_in_words(
		    r.call, "write writev pwrite64 pwritev read readv pread64 send sendto sendmsg recvfrom recvmsg"))
		r.path = first_string(text); /* else it is the data */
	size_t at = slice_find(text, failed, 0);
	if (at != SIZE_MAX)
		r.error = take_name(slice_skip(text, at + failed.len - 1));
	return r;
}

/* "its execve of /opt/x had failed (ENOENT, line 39)" */
static void set_reason(struct finding *f, const char *name, const struct step *s)
{
	struct failure r = read_failure(s);
	struct buffer text = {0};
	buffer_add_text(&text, "its ");
	buffer_add(&text, r.call.len ? r.call : SLICE("last call"));
	if (r.path.len) {
		buffer_add_text(&text, " of ");
		buffer_add(&text, r.path);
	}
	buffer_add_text(&text, " had failed (");
	buffer_add(&text, r.error);
	buffer_add_text(&text, r.error.len ? ", " : "");
	place_add(&text, f, s);
	buffer_add_char(&text, ')');
	set_joined(f, name, "_reason", buffer_slice(&text));
	buffer_release(&text);
}

static void prove_reason(struct finding *f, const char *name, const struct process *p)
{
	struct step *s = p->exec_failed ? p->exec_failed : p->complaint;
	if (p->end != END_EXITED || p->status == 0 || !s)
		return;
	struct buffer role = {0};
	struct failure r = read_failure(s);
	set_reason(f, name, s);
	add_who(&role, p);
	buffer_add_text(&role, " fails in ");
	buffer_add(&role, r.call.len ? r.call : SLICE("this call"));
	buffer_add_text(&role, p->exec_failed ? ", so that its program never runs" : " and complains about it");
	evidence_add(f, s, buffer_slice(&role));
	buffer_release(&role);
}

/* --- its lines --- */

static void add_end_role(struct buffer *role, const struct process *p)
{
	add_who(role, p);
	if (p->end == END_EXITED)
		buffer_add_format(role, " exits with status %d", p->status);
	else if (p->end == END_KILLED)
		buffer_add_format(role, " is killed by %s", p->signal ? p->signal : "a signal");
	else
		buffer_add_text(role, " leaves the trace");
}

static void prove_kill(struct finding *f, const struct process *p)
{
	struct buffer role = {0};
	if (p->end != END_KILLED || !p->kill_call || p->killer == p->pid)
		return;
	buffer_add_format(&role, "[%lld] sends ", (long long)p->killer);
	buffer_add_text(&role, p->signal ? p->signal : "a deadly signal");
	buffer_add_text(&role, " to ");
	add_who(&role, p);
	evidence_add(f, p->kill_call, buffer_slice(&role));
	buffer_release(&role);
}

/* The line where its own decision stands, besides the one that tells of its end. */
static void prove_exit(struct finding *f, const struct process *p)
{
	struct buffer role = {0};
	if (!p->exit_call || !p->end_step || p->exit_call == p->end_step || p->end != END_EXITED)
		return;
	bool apart = p->exit_call->order + 1 < p->end_step->order;
	if (!apart && p->status == 0)
		return;
	add_who(&role, p);
	buffer_add_text(&role, apart ? " begins to exit: its descriptors are closed from here on" : " ends itself");
	evidence_add(f, p->exit_call, buffer_slice(&role));
	buffer_release(&role);
}

void prove_end(struct finding *f, const char *name, const struct process *p)
{
	struct buffer role = {0};
	if (!p || p->end == END_ALIVE)
		return;
	prove_reason(f, name, p);
	prove_kill(f, p);
	if (p->end == END_KILLED && p->fatal_signal) {
		add_who(&role, p);
		buffer_add_format(&role, " gets %s", p->signal ? p->signal : "a deadly signal");
		evidence_add(f, p->fatal_signal, buffer_slice(&role));
		buffer_clear(&role);
	}
	prove_exit(f, p);
	add_end_role(&role, p);
	evidence_add(f, p->end_step ? p->end_step : p->exit_call, buffer_slice(&role));
	buffer_release(&role);
}

void explain_end(struct finding *f, const char *name, const struct process *p)
{
	if (!p)
		return;
	explain_process(f, name, p);
	set_end(f, name, p);
	prove_end(f, name, p);
}
