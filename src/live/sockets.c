#include "sockets.h"

#include <arpa/inet.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <linux/sock_diag.h>
#include <linux/unix_diag.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "proc.h"

/* "0100007F:1F90": each four bytes as a number of this machine's order. Returns the port. */
static unsigned parse_address(struct slice word, unsigned char host[16])
{
	size_t colon = slice_find_char(word, ':', 0);
	memset(host, 0, 16);
	if (colon == SIZE_MAX)
		return 0;
	for (size_t at = 0; at + 8 <= colon && at < 32; at += 8) {
		uint32_t part = (uint32_t)proc_number(slice_take(slice_skip(word, at), 8), 16);
		memcpy(host + at / 2, &part, sizeof part);
	}
	return (unsigned)proc_number(slice_skip(word, colon + 1), 16);
}

/* sl local remote st tx:rx tr:tm retrnsmt uid timeout inode, proc_net(5) */
static void parse_internet(struct slice line, struct live_socket *s)
{
	proc_next_word(&line);
	s->port = parse_address(proc_next_word(&line), s->host);
	s->peer_port = parse_address(proc_next_word(&line), s->peer);
	s->state = (unsigned)proc_number(proc_next_word(&line), 16);
	for (int skipped = 0; skipped < 3; skipped++)
		proc_next_word(&line);
	s->user = (uid_t)proc_number(proc_next_word(&line), 10);
	proc_next_word(&line);
	s->inode = proc_number(proc_next_word(&line), 10);
}

/* Num RefCount Protocol Flags Type St Inode Path; the flag 00010000 is __SO_ACCEPTCON: it listens. */
static void parse_unix(struct slice line, struct live_socket *s)
{
	for (int skipped = 0; skipped < 3; skipped++)
		proc_next_word(&line);
	s->state = proc_number(proc_next_word(&line), 16) & 0x10000 ? TCP_IS_LISTENING : 0;
	proc_next_word(&line);
	proc_next_word(&line);
	s->inode = proc_number(proc_next_word(&line), 10);
	s->path = slice_trim(line);
}

void sockets_each(const char *table, pid_t pid, sockets_callback *callback, void *context)
{
	struct buffer text = {0};
	struct slice line, rest;
	if (!(pid > 0 && proc_read(&text, "/proc/%d/net/%s", (int)pid, table)))
		proc_read(&text, "/proc/net/%s", table);
	rest = buffer_slice(&text);
	proc_next_line(&rest, &line); /* the heading */
	while (proc_next_line(&rest, &line)) {
		struct live_socket s = {0};
		snprintf(s.table, sizeof s.table, "%s", table);
		if (strcmp(table, "unix") == 0)
			parse_unix(line, &s);
		else
			parse_internet(line, &s);
		if (!callback(context, &s))
			break;
	}
	buffer_release(&text);
}

bool sockets_takes(const struct live_socket *s, const unsigned char *host, bool six)
{
	static const unsigned char any[16], mapped[12] = {[10] = 0xff, [11] = 0xff};
	bool own_six = strchr(s->table, '6') != NULL;
	if (memcmp(s->host, any, 16) == 0)
		return own_six || !six; /* "::" takes IPv4 too, unless IPV6_V6ONLY is set */
	if (memcmp(host, any, six ? 16 : 4) == 0 && six == own_six)
		return true;
	if (own_six == six)
		return memcmp(s->host, host, six ? 16 : 4) == 0;
	return own_six && memcmp(s->host, mapped, 12) == 0 && memcmp(s->host + 12, host, 4) == 0;
}

static bool ask_peer(int fd, uint64_t inode)
{
	struct {
		struct nlmsghdr head;
		struct unix_diag_req ask;
	} m = {.head = {.nlmsg_len = sizeof m, .nlmsg_type = SOCK_DIAG_BY_FAMILY, .nlmsg_flags = NLM_F_REQUEST},
		.ask = {.sdiag_family = AF_UNIX,
			.udiag_states = UINT32_MAX,
			.udiag_ino = (uint32_t)inode,
			.udiag_show = UDIAG_SHOW_PEER,
			.udiag_cookie = {UINT32_MAX, UINT32_MAX}}};
	struct timeval patience = {.tv_usec = 200000};
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
	return send(fd, &m, sizeof m, 0) == sizeof m;
}

static uint64_t peer_in(const struct nlmsghdr *head, size_t got)
{
	if (!NLMSG_OK(head, got) || head->nlmsg_type != SOCK_DIAG_BY_FAMILY)
		return 0;
	size_t left = NLMSG_PAYLOAD(head, sizeof(struct unix_diag_msg));
	const struct rtattr *a =
		(const void *)((const char *)NLMSG_DATA(head) + NLMSG_ALIGN(sizeof(struct unix_diag_msg)));
	for (; RTA_OK(a, left); a = RTA_NEXT(a, left))
		if (a->rta_type == UNIX_DIAG_PEER) {
			uint32_t peer;
			memcpy(&peer, RTA_DATA(a), sizeof peer);
			return peer;
		}
	return 0;
}

static uint64_t unix_peer(uint64_t inode)
{
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_SOCK_DIAG);
	if (fd < 0)
		return 0;
	_Alignas(struct nlmsghdr) char answer[4096];
	ssize_t got = ask_peer(fd, inode) ? recv(fd, answer, sizeof answer, 0) : -1;
	close(fd);
	return got > 0 ? peer_in((const struct nlmsghdr *)answer, (size_t)got) : 0;
}

/* --- the other end --- */

struct pair {
	uint64_t inode;
	struct live_socket own, far;
};

static bool see_inode(void *context, const struct live_socket *x)
{
	struct pair *p = context;
	if (x->inode != p->inode)
		return true;
	p->own = *x;
	return false;
}

static bool see_turned(void *context, const struct live_socket *x)
{
	struct pair *p = context;
	bool turned = x->port == p->own.peer_port && x->peer_port == p->own.port && x->inode &&
		memcmp(x->host, p->own.peer, 16) == 0 && memcmp(x->peer, p->own.host, 16) == 0;
	if (turned)
		p->far = *x;
	return !turned;
}

uint64_t sockets_other_end(pid_t pid, uint64_t inode)
{
	static const char *const tables[] = {"tcp", "tcp6"};
	uint64_t peer = unix_peer(inode);
	for (size_t i = 0; i < 2 && !peer; i++) {
		struct pair p = {.inode = inode};
		sockets_each(tables[i], pid, see_inode, &p);
		if (p.own.table[0] && p.own.peer_port)
			sockets_each(tables[i], pid, see_turned, &p);
		peer = p.far.inode;
	}
	return peer;
}
