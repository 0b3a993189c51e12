#include <ipcdiag/slice.h>

size_t slice_find_char(struct slice a, char c, size_t from)
{
	if (from >= a.len)
		return SIZE_MAX;
	const char *hit = memchr(a.ptr + from, c, a.len - from);
	return hit ? (size_t)(hit - a.ptr) : SIZE_MAX;
}

size_t slice_find(struct slice a, struct slice needle, size_t from)
{
	if (needle.len == 0)
		return from <= a.len ? from : SIZE_MAX;
	while (from + needle.len <= a.len) {
		size_t at = slice_find_char(slice_take(a, a.len - needle.len + 1), needle.ptr[0], from);
		if (at == SIZE_MAX)
			return SIZE_MAX;
		if (memcmp(a.ptr + at, needle.ptr, needle.len) == 0)
			return at;
		from = at + 1;
	}
	return SIZE_MAX;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

struct slice slice_trim_blanks(struct slice a)
{
	while (a.len && is_blank(a.ptr[0]))
		a = slice_skip(a, 1);
	while (a.len && is_blank(a.ptr[a.len - 1]))
		a.len--;
	return a;
}

static int digit_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return 99;
}

static bool parse_digits(struct slice a, unsigned base, uint64_t *value)
{
	uint64_t v = 0;
	if (!a.len)
		return false;
	for (size_t i = 0; i < a.len; i++) {
		unsigned d = (unsigned)digit_value(a.ptr[i]);
		if (d >= base || v > (UINT64_MAX - d) / base)
			return false;
		v = v * base + d;
	}
	*value = v;
	return true;
}

/* Most numbers are short and decimal: no overflow to look for. */
static bool short_decimal(struct slice a, int64_t *value)
{
	int64_t v = 0;
	if (!a.len || a.len > 18 || a.ptr[0] < '1')
		return false;
	for (size_t i = 0; i < a.len; i++) {
		unsigned d = (unsigned)(a.ptr[i] - '0');
		if (d > 9)
			return false;
		v = v * 10 + d;
	}
	*value = v;
	return true;
}

bool slice_number(struct slice a, int64_t *value)
{
	uint64_t v;
	if (short_decimal(a, value))
		return true;
	bool negative = a.len && a.ptr[0] == '-';
	if (negative)
		a = slice_skip(a, 1);
	if (a.len > 2 && a.ptr[0] == '0' && (a.ptr[1] == 'x' || a.ptr[1] == 'X')) {
		if (!parse_digits(slice_skip(a, 2), 16, &v))
			return false;
	} else if (!parse_digits(a, a.len > 1 && a.ptr[0] == '0' ? 8 : 10, &v) || v > (uint64_t)INT64_MAX + negative) {
		return false;
	}
	*value = (int64_t)(negative ? 0 - v : v);
	return true;
}

bool slice_in_words(struct slice a, const char *words)
{
	if (!a.len || !words)
		return false;
	for (const char *w = words; *w;) {
		size_t n = strcspn(w, " ");
		if (n == a.len && memcmp(w, a.ptr, n) == 0)
			return true;
		w += n + (w[n] == ' ');
	}
	return false;
}
