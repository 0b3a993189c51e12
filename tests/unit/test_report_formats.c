/* usage: test_report_formats [SAMPLE FORMAT [colour] [live]]: without words runs the tests; with them renders a sample to standard
 * output, for tests/report_formats.sh. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "report_sample.h"

static int render(int count, char **words)
{
	struct report r = sample_get(words[0]);
	for (int i = 2; i < count; i++) {
		r.colour |= strcmp(words[i], "colour") == 0;
		r.live |= strcmp(words[i], "live") == 0;
	}
	struct buffer out = sample_render(&r, words[1]);
	if (out.len)
		fwrite(out.ptr, 1, out.len, stdout);
	buffer_release(&out);
	return 0;
}

int main(int argc, char **argv)
{
	if (argc > 2)
		return render(argc - 1, argv + 1);
	return 0;
}
