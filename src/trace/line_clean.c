#include "line_clean.h"

#include "leader.h"
#include "strace_messages.h"
#include "parse.h"
#include "prefix.h"
#include "scan.h"

/* Without "ESC [ digits ; m". strace itself never prints a raw ESC in data. */
static struct slice strip_color(struct slice line, struct buffer *clean)
{
	const char *p = line.ptr, *end = p + line.len;
	buffer_clear(clean);
	while (p < end) {
		const char *esc = memchr(p, '\033', (size_t)(end - p));
		buffer_add(clean, scan_slice(p, esc ? esc : end));
		if (!esc)
			break;
		const char *q = esc + 1;
		if (q < end && *q == '[')
			for (q++; q < end && (scan_is_digit(*q) || *q == ';'); q++)
				;
		bool sequence = q < end && *q == 'm';
		if (!sequence)
			buffer_add_char(clean, '\033');
		p = sequence ? q + 1 : esc + 1;
	}
	return buffer_slice(clean);
}

struct slice line_line(struct source *s, struct slice raw, struct buffer *clean)
{
	if (raw.len && raw.ptr[raw.len - 1] == '\r')
		raw.len--;
	if (s->prefix.len) {
		struct slice rest = prefix_skip(buffer_slice(&s->prefix), raw);
		raw = rest.ptr ? rest : raw;
	}
	return s->color ? strip_color(raw, clean) : raw;
}

static bool is_event(struct slice line)
{
	struct leader l;
	struct record r = {0};
	leader_parse(line, &l);
	return parse_event(slice_trim(slice_skip(line, l.end)), &r) == PARSE_DONE;
}

/* strace's own colour, which begins behind the leader or ends the line; a program's own would stand within its text. */
static bool is_coloured_event(struct source *s, struct slice line)
{
	if (slice_find_char(line, '\033', 0) == SIZE_MAX)
		return false;
	struct leader l;
	leader_parse(line, &l);
	return (slice_starts(slice_skip(line, l.end), SLICE("\033[")) || slice_ends(line, SLICE("\033[0m"))) &&
		is_event(strip_color(line, &s->clean));
}

struct slice line_first(struct source *s, struct slice raw)
{
	if (s->stream.line == 1 && slice_starts(raw, SLICE("\xef\xbb\xbf")))
		raw = slice_skip(raw, 3);
	if (raw.len && raw.ptr[raw.len - 1] == '\r')
		s->crlf = true;
	s->color = s->color || is_coloured_event(s, raw);
	return line_line(s, raw, &s->clean);
}

/* --- text before the event --- */

static bool is_record(struct slice line)
{
	struct slice self = {0};
	struct record r = {0};
	return is_event(line) || message_parse(line, &self, &r) || message_is_continuation(line);
}

static bool is_first(struct slice line)
{
	struct slice self = {0};
	struct record r = {0};
	return is_event(line) || (message_parse(line, &self, &r) && r.kind == RECORD_ATTACH);
}

/* Do the next lines have it, too? What was quoted may be wrapped: then one line of `wrapped` has to be a record. */
static bool is_common(struct source *s, struct slice shape, unsigned wrapped)
{
	struct slice raw, rest;
	unsigned lines = 0, shaped = 0, good = 0;
	size_t size, at = 0;
	for (; lines < PREFIX_LINES && stream_line_at(&s->stream, at, STREAM_SHORT, &raw, &size); at += size) {
		if (!slice_trim(raw).len)
			continue;
		rest = prefix_skip(shape, raw);
		shaped += rest.ptr != NULL;
		good += rest.ptr && is_record(rest);
		lines++;
	}
	return good * 4 >= lines * 3 || (shaped == lines && lines > 1 && good * wrapped >= lines);
}

bool line_learn_prefix(struct source *s, struct slice line)
{
	struct buffer copy = {0}, shape = {0};
	buffer_add(&copy, slice_take(line, 4096)); /* looking further may move the line */
	line = buffer_slice(&copy);
	size_t end = line.len < PREFIX_MAX ? line.len : PREFIX_MAX, own = slice_find(line, SLICE("[pid "), 0);
	bool found = false;
	if (own != SIZE_MAX && own < end) /* strace's own leader is no prefix */
		end = own + 1;
	for (size_t at = 1; at < end && !found; at++) {
		if (scan_is_name(line.ptr[at - 1]) || scan_is_blank(line.ptr[at]) || !is_first(slice_skip(line, at)))
			continue;
		buffer_clear(&shape);
		prefix_shape(slice_take(line, at), &shape);
		found = is_common(s, buffer_slice(&shape), 3);
	}
	if (found)
		buffer_add(&s->prefix, buffer_slice(&shape));
	buffer_release(&copy);
	buffer_release(&shape);
	return found;
}

