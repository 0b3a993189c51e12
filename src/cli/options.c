#include "options.h"

#include <errno.h>
#include <getopt.h>
#include <math.h>
#include <stdlib.h>

#include <ipcdiag/memory.h>

#include <ipcdiag/suggest.h>

enum { LONG_ONLY = 256 }; /* getopt value of table entry i: LONG_ONLY + i */

/* The position of `value` in a list of words, or -1. */
static long word_index(const char *words, const char *value)
{
	struct slice left = slice_of(words);
	for (long i = 0; left.len; i++) {
		size_t end = slice_find_char(left, ' ', 0);
		if (slice_is(slice_take(left, end), value))
			return i;
		if (end == SIZE_MAX)
			break;
		left = slice_skip(left, end + 1);
	}
	return -1;
}

static bool set_word(long *field, const struct option_spec *o, const char *value, struct buffer *error)
{
	long index = word_index(o->words, value);
	if (index < 0) {
		buffer_add_format(error, "--%s: '%s' is none of: %s", o->name, value, o->words);
		return false;
	}
	*field = index;
	return true;
}

static bool set_number(long *field, const struct option_spec *o, const char *value, struct buffer *error)
{
	char *end;
	errno = 0;
	long n = strtol(value, &end, 10);
	if (errno || end == value || *end || n < o->low || n > o->high) {
		buffer_add_format(error, "--%s: '%s' is no number from %ld to %ld", o->name, value, o->low, o->high);
		return false;
	}
	*field = n;
	return true;
}

static bool set_seconds(double *field, const struct option_spec *o, const char *value, struct buffer *error)
{
	char *end;
	double seconds = strtod(value, &end);
	if (end == value || *end || !isfinite(seconds) || seconds < 0) {
		buffer_add_format(error, "--%s: '%s' is no number of seconds", o->name, value);
		return false;
	}
	*field = seconds;
	return true;
}

bool option_set(struct settings *s, const struct option_spec *o, const char *value, struct buffer *error)
{
	void *field = (char *)s + o->offset;
	switch (o->kind) {
	case OPTION_FLAG:
		*(bool *)field = true;
		return true;
	case OPTION_TEXT:
		*(const char **)field = value;
		return true;
	case OPTION_LIST:
		setting_list_add(field, value, o->letter);
		return true;
	case OPTION_WORD:
		return set_word(field, o, value, error);
	case OPTION_NUMBER:
		return set_number(field, o, value, error);
	case OPTION_SECONDS:
		return set_seconds(field, o, value, error);
	}
	return false;
}

const struct option_spec *option_find(const char *name)
{
	for (size_t i = 0; i < option_count; i++)
		if (strcmp(option_table[i].name, name) == 0)
			return &option_table[i];
	return NULL;
}

/* The table as getopt_long wants it. The caller frees both. */
static struct option *make_getopt(bool in_order, struct buffer *letters)
{
	struct option *longs = memory_alloc((option_count + 1) * sizeof *longs);
	buffer_add_text(letters, in_order ? "+:" : ":");
	for (size_t i = 0; i < option_count; i++) {
		const struct option_spec *o = &option_table[i];
		longs[i] = (struct option){.name = o->name,
			.has_arg = o->argument ? required_argument : no_argument,
			.val = LONG_ONLY + (int)i};
		if (o->letter) {
			buffer_add_char(letters, o->letter);
			if (o->argument)
				buffer_add_char(letters, ':');
		}
	}
	return longs;
}

static const struct option_spec *spec_of(int value)
{
	if (value >= LONG_ONLY)
		return &option_table[value - LONG_ONLY];
	for (size_t i = 0; i < option_count; i++)
		if (option_table[i].letter && option_table[i].letter == value)
			return &option_table[i];
	return NULL;
}

static void explain_unknown(const char *word, int letter, struct buffer *error)
{
	const struct option_spec *o = letter ? spec_of(letter) : NULL;
	if (o) {
		buffer_add_format(error, "option '--%s' takes no argument", o->name);
		return;
	}
	if (letter) {
		buffer_add_format(error, "there is no option '-%c'", letter);
		return;
	}
	struct slice name = slice_of(word + 2);
	name = slice_take(name, slice_find_char(name, '=', 0));
	struct suggestion best = suggestion_start(name);
	unsigned prefixed = 0;
	for (size_t i = 0; i < option_count; i++) {
		suggestion_offer(&best, option_table[i].name);
		prefixed += slice_starts(slice_of(option_table[i].name), name);
	}
	buffer_add_text(error, prefixed > 1 ? "option '--" : "there is no option '--");
	buffer_add(error, name);
	buffer_add_text(error, prefixed > 1 ? "' could be several" : "'");
	if (prefixed <= 1 && best.word)
		buffer_add_format(error, "; did you mean '--%s'?", best.word);
}

static bool take(struct settings *s, int value, unsigned groups, const char *command, struct buffer *error)
{
	const struct option_spec *o = spec_of(value);
	if (!(o->group & groups)) {
		buffer_add_format(error, "option '--%s' is not for '%s'", o->name, command);
		return false;
	}
	return option_set(s, o, optarg, error);
}

static bool parse_all(struct settings *s, int argc, char **argv, struct option *longs, const char *letters,
	unsigned groups, const char *command, struct buffer *error)
{
	for (;;) {
		/* the word in which a long option stands; getopt only tells short ones by letter */
		int value = getopt_long(argc, argv, letters, longs, NULL);
		if (value == -1)
			return true;
		if (value == '?') {
			explain_unknown(argv[optind - 1], optopt, error);
			return false;
		}
		if (value == ':') {
			buffer_add_format(error, "option '--%s' needs an argument: %s", spec_of(optopt)->name,
				spec_of(optopt)->argument);
			return false;
		}
		if (!take(s, value, groups, command, error))
			return false;
	}
}

int options_parse(struct settings *s, int argc, char **argv, unsigned groups, const char *command, bool in_order,
	struct buffer *error)
{
	struct buffer letters = {0};
	struct option *longs = make_getopt(in_order, &letters);
	opterr = 0;
	optind = 0;
	bool good = parse_all(s, argc, argv, longs, letters.ptr, groups, command, error);
	free(longs);
	buffer_release(&letters);
	return good ? optind : -1;
}

int options_skip(int argc, char **argv)
{
	struct buffer letters = {0};
	struct option *longs = make_getopt(true, &letters);
	opterr = 0;
	optind = 0;
	while (getopt_long(argc, argv, letters.ptr, longs, NULL) != -1)
		;
	free(longs);
	buffer_release(&letters);
	return optind;
}
