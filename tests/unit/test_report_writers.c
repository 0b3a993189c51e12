/* usage: test_report_writers [json|xml]: without a word runs the tests; with one writes standard input, in pieces of 61
 * bytes, as a JSON array of strings or as XML <r><s a="piece">piece</s>...</r>, for tests/report_formats.sh to compare
 * with other readers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>

#include <ipcdiag/json.h>
#include <ipcdiag/xml.h>

enum { PIECE = 61 };

static void assert_written(struct buffer *out, const char *expected)
{
	assert_string_equal(buffer_slice(out).ptr, expected);
	buffer_release(out);
}

/* --- JSON --- */

static void json_writes_every_kind_of_value(void **state)
{
	(void)state;
	struct buffer out = {0};
	struct json j = json_start(&out, 0);
	json_open_object(&j, NULL);
	json_add_text(&j, "text", "a");
	json_add_text(&j, "none", NULL);
	json_add_slice(&j, "slice", SLICE("b"));
	json_add_number(&j, "least", INT64_MIN);
	json_add_number(&j, "zero", 0);
	json_add_count(&j, "most", UINT64_MAX);
	json_add_bool(&j, "yes", true);
	json_add_bool(&j, "no", false);
	json_add_null(&j, "null");
	json_close(&j);
	assert_written(&out,
		"{\"text\":\"a\",\"none\":null,\"slice\":\"b\",\"least\":-9223372036854775808,\"zero\":0,"
		"\"most\":18446744073709551615,\"yes\":true,\"no\":false,\"null\":null}");
}

static void json_nests(void **state)
{
	(void)state;
	struct buffer out = {0};
	struct json j = json_start(&out, 0);
	json_open_array(&j, NULL);
	json_open_object(&j, NULL);
	json_close(&j);
	json_open_array(&j, NULL);
	json_close(&j);
	json_open_object(&j, NULL);
	json_open_array(&j, "a");
	json_add_number(&j, NULL, 1);
	json_add_number(&j, NULL, 2);
	json_close(&j);
	json_add_bool(&j, "b", true);
	json_close(&j);
	json_close(&j);
	assert_written(&out, "[{},[],{\"a\":[1,2],\"b\":true}]");
}

static void json_breaks_only_outer_levels(void **state)
{
	(void)state;
	struct buffer out = {0};
	struct json j = json_start(&out, 1);
	json_open_object(&j, NULL);
	json_open_array(&j, "a");
	json_add_number(&j, NULL, 1);
	json_add_number(&j, NULL, 2);
	json_close(&j);
	json_add_null(&j, "b");
	json_close(&j);
	assert_written(&out, "{\n  \"a\": [1, 2],\n  \"b\": null\n}");
}

static void json_escapes(void **state)
{
	(void)state;
	struct buffer out = {0};
	struct json j = json_start(&out, 0);
	json_add_slice(&j, NULL,
		SLICE("\"\\/\b\f\n\r\t\0\x1f\x7f\xc3\xa9\xe2\x80\xa8\xe2\x80\xae\xf3\xa0\x81\xa1\xf0\x9f\x98\x80\xff\xe2\x82z"));
	assert_written(&out,
		"\"\\\"\\\\/\\u0008\\u000c\\n\\r\\t\\u0000\\u001f\\u007f\xc3\xa9\\u2028\\u202e\\udb40\\udc61\xf0\x9f\x98\x80"
		"\xef\xbf\xbd\xef\xbf\xbdz\"");
}

static void json_goes_as_deep_as_it_says(void **state)
{
	(void)state;
	struct buffer out = {0};
	struct json j = json_start(&out, 0);
	for (unsigned i = 0; i < JSON_MAX_DEPTH; i++)
		json_open_array(&j, NULL);
	json_add_number(&j, NULL, 1);
	for (unsigned i = 0; i < JSON_MAX_DEPTH; i++)
		json_close(&j);
	assert_int_equal(out.len, 2 * JSON_MAX_DEPTH + 1);
	buffer_release(&out);
}

/* --- XML --- */

