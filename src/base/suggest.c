#include <ipcdiag/suggest.h>

enum { LONGEST = 63 };

static size_t least(size_t a, size_t b, size_t c)
{
	size_t ab = a < b ? a : b;
	return ab < c ? ab : c;
}

/* Edits that turn one word into the other, two swapped neighbours being one edit. Both at most LONGEST long. */
static size_t distance(struct slice a, struct slice b)
{
	size_t rows[3][LONGEST + 1];
	size_t *before = rows[0], *last = rows[1], *row = rows[2];
	for (size_t j = 0; j <= b.len; j++)
		last[j] = j;
	for (size_t i = 1; i <= a.len; i++) {
		row[0] = i;
		for (size_t j = 1; j <= b.len; j++) {
			row[j] = least(last[j] + 1, row[j - 1] + 1, last[j - 1] + (a.ptr[i - 1] != b.ptr[j - 1]));
			bool swapped = i > 1 && j > 1 && a.ptr[i - 1] == b.ptr[j - 2] && a.ptr[i - 2] == b.ptr[j - 1];
			if (swapped && before[j - 2] + 1 < row[j])
				row[j] = before[j - 2] + 1;
		}
		size_t *oldest = before;
		before = last;
		last = row;
		row = oldest;
	}
	return last[b.len];
}

struct suggestion suggestion_start(struct slice typed)
{
	size_t bound = typed.len / 3 > 2 ? typed.len / 3 : 2;
	return (struct suggestion){.typed = typed, .distance = bound + 1};
}

void suggestion_offer(struct suggestion *s, const char *word)
{
	struct slice w = slice_of(word);
	if (w.len > LONGEST || s->typed.len > LONGEST || s->typed.len == 0)
		return;
	size_t d = distance(s->typed, w);
	if (d < s->distance && d < w.len) {
		s->distance = d;
		s->word = word;
	}
}
