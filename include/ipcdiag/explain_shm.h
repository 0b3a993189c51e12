/* Sentences about objects that have a key, an id or a name: segments, semaphore sets, message queues.
 * As explain.h: facts are set, the lines that prove them are added, NULL does nothing. */
#ifndef IPCDIAG_EXPLAIN_SHM_H
#define IPCDIAG_EXPLAIN_SHM_H

#include <ipcdiag/change.h>
#include <ipcdiag/explain.h>
#include <ipcdiag/explain_socket.h> /* explain_place */
#include <ipcdiag/finding.h>
#include <ipcdiag/world.h>

/* {segment} "segment 3 (key 0x5150, 4096 bytes)" or "/telemetry (4096 bytes)", {segment_id} {segment_key}
 * {segment_size} {segment_path}, {made_at} "line 12", {maker} who made or first opened it. Adds that line. */
void explain_segment(struct finding *f, const struct segment *s);
/* {set} and {object} "semaphore set 3 (key 0x5150)", {set_id} {set_key} {set_count}, {made_at}, {maker}. Of a set that
 * is not known (NULL) only what `id` tells. */
void explain_semset(struct finding *f, const struct semset *s, int64_t id);
/* {queue} and {object} "message queue 3 (key 0x5150)", {queue_id} {queue_key}, {made_at}, {maker}; NULL as above. */
void explain_queue(struct finding *f, const struct msgqueue *q, int64_t id);

/* {remover} {removed_at}; adds the line of the IPC_RMID or unlink. False: nobody did. */
bool explain_removal(struct finding *f, struct process *remover, struct step *removed);

/* {mode} "0600" at creation, {maker} as above, {user} the user id of the process; adds the setuid line. */
void explain_rights(struct finding *f, const struct process *p, int64_t mode);

/* {shm_name} "/telemetry" and {opener} "shm_open" or "sem_open" for a path in /dev/shm. False: it is none, or not of a
 * program's own naming. */
bool explain_shm_name(struct finding *f, struct slice path);
bool is_shm_path(struct slice path); /* would it? */

/* {NAME} "0x7f56". */
void explain_hex(struct finding *f, const char *name, uint64_t value);

/* {padded_key}: the key as ipcs prints it. */
void explain_key(struct finding *f, int64_t key);

/* {left_count} {left_bytes} {first_at} {first_id}: what this trace made and did not remove. Adds the first line. */
uint64_t explain_segments_left(struct finding *f, const struct world *w);

/* The newest segment of this key whose key went away by IPC_RMID while somebody had it attached, and who still has it:
 * NULL: none. `user` may be NULL. */
struct segment *segment_lost_key(const struct world *w, int64_t key, const struct segment_user **user);

/* Who lives, is not `except` and has the segment attached; NULL: nobody, as far as is known. */
const struct segment_user *segment_other_user(const struct segment *s, const struct process *except);

/* The first message that a msgrcv of this type would take, among those that the trace shows; NULL: none, or not known.
 */
const struct message *queue_next_message(const struct msgqueue *q, int64_t mtype);
/* Says as the cause that messages of other types wait: {waiting_type} {waiting_at}. False: none is known. */
bool explain_other_types(struct finding *f, const struct msgqueue *q);

/* {queue} "/orders": strace prints the name as the kernel gets it, without the slash. */
void explain_mq_name(struct finding *f, struct slice path);
/* {queue} {capacity} {limit} (mq_msgsize) {made_at}, {sent} messages not taken out, {sent_at} the first of all; adds
 * the line that opened it. */
void explain_mq_file(struct finding *f, const struct open_file *q);
/* The same for the queue of that name which the process has open; NULL: it has not. */
const struct open_file *explain_open_mq(struct finding *f, const struct process *p, struct slice path);

/* How an owner ended, for things that it left behind. */
enum leaving {
	LEAVING_NOT,     /* it lives, or the trace lost it; ipcmk leaves things on purpose */
	LEAVING_DONE,    /* exit */
	LEAVING_STOPPED, /* the operator ended it */
	LEAVING_CRASHED  /* killed by a signal */
};
enum leaving leaving_of(const struct process *p);

/* In settle: did the process get over the failure, as far as can be seen? Calls that programs also use to ask ("is it
 * there?", "is there one?") are only faults where they are not: it complained on standard error, ended badly, or
 * nothing else is known. */
bool finding_got_over(const struct finding *f);
/* In settle: a note if it did. */
void finding_weigh(struct finding *f, const struct world *w);
/* In settle, for calls that most often only ask: an error if the process failed over it. */
void finding_raise(struct finding *f, const struct world *w);

#endif
