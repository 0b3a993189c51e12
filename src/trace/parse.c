#include "parse.h"
#include "scan.h"

/* --- cut marks: how the first half of a split call ends --- */

static const struct cut {
	struct slice start; /* behind the last blank that opens it */
	enum record_end end;
	bool open_end; /* text follows up to '>' */
} cuts[] = {
	{SLICE("<unfinished ...>"), END_NONE, false},
	{SLICE("<detached ...>"), END_DETACHED, false},
	{SLICE("<pid changed to "), END_PID_CHANGED, true},
	{SLICE("<ptrace("), END_PTRACE, true},
	{SLICE("<Cannot restart pid "), END_PTRACE, true},
	{SLICE("<unfinished ... exit status "), END_NONE, true},
	{SLICE("<unfinished #"), END_NONE, true},
};

enum { CUT_MAX = 256 }; /* bytes of the longest mark */

static const char *find_cut_start(const char *p, const char *end)
{
	const char *from = end - p > CUT_MAX ? end - CUT_MAX : p;
	for (const char *q = end - 1; q >= from; q--)
		if (*q == '<' && q + 1 < end && (q[1] == 'u' || q[1] == 'd' || q[1] == 'p' || q[1] == 'C'))
			return q;
	return NULL;
}

/* If the text ends in a cut mark: where the mark (with the blank before it) starts. */
static const char *find_cut(const char *p, const char *end, enum record_end *kind)
{
	if (end == p || end[-1] != '>')
		return NULL;
	const char *q = find_cut_start(p, end);
	if (!q)
		return NULL;
	struct slice mark = scan_slice(q, end);
	if (memchr(q, '>', mark.len - 1)) /* the text ends in something else, a duration behind a string */
		return NULL;
	for (size_t i = 0; i < sizeof cuts / sizeof *cuts; i++) {
		if (cuts[i].open_end ? slice_starts(mark, cuts[i].start) : slice_equal(mark, cuts[i].start)) {
			*kind = cuts[i].end;
			return q > p && q[-1] == ' ' ? q - 1 : q;
		}
	}
	return NULL;
}

/* --- calls --- */

/* "rt_sigtimedwait([],  <unfinished ...>) = ?", "<... read resumed> <unfinished ...>) = ?": the caller died; the mark
 * is no argument. */
static struct slice without_mark(struct slice args)
{
	struct slice mark = SLICE(" <unfinished ...>");
	if (slice_ends(args, mark))
		args.len -= mark.len;
	return args;
}

/* Unbalanced text: the last ')' that a well-formed result follows. */
static bool take_last_result(const char *p, const char *end, bool strict, struct record *out)
{
	const char *stop = end - p > 4096 ? end - 4096 : p;
	for (const char *q = end - 1; q >= stop; q--) {
		struct record r = *out;
		if (*q == ')' && q + 1 < end && (q[1] == ' ' || q[1] == '\t' || q[1] == '=') &&
			parse_result(q + 1, end, strict, &r)) {
			*out = r;
			out->args = without_mark(scan_slice(p, q));
			return true;
		}
	}
	return false;
}

static enum parse_status take_result(const char *p, const char *close, const char *end, struct record *out)
{
	struct record r = *out;
	if (!parse_result(close + 1, end, true, &r))
		return PARSE_ODD;
	*out = r;
	out->args = without_mark(scan_slice(p, close));
	return PARSE_DONE;
}

enum parse_status parse_call_rest(const char *p, const char *end, struct record *out)
{
	enum record_end how;
	const char *close, *cut = find_cut(p, end, &how);
	if (cut) {
		out->args = scan_slice(p, cut);
		out->end = how;
		out->kind = out->kind == RECORD_RESUMED ? RECORD_RESUMED : RECORD_UNFINISHED;
		return PARSE_DONE;
	}
	out->args = scan_slice(p, end);
	switch (scan_call(p, end, &close)) {
	case SCAN_CLOSED:
		if (take_result(p, close, end, out) == PARSE_DONE)
			return PARSE_DONE;
		out->args = scan_slice(p, close);
		return PARSE_ODD;
	case SCAN_OPEN:
	case SCAN_NESTED:
		return take_last_result(p, end, true, out) ? PARSE_DONE : PARSE_OPEN;
	default:
		return PARSE_OPEN;
	}
}

static const char *scan_call_name(const char *p, const char *end)
{
	const char *q = p;
	if (p < end && *p == '?') {
		while (q < end && *q == '?' && q - p < 4)
			q++;
		return q - p >= 3 ? q : p;
	}
	q = p < end && !scan_is_digit(*p) ? scan_name(p, end) : p;
	return q - p <= SCAN_MAX_NAME ? q : p;
}

static const char *begin_call(const char *p, const char *end, struct record *out)
{
	const char *q = scan_call_name(p, end);
	if (q == p || q == end || *q != '(')
		return NULL;
	out->kind = RECORD_SYSCALL;
	out->name = scan_slice(p, q);
	return q + 1;
}

static enum parse_status parse_call(const char *p, const char *end, struct record *out)
{
	const char *rest = begin_call(p, end, out);
	return rest ? parse_call_rest(rest, end, out) : PARSE_NOT;
}

/* "<... read resumed>rest", "<... read resumed #12>rest": where the rest starts, or NULL. */
static const char *begin_resumed(const char *p, const char *end, struct record *out)
{
	const char *name = p + 5, *q = scan_call_name(name, end);
	if (q == name || !slice_starts(scan_slice(q, end), SLICE(" resumed")))
		return NULL;
	const char *behind = memchr(q, '>', (size_t)(end - q));
	if (!behind || behind - q > 40)
		return NULL;
	out->kind = RECORD_RESUMED;
	out->name = scan_slice(name, q);
	return behind + 1;
}

