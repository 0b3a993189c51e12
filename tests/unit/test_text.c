#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <ipcdiag/text.h>

#define CHECK(function, input, expected) check(function, SLICE(input), SLICE(expected))

static void check(void (*function)(struct buffer *, struct slice), struct slice input, struct slice expected)
{
	struct buffer out = {0};
	function(&out, input);
	if (!slice_equal(buffer_slice(&out), expected))
		fail_msg("expected <%s>, got <%s>", expected.ptr, buffer_slice(&out).ptr);
	buffer_release(&out);
}

/* --- UTF-8 --- */

static void assert_char(struct slice text, uint32_t code, size_t length)
{
	uint32_t got;
	size_t used = text_next_char(text, &got);
	assert_int_equal(got, code);
	assert_int_equal(used, length);
}

static void takes_valid_characters(void **state)
{
	(void)state;
	assert_char(SLICE("a"), 'a', 1);
	assert_char(SLICE("\0x"), 0, 1);
	assert_char(SLICE("\xc2\x80"), 0x80, 2);
	assert_char(SLICE("\xdf\xbf"), 0x7ff, 2);
	assert_char(SLICE("\xe0\xa0\x80"), 0x800, 3);
	assert_char(SLICE("\xed\x9f\xbf"), 0xd7ff, 3);
	assert_char(SLICE("\xee\x80\x80"), 0xe000, 3);
	assert_char(SLICE("\xf0\x90\x80\x80"), 0x10000, 4);
	assert_char(SLICE("\xf4\x8f\xbf\xbf"), 0x10ffff, 4);
}

static void refuses_invalid_sequences(void **state)
{
	(void)state;
	assert_char(SLICE("\x80"), TEXT_INVALID, 1);     /* a follower without leader */
	assert_char(SLICE("\xc0\x80"), TEXT_INVALID, 1); /* overlong */
	assert_char(SLICE("\xc1\xbf"), TEXT_INVALID, 1);
	assert_char(SLICE("\xe0\x9f\xbf"), TEXT_INVALID, 1);
	assert_char(SLICE("\xf0\x8f\xbf\xbf"), TEXT_INVALID, 1);
	assert_char(SLICE("\xed\xa0\x80"), TEXT_INVALID, 1);     /* surrogate */
	assert_char(SLICE("\xf4\x90\x80\x80"), TEXT_INVALID, 1); /* beyond Unicode */
	assert_char(SLICE("\xf5\x80"), TEXT_INVALID, 1);
	assert_char(SLICE("\xff"), TEXT_INVALID, 1);
}

static void takes_a_broken_sequence_as_one(void **state)
{
	(void)state;
	assert_char(SLICE("\xe2\x82"), TEXT_INVALID, 2);
	assert_char(SLICE("\xe2\x82z"), TEXT_INVALID, 2);
	assert_char(SLICE("\xf0\x9f\x98"), TEXT_INVALID, 3);
	assert_char(SLICE("\xc3"), TEXT_INVALID, 1);
}

/* --- visible --- */

static void keeps_what_can_be_seen(void **state)
{
	(void)state;
	CHECK(text_add_visible, "", "");
	CHECK(text_add_visible, "write(4, \"a\\n\", 2) = 2 ~", "write(4, \"a\\n\", 2) = 2 ~");
	CHECK(text_add_visible, "caf\xc3\xa9 \xe6\x97\xa5 \xf0\x9f\x98\x80",
		"caf\xc3\xa9 \xe6\x97\xa5 \xf0\x9f\x98\x80");
}

static void shows_control_bytes(void **state)
{
	(void)state;
	CHECK(text_add_visible, "\033[31mred\a", "\\x1b[31mred\\x07");
	CHECK(text_add_visible, "a\tb\nc\rd", "a\\tb\\nc\\rd");
	CHECK(text_add_visible, "\0\x01\x7f", "\\x00\\x01\\x7f");
	CHECK(text_add_visible, "\xc2\x80\xc2\x9b\xc2\x9f", "\\u0080\\u009b\\u009f");
	CHECK(text_add_visible,
		"\x9b"
		"31m",
		"\\x9b31m");
}

