/* Sockets: their states and addresses, and the address book of the trace. */
#ifndef IPCDIAG_SOCKET_H
#define IPCDIAG_SOCKET_H

#include <ipcdiag/event.h>

struct buffer;
struct channel;
struct open_file;
struct process;
struct step;
struct world;

/* An address, kept. */
struct endpoint_address {
	enum address_family family;
	char host[64];
	int64_t port;
	char *path;
	bool abstract;
};

enum socket_state { SOCKET_NEW, SOCKET_BOUND, SOCKET_LISTENING, SOCKET_CONNECTING, SOCKET_CONNECTED, SOCKET_FAILED };

struct socket {
	enum socket_state state;
	const char *domain, *type, *protocol; /* interned */
	struct endpoint_address local, peer;
	struct step *connect, *connect_end; /* the connect call; when it was known to be up */
	struct binding *binding;            /* what it is bound to; owned by the address book */
	bool reuse_address, linger_zero;
	struct step *reuse_step;
	uint64_t backlog_waiting; /* listening: connected, not accepted */
	uint64_t accepted;
	struct channel *pending[16]; /* connected, not accepted yet; references held */
	struct channel *early[16];   /* accepted, connect not returned yet; references held */
	unsigned pending_count, early_count;
	uint64_t label; /* state's own */
	bool stream;
};

/* The address book: every bind that worked, also of sockets that are gone. */
struct binding {
	struct endpoint_address address;
	struct process *process; /* who bound; reference held */
	struct step *bind, *listen, *gone, *unlinked, *first_accept, *accepted_close;
	int64_t backlog;
	struct open_file *file; /* NULL once gone */
	uint64_t accepted, refused;
	bool stream;
	struct binding *next;          /* older binding of the same port or path */
	struct binding *older, *newer; /* all of them by age */
};

/* A file that could not be removed. */
struct failed_unlink {
	struct step *step;
	char *path; /* as printed */
	int error;
};

/* A connect that found nobody. */
struct failed_connect {
	struct step *step;
	struct process *process; /* reference held */
	struct endpoint_address address;
	int error;
};

/* "127.0.0.1:80", "[::1]:80", "/path" (escaped, as printed), "@abstract" */
void address_describe(const struct endpoint_address *a, struct buffer *text);
/* Same host and port / path, as text, without wildcards? */
bool address_same(const struct endpoint_address *a, const struct endpoint_address *b);
bool address_is_wildcard(const struct endpoint_address *a);

/* Bindings that this address reaches (wildcards and families considered), newest first: walks on from `after` (NULL:
 * start). */
struct binding *world_binding_for(const struct world *w, const struct endpoint_address *a, const struct binding *after);
/* All bindings by age, oldest first. */
struct binding *world_bindings(const struct world *w);
/* The last unlink that failed with something else than ENOENT, if it was of this path. */
const struct failed_unlink *world_failed_unlink(const struct world *w, const char *path);
/* The last connects that failed, newest first; NULL: there are no more. */
const struct failed_connect *world_failed_connect(const struct world *w, unsigned i);

#endif
