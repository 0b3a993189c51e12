#include "other_tracers.h"

#include "scan.h"

/* "     2.934 ( 0.016 ms): d_poll/20872 write(fd: 5<pipe:[938309]>, ..." */
static bool is_perf(struct slice line)
{
	const char *end = line.ptr + line.len, *p = scan_blanks(line.ptr, end), *q = scan_digits(p, end);
	if (q == p || q == end || *q != '.')
		return false;
	q = scan_blanks(scan_digits(q + 1, end), end);
	if (q == end || *q != '(')
		return false;
	const char *close = memchr(q, ')', (size_t)(end - q));
	if (!close || close - q > 24 || end - close < 4 || close[1] != ':')
		return false;
	struct slice in = slice_trim(scan_slice(q + 1, close));
	struct slice rest = scan_slice(close, slice_take(scan_slice(close, end), 64).len + close);
	return (slice_ends(in, SLICE("ms")) || !in.len || slice_is(in, "?")) &&
		slice_find_char(rest, '/', 0) != SIZE_MAX;
}

/* "I0807 17:33:26.838190  2331196 strace.go:570] [   2:   2] python E openat(..." */
static bool is_gvisor(struct slice line)
{
	return slice_find(slice_take(line, 96), SLICE(" strace.go:"), 0) != SIZE_MAX;
}

/* Calls end in "\t = 3 (0x3)" or " ERR#2 'No such file or directory'", a process in "process exit, rval = 0". */
static bool is_truss(struct slice line)
{
	struct slice tail = line.len > 128 ? slice_skip(line, line.len - 128) : line;
	if (slice_find(tail, SLICE(" ERR#"), 0) != SIZE_MAX && slice_ends(line, SLICE("'")))
		return true;
	return slice_starts(line, SLICE("process exit, rval = ")) ||
		slice_starts(line, SLICE("process killed, signal = "));
}

/* dtruss(1m) of macOS: "SYSCALL(args) \t\t = return", "close(0x3)\t\t = 0 0" */
static bool is_dtruss(struct slice line)
{
	return slice_find(line, SLICE(")\t\t = "), 0) != SIZE_MAX || slice_starts(line, SLICE("SYSCALL(args) "));
}

/* kdump(1) of the BSDs: "  1234 cat      CALL  open(0x7ff,0,0)" */
static bool is_kdump(struct slice line)
{
	struct slice start = slice_take(line, 48);
	return slice_find(start, SLICE(" CALL  "), 0) != SIZE_MAX ||
		slice_find(start, SLICE(" RET   "), 0) != SIZE_MAX ||
		slice_find(start, SLICE(" NAMI  "), 0) != SIZE_MAX;
}

/* "1 10:04:05.123456789 0 cat (1234) > open", with '<' at the exit */
static bool is_sysdig(struct slice line)
{
	struct slice start = slice_take(line, 96);
	size_t at = slice_find(start, SLICE(") > "), 0);
	if (at == SIZE_MAX)
		at = slice_find(start, SLICE(") < "), 0);
	size_t open = at == SIZE_MAX ? SIZE_MAX : slice_find(slice_take(start, at), SLICE(" ("), 0);
	if (open == SIZE_MAX)
		return false;
	const char *p = start.ptr + open + 2, *close = start.ptr + at;
	return p < close && scan_digits(p, close) == close && scan_is_digit(start.ptr[0]);
}

/* "SYS_write(1, ...", "<... SYS_write resumed>", "+++ exited (status 7) +++" */
static bool is_ltrace(struct slice line)
{
	size_t at = slice_find(slice_take(line, 64), SLICE("SYS_"), 0);
	if (at != SIZE_MAX) {
		const char *p = line.ptr + at, *end = line.ptr + line.len, *q = scan_name(p, end);
		if (q < end && (*q == '(' || slice_starts(scan_slice(q, end), SLICE(" resumed"))))
			return true;
	}
	return slice_find(line, SLICE("+++ exited (status "), 0) != SIZE_MAX ||
		slice_find(line, SLICE("<no return ...>"), 0) != SIZE_MAX;
}

enum trace_relative relative_of_line(struct slice line)
{
	if (is_perf(line))
		return RELATIVE_PERF;
	if (is_gvisor(line))
		return RELATIVE_GVISOR;
	if (is_truss(line))
		return RELATIVE_TRUSS;
	if (is_dtruss(line))
		return RELATIVE_DTRUSS;
	if (is_kdump(line))
		return RELATIVE_KDUMP;
	if (is_sysdig(line))
		return RELATIVE_SYSDIG;
	return is_ltrace(line) ? RELATIVE_LTRACE : RELATIVE_NONE;
}

bool relative_is_library_call(struct slice name)
{
	return slice_in_words(name,
		"__libc_start_main __errno_location malloc calloc realloc free strlen strcmp strncmp strcpy strncpy strchr "
		"strrchr strdup memcpy memset puts printf fprintf sprintf snprintf fopen fclose fputs fgets fflush getenv "
		"setlocale");
}

enum trace_relative relative_of_call(const struct record *r)
{
	if (slice_starts(r->name, SLICE("SYS_")))
		return RELATIVE_LTRACE;
	const char *end = r->text.ptr + r->text.len, *close = r->args.ptr ? r->args.ptr + r->args.len : end;
	struct slice behind = close > r->text.ptr && close < end ? scan_slice(close + 1, end) : (struct slice){0};
	if (slice_starts(behind, SLICE("\t\t = ")))
		return RELATIVE_DTRUSS;
	return slice_starts(behind, SLICE("\t")) && r->aux_count && slice_starts(r->aux[0], SLICE("0x"))
		? RELATIVE_TRUSS
		: RELATIVE_NONE;
}