static void move_args(struct record *out)
{
	out->args_tail = out->args;
	out->args = (struct slice){0};
}

static enum parse_status parse_resumed(const char *p, const char *end, struct record *out)
{
	const char *rest = begin_resumed(p, end, out);
	if (!rest)
		return PARSE_NOT;
	enum parse_status status = parse_call_rest(rest, end, out);
	move_args(out);
	return status;
}

static bool take_early_result(const char *p, const char *end, struct record *out)
{
	const char *close;
	struct record r = *out;
	if (scan_call(p, end, &close) != SCAN_CLOSED || !parse_result(close + 1, end, false, &r))
		return false;
	*out = r;
	out->args = scan_slice(p, close);
	return true;
}

bool parse_damaged(struct slice text, bool behind, struct record *out)
{
	const char *p = text.ptr, *end = p + text.len;
	bool resumed = slice_starts(text, SLICE("<... "));
	p = resumed ? begin_resumed(p, end, out) : begin_call(p, end, out);
	bool found = p && (behind ? take_early_result(p, end, out) : take_last_result(p, end, true, out));
	if (resumed)
		move_args(out);
	return found;
}

/* --- signals and ends --- */

/* "--- SIGCHLD {si_signo=SIGCHLD,", the rest was wrapped. */
static enum parse_status parse_open_signal(struct slice text, struct record *out)
{
	const char *p = text.ptr + 4, *end = text.ptr + text.len, *q = scan_name(p, end);
	if (!slice_starts(scan_slice(p, q), SLICE("SIG")) ||
		(q < end && !slice_starts(scan_slice(q, end), SLICE(" {"))))
		return PARSE_NOT;
	out->kind = RECORD_SIGNAL;
	return PARSE_OPEN;
}

/* "--- SIGX {...} ---", "--- stopped by SIGX ---", "--- SIGX (Text) @ 0 (0) ---", "--- {si_signo=SIGX, ...} (Text) ---"
 */
static enum parse_status parse_signal(struct slice text, struct record *out)
{
	if (!slice_ends(text, SLICE(" ---")) || text.len < 9)
		return parse_open_signal(text, out);
	const char *p = text.ptr + 4, *end = text.ptr + text.len - 4;
	if (slice_starts(scan_slice(p, end), SLICE("stopped by ")))
		p += 11;
	const char *brace = memchr(p, '{', (size_t)(end - p));
	if (brace) {
		const char *close = end;
		while (close > brace && *close != '}')
			close--;
		out->args = scan_slice(brace + 1, close > brace ? close : end);
	}
	if (brace == p && slice_starts(scan_slice(p, end), SLICE("{si_signo=")))
		p += 10;
	out->name = scan_slice(p, scan_name(p, end));
	out->kind = RECORD_SIGNAL;
	return slice_starts(out->name, SLICE("SIG")) ? PARSE_DONE : PARSE_NOT;
}

static struct slice number_at(struct slice text, size_t at)
{
	struct slice rest = slice_skip(text, at);
	return scan_slice(rest.ptr, scan_digits(rest.ptr, rest.ptr + rest.len));
}

static enum parse_status parse_end(struct slice text, struct record *out)
{
	struct slice rest = slice_skip(text, 4);
	if (!slice_ends(text, SLICE(" +++")))
		return PARSE_NOT;
	if (slice_starts(rest, SLICE("exited with "))) {
		out->kind = RECORD_EXIT;
		out->name = slice_take(rest, 6);
		out->ret = number_at(rest, 12);
		return out->ret.len ? PARSE_DONE : PARSE_NOT;
	}
	if (slice_starts(rest, SLICE("killed by "))) {
		const char *p = rest.ptr + 10;
		out->kind = RECORD_KILLED;
		out->name = scan_slice(p, scan_name(p, rest.ptr + rest.len));
		return out->name.len ? PARSE_DONE : PARSE_NOT;
	}
	if (slice_starts(rest, SLICE("superseded by execve in pid "))) {
		out->kind = RECORD_SUPERSEDED;
		out->name = slice_take(rest, 10);
		out->ret = number_at(rest, 28);
		return out->ret.len ? PARSE_DONE : PARSE_NOT;
	}
	return PARSE_NOT;
}

/* "[ Process PID=18569 runs in 32 bit mode. ]" */
static enum parse_status parse_personality(struct slice text, struct record *out)
{
	size_t runs = slice_find(text, SLICE(" runs in "), 0), mode = slice_find(text, SLICE(" mode. ]"), 0);
	if (runs == SIZE_MAX || mode == SIZE_MAX || mode < runs + 9)
		return PARSE_NOT;
	out->kind = RECORD_PERSONALITY;
	out->name = scan_slice(text.ptr + runs + 9, text.ptr + mode);
	return PARSE_DONE;
}

enum parse_status parse_event(struct slice text, struct record *out)
{
	const char *p = text.ptr, *end = p + text.len;
	if (slice_starts(text, SLICE("--- ")))
		return parse_signal(text, out);
	if (slice_starts(text, SLICE("+++ ")))
		return parse_end(text, out);
	if (slice_starts(text, SLICE("<... ")))
		return parse_resumed(p, end, out);
	if (slice_starts(text, SLICE("[ Process PID=")))
		return parse_personality(text, out);
	return parse_call(p, end, out);
}
