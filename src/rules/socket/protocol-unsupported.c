/* socket/protocol-unsupported: no such family, type or protocol. */
#include <errno.h>

#include <ipcdiag/explain_socket.h>

static void say_combination(struct finding *f, const struct event *e, int error)
{
	finding_set(f, "family", e->domain);
	finding_set(f, "kind", e->type);
	finding_set(f, "protocol", e->protocol);
	finding_add_check(f, "cat /proc/net/protocols");
	finding_add_check(f, "lsmod");
	finding_add_check(f, "grep -i -e blacklist -e install -r /etc/modprobe.d");
	finding_add_fix(f, "use a combination that the kernel supports");
	finding_add_fix(f, "load the module of the protocol: sudo modprobe sctp (or x25, can, vsock, ...)");
	finding_say_message(f,
		"{process} asked for a socket that there is not: family {family}, type {kind}, protocol "
		"{protocol} ({errno})<<, {times} times>>");
	if (error == EAFNOSUPPORT)
		finding_say_cause(f,
			"this kernel does not know the address family {family}: it is not built in, or its module "
			"is not loaded or not allowed here");
	else if (error == ESOCKTNOSUPPORT)
		finding_say_cause(f, "the family {family} has no sockets of the type {kind}");
	else
		finding_say_cause(f,
			"the protocol {protocol} does not go with the type {kind} in the family {family}, or the "
			"kernel lacks it (SOCK_STREAM goes with "
			"IPPROTO_TCP or 0, SOCK_DGRAM with IPPROTO_UDP or 0)");
	if (slice_in_words(e->domain, "AF_INET6 PF_INET6")) {
		finding_add_check(f, "sysctl net.ipv6.conf.all.disable_ipv6");
		finding_add_fix(f,
			"use AF_INET where AF_INET6 is not there; switch IPv6 on: net.ipv6.conf.all.disable_ipv6=0, "
			"and no ipv6.disable=1 at boot");
	}
}

static void say_peer(struct finding *f, const struct change *c, const struct world *w)
{
	const struct socket *s = c->file ? c->file->socket : NULL;
	struct binding *b = finding_address(f) ? world_binding_for(w, finding_address(f), NULL) : NULL;
	finding_set(f, "given", c->event->address.family_name);
	if (s) {
		finding_set_text(f, "kind", s->type);
		finding_set_text(f, "family", s->domain);
		finding_add_evidence(f, c->file->made, "the socket is made");
	}
	if (b) {
		explain_process(f, "listener", b->process);
		finding_add_evidence(f, b->bind, "{listener} binds the address");
	}
	if (c->error == EPROTOTYPE)
		finding_say_cause(f,
			"the socket at {address} is of another type<< than the {kind} of this one>>: one is "
			"SOCK_STREAM, the other SOCK_DGRAM or "
			"SOCK_SEQPACKET");
	else
		finding_say_cause(f,
			"the address in the call has the family {given}<<, the socket {family}>>: the two must be "
			"the same; an odd number there means that "
			"the address was never filled in");
	finding_add_fix(f,
		c->error == EPROTOTYPE
			? "make the client's socket with the type of the server's"
			: "fill in sin_family (or sun_family) of the address, with the family that socket() got; check the result");
	finding_add_check(f, "ss -xl src {path}");
	finding_add_check(f, "strace -f -e trace=network -v -p {pid}");
}

static bool examine(struct finding *f, const struct change *c, const struct world *w)
{
	const struct event *e = c->event;
	if (e->kind == EVENT_SOCKET || e->kind == EVENT_SOCKETPAIR) {
		if (slice_in_words(e->domain, "AF_NETLINK PF_NETLINK AF_ALG PF_ALG"))
			finding_set_memo(f, 0, 1); /* asked for to see whether it is there */
		say_combination(f, e, c->error);
	} else {
		say_peer(f, c, w);
	}
	socket_remember(f, c);
	return true;
}

const struct rule rule_socket_protocol_unsupported = {
	.id = "socket/protocol-unsupported",
	.severity = SEVERITY_ERROR,
	.aim = AIM_OWN,
	.title = "family, type or protocol not supported",
	.about =
		"socket or socketpair with a combination that the kernel does not have (EPROTONOSUPPORT, ESOCKTNOSUPPORT, "
		"EAFNOSUPPORT), or connect and send to "
		"an address of another family or a socket of another type (EAFNOSUPPORT, EPROTOTYPE). A fallback that works makes "
		"it a note.",
	.match = {{CHANGE_CALL, "socket socketpair",
			  "EPROTONOSUPPORT EPROTOTYPE ESOCKTNOSUPPORT EAFNOSUPPORT EOPNOTSUPP EPFNOSUPPORT", NULL,
			  AIM_ASK},
		{CHANGE_CALL, "connect bind send sendto sendmsg", "EPROTOTYPE EAFNOSUPPORT EPROTONOSUPPORT", NULL}},
	.recovery = RECOVERY_ANY,
	.message =
		"{process} could not {call}<< to {address}>>: the socket is of another kind ({errno})<<, {times} times>>",
	.why = "A socket is made of a family (which addresses), a type (stream or datagrams) and a protocol; the kernel has only "
	       "certain combinations, and both ends "
	       "must have the same.",
	.references = {"socket(2)", "socketpair(2)", "unix(7)", "ip(7)", "address_families(7)"},
	.example = "socket(AF_INET, SOCK_STREAM, IPPROTO_UDP) = -1 EPROTONOSUPPORT (Protocol not supported)\n"
		   "exit_group(1) = ?\n"
		   "+++ exited with 1 +++",
	.examine = examine,
	.settle = socket_settle,
};
