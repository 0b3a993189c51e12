#include "quick.h"
#include "scan.h"

static bool is_lower(char c)
{
	return c >= 'a' && c <= 'z';
}

static bool is_value_char(char c)
{
	return scan_is_digit(c) || (c >= 'a' && c <= 'f') || c == 'x' || c == '-';
}

/* Is the token between two places "= " ... a number as results are printed? */
static bool is_number(const char *p, const char *end)
{
	p += *p == '-';
	if (end - p > 2 && p[0] == '0' && p[1] == 'x')
		p += 2;
	else if (scan_digits(p, end) != end)
		return false;
	return p < end && memchr(p, '-', (size_t)(end - p)) == NULL && memchr(p, 'x', (size_t)(end - p)) == NULL;
}

/* Before "<char 1:3>", which ends at `p`; else p. */
static const char *skip_device(const char *begin, const char *p)
{
	static const char types[2][6] = {"<char ", "<block"};
	const char *q = p - 1;
	while (q > begin && (scan_is_digit(q[-1]) || q[-1] == ':'))
		q--;
	if (q - begin > 7 && q[-1] == ' ' && memcmp(q - 7, types[1], 6) == 0)
		return q - 7;
	return q - begin > 6 && memcmp(q - 6, types[0], 6) == 0 ? q - 6 : p;
}

/* Where the note behind a number begins that ends at `end`: "<TCP:[127.0.0.1:80->127.0.0.1:4711]>", "</dev/null<char
 * 1:3>>". NULL: there is none, or it is less simple: "<unfinished ...>", "<... read resumed>". */
static const char *note_begin(const char *begin, const char *end)
{
	const char *last = end - 1;
	if (last > begin && last[-1] == '>')
		last = skip_device(begin, last);
	const char *p = memrchr(begin, '<', (size_t)(last - begin));
	if (!p || p == begin || p + 1 == last || !scan_is_digit(p[-1]) || p[1] == '.' || last[-1] == '.')
		return NULL;
	return scan_note(p, end) == end ? p : NULL;
}

/* ") = " with any number of blanks, ending at p: where the ')' is, or NULL. */
static const char *find_close(const char *begin, const char *p)
{
	if (p - begin < 4 || p[-1] != ' ' || p[-2] != '=' || p[-3] != ' ')
		return NULL;
	for (p -= 4; p > begin && *p == ' '; p--)
		;
	return p >= begin && *p == ')' && (p == begin || p[-1] != '>' || note_begin(begin, p)) ? p : NULL;
}

/* Does the text end in " <0.000012>", with other digits? Almost all durations are printed so. */
static bool has_usual_duration(const char *begin, const char *end)
{
	enum { LENGTH = 11 };
	const uint64_t point = UINT64_C(0xff) << 8;
	if (end - begin <= LENGTH)
		return false;
	uint64_t word = scan_word(end - 9);
	return !(scan_non_digits(word) & ~point) && (word & point) == (uint64_t)'.' << 8 && end[-10] == '<' &&
		end[-11] == ' ';
}

/* " <0.000012>" at the end is taken off. */
static const char *take_duration(const char *begin, const char *end, struct slice *duration)
{
	const char *p = end - 1;
	if (p <= begin || *p != '>' || !scan_is_digit(p[-1]))
		return end;
	if (has_usual_duration(begin, end)) {
		*duration = scan_slice(end - 9, end - 1);
		return end - 11;
	}
	unsigned points = 0;
	for (; p > begin && (scan_is_digit(p[-1]) || p[-1] == '.'); p--)
		points += p[-1] == '.';
	if (p - begin < 2 || p == end - 1 || p[-1] != '<' || p[-2] != ' ' || *p == '.' || points > 1)
		return end;
	*duration = scan_slice(p, end - 1);
	return p - 2;
}

static bool is_error(const char *p, const char *end)
{
	while (p < end && ((*p >= 'A' && *p <= 'Z') || scan_is_digit(*p) || *p == '_'))
		p++;
	return p == end;
}

/* "-1 ENAME (text)", "? ERESTARTSYS (text)" */
static const char *take_error(const char *begin, const char *end, struct quick *q)
{
	const char *open = memrchr(begin, '(', (size_t)(end - begin));
	if (!open || open - begin < 8 || open[-1] != ' ' || memchr(open, ')', (size_t)(end - open)) != end - 1)
		return NULL;
	const char *name = open - 1;
	while (name > begin && name[-1] != ' ')
		name--;
	if (name - begin < 6 || *name != 'E' || open - 1 - name < 3 || !is_error(name, open - 1))
		return NULL;
	const char *ret = name - 1;
	ret -= ret[-1] == '?' ? 1 : 2;
	if (*ret != '?' && !(ret[0] == '-' && ret[1] == '1'))
		return NULL;
	q->ret = scan_slice(ret, name - 1);
	q->err = scan_slice(name, open - 1);
	q->aux = scan_slice(open + 1, end - 1);
	return find_close(begin, ret);
}

