#include "prefix.h"

#include "scan.h"

/* In a shape 'w' is a word, 'n' a number and ' ' a run of blanks; words cannot be anything else there. */
void prefix_shape(struct slice text, struct buffer *shape)
{
	const char *p = text.ptr, *end = p + text.len;
	while (p < end) {
		const char *word = scan_name(p, end), *blanks = scan_blanks(p, end);
		if (word > p)
			buffer_add_char(shape, 'w');
		else
			buffer_add_char(shape, blanks > p ? ' ' : *p);
		p = word > p ? word : blanks > p ? blanks : p + 1;
	}
}

static const char *skip_part(char part, const char *p, const char *end)
{
	switch (part) {
	case 'w':
		return scan_name(p, end);
	case 'n':
		return scan_digits(p, end);
	case ' ':
		return scan_blanks(p, end);
	default:
		return p + (p < end && *p == part);
	}
}

struct slice prefix_skip(struct slice shape, struct slice line)
{
	const char *p = line.ptr, *end = p + line.len;
	if (shape.len && shape.ptr[0] != ' ') /* numbers of lines are right-aligned */
		p = scan_blanks(p, end);
	for (size_t i = 0; i < shape.len; i++) {
		const char *q = skip_part(shape.ptr[i], p, end);
		if (q == p)
			return (struct slice){0};
		p = q;
	}
	return scan_slice(p, end);
}
