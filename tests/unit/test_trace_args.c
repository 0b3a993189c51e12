#include "trace_sample.h"

static void assert_slice(struct slice got, const char *expected)
{
	if (!expected)
		assert_null(got.ptr);
	else if (!got.ptr || !slice_is(got, expected))
		fail_msg("expected <%s>, got <%.*s>", expected, (int)got.len, got.ptr ? got.ptr : "");
}

static void assert_split(const char *args, size_t count, const char *const *expected)
{
	struct slice out[4];
	assert_int_equal(record_split(slice_of(args), out, 4), count);
	for (size_t i = 0; i < count && i < 4; i++)
		assert_slice(out[i], expected[i]);
}

static void splits_at_top_level_commas(void **state)
{
	(void)state;
	assert_split("", 0, NULL);
	assert_split("5", 1, (const char *[]){"5"});
	assert_split("5, ", 1, (const char *[]){"5"});
	assert_split("3</a,b>, \"x, \\\"y\", 2", 3, (const char *[]){"3</a,b>", "\"x, \\\"y\"", "2"});
	assert_split("[{a=1, b=(2, 3)}, 4], {5}", 2, (const char *[]){"[{a=1, b=(2, 3)}, 4]", "{5}"});
	assert_split("1 /* a, b's */, 2", 2, (const char *[]){"1 /* a, b's */", "2"});
	assert_split("1<<2, 3", 2, (const char *[]){"1<<2", "3"});
	assert_split("9<UNIX-STREAM:[1->2,\"/a>,b\"]>, 1", 2, (const char *[]){"9<UNIX-STREAM:[1->2,\"/a>,b\"]>", "1"});
	assert_split("<... resuming interrupted read ...>", 1, (const char *[]){"<... resuming interrupted read ...>"});
}

static void counts_more_arguments_than_fit(void **state)
{
	struct slice out[2];
	(void)state;
	assert_int_equal(record_split(SLICE("1, 2, 3, 4, 5"), out, 2), 5);
	assert_slice(out[1], "2");
	assert_int_equal(record_split((struct slice){0}, out, 2), 0);
}

static void assert_number(const char *arg, bool is, int64_t expected)
{
	int64_t value = 0;
	assert_int_equal(arg_number(slice_of(arg), &value), is);
	if (is)
		assert_int_equal(value, expected);
}

static void reads_numbers(void **state)
{
	(void)state;
	assert_number("3", true, 3);
	assert_number("-1", true, -1);
	assert_number(" 3<pipe:[9]>", true, 3);
	assert_number("0x1f /* X */", true, 31);
	assert_number("0644", true, 0644);
	assert_number("fd=4", true, 4);
	assert_number("NULL", false, 0);
	assert_number("\"3\"", false, 0);
	assert_number("", false, 0);
	assert_number("AT_FDCWD</tmp>", false, 0);
}

static void reads_annotations(void **state)
{
	(void)state;
	assert_slice(arg_note(SLICE("3<pipe:[9]>")), "pipe:[9]");
	assert_slice(arg_note(SLICE("fd=3</a\\>b>")), "/a\\>b");
	assert_slice(arg_note(SLICE("6</dev/null<char 1:3>>")), "/dev/null<char 1:3>");
	assert_slice(arg_note(SLICE("4<TCP:[1.2.3.4:5->6.7.8.9:10]>")), "TCP:[1.2.3.4:5->6.7.8.9:10]");
	assert_slice(arg_note(SLICE("AT_FDCWD</tmp>")), "/tmp");
	assert_slice(arg_note(SLICE("3")), NULL);
	assert_slice(arg_note(SLICE("1<<4")), NULL);
}

static void reads_strings(void **state)
{
	bool cut;
	(void)state;
	assert_slice(arg_string(SLICE("\"a\\\"b\""), &cut), "a\\\"b");
	assert_false(cut);
	assert_slice(arg_string(SLICE("buf=\"abc\"..."), &cut), "abc");
	assert_true(cut);
	assert_slice(arg_string(SLICE("@\"abs\""), &cut), "abs");
	assert_slice(arg_string(SLICE("0x7ffe"), &cut), NULL);
	assert_slice(arg_string(SLICE("\"no end"), &cut), "no end");
	assert_true(cut);
}

static void finds_flags(void **state)
{
	(void)state;
	assert_true(arg_has_flag(SLICE("O_RDWR|O_CREAT"), "O_CREAT"));
	assert_true(arg_has_flag(SLICE("0x2 /* O_RDWR */"), "O_RDWR"));
	assert_false(arg_has_flag(SLICE("O_RDWR|O_CREATE"), "O_CREAT"));
	assert_false(arg_has_flag(SLICE("XO_CREAT"), "O_CREAT"));
	assert_false(arg_has_flag((struct slice){0}, "O_CREAT"));
}

static void finds_members(void **state)
{
	struct slice msg = SLICE("[{msg_hdr={msg_iov=[{iov_base=\"msg_len=7\", iov_len=2}]}, msg_len=3}, {msg_len=4}]");
	(void)state;
	assert_slice(arg_member(SLICE("{a=1, b={a=2, c=3}, d=4}"), "d"), "4");
	assert_slice(arg_member(SLICE("{a=1, b={a=2, c=3}, d=4}"), "c"), NULL);
	assert_slice(arg_member(SLICE("addr={sa_family=AF_UNIX, sun_path=@\"x\"}"), "sun_path"), "@\"x\"");
	assert_slice(arg_member(msg, "msg_len"), "3");
	assert_slice(arg_member(SLICE("{EPOLLIN, {u32=3, u64=3}}"), "events"), NULL);
	assert_slice(arg_member(SLICE("{a=1"), "a"), "1");
}

static void assert_elements(const char *arg, size_t count, const char *const *expected)
{
	struct slice element;
	size_t position = 0, n = 0;
	for (; arg_next_element(slice_of(arg), &position, &element); n++) {
		assert_true(n < count);
		assert_slice(element, expected[n]);
	}
	assert_int_equal(n, count);
}

static void walks_elements(void **state)
{
	(void)state;
	assert_elements("[3, 4]", 2, (const char *[]){"3", "4"});
	assert_elements("[3 5]", 2, (const char *[]){"3", "5"});
	assert_elements("~[KILL STOP]", 2, (const char *[]){"KILL", "STOP"});
	assert_elements("[3<pipe:[1]> 5</a b>]", 2, (const char *[]){"3<pipe:[1]>", "5</a b>"});
	assert_elements("{EPOLLIN, {u32=3, u64=3}}", 2, (const char *[]){"EPOLLIN", "{u32=3, u64=3}"});
	assert_elements("[{\"a, b\", 4}]", 1, (const char *[]){"{\"a, b\", 4}"});
	assert_elements("[]", 0, NULL);
	assert_elements("7", 0, NULL);
	assert_elements("[1, 2", 2, (const char *[]){"1", "2"});
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(splits_at_top_level_commas),
		cmocka_unit_test(counts_more_arguments_than_fit),
		cmocka_unit_test(reads_numbers),
		cmocka_unit_test(reads_annotations),
		cmocka_unit_test(reads_strings),
		cmocka_unit_test(finds_flags),
		cmocka_unit_test(finds_members),
		cmocka_unit_test(walks_elements),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
