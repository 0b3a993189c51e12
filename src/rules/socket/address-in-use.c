/* socket/address-in-use: somebody has the address already. */
#include <ipcdiag/explain_socket.h>

enum { MEMO_FAMILIES }; /* what the program's own other socket serves */
enum { FAMILIES_UNKNOWN, FAMILIES_BOTH, FAMILIES_ONE };

/* The server of the trace is gone, and somebody who inherited its socket still holds it; or it lives and holds it
 * itself. */
static void say_holder(struct finding *f, struct binding *b)
{
	struct descriptor *d = b->file->holders;
	bool own = false;
	for (struct descriptor *h = d; h; h = h->next)
		own = own || (h->table && h->table->owner == b->process);
	bool itself = b->process == finding_process(f);
	finding_add_fix(f,
		itself ? "bind each address once, and close the first socket before it is bound again"
		       : "stop {listener} first, or give one of the two another address");
	if (itself && b->address.family != finding_address(f)->family) {
		finding_set_memo(f, MEMO_FAMILIES, b->address.family == FAMILY_INET6 ? FAMILIES_BOTH : FAMILIES_ONE);
		finding_add_fix(f,
			"set IPV6_V6ONLY on the IPv6 socket before bind() when IPv4 is to have a socket of its own "
			"(nginx: ipv6only=on); or use \"::\" alone, "
			"which takes IPv4 too");
	}
	if (own || !d) {
		finding_say_cause(f,
			itself ? "{listener} itself bound {listener_address} at {bind_at}<< and listens since "
				 "{listen_at}>>; that socket is still open"
			       : "{listener} bound {listener_address} at {bind_at}<<, listens since {listen_at}>> "
				 "and is still alive; SO_REUSEADDR does "
				 "not help against a live listener");
		return;
	}
	explain_holder(f, "holder", d);
	explain_end(f, "listener", b->process);
	finding_say_cause(f,
		"{listener} bound {listener_address} at {bind_at}<< and listened from {listen_at} on>>; it "
		"{listener_end}, but {holder} still holds "
		"the socket as fd {holder_fd} ({holder_came})");
	finding_add_fix(f, "make the server's socket with SOCK_CLOEXEC, and close it in children that do not serve");
	finding_add_check(f, "ls -l /proc/{holder_pid}/fd/{holder_fd}");
}

static void say_time_wait(struct finding *f, struct binding *b)
{
	explain_place(f, "gone_at", b->gone);
	explain_place(f, "closed_at", b->accepted_close);
	finding_add_evidence(f, b->accepted_close, "the server closes an accepted connection first");
	finding_add_evidence(f, b->gone, "the listener is closed");
	finding_say_cause(f,
		"no listener is left: {listener} bound {listener_address} at {bind_at}<< and closed it at "
		"{gone_at}>>, but an accepted connection that "
		"the server closed first<< ({closed_at})>> is in TIME_WAIT, and SO_REUSEADDR was not set");
	finding_add_check(f, "ss -tan state time-wait 'sport = :{port}'");
	finding_add_fix(f,
		"set SO_REUSEADDR before bind() in the server: setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &(int){1}, sizeof(int))");
}

static void say_stale_file(struct finding *f, const struct world *w, struct binding *b)
{
	const struct failed_unlink *u = world_failed_unlink(w, finding_address(f)->path);
	if (u) {
		explain_place(f, "unlink_at", u->step);
		finding_set_text(f, "unlink_error", errno_name(u->error));
		finding_add_evidence(f, u->step, "the old file cannot be removed");
		finding_say_cause(f,
			"the file {path} exists already, and the attempt to remove it at {unlink_at} failed "
			"({unlink_error}): it belongs to somebody else, or "
			"the folder does not allow it (in a sticky folder such as /tmp only the owner may)");
		finding_add_fix(f,
			"let the owner of {path} remove it or stop the server that made it; or use a path in a folder "
			"of your own ($XDG_RUNTIME_DIR)");
	} else if (!b) {
		finding_say_cause(f,
			"the file {path} exists already: another server has it open, or an ended one left it "
			"behind; the trace shows no unlink "
			"before this bind and nobody else who binds it");
	} else {
		explain_place(f, "gone_at", b->gone);
		finding_add_evidence(f, b->gone, "the socket is closed, its file stays");
		finding_say_cause(f,
			"{listener} bound {listener_address} at {bind_at}<< and closed it at {gone_at}>>, but "
			"nobody removed the file: a closed Unix "
			"socket leaves its name behind");
	}
	if (!u)
		finding_add_fix(f, "unlink() the path before bind(), when no server answers there");
}

/* Two addresses that one port cannot have: equal ones, a wildcard and any other, "::" and whatever IPv4 has (ipv6(7)).
 */