static void xml_nests_and_escapes(void **state)
{
	(void)state;
	struct buffer out = {0};
	struct xml x = xml_start(&out, false);
	xml_open(&x, "r");
	xml_add_attribute(&x, "a", "<&>\"'");
	xml_add_attribute_number(&x, "n", -1);
	xml_open(&x, "empty");
	xml_close(&x);
	xml_add_element(&x, "t", "<&>\"'");
	xml_close(&x);
	assert_written(&out, "<r a=\"&lt;&amp;&gt;&quot;'\" n=\"-1\">\n<empty/>\n<t>&lt;&amp;&gt;\"'</t>\n</r>");
}

static void xml_adds_no_blanks_to_text(void **state)
{
	(void)state;
	struct buffer out = {0};
	struct xml x = xml_start(&out, true);
	xml_open(&x, "p");
	xml_add_text(&x, "a ");
	xml_open(&x, "b");
	xml_add_number(&x, 1);
	xml_close(&x);
	xml_open_inline(&x, "i");
	xml_close(&x);
	xml_add_text(&x, " c");
	xml_close(&x);
	assert_written(&out, "<p>a <b>1</b><i></i> c</p>");
}

static void xml_shows_what_it_cannot_hold(void **state)
{
	(void)state;
	struct buffer out = {0};
	struct xml x = xml_start(&out, false);
	xml_open(&x, "r");
	xml_add_slice(&x, SLICE("\0\x01\033\x7f\xff\xef\xbf\xbe\xed\xa0\x80\xe2\x80\xae\n\tz"));
	xml_add_lines(&x, SLICE("one\ntwo\r\n"));
	xml_close(&x);
	assert_written(&out, "<r>\\x00\\x01\\x1b\\x7f\\xff\\ufffe\\xed\\xa0\\x80\\u202e\\n\\tzone\ntwo\\r\n</r>");
}

static void html_closes_as_html_wants(void **state)
{
	(void)state;
	struct buffer out = {0};
	struct xml x = xml_start(&out, true);
	xml_open(&x, "p");
	xml_close(&x);
	xml_open(&x, "br");
	xml_close(&x);
	assert_written(&out, "<p></p>\n<br/>");
}

/* --- for the script --- */

static void write_pieces(const char *kind, struct slice input)
{
	struct buffer out = {0};
	struct json j = json_start(&out, 0);
	struct xml x = xml_start(&out, false);
	bool json = strcmp(kind, "json") == 0;
	json ? json_open_array(&j, NULL) : xml_open(&x, "r");
	for (; input.len; input = slice_skip(input, PIECE)) {
		struct slice piece = slice_take(input, PIECE);
		if (json) {
			json_add_slice(&j, NULL, piece);
			continue;
		}
		xml_open(&x, "s");
		xml_add_attribute_slice(&x, "a", piece);
		xml_add_slice(&x, piece);
		xml_close(&x);
	}
	json ? json_close(&j) : xml_close(&x);
	fwrite(out.ptr, 1, out.len, stdout);
	buffer_release(&out);
}

static int write_standard_input(const char *kind)
{
	struct buffer input = {0};
	char block[4096];
	for (size_t n; (n = fread(block, 1, sizeof block, stdin)) > 0;)
		buffer_add(&input, (struct slice){block, n});
	write_pieces(kind, buffer_slice(&input));
	buffer_release(&input);
	return 0;
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(json_writes_every_kind_of_value),
		cmocka_unit_test(json_nests),
		cmocka_unit_test(json_breaks_only_outer_levels),
		cmocka_unit_test(json_escapes),
		cmocka_unit_test(json_goes_as_deep_as_it_says),
		cmocka_unit_test(xml_nests_and_escapes),
		cmocka_unit_test(xml_adds_no_blanks_to_text),
		cmocka_unit_test(xml_shows_what_it_cannot_hold),
		cmocka_unit_test(html_closes_as_html_wants),
	};
	return argc > 1 ? write_standard_input(argv[1]) : cmocka_run_group_tests(tests, NULL, NULL);
}
