#include "clock.h"

#include "scan.h"

static int64_t number(const char *p, const char *end)
{
	int64_t value = 0;
	for (; p < end && value < INT64_C(1) << 33; p++)
		value = value * 10 + (*p - '0');
	return value;
}

static int64_t fraction(const char *p, const char *end)
{
	int64_t value = 0;
	for (int digits = 0; digits < 9; digits++)
		value = value * 10 + (p < end && scan_is_digit(*p) ? *p++ - '0' : 0);
	return value;
}

int64_t clock_parse(struct slice stamp, bool *daily)
{
	const char *p = stamp.ptr, *end = p + stamp.len;
	if (!stamp.len)
		return -1;
	const char *q = scan_digits(p, end);
	int64_t seconds = number(p, q);
	*daily = q < end && *q == ':';
	if (*daily) {
		if (stamp.len < 8)
			return -1;
		seconds = number(p, p + 2) * 3600 + number(p + 3, p + 5) * 60 + number(p + 6, p + 8);
		q = p + 8;
	}
	return seconds * CLOCK_SECOND + (q < end && *q == '.' ? fraction(q + 1, end) : 0);
}
