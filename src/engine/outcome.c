/* One judgement for all rules: what became of a failed call. The first verdict that holds decides, and the severity
 * follows from it. The rule says only what kind of aim failed (rule.aim). */
#include <string.h>

#include <ipcdiag/explain_shm.h>
#include <ipcdiag/explain_socket.h>

#include "engine_parts.h"

/* All numbers of the judgement. */
static const struct {
	double noticed; /* seconds that an attempt cost before another way worked: people notice one */
	double slow;    /* seconds lost inside failing calls before the same was reached: people give up after five */
	unsigned tries; /* as often as people try by hand before they give up: less is chance, more is a policy */
	unsigned
		provoked; /* different pairs of call and errno that no program meets by chance, and a test suite does */
	uint64_t aftermath; /* calls that come after a failure without any decision: close, message catalogue, exit */
} threshold = {.noticed = 1, .slow = 5, .tries = 3, .provoked = 10, .aftermath = 3};

struct judged {
	struct finding *f;
	const struct process *p;
	uint64_t first, last; /* orders of the failing calls */
	enum aim aim;
	bool listed; /* the object is a service that programs do without */
};

static const char *const names[] = {[OUTCOME_REACHED] = "reached",
	[OUTCOME_ALTERNATIVE] = "alternative",
	[OUTCOME_HARMED] = "harmed",
	[OUTCOME_ANSWERED] = "answered",
	[OUTCOME_PROVOKED] = "provoked",
	[OUTCOME_TRIED] = "tried",
	[OUTCOME_WORKED_ON] = "worked_on",
	[OUTCOME_GAVE_UP] = "gave_up",
	[OUTCOME_OPEN] = "open"};

const char *outcome_name(enum outcome o)
{
	return names[o];
}

enum outcome outcome_of_name(const char *name)
{
	for (unsigned i = OUTCOME_NONE + 1; name && i < sizeof names / sizeof *names; i++)
		if (strcmp(name, names[i]) == 0)
			return (enum outcome)i;
	return OUTCOME_NONE;
}

/* --- how the process went --- */

/* Put down by somebody: the operator, or another process of the trace. That says nothing about the call. */
static bool was_stopped(const struct process *p)
{
	return p->injected_end ||
		(p->end == END_KILLED && p->signal &&
			slice_in_words(slice_of(p->signal), "SIGTERM SIGINT SIGHUP SIGQUIT SIGKILL SIGUSR1 SIGUSR2") &&
			p->killer != p->pid);
}

static bool is_over(const struct process *p)
{
	return p && (p->end == END_EXITED || p->end == END_KILLED) && !was_stopped(p);
}

static bool ended_badly(const struct process *p)
{
	return is_over(p) && (p->end == END_KILLED || p->status != 0);
}

static bool used_after(const struct judged *j, uint64_t order)
{
	return j->p && (j->p->used > order || j->f->work->harm.used > order);
}

static bool other_failure_later(const struct judged *j)
{
	return j->p && j->p->failure && j->p->failure->order > j->last;
}

/* Between the failure and the bad end it did nothing else. */
static bool ended_at_once(const struct judged *j)
{
	return ended_badly(j->p) && !used_after(j, j->last) && j->p->served <= j->last && !other_failure_later(j) &&
		!j->listed;
}

/* The exit status of a process that another traced one waits for is its answer: the waiting one decides. */
static bool waiter_minds(const struct process *p)
{
	const struct process *q = p->parent;
	if (!q || p->end == END_KILLED)
		return true;
	return q->end == END_ALIVE ? false : !process_ended_well(q);
}

/* --- the aim --- */

/* The last call on a thing. */
static bool is_last_call(const char *call)
{
	return call && slice_in_words(slice_of(call), "close shutdown shmdt unlink unlinkat");
}

/* The connect of a datagram socket only asks for a route, as getaddrinfo does to sort addresses (RFC 6724). */
static bool only_asks(const struct finding *f)
{
	const struct open_file *file = f->work->file;
	return f->call && strcmp(f->call, "connect") == 0 && file && file->socket && file->socket->type &&
		strcmp(file->socket->type, "SOCK_DGRAM") == 0;
}

