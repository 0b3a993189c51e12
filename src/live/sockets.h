/* The kernel's tables of sockets: proc_net_tcp, proc_net_unix, sock_diag(7). */
#ifndef LIVE_SOCKETS_H
#define LIVE_SOCKETS_H

#include <sys/types.h>

#include <ipcdiag/buffer.h>

/* States as in include/net/tcp_states.h; for UDP, 7 is a bound socket. */
enum { TCP_IS_ESTABLISHED = 1, TCP_IS_TIME_WAIT = 6, UDP_IS_BOUND = 7, TCP_IS_LISTENING = 10 };

struct live_socket {
	char table[8];          /* tcp, tcp6, udp, udp6, unix */
	unsigned char host[16]; /* network order; IPv4: the first four bytes */
	unsigned char peer[16];
	unsigned port, peer_port, state;
	uid_t user;
	uint64_t inode;    /* 0: no process has it */
	struct slice path; /* unix */
};

/* Called for each socket of a table as `pid` sees it (its network namespace; 0: our own), until it returns false. */
typedef bool sockets_callback(void *context, const struct live_socket *s);
void sockets_each(const char *table, pid_t pid, sockets_callback *callback, void *context);

/* Does the socket's own host take what goes to `host`? The wildcard does. */
bool sockets_takes(const struct live_socket *s, const unsigned char *host, bool six);

/* Inode of the socket at the other end, if it is on this machine, and in the network namespace of `pid`; 0: none, or
 * not to be learned. */
uint64_t sockets_other_end(pid_t pid, uint64_t inode);

#endif
