/* Private to judge.c and enders.c: how blocked calls are judged. */
#ifndef DEADLOCK_H
#define DEADLOCK_H

#include "state.h"

/* The best that can be hoped for a wait, worst first. */
enum value { STUCK, ASLEEP, IDLE, OUTSIDE, BUSY };

enum { MAX_ENDERS = 64 };

/* Who could end a wait. */
struct enders {
	struct task *task[MAX_ENDERS];
	unsigned count;
	enum value floor;     /* hope that does not come from a task: OUTSIDE, IDLE, BUSY */
	bool self;            /* the waiter's own process holds what it waits for */
	struct process *dead; /* who would have ended it and is gone */
	struct step *dead_step;
};

void wait_feeders_find(struct world *w, const struct task *t, struct enders *x);

#endif
