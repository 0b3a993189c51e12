/* socket/accept-again: a non-blocking accept without a client, taken for a failure. */
#include <ipcdiag/explain_socket.h>

/* Only where the process ended over it: an event loop sees this at each turn. */
static void settle(struct finding *f, const struct world *w)
{
	enum { SOON = 12 };
	const struct process *p = finding_process(f);
	const struct step *last = finding_last_step(f);
	const struct step *exit = p ? p->exit_call ? p->exit_call : p->end_step : NULL;
	bool fatal = exit && p->end == END_EXITED && p->status != 0 && exit->order <= last->order + SOON &&
		(!p->failure || p->failure->order < last->order);
	if (!fatal || finding_recovered(f, NULL, NULL)) {
		finding_cancel(f);
		return;
	}
	f->severity = SEVERITY_ERROR;
	finding_set_number(f, "status", p->status);
	const struct endpoint_address *a = finding_address(f);
	explain_listener(
		f, &(struct listener){.how = LISTENING_NOW, .binding = a ? world_binding_for(w, a, NULL) : NULL});
	explain_end(f, "process", p);
}

const struct rule rule_socket_accept_again = {
	.id = "socket/accept-again",
	.severity = SEVERITY_ERROR,
	.title = "non-blocking accept taken for a failure",
	.about =
		"accept on a non-blocking listener says EAGAIN while no client waits. A program that ends over it takes a normal "
		"answer for an error.",
	.match = {{CHANGE_CALL, "accept accept4", "EAGAIN", NULL}},
	.recovery = RECOVERY_ANY,
	.message = "{process} took {errno} from {call}<< on {address}>> for an error and ended with status {status}",
	.cause = "the listening socket is non-blocking and no client waits in its queue: EAGAIN only says \"not now\"",
	.check = {"ss -ltn 'sport = :{port}'"},
	.fix = {"wait with poll(), select() or epoll until the listener is readable, and call accept() again on EAGAIN",
		"or leave the listener blocking: no SOCK_NONBLOCK, no O_NONBLOCK"},
	.why = "A blocking accept() sleeps until a client comes. With O_NONBLOCK it never sleeps: it returns a connection if there "
	       "is one and EAGAIN otherwise.",
	.references = {"accept(2)", "fcntl(2)", "poll(2)"},
	.example = "listen(3, 1) = 0\n"
		   "fcntl(3, F_SETFL, O_RDWR|O_NONBLOCK) = 0\n"
		   "accept(3, NULL, NULL) = -1 EAGAIN (Resource temporarily unavailable)\n"
		   "exit_group(1) = ?\n"
		   "+++ exited with 1 +++",
	.settle = settle,
};
