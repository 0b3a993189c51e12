/* poll, select, epoll: what is waited for and what was reported. */
#include "decoders.h"

static const struct slice no_text = {NULL, 0};

bool decode_poll(const struct args *a, struct event *e)
{
	struct slice arg[3];
	args_split(a, arg, 3);
	e->list = arg[0];
	e->size = operand_number(arg[1], -1);
	operand_milliseconds(arg[2], e);
	return true;
}

bool decode_ppoll(const struct args *a, struct event *e)
{
	struct slice arg[3];
	args_split(a, arg, 3);
	e->list = arg[0];
	e->size = operand_number(arg[1], -1);
	if (arg[2].ptr)
		operand_timespec(arg[2], false, e);
	return true;
}

/* The three sets are one list here: from the first to the end of the last one. */
bool decode_select(const struct args *a, struct event *e)
{
	struct slice arg[5], *last = NULL;
	args_split(a, arg, 5);
	e->size = operand_number(arg[0], -1);
	for (size_t i = 1; i < 4 && arg[i].ptr; i++)
		last = &arg[i];
	if (last)
		e->list = (struct slice){arg[1].ptr, (size_t)(last->ptr - arg[1].ptr) + last->len};
	if (arg[4].ptr)
		operand_timespec(arg[4], e->call[0] != 'p', e);
	return true;
}

static uint64_t epoll_data(struct slice epoll_event)
{
	return operand_address(operand_member(operand_member(epoll_event, "data", 1), "u64", 1));
}

bool event_next_ready(const struct event *e, size_t *position, uint64_t *data)
{
	enum { MAX_LIST = 1 << 16 };
	struct slice element;
	if (e->kind != EVENT_EPOLL_WAIT || !arg_next_element(slice_take(e->list, MAX_LIST), position, &element))
		return false;
	*data = epoll_data(element);
	return true;
}

bool decode_epoll_ctl(const struct args *a, struct event *e)
{
	struct slice arg[4];
	args_split(a, arg, 4);
	e->fd = operand_fd(arg[0], &e->note);
	e->op = operand_name(arg[1], names_epoll);
	e->fd2 = operand_fd(arg[2], &e->note2);
	e->list = operand_member(arg[3], "events", 0);
	e->addr = epoll_data(arg[3]);
	return true;
}

bool decode_epoll_wait(const struct args *a, struct event *e)
{
	struct slice arg[4];
	args_split(a, arg, 4);
	e->fd = operand_fd(arg[0], &e->note);
	e->list = arg[1];
	if (arg[3].len && arg[3].ptr[0] != '{' && arg[3].ptr[0] != 'N' && !slice_ends(slice_of(e->call), SLICE("2")))
		operand_milliseconds(arg[3], e);
	else if (arg[3].ptr)
		operand_timespec(arg[3], false, e);
	return true;
}

/* --- the list of select: "[3 5], [6], NULL" --- */

/* Lists are looked at this far, and results for each descriptor of a list: bounds the work on hostile lines. strace
 * itself stops a list after 32 elements unless told otherwise. */
enum { MAX_LIST = 1 << 18, MAX_RESULT = 1 << 13 };

/* The position in a select list: offset, which set it is in, and whether within its brackets. */
enum { OFFSET_BITS = 20, OFFSET_MASK = (1 << OFFSET_BITS) - 1, INSIDE = 1 << OFFSET_BITS, NEXT_SET = INSIDE << 1 };

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool next_selected(struct slice list, size_t *position, int64_t *fd, struct slice *note, struct slice *events)
{
	static const char *const words[] = {"in", "out", "except"};
	size_t at = *position & OFFSET_MASK, set = *position / NEXT_SET;
	bool inside = (*position & INSIDE) != 0;
	for (; at < list.len && !(inside && is_digit(list.ptr[at])); at++) {
		char c = list.ptr[at];
		set += !inside && c == ',';
		inside = inside ? c != ']' : c == '[';
	}
	if (at >= list.len || set > 2)
		return false;
	*fd = operand_fd(slice_skip(list, at), note);
	*events = slice_of(words[set]);
	if (note->ptr)
		at = (size_t)(note->ptr + note->len - list.ptr);
	while (at < list.len && list.ptr[at] != ' ' && list.ptr[at] != ']')
		at++;
	*position = at | INSIDE | set * NEXT_SET;
	return true;
}

static bool is_select(const struct event *e)
{
	return slice_find(slice_of(e->call), SLICE("select"), 0) != SIZE_MAX;
}

static bool next_polled(struct slice list, size_t *position, int64_t *fd, struct slice *note, struct slice *events)
{
	struct slice element;
	while (arg_next_element(list, position, &element)) {
		struct slice number = operand_member(element, "fd", 0);
		*fd = operand_fd(number, note);
		*events = operand_member(element, "events", 1);
		if (*fd >= 0)
			return true; /* negative ones are skipped by the kernel too */
	}
	return false;
}

bool event_next_polled(const struct event *e, size_t *position, int64_t *fd, struct slice *note, struct slice *events)
{
	struct slice list = slice_take(e->list, MAX_LIST);
	*note = *events = no_text;
	if (!list.len || e->kind != EVENT_POLL)
		return false;
	return is_select(e) ? next_selected(list, position, fd, note, events)
			    : next_polled(list, position, fd, note, events);
}

/* In "[3 5]", is there 5? */
static bool set_holds(struct slice set, int64_t wanted)
{
	struct slice element;
	size_t position = 0;
	while (arg_next_element(set, &position, &element))
		if (operand_int(element) == wanted)
			return true;
	return false;
}

/* The comma behind the part of "in [3], out [6], left {...}" at `from`, or the end. */
static size_t part_end(struct slice text, size_t from)
{
	size_t depth = 0;
	for (size_t i = from; i < text.len; i++) {
		char c = text.ptr[i];
		if (c == ',' && !depth)
			return i;
		depth += c == '[' || c == '{';
		depth -= depth && (c == ']' || c == '}');
	}
	return text.len;
}

static struct slice selected_result(struct slice aux, int64_t fd)
{
	static const char *const words[] = {"in", "out", "except"};
	for (size_t from = 0; from < aux.len;) {
		size_t end = part_end(aux, from);
		struct slice part = slice_trim(slice_skip(slice_take(aux, end), from));
		for (size_t i = 0; i < 3; i++) {
			struct slice word = slice_of(words[i]);
			if (slice_starts(part, word) && set_holds(slice_trim(slice_skip(part, word.len)), fd))
				return word;
		}
		from = end + 1;
	}
	return no_text;
}

static struct slice polled_result(struct slice aux, int64_t fd)
{
	struct slice element;
	size_t position = 0;
	while (arg_next_element(aux, &position, &element))
		if (operand_int(operand_member(element, "fd", 0)) == fd)
			return operand_member(element, "revents", 1);
	return no_text;
}

struct slice event_polled_result(const struct event *e, int64_t fd)
{
	struct slice found = no_text;
	bool select = is_select(e);
	for (size_t i = 0; i < e->record->aux_count && !found.ptr; i++) {
		struct slice aux = slice_take(e->record->aux[i], MAX_RESULT);
		if (aux.len)
			found = select ? selected_result(aux, fd) : polled_result(aux, fd);
	}
	return found;
}