/* A row of the rule that names the call may have an aim of its own. */
static enum aim aim_of(const struct finding *f)
{
	if (is_last_call(f->call))
		return AIM_BYE;
	if (only_asks(f))
		return AIM_ASK;
	for (unsigned i = 0; i < RULE_MAX_MATCH; i++) {
		const struct rule_match *m = &f->rule->match[i];
		bool call = !m->calls || (f->call && slice_in_words(slice_of(f->call), m->calls));
		bool error = !m->errors || slice_in_words(slice_of(f->error), m->errors);
		if (m->aim && call && error)
			return m->aim;
	}
	return f->rule->aim;
}

/* --- the verdicts --- */

static double seconds_lost(const struct judged *j)
{
	const struct finding *f = j->f;
	bool silent = f->error && slice_in_words(slice_of(f->error), "ETIMEDOUT EHOSTUNREACH");
	if (silent && f->call && strcmp(f->call, "connect") == 0 && f->work->harm.lost <= 0)
		return threshold.slow; /* the kernel tries for seconds at least (tcp(7), tcp_syn_retries) */
	double from = step_seconds(f->work->first), to = step_seconds(f->work->last);
	return silent && from >= 0 && to > from ? to - from : f->work->harm.lost;
}

/* A program that was started by itself, and ends badly as the next thing, had nothing else to do than to talk to the
 * service. */
static bool is_own_errand(const struct judged *j)
{
	return ended_badly(j->p) && !j->p->born && !used_after(j, j->last);
}

static bool is_harmed(struct judged *j, bool *weak)
{
	const struct harm *h = &j->f->work->harm;
	bool dies = ended_at_once(j) && waiter_minds(j->p), complains = h->said && j->aim != AIM_BYE;
	if (j->listed && h->fit < 3 && !is_own_errand(j))
		complains = false;
	if (h->eased && !ended_badly(j->p))
		return false;
	*weak = !dies && !h->passed_on && (!is_over(j->p) || process_ended_well(j->p)) && used_after(j, j->last);
	return dies || complains || h->passed_on || h->went_on_with;
}

/* An excerpt ends with the failure; a recording goes on. */
static bool is_followed(const struct judged *j)
{
	return !j->p || j->p->calls > j->f->work->harm.calls + threshold.aftermath;
}

static bool is_answered(const struct judged *j)
{
	const struct finding *f = j->f;
	if (f->work->harm.eased || j->aim == AIM_BYE || (j->listed && (is_followed(j) || j->p->born)))
		return true;
	if (j->aim != AIM_ASK)
		return false;
	bool refused = f->error && slice_in_words(slice_of(f->error), "EAGAIN EWOULDBLOCK EACCES ENOMSG EEXIST");
	return refused || used_after(j, j->last);
}

static enum outcome verdict_of(struct judged *j, bool *weak)
{
	const struct finding *f = j->f;
	bool same = false;
	bool limit = j->aim == AIM_LIMIT;
	if (f->outcome)
		return f->outcome;
	if (finding_recovered(f, NULL, &same) && (same || limit))
		return OUTCOME_REACHED;
	if (finding_recovered(f, NULL, NULL) && !(f->work->harm.said && ended_badly(j->p)))
		return OUTCOME_ALTERNATIVE;
	if (is_harmed(j, weak))
		return OUTCOME_HARMED;
	if (is_answered(j))
		return OUTCOME_ANSWERED;
	if (j->p && complaints_pairs(f->work->engine, j->p) >= threshold.provoked)
		return OUTCOME_PROVOKED;
	if (j->aim == AIM_OWN && f->count >= threshold.tries && (!is_over(j->p) || used_after(j, j->last)))
		return OUTCOME_TRIED;
	if (used_after(j, j->first) && !limit)
		return OUTCOME_WORKED_ON;
	return is_over(j->p) ? OUTCOME_GAVE_UP : OUTCOME_OPEN;
}

static enum severity severity_of_end(struct judged *j)
{
	if (!ended_badly(j->p)) {
		j->f->confidence = j->f->confidence < CONFIDENCE_LIKELY ? j->f->confidence : CONFIDENCE_LIKELY;
		return SEVERITY_ERROR;
	}
	return other_failure_later(j) ? SEVERITY_NOTE : SEVERITY_WARNING;
}

