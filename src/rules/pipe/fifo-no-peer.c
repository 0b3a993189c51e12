/* pipe/fifo-no-peer: a FIFO that only one side opens. */
#include <ipcdiag/explain_pipe.h>

static bool is_fifo(const struct change *c)
{
	return c->object == OBJECT_FIFO || (c->channel && c->channel->kind == CHANNEL_FIFO);
}

static void explain_fifo(struct finding *f, const struct channel *c)
{
	if (c && c->made) {
		finding_set_number(f, "made_line", (int64_t)c->made->line);
		finding_add_evidence(f, c->made, "the FIFO is made");
	}
	explain_last_gone(f, "reader", c, 0);
}

static bool examine_blocked(struct finding *f, const struct change *c)
{
	const struct wait *x = c->wait->wait;
	if (x->kind != WAIT_FIFO_OPEN || c->wait->verdict == VERDICT_CYCLE || c->wait->verdict == VERDICT_NONE)
		return false;
	finding_set_text(f, "path", x->path);
	finding_set_text(f, "way", x->writing ? "writing" : "reading");
	finding_set_text(f, "other_way", x->writing ? "reading" : "writing");
	explain_fifo(f, c->channel);
	if (c->wait->behind_count)
		explain_waits(f, c->wait);
	if (c->wait->verdict == VERDICT_BUSY || c->wait->verdict == VERDICT_IDLE)
		f->severity = SEVERITY_WARNING;
	return true;
}

/* ENXIO of an open for writing that does not block: nobody reads (fifo(7)). Sockets and terminals give ENXIO too. */
static bool examine_call(struct finding *f, const struct change *c)
{
	const struct event *e = c->event;
	struct slice path = e->path;
	if (!e->nonblock || e->access != ACCESS_WRITE || slice_starts(path, SLICE("/dev/")))
		return false;
	finding_set(f, "path", path);
	finding_set_text(f, "other_way", "reading");
	explain_fifo(f, c->channel);
	finding_say_message(
		f, "{process} cannot open the FIFO {path} for writing: nobody has it open for reading ({errno})");
	finding_say_cause(f,
		"an open for writing with O_NONBLOCK does not wait: without a reader it fails<<; the last reader, {reader}, {reader_gone}>>");
	return true;
}

static bool examine(struct finding *f, const struct change *c, const struct world *w)
{
	(void)w;
	if (c->kind == CHANGE_CALL)
		return examine_call(f, c);
	return is_fifo(c) || c->wait->wait->kind == WAIT_FIFO_OPEN ? examine_blocked(f, c) : false;
}

const struct rule rule_pipe_fifo_no_peer = {
	.id = "pipe/fifo-no-peer",
	.severity = SEVERITY_ERROR,
	.aim = AIM_OWN,
	.title = "FIFO whose other end nobody opens",
	.about =
		"open of a FIFO waits until some process opens its other end, and none does; or, opened for writing with O_NONBLOCK, it fails with "
		"ENXIO since nobody reads.",
	.match = {{CHANGE_BLOCKED, NULL, NULL, NULL}, {CHANGE_CALL, "open openat openat2", "ENXIO", NULL}},
	.recovery = RECOVERY_SAME,
	.needs = "-f",
	.message = "{process} waits in {call} for somebody who opens the FIFO {path} for {other_way}, and nobody does",
	.cause =
		"an open for {way} waits for an open for {other_way}; no process of this trace makes one<<; {behind}>>",
	.check = {"ls -l -- {path}", "fuser -v -- {path}", "lsof -- {path}"},
	.fix = {"start the process that opens {path} for {other_way}, or check that both use the same path",
		"open it with O_RDWR, or for reading with O_RDONLY|O_NONBLOCK, when it must not wait",
		"if the other side may be missing: open with O_NONBLOCK, and take ENXIO for \"nobody reads yet\""},
	.why = "The kernel joins the two ends of a FIFO when both are open: an open for one way waits for the other. Linux lets an O_RDWR open through, since "
	       "that process has both ends itself.",
	.references = {"fifo(7)", "open(2)", "mkfifo(3)"},
	.example = "mknodat(AT_FDCWD, \"cmd.fifo\", S_IFIFO|0600) = 0\n"
		   "openat(AT_FDCWD, \"cmd.fifo\", O_RDONLY",
	.examine = examine,
};
