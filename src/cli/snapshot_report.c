#include "snapshot_report.h"

#include <inttypes.h>
#include <stdlib.h>
#include <unistd.h>

#include <ipcdiag/memory.h>
#include <ipcdiag/snapshot.h>

#include "say.h"
#include "session.h"

static const char input_name[] = "<snapshot>";

enum { RING_MAX = FINDING_MAX_EVIDENCE };

struct picture {
	const struct snapshot *shot;
	uint64_t *lines; /* of the table, 0: not in it */
	bool *told;      /* is part of a finding already */
	bool all;        /* nobody was named */
};

/* --- the table: it takes the place of the trace, findings name its lines --- */

/* The chain of waits that this one is at the beginning of is shown whole. */
static void show_chain(const struct picture *p, size_t at)
{
	while (at != SIZE_MAX && !p->lines[at]) {
		p->lines[at] = 1;
		at = p->shot->waits[at].next;
	}
}

static char *line_of(const struct snapshot_wait *w)
{
	struct buffer text = {0};
	buffer_add_text(&text, w->text);
	if (w->enders)
		buffer_add_format(&text, "; %s", w->enders);
	return buffer_detach(&text);
}

static void number_lines(struct picture *p)
{
	uint64_t line = 0;
	for (size_t i = 0; i < p->shot->count; i++) {
		const struct snapshot_wait *w = &p->shot->waits[i];
		if (w->chosen && (!p->all || w->stuck || (w->enders && w->fd >= 0)))
			show_chain(p, i);
	}
	for (size_t i = 0; i < p->shot->count; i++)
		if (p->lines[i])
			p->lines[i] = ++line;
}

static void add_table(struct buffer *text, const struct picture *p)
{
	size_t start = text->len;
	for (size_t i = 0; i < p->shot->count; i++) {
		if (!p->lines[i])
			continue;
		char *line = line_of(&p->shot->waits[i]);
		buffer_add_format(text, "%5" PRIu64 " | %s %s\n", p->lines[i], p->shot->waits[i].program, line);
		free(line);
	}
	if (text->len == start)
		buffer_add_text(text, "none of these processes waits for another one\n");
}

/* --- findings --- */

static const struct rule *find_rule(const struct session *s, const char *id)
{
	for (unsigned i = 0; i < s->rules.count; i++)
		if (strcmp(s->rules.rules[i]->id, id) == 0)
			return s->rules.rules[i];
	return NULL;
}

static char *copy(const char *text)
{
	return memory_copy(slice_of(text));
}

/* The ring that the chain of waits from `start` leads into; of one that ends, its last wait. Returns its length. */
static size_t find_ring(const struct picture *p, size_t start, size_t *ring)
{
	const struct snapshot_wait *w = p->shot->waits;
	size_t at = start, count = 0;
	for (size_t i = 0; i < p->shot->count && w[at].next != SIZE_MAX; i++) /* so many steps lead into it */
		at = w[at].next;
	size_t first = at;
	for (size_t i = w[at].next; i != SIZE_MAX && i != at; i = w[i].next) /* from its first line on */
		first = i < first ? i : first;
	at = first;
	do {
		ring[count++] = at;
		at = w[at].next;
	} while (at != SIZE_MAX && at != first && count < RING_MAX);
	return count;
}

/* FNV-1a over what is the same the next time: rule, programs, calls. */
static uint64_t fingerprint_of(const struct picture *p, const char *rule, const size_t *ring, size_t count)
{
	uint64_t hash = UINT64_C(0xcbf29ce484222325);
	for (size_t i = 0; i <= count; i++) {
		const struct snapshot_wait *w = i ? &p->shot->waits[ring[i - 1]] : NULL;
		const char *parts[] = {w ? w->program : rule, w ? w->call : ""};
		for (size_t k = 0; k < 2; k++)
			for (const char *c = parts[k]; *c && *c != '['; c++)
				hash = (hash ^ (unsigned char)*c) * UINT64_C(0x100000001b3);
	}
	return hash;
}

static char *describe_ring(const struct picture *p, const size_t *ring, size_t count)
{
	struct buffer text = {0};
	for (size_t i = 0; i < count; i++) {
		const struct snapshot_wait *w = &p->shot->waits[ring[i]];
		buffer_add_format(&text, "%s%s %s", i ? "; " : "", w->program, w->text);
		if (w->enders)
			buffer_add_format(&text, ", and %s", w->enders);
		if (w->why)
			buffer_add_format(&text, " (%s)", w->why);
	}
	buffer_add_text(&text,
		count > 1 ? ". Nobody else can end these waits, so none of them will end"
			  : ". Nobody else can end this wait");
	return buffer_detach(&text);
}

static char *describe_message(const struct picture *p, const size_t *ring, size_t count)
{
	struct buffer text = {0};
	const struct snapshot_wait *w = p->shot->waits;
	bool self = count == 1 && w[ring[0]].next == ring[0];
	if (count == 1) {
		buffer_add_format(&text, "%s %s, and %s", w[ring[0]].program, w[ring[0]].text,
			self ? "nobody but itself could end that: it waits for itself" : "who could end that is gone");
		return buffer_detach(&text);
	}
	buffer_add_format(&text, "%zu wait for each other in a ring: %s", count, w[ring[0]].program);
	for (size_t i = 1; i <= count; i++)
		buffer_add_format(
			&text, "%s%s", i == 1 ? " waits for " : ", which waits for ", w[ring[i % count]].program);
	return buffer_detach(&text);
}

