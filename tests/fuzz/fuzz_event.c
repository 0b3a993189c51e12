/* One record with arbitrary arguments: "name(args" or "name(args\0tail", its first byte choosing what kind of record it
 * is. */
#include <ipcdiag/event.h>

static void walk_lists(const struct event *e)
{
	struct slice note, events;
	size_t position = 0;
	int64_t fd, op;
	bool undo, nowait;
	while (event_next_polled(e, &position, &fd, &note, &events))
		event_polled_result(e, fd);
	for (position = 0; event_next_semop(e, &position, &fd, &op, &undo, &nowait);)
		;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const enum record_kind kinds[] = {
		RECORD_SYSCALL, RECORD_UNFINISHED, RECORD_RESUMED, RECORD_SIGNAL, RECORD_KILLED};
	struct event e;
	struct buffer out = {0};
	if (size < 2)
		return 0;
	struct slice text = {(const char *)data + 1, size - 1};
	size_t open = slice_find_char(text, '(', 0), end = slice_find_char(text, '\0', 0);
	struct record r = {
		.kind = kinds[data[0] % 5], .pid = -1, .task = -1, .name = slice_take(text, open), .text = text};
	r.args = slice_skip(slice_take(text, end), open == SIZE_MAX ? open : open + 1);
	r.args_tail = slice_skip(text, end);
	r.ret = data[0] & 0x40 ? SLICE("3") : SLICE("-1");
	r.err = data[0] & 0x40 ? (struct slice){NULL, 0} : SLICE("EPIPE");
	if (data[0] & 0x80) {
		r.aux[r.aux_count++] = r.args_tail;
		r.args = r.kind == RECORD_RESUMED ? (struct slice){NULL, 0} : r.args;
	}
	event_wants(r.name);
	if (event_decode(&r, &e)) {
		event_print(&e, &out);
		walk_lists(&e);
	}
	buffer_release(&out);
	return 0;
}
