/* What is left behind at the end of the trace, and the end of all kept objects. */
#include "state.h"

static void left(struct world *w, struct process *creator, struct step *made, struct change c)
{
	c.kind = CHANGE_LEFT;
	c.process = creator;
	c.step = made;
	c.fd = -1;
	state_emit(w, &c);
}

void leftovers_left(struct world *w)
{
	for (struct segment *s = w->segments; s; s = s->next) {
		struct segment_user first =
			s->user_count ? s->users[0] : (struct segment_user){0}; /* made outside of the trace */
		struct change c = {.kind = CHANGE_FINISH,
			.segment = s,
			.process = s->made ? s->creator : first.process,
			.step = s->made ? s->made : first.attached,
			.fd = -1};
		if (c.step)
			state_emit(w, &c);
		if (s->made && s->created && !s->removed && s->kind <= SEGMENT_POSIX && !process_alive(s->creator))
			left(w, s->creator, s->made, (struct change){.segment = s});
	}
	for (struct semset *s = w->semsets; s; s = s->next)
		if (s->made && s->created && !s->removed && !process_alive(s->creator))
			left(w, s->creator, s->made, (struct change){.semset = s});
	for (struct msgqueue *q = w->queues; q; q = q->next)
		if (q->made && q->created && !q->removed && !process_alive(q->creator))
			left(w, q->creator, q->made, (struct change){.queue = q});
}

static void release_indexes(struct world *w)
{
	registry_release(&w->segment_numbers);
	registry_release(&w->semset_numbers);
	registry_release(&w->queue_numbers);
	map_release(&w->segment_paths);
	map_release(&w->lock_paths);
}

void leftovers_release(struct world *w)
{
	release_indexes(w);
	while (w->segments) {
		struct segment *s = w->segments;
		w->segments = s->next;
		if (s->next)
			s->next->prev = NULL;
		s->next = NULL;
		segment_drop(s);
	}
	while (w->semsets) {
		struct semset *s = w->semsets;
		w->semsets = s->next;
		semset_free(s);
	}
	while (w->queues) {
		struct msgqueue *q = w->queues;
		w->queues = q->next;
		msgqueue_free(q);
	}
	while (w->locks) {
		struct lock *l = w->locks;
		w->locks = l->next;
		lock_free(l);
	}
}
