/* A change: what an event did to the world, or what the world looks like at a moment worth a rule. Valid while it is
 * delivered; the references in it may be kept with the _take functions of their kinds (findings do so through the
 * engine). */
#ifndef IPCDIAG_CHANGE_H
#define IPCDIAG_CHANGE_H

#include <ipcdiag/channel.h>
#include <ipcdiag/event.h>
#include <ipcdiag/process.h>
#include <ipcdiag/rule.h>
#include <ipcdiag/segment.h>
#include <ipcdiag/step.h>
#include <ipcdiag/wait.h>

struct change {
	enum change_kind kind;
	const struct event *event; /* CALL, SIGNAL: what happened; else NULL */
	struct process *process;   /* who */
	struct task *task;
	struct step *step;              /* the line that the finding is about */
	struct step *late;              /* LOST: the write that goes on with other data, NULL: none came */
	const char *call;               /* as printed; NULL: none */
	int error;                      /* errno number, 0 */
	int64_t fd;                     /* -1: none */
	struct descriptor *descriptor;  /* of fd, NULL: not known */
	struct open_file *file;         /* of fd, NULL: not known */
	struct channel *channel;        /* of the file, NULL */
	enum object object;             /* what it is about, for rule_match.objects */
	const struct wait_report *wait; /* BLOCKED */
	const struct spin *spin;        /* SPIN */
	struct segment *segment;
	struct semset *semset;
	struct msgqueue *queue;
	struct lock *lock;
	bool connected; /* CALL: this call shows that a connect succeeded */
};

/* References, for those who keep them beyond the change. NULL is allowed. */
struct process *process_take(struct process *p);
void process_drop(struct process *p);
struct channel *channel_take(struct channel *c);
void channel_drop(struct channel *c);
struct open_file *open_file_take(struct open_file *f);
void open_file_drop(struct open_file *f);
struct segment *segment_take(struct segment *s);
void segment_drop(struct segment *s);

/* From now on what `p` writes is told as CHANGE_WROTE, and process.used is kept. */
void process_watch(struct process *p);

/* Which successful calls the listener wants to hear of (failures it always hears): bit per event kind. */
struct world;
void world_want_success(struct world *w, enum event_kind kind);

#endif