static const char *take_value(const char *begin, const char *end, struct quick *q)
{
	const char *p = end;
	if (p[-1] == '?')
		p--;
	else
		while (p > begin && is_value_char(p[-1]))
			p--;
	if (p == end || (*p != '?' && !is_number(p, end)))
		return NULL;
	q->ret = scan_slice(p, end);
	if (slice_is(q->ret, "-1") || *p == '?') /* the error may be on the next line */
		return NULL;
	return find_close(begin, p);
}

/* Could there be a result before `end`, too? */
static bool holds_result(const char *p, const char *end)
{
	for (; (p = memchr(p, '=', (size_t)(end - p))); p++)
		if (p[-1] == ' ' || p[-1] == ')')
			return true;
	return false;
}

/* "5<TCP:[127.0.0.1:80->127.0.0.1:4711]>". A note could hold what looks like a result itself, so it is only taken when
 * no other one is in sight. */
static const char *take_noted(const char *begin, const char *end, struct quick *q)
{
	const char *note = note_begin(begin, end), *number = note;
	if (!note)
		return NULL;
	while (number > begin && scan_is_digit(number[-1]))
		number--;
	const char *close = find_close(begin, number);
	if (!close || holds_result(begin, close))
		return NULL;
	q->ret = scan_slice(number, note);
	q->retnote = scan_slice(note + 1, end - 1);
	return close;
}

/* "1 ([{fd=3, revents=POLLIN}])", "0 (Timeout)", "0x2 (flags O_RDWR)". A note that does not end in the parentheses
 * would end in the duration. */
static const char *take_explained(const char *begin, const char *end, struct slice text, struct quick *q)
{
	const char *open = memrchr(begin, '(', (size_t)(end - begin));
	if (!open || open - begin < 4 || open[-1] != ' ' || memchr(open, '"', (size_t)(end - open)) ||
		scan_group(open, text.ptr + text.len) != end)
		return NULL;
	q->aux = scan_slice(open + 1, end - 1);
	return take_value(begin, open - 1, q);
}

static const char *take_in_parentheses(const char *begin, const char *end, struct slice text, struct quick *q)
{
	const char *close = take_error(begin, end, q);
	return close ? close : take_explained(begin, end, text, q);
}

/* The forms that a line may end in; sets where the arguments end. */
static bool take_end(const char *begin, const char *end, const struct line *line, struct quick *q)
{
	static const char mark[] = " <unfinished ...>";
	ptrdiff_t length = sizeof mark - 1;
	const char *close;
	if (end - begin < length && end - begin < 5)
		return false;
	if (end[-1] == '>' && end - begin >= length && memcmp(end - length, mark, sizeof mark - 1) == 0) {
		if (q->kind == RECORD_RESUMED || line->duration.ptr)
			return false;
		q->kind = RECORD_UNFINISHED;
		close = end - length;
	} else {
		close = end[-1] == ')'   ? take_in_parentheses(begin, end, line->text, q)
			: end[-1] == '>' ? take_noted(begin, end, q)
					 : take_value(begin, end, q);
	}
	if (!close)
		return false;
	q->args = scan_slice(begin, close);
	return true;
}

void quick_begin(struct slice line, struct shapes *shapes, struct line *out)
{
	shapes_parse_leader(shapes, line, &out->leader);
	const char *p = line.ptr + out->leader.end, *end = line.ptr + line.len;
	out->text = scan_slice(p, end);
	out->duration = (struct slice){0};
	out->bare = scan_slice(p, take_duration(p, end, &out->duration));
}

bool quick_parse(const struct line *line, struct quick *q)
{
	static const char resumed[] = " resumed>";
	const char *p = line->bare.ptr, *end = p + line->bare.len;
	q->err = q->aux = q->ret = q->retnote = (struct slice){0};
	if (end - p < 8)
		return false;
	if (is_lower(*p)) {
		q->kind = RECORD_SYSCALL;
		q->name = scan_slice(p, scan_name(p, end));
		p += q->name.len + 1;
		return p < end && p[-1] == '(' && q->name.len <= SCAN_MAX_NAME && take_end(p, end, line, q);
	}
	if (p[0] != '<' || p[1] != '.' || p[2] != '.' || p[3] != '.' || p[4] != ' ' || !is_lower(p[5]))
		return false;
	q->kind = RECORD_RESUMED;
	q->name = scan_slice(p + 5, scan_name(p + 5, end));
	p += 5 + q->name.len;
	if (q->name.len > SCAN_MAX_NAME || end - p < (ptrdiff_t)sizeof resumed ||
		memcmp(p, resumed, sizeof resumed - 1) != 0)
		return false;
	return take_end(p + sizeof resumed - 1, end, line, q);
}

void quick_fill(const struct line *line, const struct quick *q, struct record *r)
{
	*r = (struct record){.kind = q->kind,
		.name = q->name,
		.text = line->text,
		.ret = q->ret,
		.err = q->err,
		.retnote = q->retnote,
		.duration = line->duration};
	*(q->kind == RECORD_RESUMED ? &r->args_tail : &r->args) = q->args;
	if (q->aux.ptr) {
		r->aux[0] = q->aux;
		r->aux_count = 1;
	}
}
