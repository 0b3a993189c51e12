/* The other end of a connection: who held it, how it went, what it left unread. */
#include <ipcdiag/explain_socket.h>

static bool is_pair(const struct channel *c)
{
	return c->kind == CHANNEL_SOCKETPAIR;
}

static void prove(struct finding *f, const char *name, struct step *s, const char *role)
{
	explain_place(f, name, s);
	finding_add_evidence(f, s, role);
}

void explain_connection(struct finding *f, const struct channel *c)
{
	if (!c)
		return;
	prove(f, "made_at", c->connect_step ? c->connect_step : c->made,
		is_pair(c) ? "the socket pair is made" : "the connection is made");
	if (c->accept_step)
		prove(f, "accept_at", c->accept_step, "the connection is accepted");
}

/* What this side sent and the other one never took. */
static void explain_unread(struct finding *f, const struct channel *c, int own)
{
	const struct side *mine = &c->side[own], *other = &c->side[!own];
	if (!other->known || mine->bytes <= other->receive_bytes)
		return;
	finding_set_number(f, "unread", (int64_t)(mine->bytes - other->receive_bytes));
	prove(f, "sent_at", mine->last_io, "sent, and not read by the other end");
}

void socket_drop_unnamed(struct finding *f)
{
	const struct endpoint_address *a = finding_address(f);
	if (a && a->family == FAMILY_UNIX && !a->path)
		finding_set_text(f, "address", NULL);
}

void socket_remember_peer(struct finding *f, const struct change *c)
{
	socket_drop_unnamed(f);
	bool known = c->channel && c->file;
	finding_set_memo(f, MEMO_PEER_HELD, known ? side_holders(c->channel, !c->file->side, NULL, NULL) : 0);
}

/* Who let the other end go: before the finding, or right after, when others still held it then (lines of two processes
 * may stand in either order, but not far from each other). */
static const struct gone *who_let_go(const struct finding *f, const struct side *other)
{
	enum { SOON = 24 };
	uint64_t order = finding_step(f)->order;
	const struct gone *last = NULL;
	for (unsigned i = 0; i < other->gone_count; i++) {
		const struct gone *g = &other->gone[i];
		if (g->order > order)
			return !finding_memo(f, MEMO_PEER_HELD) ? last : g->order <= order + SOON ? g : NULL;
		last = g;
	}
	return finding_memo(f, MEMO_PEER_HELD) ? NULL : last;
}

enum departure explain_peer(struct finding *f)
{
	const struct channel *c = finding_channel(f);
	const struct open_file *file = finding_file(f);
	if (!c || !file)
		return DEPARTURE_UNKNOWN;
	int own = file->side;
	const struct side *mine = &c->side[own], *other = &c->side[!own];
	const struct gone *g = who_let_go(f, other);
	if (g && c->kind != CHANNEL_INET && mine->last_io && mine->last_io->order > g->order &&
		g->order < finding_step(f)->order)
		g = NULL; /* it could still send after that: somebody else, whom the trace does not show, held the other
			     end */
	explain_connection(f, c);
	if (mine->shut && mine->shut->order < finding_step(f)->order && f->error && *f->error == 'E' &&
		f->error[1] == 'P') {
		prove(f, "shut_at", mine->shut, "this end is shut down for writing");
		return DEPARTURE_OWN_SHUTDOWN;
	}
	if (other->shut_read && other->shut_read->order < finding_step(f)->order &&
		(!g || g->order > finding_step(f)->order)) {
		prove(f, "shut_at", other->shut_read, "the other end is shut down for reading");
		explain_peer_holder(f, c, !own);
		return DEPARTURE_SHUTDOWN;
	}
	explain_unread(f, c, own);
	if (g)
		explain_gone(f, "peer", g);
	if (other->linger && g) {
		prove(f, "linger_at", other->linger,
			"the other end asks for a reset at its close (SO_LINGER, 0 seconds)");
		return DEPARTURE_LINGER;
	}
	return !g ? DEPARTURE_UNKNOWN : finding_get(f, "unread") ? DEPARTURE_UNREAD : DEPARTURE_CLOSED;
}

const struct process *socket_peer_process(const struct finding *f)
{
	const struct channel *c = finding_channel(f);
	const struct open_file *file = finding_file(f);
	const struct gone *g = c && file ? who_let_go(f, &c->side[!file->side]) : NULL;
	return g ? g->process : NULL;
}

void explain_peer_holder(struct finding *f, const struct channel *c, int side)
{
	struct descriptor *d = NULL;
	if (!c)
		return;
	if (side_holders(c, side, NULL, &d) && d)
		explain_holder(f, "peer", d);
	else if (c->side[side].last_user)
		explain_process(f, "peer", c->side[side].last_user);
}