/* The number that the line begins with, and no letter before or behind it; -1: none. */
static int64_t line_number(struct slice line)
{
	const char *end = line.ptr + line.len, *p = scan_blanks(line.ptr, end), *q = scan_digits(p, end);
	int64_t number;
	return q > p && q < end && scan_is_blank(*q) && slice_number(scan_slice(p, q), &number) ? number : -1;
}

/* Numbers that only count the lines have a pid behind them or start at 1: the threads of one process have numbers in
 * sequence, too, and may come one by one when strace attaches, all in calls that are cut. */
static bool is_numbered(struct slice rest, int64_t first)
{
	struct leader l;
	leader_parse(rest, &l);
	return is_event(rest) && (l.pid >= 0 || first == 1) && !slice_ends(slice_trim(rest), SLICE("<unfinished ...>"));
}

void line_learn_numbers(struct source *s)
{
	enum { ENOUGH = 4, ENOUGH_TABS = 2 }; /* strace prints no tab behind a number */
	struct slice raw, shape = {0};
	size_t size, at = 0;
	int64_t first = -1;
	unsigned lines = 0, good = 0;
	for (; lines < PREFIX_LINES && stream_line_at(&s->stream, at, STREAM_SHORT, &raw, &size); at += size, lines++) {
		int64_t number = line_number(raw);
		if (!lines) {
			first = number;
			shape = slice_find(raw, SLICE("\t"), 0) < slice_find(raw, SLICE("("), 0) ? SLICE("n\t")
												 : SLICE("n ");
		}
		if (number < 0 || number != first + lines)
			return;
		good += is_numbered(prefix_skip(shape, raw), first);
	}
	if (lines >= (slice_ends(shape, SLICE("\t")) ? ENOUGH_TABS : ENOUGH) && good > (lines > ENOUGH_TABS))
		buffer_add(&s->prefix, shape);
}

void line_learn_quotes(struct source *s)
{
	struct slice raw;
	struct buffer shape = {0};
	size_t size, at = 0;
	if (!stream_line_at(&s->stream, 0, STREAM_SHORT, &raw, &size))
		return;
	while (at < raw.len && (raw.ptr[at] == '>' || (at && scan_is_blank(raw.ptr[at]))))
		at++;
	prefix_shape(slice_take(raw, at), &shape);
	if (at && at < PREFIX_MAX && is_common(s, buffer_slice(&shape), PREFIX_LINES))
		buffer_add(&s->prefix, buffer_slice(&shape));
	buffer_release(&shape);
}

/* Calls that are common enough to be believed in the middle of a line. */
static const char late_calls[] =
	"read write open openat close poll ppoll select _newselect pselect6 epoll_wait epoll_pwait accept accept4 connect send recv "
	"sendto recvfrom sendmsg recvmsg wait4 waitpid waitid futex nanosleep clock_nanosleep rt_sigaction rt_sigprocmask "
	"rt_sigreturn ioctl fcntl fcntl64 lseek mmap mmap2 munmap mprotect brk stat fstat newfstatat statx exit_group exit getpid "
	"kill execve clone clone3 fork vfork pipe pipe2 dup dup2 dup3 socket bind listen shutdown writev readv access";

static size_t find_late_call(struct slice line)
{
	size_t open = 0;
	for (int i = 0; i < 8; i++) {
		open = slice_find_char(line, '(', open);
		if (open == SIZE_MAX)
			return SIZE_MAX;
		for (size_t start = open; start > 0 && open - start < 16 && scan_is_name(line.ptr[start - 1]);) {
			start--;
			if (slice_in_words(scan_slice(line.ptr + start, line.ptr + open), late_calls) && start &&
				!scan_is_name(line.ptr[start - 1]) && is_event(slice_skip(line, start)))
				return start;
		}
		open++;
	}
	return SIZE_MAX;
}

size_t line_find_late(struct slice line)
{
	static const char *const marks[] = {"[pid ", "+++ exited with ", "+++ killed by ", "--- SIG", "<... "};
	for (size_t i = 0; i < sizeof marks / sizeof *marks; i++) {
		size_t at = slice_find(line, slice_of(marks[i]), 0);
		if (at != SIZE_MAX && at > 0 && is_event(slice_skip(line, at)))
			return at;
	}
	return find_late_call(line);
}
