/* A small hand-made model for tests of the engine: steps, processes, channels and changes without a trace. Everything
 * is made once and freed by sample_release. */
#ifndef IPCDIAG_TESTS_ENGINE_SAMPLE_H
#define IPCDIAG_TESTS_ENGINE_SAMPLE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <ipcdiag/explain.h>
#include <ipcdiag/intern.h>
#include <ipcdiag/memory.h>

#include "engine/engine_parts.h"

enum { SAMPLE_MAX = 65536 };

static void *sample_memory[SAMPLE_MAX];
static unsigned sample_count;

static inline void *sample_keep(void *p)
{
	assert_true(sample_count < SAMPLE_MAX);
	return sample_memory[sample_count++] = p;
}

static inline void sample_release(void)
{
	while (sample_count)
		free(sample_memory[--sample_count]);
	intern_release();
}

static inline struct step *sample_step(uint64_t line, int64_t pid, const char *text)
{
	struct step *s = sample_keep(memory_alloc(sizeof *s));
	struct step_text *t = sample_keep(memory_alloc(sizeof *t + strlen(text)));
	*s = (struct step){.refs = 1, .line = line, .end_line = line, .order = line, .pid = pid, .text = t};
	t->refs = 1;
	t->length = (uint32_t)strlen(text);
	memcpy(t->text, text, t->length);
	return s;
}

static inline struct process *sample_process(int64_t pid, const char *name, struct process *parent)
{
	static uint64_t numbers;
	struct process *p = sample_keep(memory_alloc(sizeof *p));
	*p = (struct process){.refs = 1,
		.number = ++numbers,
		.pid = pid,
		.name = intern(slice_of(name)),
		.parent = parent,
		.killer = -1,
		.uid = -1};
	return p;
}

static inline struct channel *sample_pipe(uint64_t number, struct step *made)
{
	struct channel *c = sample_keep(memory_alloc(sizeof *c));
	*c = (struct channel){.refs = 1, .number = number, .kind = CHANNEL_PIPE, .made = made, .capacity = 65536};
	return c;
}

static inline struct event *sample_event(enum event_kind kind, const char *call)
{
	struct event *e = sample_keep(memory_alloc(sizeof *e));
	*e = (struct event){.kind = kind,
		.call = call,
		.fd = -1,
		.fd2 = -1,
		.asked = -1,
		.size = -1,
		.old = -1,
		.value = -1,
		.key = -1,
		.id = -1,
		.mtype = -1,
		.min = -1,
		.mode = -1,
		.target = -1,
		.sender = -1,
		.address.port = -1};
	return e;
}

/* A call of `p` at `line`. */
static inline struct change sample_call(struct process *p, struct event *e, int error, uint64_t line)
{
	struct step *s = sample_step(line, p->pid, e->call);
	return (struct change){
		.kind = CHANGE_CALL, .event = e, .process = p, .step = s, .call = e->call, .error = error, .fd = e->fd};
}

static inline const char *sample_file_name(void *context, uint32_t file)
{
	(void)context;
	static const char *const names[] = {"app.strace", "b.strace"};
	return names[file];
}

static inline struct engine *sample_engine(const struct rule *const *rules, unsigned count)
{
	return engine_make(
		&(struct engine_options){.rules = rules, .rule_count = count, .file_name = sample_file_name});
}

/* The only finding there is. */
static inline const struct finding *sample_single(struct engine *e)
{
	unsigned count;
	const struct finding *const *all = engine_findings(e, &count);
	assert_int_equal(count, 1);
	return all[0];
}

static inline const char *sample_role(const struct finding *f, uint64_t line)
{
	for (unsigned i = 0; i < f->evidence_count; i++)
		if (f->evidence[i].line == line)
			return f->evidence[i].role;
	return "";
}

#endif
