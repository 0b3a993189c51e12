#include "say.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <ipcdiag/text.h>

static bool is_quiet, is_verbose;

void message_set_level(bool quiet, bool verbose)
{
	is_quiet = quiet;
	is_verbose = verbose;
}

/* Lines that the format itself breaks stay broken, all else is cleaned. */
static void print(const char *format, va_list values)
{
	char *text = NULL;
	if (vasprintf(&text, format, values) < 0)
		return;
	struct buffer line = {0};
	buffer_add_text(&line, "ipcdiag: ");
	struct slice left = slice_of(text);
	for (size_t end; (end = slice_find_char(left, '\n', 0)) != SIZE_MAX; left = slice_skip(left, end + 1)) {
		text_add_visible(&line, slice_take(left, end));
		buffer_add_char(&line, '\n');
	}
	text_add_visible(&line, left);
	buffer_add_char(&line, '\n');
	ssize_t written = write(STDERR_FILENO, line.ptr, line.len);
	(void)written; /* there is nobody left to tell */
	buffer_release(&line);
	free(text);
}

void tell(const char *format, ...)
{
	va_list values;
	va_start(values, format);
	print(format, values);
	va_end(values);
}

void tell_notice(const char *format, ...)
{
	if (is_quiet)
		return;
	va_list values;
	va_start(values, format);
	print(format, values);
	va_end(values);
}

void tell_detail(const char *format, ...)
{
	if (!is_verbose)
		return;
	va_list values;
	va_start(values, format);
	print(format, values);
	va_end(values);
}
