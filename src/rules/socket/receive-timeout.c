/* socket/receive-timeout: a time limit ran out, and the program gave up over it. */
#include <errno.h>

#include <ipcdiag/explain_socket.h>

enum { MEMO_POLL = 0, MEMO_OWED = 2, DNS = 53 };

/* EAGAIN on a socket that blocks: only a time limit on receiving makes that. */
static bool is_limited(const struct change *c)
{
	const struct open_file *file = c->file;
	return file && file->socket && file->made && !file->nonblock && !c->event->dontwait &&
		(socket_lasted(c) < 0 || socket_lasted(c) > 0.01);
}

static bool applies(const struct change *c, const struct world *w)
{
	(void)w;
	bool connecting = c->file && c->file->socket && c->file->socket->state == SOCKET_CONNECTING;
	return c->error ? is_limited(c) : c->file && !connecting;
}

static bool examine(struct finding *f, const struct change *c, const struct world *w)
{
	const struct open_file *file = c->file;
	(void)w;
	socket_remember(f, c);
	finding_set_memo(f, MEMO_OWED, open_file_is_owed(file));
	if (file->last_write) {
		finding_set_number(f, "asked_line", (int64_t)file->last_write->line);
		finding_add_evidence(f, file->last_write, "what it asked");
	}
	if (c->error)
		return true;
	finding_say_message(f,
		"{process} waited<< {seconds} s>> in {call} for an answer on fd {fd}<< from {address}>>, in vain<<, {times} times>>");
	if (c->event->seconds >= 1)
		finding_set_number(f, "seconds", (int64_t)c->event->seconds);
	finding_set_memo(f, MEMO_POLL, 1);
	return true;
}

static void say_name_server(struct finding *f)
{
	finding_say_cause(f,
		"the name server {host} does not answer, or its answers are lost: each look-up waits this long "
		"before it tries again or asks the next one");
	finding_add_check(f, "dig @{host} example.org");
	finding_add_check(f, "cat /etc/resolv.conf");
	finding_add_fix(f,
		"correct the nameserver lines in /etc/resolv.conf, or let UDP port 53 to {host} through the firewall");
}

/* An answer that came after all, and a program that is still at it or was stopped, are no failures. */
static bool is_settled_otherwise(const struct finding *f)
{
	const struct open_file *file = finding_file(f);
	const struct process *p = finding_process(f);
	bool answered = file->last_read && file->last_read->order > finding_last_step(f)->order;
	bool still_open = p && process_alive(p) && file->holder_count > 0;
	if (!finding_memo(f, MEMO_OWED)) /* what it is, and whether an answer is due, is not known: where the program
					    fails over it */
		return !p || p->end != END_EXITED || p->status == 0;
	return answered || (finding_memo(f, MEMO_POLL) && (still_open || !p || p->injected_end));
}

static void settle(struct finding *f, const struct world *w)
{
	const struct open_file *file = finding_file(f);
	(void)w;
	if (!file || is_settled_otherwise(f)) {
		finding_cancel(f);
		return;
	}
	socket_set_times(f);
	if (file->socket && !file->socket->stream && file->socket->peer.port == DNS)
		say_name_server(f);
	else if (file->channel)
		explain_peer_holder(f, file->channel, !file->side);
	if (finding_process(f) && !process_alive(finding_process(f))) {
		explain_end(f, "process", finding_process(f));
		finding_set_text(f, "end", finding_get(f, "process_end"));
	}
}

const struct rule rule_socket_receive_timeout = {
	.id = "socket/receive-timeout",
	.severity = SEVERITY_ERROR,
	.title = "no data within the time limit",
	.about =
		"A program sent something over a socket and waited for the answer with a time limit (poll, select, SO_RCVTIMEO), which ran "
		"out, and no answer came afterwards.",
	.aim = AIM_OWN,
	.match = {{CHANGE_CALL, "poll ppoll select _newselect pselect6 epoll_wait epoll_pwait epoll_pwait2", "0",
			  "socket unknown"},
		{CHANGE_CALL, "read readv recv recvfrom recvmsg", "EAGAIN", "socket"}},
	.recovery = RECOVERY_NONE,
	.message =
		"{process} got no data from {call} on fd {fd}<< ({address})>> within the socket's time limit ({errno})<<, {times} "
		"times>>",
	.cause =
		"nothing came in time<<: what was sent at line {asked_line} was not answered>><<; {peer} holds the other end (fd {peer_fd})>><<; the program {end}>>",
	.check = {"ping {host}", "ss -tnpo 'dport = :{port}'", "strace -f -yy -e trace=network,desc -p {pid}"},
	.fix = {"look at the other end: is it slow, stuck, or waiting for more of the request?",
		"look at the network between the two: packets lost, a VPN or NAT entry that "
		"timed out",
		"raise the time limit (SO_RCVTIMEO, the timeout of poll), or try again"},
	.why = "A time limit turns a silent partner into an error that the program can handle; it does not say whether the partner "
	       "is slow, gone, or waiting itself.",
	.references = {"poll(2)", "socket(7)", "recv(2)"},
	.example = "read(4, \"\\0\\0\\0\\34\", 8184) = 4\n"
		   "select(5, [4], [], NULL, {30, 0}) = 0 (Timeout)\n"
		   "read(4, \"\", 8184) = 0\n"
		   "exit_group(12) = ?\n"
		   "+++ exited with 12 +++",
	.applies = applies,
	.examine = examine,
	.settle = settle,
};