static enum severity severity_of_open(const struct judged *j)
{
	if (j->aim == AIM_LIMIT)
		return SEVERITY_ERROR;
	bool followed = is_followed(j);
	if (j->aim == AIM_ASK || j->aim == AIM_WISH)
		return followed ? SEVERITY_NOTE : SEVERITY_WARNING;
	return followed || j->listed ? SEVERITY_WARNING : SEVERITY_ERROR;
}

/* A server that got its port in one IP version alone: clients of the other one reach whoever has it. */
static bool loses_clients(const struct judged *j)
{
	struct step *success;
	return j->f->error && strcmp(j->f->error, "EADDRINUSE") == 0 && finding_recovered(j->f, &success, NULL) &&
		socket_other_family(j->f, j->f->work->engine->world, success);
}

static enum severity severity_of(struct judged *j, enum outcome o, bool weak)
{
	const struct harm *h = &j->f->work->harm;
	switch (o) {
	case OUTCOME_REACHED:
		if (j->aim == AIM_LIMIT)
			return j->f->count >= threshold.tries || h->said ? SEVERITY_WARNING : SEVERITY_NOTE;
		return h->said || seconds_lost(j) >= threshold.slow ? SEVERITY_WARNING : SEVERITY_NOTE;
	case OUTCOME_ALTERNATIVE:
		return seconds_lost(j) >= threshold.noticed || loses_clients(j) ? SEVERITY_WARNING : SEVERITY_NOTE;
	case OUTCOME_HARMED:
		return weak && j->aim != AIM_LIMIT ? SEVERITY_WARNING : SEVERITY_ERROR;
	case OUTCOME_TRIED:
		return SEVERITY_WARNING;
	case OUTCOME_GAVE_UP:
		return severity_of_end(j);
	case OUTCOME_OPEN:
		return severity_of_open(j);
	default:
		return SEVERITY_NOTE;
	}
}

/* A success of another process counts for those that do not mind. */
static void deny_stranger(struct finding *f, const struct judged *j)
{
	struct step *success;
	bool minds = f->work->harm.said || ended_at_once(j);
	if (minds && finding_recovered(f, &success, NULL) && success->pid != f->pid)
		finding_deny_recovery(f);
}

/* Did the other end leave of its own will: closed it while alive, or ended well? False when it is not in the trace. */
static bool left_willingly(const struct finding *f)
{
	const struct open_file *file = f->work->file;
	const struct channel *c = f->work->channel;
	const struct gone *g = c && file ? side_last_gone(c, !file->side) : NULL;
	return g && g->process && (g->how != GONE_EXITED || process_ended_well(g->process));
}

/* Who loses a client that left of its own will, and goes on, has lost nothing. What the rule made of the way in which
 * the other end went stands where the loss did no harm. */
static void judge_loss(struct judged *j)
{
	bool weak = false, harmed = is_harmed(j, &weak);
	if (!harmed || (left_willingly(j->f) && !ended_badly(j->p) && !j->f->work->harm.passed_on))
		return;
	j->f->outcome = OUTCOME_HARMED;
	j->f->severity = weak && j->f->severity < SEVERITY_WARNING ? SEVERITY_WARNING
		: weak                                             ? j->f->severity
								   : SEVERITY_ERROR;
}

void outcome_judge(struct finding *f)
{
	struct finding_work *w = f->work;
	struct judged j = {.f = f, .p = w->process, .first = w->first->order, .last = w->last->order};
	bool weak = false;
	if (f->rule->aim == AIM_NONE || w->change != CHANGE_CALL || w->injected || w->keeps_severity ||
		!(f->error || w->harm.ran_out))
		return;
	j.listed = socket_is_optional(finding_address(f));
	j.aim = aim_of(f);
	deny_stranger(f, &j);
	if (j.aim == AIM_PEER) {
		judge_loss(&j);
	} else {
		f->outcome = verdict_of(&j, &weak);
		f->severity = severity_of(&j, f->outcome, weak);
	}
	if (f->outcome == OUTCOME_HARMED || f->outcome == OUTCOME_REACHED)
		finding_add_evidence(f, w->harm.said, "it complains of this");
	if (f->outcome == OUTCOME_HARMED)
		finding_add_evidence(f, w->harm.passed_on, "it passes the failure on");
	if (f->outcome == OUTCOME_HARMED)
		finding_add_evidence(f, w->harm.went_on_with, "it goes on as if that had worked");
}