static void shows_hidden_characters(void **state)
{
	(void)state;
	CHECK(text_add_visible, "\xe2\x80\x8b\xe2\x80\x8f", "\\u200b\\u200f");
	CHECK(text_add_visible, "\xe2\x80\xaa\xe2\x80\xae", "\\u202a\\u202e");
	CHECK(text_add_visible, "\xe2\x81\xa6\xe2\x81\xa9", "\\u2066\\u2069");
	CHECK(text_add_visible, "\xe2\x80\xa8\xe2\x80\xa9", "\\u2028\\u2029");
	CHECK(text_add_visible, "\xef\xbb\xbfx", "\\ufeffx");
	CHECK(text_add_visible, "\xf3\xa0\x81\xa1", "\\U000e0061");
}

static void shows_invalid_bytes(void **state)
{
	(void)state;
	CHECK(text_add_visible, "\xff", "\\xff");
	CHECK(text_add_visible, "a\xe2\x82z", "a\\xe2\\x82z");
	CHECK(text_add_visible, "\xed\xa0\x80", "\\xed\\xa0\\x80");
}

/* Every byte and every pair of bytes: what comes out is clean, and cleaning it again changes nothing. */
static void is_clean_after_one_pass(void **state)
{
	(void)state;
	struct buffer once = {0}, twice = {0};
	for (unsigned i = 0; i < 0x10000; i++) {
		char bytes[] = {(char)(i >> 8), (char)i};
		buffer_clear(&once);
		buffer_clear(&twice);
		text_add_visible(&once, (struct slice){bytes, 2});
		text_add_visible(&twice, buffer_slice(&once));
		assert_true(slice_equal(buffer_slice(&once), buffer_slice(&twice)));
	}
	buffer_release(&once);
	buffer_release(&twice);
}

/* --- shell words --- */

static void leaves_safe_words(void **state)
{
	(void)state;
	CHECK(text_add_shell_word, "4242", "4242");
	CHECK(text_add_shell_word, "/tmp/a-b_c.sock", "/tmp/a-b_c.sock");
	CHECK(text_add_shell_word, "user@host:8080,x+y%z", "user@host:8080,x+y%z");
}

static void quotes_other_words(void **state)
{
	(void)state;
	CHECK(text_add_shell_word, "", "''");
	CHECK(text_add_shell_word, "a b", "'a b'");
	CHECK(text_add_shell_word, "A=b", "'A=b'");
	CHECK(text_add_shell_word, "~", "'~'");
	CHECK(text_add_shell_word, "it's", "'it'\\''s'");
	CHECK(text_add_shell_word, "$(id)`id`", "'$(id)`id`'");
	CHECK(text_add_shell_word, "caf\xc3\xa9", "'caf\xc3\xa9'");
}

static void writes_what_is_not_seen_in_octal(void **state)
{
	(void)state;
	CHECK(text_add_shell_word, "a\nb", "$'a\\012b'");
	CHECK(text_add_shell_word, "\033'1!\\", "$'\\033\\0471\\041\\134'");
	CHECK(text_add_shell_word, "\xe2\x80\xae", "$'\\342\\200\\256'");
	CHECK(text_add_shell_word, "\xff", "$'\\377'");
	CHECK(text_add_shell_word, "\0abstract", "@abstract");
}

/* What the shell makes of the word. */
static void assert_shell_gives(const char *shell, struct slice word, struct slice expected)
{
	char path[] = "/tmp/ipcdiag-test-XXXXXX", got[1024];
	int fd = mkstemp(path);
	assert_true(fd >= 0);
	struct buffer script = {0}, command = {0};
	buffer_add_text(&script, "printf %s ");
	text_add_shell_word(&script, word);
	buffer_add_text(&script, "\n");
	assert_int_equal(write(fd, script.ptr, script.len), script.len);
	close(fd);
	buffer_add_format(&command, "%s %s 2>&1", shell, path);
	FILE *pipe = popen(command.ptr, "r");
	assert_non_null(pipe);
	size_t length = fread(got, 1, sizeof got, pipe);
	assert_int_equal(pclose(pipe), 0);
	unlink(path);
	if (!slice_equal((struct slice){got, length}, expected))
		fail_msg("%s: %s gives <%.*s>", shell, script.ptr, (int)length, got);
	buffer_release(&script);
	buffer_release(&command);
}

