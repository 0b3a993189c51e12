/* Sentences about sockets: what became of a failed call, who listens where, how the other end of a connection went.
 * As explain.h: facts are set, the lines that prove them are added, NULL does nothing. */
#ifndef IPCDIAG_EXPLAIN_SOCKET_H
#define IPCDIAG_EXPLAIN_SOCKET_H

#include <ipcdiag/change.h>
#include <ipcdiag/explain.h>
#include <ipcdiag/finding.h>
#include <ipcdiag/services.h>

/* What a failed call meant for the program in the end. */
enum fate {
	FATE_FAILED,   /* the process ended badly over it, or complained about it */
	FATE_OPEN,     /* the trace ends before it is clear */
	FATE_WENT_ON,  /* the process went on with something else, or ended with status 0 and said nothing */
	FATE_RECOVERED /* the call worked later, and the process did not fail over it */
};

/* For `examine`: remembers how far the process was (memo 3), and whether it connects on behalf of a client (memo 1). */
void socket_remember(struct finding *f, const struct change *c);
/* Did it connect while it served a client itself? */
bool socket_serves(const struct finding *f);
/* For `settle`. */
enum fate socket_outcome(const struct finding *f);
/* Makes the severity fit the outcome: RECOVERED and WENT_ON are notes. Returns the outcome. */
enum fate socket_weigh(struct finding *f);
/* Has the process made more than so many calls since? */
bool socket_made_calls_since(const struct finding *f, int64_t calls);
/* Sets {times} to the count of a finding that came more than once. */
void socket_set_times(struct finding *f);
/* The settle of rules that need no more than these two. */
void socket_settle(struct finding *f, const struct world *w);
/* Seconds between two attempts of a repeated finding; very many when it came once or no times are printed. */
double socket_pause(const struct finding *f);
/* Was this call the one that the process complained about on standard error? (or one that failed shortly after) */
bool socket_blamed(const struct finding *f);

/* Sets {NAME} to the place of a line: "line 36", or with the file's name when it is another file than the finding's. */
void explain_place(struct finding *f, const char *name, const struct step *s);

/* Did the process end badly with a complaint about this call? (or, when it wrote none, soon after it) */
bool socket_ended_over(const struct finding *f);
/* Did it end badly soon after, whatever it complained about? */
bool socket_ended_soon(const struct finding *f);

/* The listed service at an address, NULL: none. */
const struct service *socket_service(const struct endpoint_address *a);
/* One that programs go on without; one that nobody ever misses. */
bool socket_is_optional(const struct endpoint_address *a);
bool socket_is_missed_by_nobody(const struct endpoint_address *a);

bool address_is_local(const struct endpoint_address *a); /* this machine: 127.0.0.0/8, ::1, wildcard, Unix */

/* Who listens at an address, as seen from one line of the trace. */
enum listening {
	LISTENING_NOBODY,     /* the trace shows nobody who bound it */
	LISTENING_NOW,        /* somebody did listen there */
	LISTENING_NEVER,      /* bound at that time, and listen was not called (yet, or ever) */
	LISTENING_LATER,      /* bound only later */
	LISTENING_GONE,       /* had been there, and was gone */
	LISTENING_OTHER_HOST, /* same port, another address */
	LISTENING_OTHER_PORT  /* another port, or another path with the same name */
};

struct listener {
	enum listening how;
	struct binding *binding; /* NULL: NOBODY */
	struct binding *again;   /* GONE: who came there later, NULL */
};

/* Who listens where the finding's call went. Addresses of others are only looked at when the address itself is not in
 * the book. */
struct listener socket_find_listener(const struct world *w, const struct finding *f);
/* Did the server begin to listen after the finding's first line, and a later attempt at the same address work? */
bool socket_is_startup_race(const struct finding *f, const struct listener *l);
/* Sets {listener} {listener_address} {bind_at} {listen_at} {gone_at} {again_at} {listener_end}, adds the lines. */
void explain_listener(struct finding *f, const struct listener *l);

/* Did the later success `step` bind the same port in the other IP family? */
bool socket_other_family(const struct finding *f, const struct world *w, const struct step *success);

/* A client of the trace that tried an address near that of `b`, and failed; NULL: none. */
const struct failed_connect *socket_astray(const struct world *w, const struct binding *b);
/* Sets {client} {client_address} {client_at} {client_error}, adds the line. */
void explain_astray(struct finding *f, const struct failed_connect *t);

/* How a call shows that a connect gets no answer. */
enum silence {
	SILENCE_NONE,
	SILENCE_FAILED /* ETIMEDOUT */,
	SILENCE_POLLED /* a poll that ran out */,
	SILENCE_REPORTED /* a poll that says POLLERR or POLLHUP */,
	SILENCE_BLOCKED
};
enum silence socket_silence(const struct change *c);
/* How long a call took, in seconds, as far as the trace prints it (-T); negative: not known. */
double socket_lasted(const struct change *c);
/* Adds the line of the connect, when it is not the finding's own. */
void explain_connect(struct finding *f, const struct socket *s);

/* How the other end of a connection went. */
enum departure {
	DEPARTURE_UNKNOWN, /* it is not in the trace, or the trace does not show that it went */
	DEPARTURE_CLOSED,
	DEPARTURE_UNREAD /* closed with unread data */,
	DEPARTURE_LINGER /* SO_LINGER with 0 seconds */,
	DEPARTURE_SHUTDOWN /* shutdown(SHUT_RD) */,
	DEPARTURE_OWN_SHUTDOWN /* this end was shut down for writing */
};
/* For `examine`: remembers whether the other end was still held (memo 2). */
enum { MEMO_PEER_HELD = 2 };
void socket_remember_peer(struct finding *f, const struct change *c);
/* The address of an unnamed Unix socket says nothing: takes {address} away. */
void socket_drop_unnamed(struct finding *f);
/* For `settle`. Sets {made_at} {accept_at} {sent_at} {unread} {shut_at} {linger_at} and {peer} {peer_gone}, adds the
 * lines. */
enum departure explain_peer(struct finding *f);
const struct process *socket_peer_process(const struct finding *f); /* who let it go, NULL */
/* {made_at} {accept_at} of a connection. */
void explain_connection(struct finding *f, const struct channel *c);
/* Sets {peer} {peer_fd} {peer_came} from who holds a side. */
void explain_peer_holder(struct finding *f, const struct channel *c, int side);

#endif
