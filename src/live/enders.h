/* Who could end a wait. */
#ifndef LIVE_ENDERS_H
#define LIVE_ENDERS_H

#include "survey.h"

enum { ENDERS_MAX = 32 };

struct ender {
	pid_t pid;
	pid_t tid; /* the one task that can; 0: any of the process */
	int fd;    /* with which, -1 */
};

struct enders {
	struct ender list[ENDERS_MAX];
	size_t count;
	bool known;       /* these are all, as far as may be seen */
	bool likely;      /* taken from who used it last, or from the process's memory */
	const char *part; /* what they have: "the write end", "the lock"; NULL: `lead` says what they are */
	const char *lead;
	const char *how; /* where that stands */
	char detail[64]; /* of the thing: "semaphore 0 is 0" */
};

void enders_find(struct enders *e, const struct survey *s, const struct live_task *t);

#endif