static void add_evidence(struct finding *f, const struct picture *p, size_t i, const char *role)
{
	const struct snapshot_wait *w = &p->shot->waits[i];
	f->evidence[f->evidence_count++] = (struct evidence){
		.file = input_name, .line = p->lines[i], .pid = w->tid, .role = copy(role), .text = line_of(w)};
}

static void add_commands(struct finding *f, const struct picture *p, const size_t *ring, size_t count)
{
	for (size_t i = 0; i < count && i < RULE_MAX_LINES / 2; i++) {
		struct buffer text = {0};
		buffer_add_format(&text, "sudo cat /proc/%d/task/%d/stack", (int)p->shot->waits[ring[i]].pid,
			(int)p->shot->waits[ring[i]].tid);
		f->check[i] = buffer_detach(&text);
	}
	unsigned used = 0;
	if (count > 1)
		f->fix[used++] = copy(
			"let all take what they need in the same order, or give back what they hold before they wait");
	if (p->shot->waits[ring[0]].fd >= 0)
		f->fix[used++] =
			copy("close the ends that a process does not use, so that its partners find the end of file");
	f->fix[used] = copy("to end it now: end one of them (kill), the others then go on or fail");
}

static enum confidence confidence_of(const struct picture *p, const size_t *ring, size_t count)
{
	const struct snapshot_wait *w = p->shot->waits;
	for (size_t i = 0; i < count; i++)
		if (w[ring[i]].likely && w[ring[i]].next == SIZE_MAX)
			return CONFIDENCE_POSSIBLE;
		else if (w[ring[i]].likely || p->shot->partial)
			return CONFIDENCE_LIKELY;
	return CONFIDENCE_CERTAIN;
}

static struct finding *make_finding(const struct picture *p, const struct rule *rule, const size_t *ring, size_t count)
{
	const struct snapshot_wait *first = &p->shot->waits[ring[0]];
	struct finding *f = memory_alloc(sizeof *f);
	f->rule = rule;
	f->confidence = confidence_of(p, ring, count);
	f->severity = f->confidence == CONFIDENCE_POSSIBLE ? SEVERITY_WARNING : SEVERITY_ERROR;
	f->file = input_name;
	f->line = f->lines[0] = p->lines[ring[0]];
	f->count = f->line_count = 1;
	f->pid = first->tid;
	f->fd = first->fd;
	f->process = memory_copy(slice_take(slice_of(first->program), strcspn(first->program, "[")));
	f->call = copy(first->call);
	f->text = line_of(first);
	f->message = describe_message(p, ring, count);
	f->cause = describe_ring(p, ring, count);
	f->why = rule->why && !strchr(rule->why, '{') ? copy(rule->why) : NULL;
	add_commands(f, p, ring, count);
	for (size_t i = 0; i < count; i++)
		add_evidence(f, p, ring[i], "waits here");
	f->fingerprint = fingerprint_of(p, rule->id, ring, count);
	return f;
}

static void find_rings(struct session *s, struct picture *p)
{
	size_t ring[RING_MAX];
	for (size_t i = 0; i < p->shot->count; i++) {
		if (!p->shot->waits[i].stuck || !p->shot->waits[i].chosen)
			continue;
		size_t count = find_ring(p, i, ring);
		const struct rule *rule = find_rule(s, count > 1 ? "deadlock/cycle" : "deadlock/stalled");
		if (rule && !p->told[ring[0]])
			tally_add_finding(&s->tally, make_finding(p, rule, ring, count));
		for (size_t k = 0; k < count; k++)
			p->told[ring[k]] = true;
	}
}

static struct picture open_picture(const struct snapshot *shot, bool all)
{
	struct picture p = {.shot = shot, .all = all};
	p.lines = memory_alloc((shot->count + 1) * sizeof *p.lines);
	p.told = memory_alloc((shot->count + 1) * sizeof *p.told);
	number_lines(&p);
	return p;
}

static void close_picture(struct picture *p)
{
	free(p->lines);
	free(p->told);
}

void snapshot_find(struct session *s, const struct snapshot *shot)
{
	struct picture p = open_picture(shot, false);
	find_rings(s, &p);
	close_picture(&p);
}

static void count_input(struct tally *t, const struct picture *p)
{
	tally_add_file(t, input_name);
	for (size_t i = 0; i < p->shot->count; i++) {
		t->input.lines += p->lines[i] > 0;
		t->input.processes += p->lines[i] && p->shot->waits[i].pid == p->shot->waits[i].tid;
	}
}

int snapshot_report(const struct settings *settings, const pid_t *pids, size_t count)
{
	struct session s;
	if (!session_open(&s, settings, STDOUT_FILENO))
		return session_close(&s);
	struct snapshot *shot = snapshot_take(pids, count, settings->tree);
	struct picture p = open_picture(shot, count == 0);
	count_input(&s.tally, &p);
	if (strcmp(settings->format, "text") == 0)
		add_table(&s.publishers[0].text, &p);
	find_rings(&s, &p);
	if (shot->partial)
		tell_notice(
			"some processes may not be looked into by this user: they may hold ends, too; root sees all");
	int status = session_close(&s);
	close_picture(&p);
	snapshot_free(shot);
	return status;
}