static void every_shell_takes_visible_words(void **state)
{
	(void)state;
	static const char *const words[] = {
		"plain",
		"",
		" ",
		"a b",
		"it's",
		"''",
		"'",
		"\\",
		"\\'",
		"\"",
		"$HOME",
		"$(echo x)",
		"`echo x`",
		"a;b",
		"a&b",
		"a|b",
		"a>b",
		"*",
		"?",
		"[a]",
		"~",
		"#x",
		"{a,b}",
		"!x",
		"A=b",
		"a\\nb",
		"%s",
		"caf\xc3\xa9",
	};
	for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
		assert_shell_gives("sh", slice_of(words[i]), slice_of(words[i]));
		assert_shell_gives("bash", slice_of(words[i]), slice_of(words[i]));
	}
}

static void bash_takes_all_bytes(void **state)
{
	(void)state;
	char bytes[255];
	for (unsigned i = 0; i < sizeof bytes; i++)
		bytes[i] = (char)(i + 1);
	assert_shell_gives("bash", (struct slice){bytes, sizeof bytes}, (struct slice){bytes, sizeof bytes});
	for (unsigned i = 0; i < 32; i++) { /* a digit behind an escape is not drawn into it */
		char pair[] = {(char)(i + 1), '7', '\n', '7'};
		assert_shell_gives("bash", (struct slice){pair, 4}, (struct slice){pair, 4});
	}
}

static void bash_takes_hostile_words(void **state)
{
	(void)state;
	static const char *const words[] = {
		"\n; echo pwned",
		"a\t'$(echo pwned)'",
		"\033]0;x\a'; echo pwned; '",
		"\r\\'\n",
		"\xe2\x80\xae'x'",
		"\n!!",
	};
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		assert_shell_gives("bash", slice_of(words[i]), slice_of(words[i]));
}

/* --- strace's escapes --- */

static void assert_unescaped(struct slice text, struct slice expected)
{
	struct buffer out = {0};
	assert_int_equal(text_add_unescaped(&out, text), expected.len);
	assert_true(slice_equal(buffer_slice(&out), expected));
	assert_int_equal(text_unescaped_length(text), expected.len);
	buffer_release(&out);
}

static void decodes_escapes(void **state)
{
	(void)state;
	assert_unescaped(SLICE(""), SLICE(""));
	assert_unescaped(SLICE("plain"), SLICE("plain"));
	assert_unescaped(SLICE("a\\n\\t\\r\\f\\v\\\"\\\\z"), SLICE("a\n\t\r\f\v\"\\z"));
	assert_unescaped(SLICE("\\1\\0022\\3x\\177\\200\\377"), SLICE("\001\0022\003x\177\200\377"));
	assert_unescaped(SLICE("\\0"), SLICE("\0"));
	assert_unescaped(SLICE("\\08"),
		SLICE("\0"
		      "8"));
	assert_unescaped(SLICE("\\xa3\\x12\\xFF"), SLICE("\xa3\x12\xff"));
	assert_unescaped(SLICE("\\74\\76"), SLICE("<>"));
}

static void keeps_what_is_no_escape(void **state)
{
	(void)state;
	assert_unescaped(SLICE("\\"), SLICE("\\"));
	assert_unescaped(SLICE("a\\"), SLICE("a\\"));
	assert_unescaped(SLICE("\\q\\8"), SLICE("\\q\\8"));
	assert_unescaped(SLICE("\\x"), SLICE("\\x"));
	assert_unescaped(SLICE("\\x1"), SLICE("\\x1"));
	assert_unescaped(SLICE("\\xg1"), SLICE("\\xg1"));
	assert_unescaped(SLICE("\\777"), SLICE("\\777")); /* more than a byte */
	assert_unescaped(SLICE("\\\0"), SLICE("\\\0"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(takes_valid_characters),
		cmocka_unit_test(refuses_invalid_sequences),
		cmocka_unit_test(takes_a_broken_sequence_as_one),
		cmocka_unit_test(keeps_what_can_be_seen),
		cmocka_unit_test(shows_control_bytes),
		cmocka_unit_test(shows_hidden_characters),
		cmocka_unit_test(shows_invalid_bytes),
		cmocka_unit_test(is_clean_after_one_pass),
		cmocka_unit_test(leaves_safe_words),
		cmocka_unit_test(quotes_other_words),
		cmocka_unit_test(writes_what_is_not_seen_in_octal),
		cmocka_unit_test(every_shell_takes_visible_words),
		cmocka_unit_test(bash_takes_all_bytes),
		cmocka_unit_test(bash_takes_hostile_words),
		cmocka_unit_test(decodes_escapes),
		cmocka_unit_test(keeps_what_is_no_escape),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