static bool collide(const struct endpoint_address *a, const struct endpoint_address *b)
{
	if (a->family == FAMILY_UNIX || b->family == FAMILY_UNIX)
		return address_same(a, b);
	bool wild_a = address_is_wildcard(a), wild_b = address_is_wildcard(b);
	if (a->port != b->port)
		return false;
	if (a->family == b->family)
		return wild_a || wild_b || address_same(a, b);
	return (a->family == FAMILY_INET6 && wild_a) || (b->family == FAMILY_INET6 && wild_b);
}

/* The one that stands in the way: a living one first, else the newest. To be asked at once: later it may be gone. */
static struct binding *find_rival(const struct world *w, const struct finding *f)
{
	const struct endpoint_address *a = finding_address(f);
	const struct open_file *own = finding_file(f);
	struct binding *gone = NULL, *living = NULL;
	for (struct binding *b = a ? world_bindings(w) : NULL; b; b = b->newer) {
		bool other_kind = own && own->socket && own->socket->stream != b->stream;
		if (!collide(a, &b->address) || other_kind || (b->file && b->file == own))
			continue;
		if (b->file && !b->unlinked)
			living = b;
		else if (!b->unlinked)
			gone = b;
	}
	return living ? living : gone;
}

static void say_why(struct finding *f, const struct world *w, bool reuses)
{
	const struct endpoint_address *a = finding_address(f);
	struct binding *b = find_rival(w, f);
	bool local = a && a->family == FAMILY_UNIX;
	explain_listener(f, &(struct listener){.how = LISTENING_NOW, .binding = b});
	if (b && b->file)
		say_holder(f, b);
	else if (local && !a->abstract)
		say_stale_file(f, w, b);
	else if (b && b->stream && !reuses && (b->accepted_close || b->accepted))
		say_time_wait(f, b);
	else if (!reuses)
		finding_add_fix(f,
			"set SO_REUSEADDR before bind(), in case that it is only TIME_WAIT of a server that just ended");
}

static bool examine(struct finding *f, const struct change *c, const struct world *w)
{
	const struct socket *s = c->file ? c->file->socket : NULL;
	if (s && s->reuse_address)
		finding_add_evidence(f, s->reuse_step, "SO_REUSEADDR is set");
	if (c->event->kind == EVENT_LISTEN)
		finding_say_message(f,
			"{process} could not listen<< on {address}>>: another socket listens there ({errno})<<, {times} times>>");
	else if (c->event->kind == EVENT_CONNECT)
		finding_say_message(f,
			"{process} could not connect: its own address is in use for a connection<< to {address}>> "
			"({errno})<<, {times} times>>");
	say_why(f, w, s && s->reuse_address);
	socket_remember(f, c);
	return true;
}

static void settle(struct finding *f, const struct world *w)
{
	struct step *success;
	socket_set_times(f);
	if (finding_memo(f, MEMO_FAMILIES) ==
		FAMILIES_BOTH) { /* its "::" takes IPv4 as well, so that nothing is missing */
		f->outcome = OUTCOME_ALTERNATIVE;
	} else if (finding_recovered(f, &success, NULL) && socket_other_family(f, w, success)) {
		explain_place(f, "other_at", success);
		finding_say_message(f,
			"{process} could not bind<< to {address}>>: it is in use ({errno})<<, {times} times>>; it "
			"goes on with the other IP version "
			"alone ({other_at})");
	}
}

const struct rule rule_socket_address_in_use = {
	.id = "socket/address-in-use",
	.severity = SEVERITY_ERROR,
	.aim = AIM_OWN,
	.title = "address already in use",
	.about =
		"bind or listen found its address taken (EADDRINUSE): by a process of the trace, by one that inherited the socket, "
		"by one outside of the "
		"trace, by a connection in TIME_WAIT, or by a socket file that was left behind.",
	.match = {{CHANGE_CALL, "bind listen connect", "EADDRINUSE", NULL}},
	.recovery = RECOVERY_ANY,
	.message = "{process} could not bind<< to {address}>>: it is in use ({errno})<<, {times} times>>",
	.cause = "no process in this trace has<< {address}>>: it is held by a process outside of the trace",
	.check = {"sudo ss -tulnp | grep :{port}", "sudo fuser -v {port}/tcp", "sudo lsof | grep -F -- {path}",
		"ss -xlp src {path}", "ls -l -- {path}"},
	.fix = {"stop the process that has the address, or use another address or port"},
	.why = "Only one socket can own an address and port (for a Unix socket: a path) at a time; 0.0.0.0 and :: stand for all "
	       "addresses of the host. "
	       "After a close, TIME_WAIT keeps the port of the side that closed first for a minute, unless SO_REUSEADDR is set.",
	.references = {"bind(2)", "listen(2)", "socket(7)", "ip(7)", "unix(7)"},
	.example =
		"socket(AF_INET, SOCK_STREAM, IPPROTO_TCP) = 3\n"
		"bind(3, {sa_family=AF_INET, sin_port=htons(8080), sin_addr=inet_addr(\"0.0.0.0\")}, 16) = -1 EADDRINUSE (Address "
		"already in use)\n"
		"exit_group(1) = ?\n"
		"+++ exited with 1 +++",
	.examine = examine,
	.settle = settle,
};
