/* data/eof-mid-message: the peer ended after a request, without an answer. */
#include <ipcdiag/explain_pipe.h>

enum { MEMO_RECORD = 1 };

static bool is_stream(const struct change *c)
{
	const struct socket *s = c->file ? c->file->socket : NULL;
	return c->object == OBJECT_SOCKET && c->channel && (!s || !s->type || strcmp(s->type, "SOCK_STREAM") == 0);
}

/* It has sent, and not said that it is done; and not a byte came back. */
static bool is_unanswered(const struct change *c)
{
	const struct side *own = is_stream(c) ? &c->channel->side[c->file->side] : NULL;
	return own && own->bytes && !own->receive_bytes && !own->shut && own->last_io;
}

static bool is_within_record(const struct change *c)
{
	return c->file && c->file->record.ended;
}

static bool applies(const struct change *c, const struct world *w)
{
	(void)w;
	return is_within_record(c) || is_unanswered(c);
}

static void examine_record(struct finding *f, const struct open_file *file)
{
	finding_set_number(f, "wanted", file->record.size);
	finding_set_number(f, "got", file->record.size - file->record.left);
	finding_add_evidence(f, file->last_read, "the end of file comes here");
	finding_say_message(f,
		"{process} got {got} of {wanted} bytes of a record on fd {fd}<< ({object})>>, and then the end of file");
	finding_say_cause(
		f, "whoever wrote stopped in the middle of a record<<: {peer} {peer_gone}>><<, since {peer_reason}>>");
	finding_set_memo(f, MEMO_RECORD, 1);
}

static bool examine(struct finding *f, const struct change *c, const struct world *w)
{
	const struct side *own = &c->channel->side[c->file->side];
	(void)w;
	explain_channel(f, c->channel);
	explain_address(f, c->file->socket ? &c->file->socket->peer : NULL);
	if (is_within_record(c)) {
		examine_record(f, c->file);
		return true;
	}
	finding_set_number(f, "sent", (int64_t)own->bytes);
	finding_set_number(f, "sent_line", (int64_t)own->last_io->line);
	finding_add_evidence(f, own->last_io, "the request that got no answer");
	return true;
}

static bool ended_badly(const struct process *p)
{
	return p && !p->injected_end && ((p->end == END_EXITED && p->status != 0) || p->end == END_KILLED);
}

static void settle(struct finding *f, const struct world *w)
{
	const struct channel *c = finding_channel(f);
	const struct open_file *file = finding_file(f);
	const struct process *peer = NULL;
	(void)w;
	if (c && explain_last_gone(f, "peer", c, file_other_side(file)))
		peer = side_last_gone(c, file_other_side(file))->process;
	bool bad = ended_badly(peer) || ended_badly(finding_process(f));
	if (bad)
		f->severity = finding_memo(f, MEMO_RECORD) ? SEVERITY_ERROR : SEVERITY_WARNING;
}

const struct rule rule_data_eof_mid_message = {
	.id = "data/eof-mid-message",
	.severity = SEVERITY_NOTE,
	.title = "end of file in place of an answer",
	.about =
		"A process sent a request over a connection and got the end of file without a byte of an answer: a warning where the peer, or the process itself, "
		"ended badly, else a note, since some protocols have no answers. Or it reads by records, and the end of file came within one: an error where the "
		"writer, or the reader, ended badly.",
	.match = {{CHANGE_EOF, NULL, NULL, "socket pipe fifo"}},
	.needs = "-f",
	.message =
		"{process} sent {sent} bytes<< to {address}>> on fd {fd} and got the end of file instead of an answer",
	.cause =
		"the transport works; the peer closed without answering the request of line {sent_line}<<: {peer} {peer_gone}>><<, since {peer_reason}>>",
	.check = {"strace -f -s 200 -e trace=network,read,write -p {pid}", "ipcdiag channels {file}"},
	.fix = {"look at what was sent (strace -s 200), and at the log of the peer: it did not understand the request, or failed over it",
		"take an early end of file for a failure of the exchange, and say so"},
	.why = "The end of a connection is all that the kernel tells when the peer closes it or ends; whether the exchange was complete only the protocol can tell.",
	.references = {"recv(2)", "shutdown(2)"},
	.example = "4240 socketpair(AF_UNIX, SOCK_STREAM, 0, [3, 4]) = 0\n"
		   "4240 clone(child_stack=NULL, flags=SIGCHLD) = 4241\n"
		   "4240 close(4) = 0\n"
		   "4240 write(3, \"request\\n\", 8) = 8\n"
		   "4241 +++ exited with 1 +++\n"
		   "4240 read(3, \"\", 64) = 0\n"
		   "4240 exit_group(1) = ?",
	.applies = applies,
	.examine = examine,
	.settle = settle,
};
