/* ipcdiag channels: every pipe, FIFO and connection of the trace: who made and held it, what went over it, how it
 * ended. */
#include <unistd.h>

#include <ipcdiag/buffer.h>
#include <ipcdiag/change.h>
#include <ipcdiag/text.h>
#include <ipcdiag/trace.h>
#include <ipcdiag/world.h>

#include "analysis.h"
#include "command.h"
#include "jobs.h"
#include "say.h"
#include "options.h"
#include "outputs.h"
#include "settings.h"
#include "signals.h"
#include "status.h"

enum { FLUSH_AT = 65536 };

struct listing {
	struct output output;
	struct buffer text;
	uint64_t count;
};

static void flush(void *context)
{
	struct listing *t = context;
	output_write(&t->output, buffer_slice(&t->text));
	buffer_clear(&t->text);
}

static void add_process(struct buffer *out, const struct process *p)
{
	struct buffer name = {0};
	process_describe(p, &name);
	text_add_visible(out, buffer_slice(&name));
	buffer_release(&name);
}

static void add_line(struct buffer *out, const char *word, const struct step *s)
{
	if (s)
		buffer_add_format(out, "%s line %llu", word, (unsigned long long)s->line);
}

static const char *side_name(const struct channel *c, int side)
{
	if (c->kind == CHANNEL_PIPE || c->kind == CHANNEL_FIFO)
		return side ? "write end" : "read end";
	if (c->kind == CHANNEL_SOCKETPAIR)
		return side ? "second end" : "first end";
	return side ? "server" : "client";
}

static void add_traffic(struct buffer *out, const struct channel *c, int side)
{
	const struct side *s = &c->side[side];
	bool reader = (c->kind == CHANNEL_PIPE || c->kind == CHANNEL_FIFO) && side == 0;
	buffer_add_format(out, "%llu bytes %s", (unsigned long long)s->bytes, reader ? "read" : "written");
	add_line(out, ", last at", s->last_io);
	if (c->kind >= CHANNEL_SOCKETPAIR)
		buffer_add_format(out, ", %llu received", (unsigned long long)s->receive_bytes);
	add_line(out, ", shut down at", s->shut);
}

static void add_holders(struct buffer *out, const struct side *s)
{
	unsigned shown = 0;
	for (const struct open_file *f = s->files; f; f = f->side_next) {
		for (const struct descriptor *d = f->holders; d && shown < 8; d = d->next, shown++) {
			buffer_add_text(out, "\n    held by ");
			add_process(out, d->table->owner);
			buffer_add_format(out, " as fd %lld", (long long)d->fd);
			add_line(out, " since", d->step);
		}
	}
}

static void add_gone(struct buffer *out, const struct side *s)
{
	static const char *const how[] = {[GONE_CLOSED] = "closed by",
		[GONE_EXITED] = "ended with",
		[GONE_EXECED] = "left by execve of",
		[GONE_SHUT] = "shut down by"};
	if (s->gone_total > s->gone_count)
		buffer_add_format(
			out, "\n    %llu earlier holders", (unsigned long long)(s->gone_total - s->gone_count));
	for (unsigned i = 0; i < s->gone_count; i++) {
		const struct gone *g = &s->gone[i];
		buffer_add_format(out, "\n    fd %lld %s ", (long long)g->fd, how[g->how]);
		add_process(out, g->process);
		add_line(out, " at", gone_step(g));
	}
}

static void add_channel(struct buffer *out, const struct channel *c)
{
	struct buffer name = {0};
	channel_describe(c, &name);
	text_add_visible(out, buffer_slice(&name));
	buffer_release(&name);
	if (c->maker) {
		buffer_add_text(out, " by ");
		add_process(out, c->maker);
	}
	for (int side = 0; side < 2; side++) {
		buffer_add_format(out, "\n  %s: ", side_name(c, side));
		if (!c->side[side].known && !c->side[side].gone_total) {
			buffer_add_text(out, "not in the trace");
			continue;
		}
		add_traffic(out, c, side);
		add_gone(out, &c->side[side]);
		add_holders(out, &c->side[side]);
	}
	buffer_add_char(out, '\n');
}

static void changed(void *context, const struct change *c)
{
	struct listing *t = context;
	if (c->kind != CHANGE_FINISH || !c->channel)
		return;
	t->count++;
	add_channel(&t->text, c->channel);
	if (t->text.len >= FLUSH_AT)
		flush(t);
}

/* Each input is a world of its own. */
static bool list_input(struct listing *list, const struct settings *settings, const char *path)
{
	struct analysis a;
	analysis_init_model(&a, settings);
	world_on_change(a.world, changed, list);
	a.context = list;
	analysis_add(&a, path, jobs_shown_name(settings, path));
	if (!a.incomplete)
		analysis_run(&a);
	bool good = !a.incomplete;
	analysis_release(&a);
	return good;
}

static int channels(struct settings *settings, char **operands)
{
	struct inputs in;
	struct listing list = {0};
	bool good = true;
	if (!inputs_collect(&in, settings, operands))
		return STATUS_INCOMPLETE;
	output_open_standard(&list.output, STDOUT_FILENO);
	signals_catch();
	for (size_t i = 0; i < in.count && !signals_stopped(); i++)
		good &= list_input(&list, settings, in.paths[i]);
	good &= !signals_tell_stopped();
	flush(&list);
	int error = output_close(&list.output);
	if (error)
		tell("standard output: %s", strerror(error));
	buffer_release(&list.text);
	inputs_release(&in);
	return good && !error ? STATUS_OK : STATUS_INCOMPLETE;
}

const struct command command_channels = {
	.name = "channels",
	.operands = "[FILE]...",
	.about = "list the pipes, FIFOs and connections: who made, held, wrote, read and closed them",
	.groups = GROUP_INPUT | GROUP_GENERAL,
	.reads_input = true,
	.run = channels,
};
