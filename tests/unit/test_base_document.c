#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <ipcdiag/document.h>

static struct document *parse(const char *text)
{
	struct buffer error = {0};
	struct document *d = document_parse(slice_of(text), "f", &error);
	if (!d)
		fail_msg("%s", error.ptr);
	buffer_release(&error);
	return d;
}

static void refuses(const char *text, const char *expected)
{
	struct buffer error = {0};
	assert_null(document_parse(slice_of(text), "f", &error));
	assert_string_equal(error.ptr, expected);
	buffer_release(&error);
}

static void reads_maps_and_lists(void **state)
{
	(void)state;
	struct document *d = parse("a: 1\nlist: [x, 'y z']\nmap:\n  deep: \"q\\n\"\n");
	const struct document_node *root = document_root(d);
	assert_int_equal(root->kind, DOCUMENT_MAP);
	assert_int_equal(root->count, 3);
	assert_string_equal(document_member(root, "a")->text, "1");
	const struct document_node *list = document_member(root, "list");
	assert_int_equal(list->kind, DOCUMENT_LIST);
	assert_int_equal(list->count, 2);
	assert_string_equal(list->children->next->text, "y z");
	assert_string_equal(document_member(document_member(root, "map"), "deep")->text, "q\n");
	assert_null(document_member(root, "none"));
	document_free(d);
}

static void keeps_scalars_as_text(void **state)
{
	(void)state;
	static const char *const words[] = {"yes", "null", "~", "0x1f", "1e3", "2027-01-31"};
	struct document *d = parse("[yes, null, ~, 0x1f, 1e3, 2027-01-31]");
	const struct document_node *n = document_root(d)->children;
	for (size_t i = 0; i < sizeof words / sizeof *words; i++, n = n->next)
		assert_string_equal(n->text, words[i]);
	document_free(d);
}

static void knows_places(void **state)
{
	(void)state;
	struct document *d = parse("a:\n  - x\n  - bb: y\n");
	const struct document_node *second = document_root(d)->children->children->next;
	assert_int_equal(second->line, 3);
	assert_int_equal(second->column, 5);
	assert_int_equal(second->children->key_column, 5);
	assert_int_equal(second->children->column, 9);
	document_free(d);
}

static void an_empty_file_has_no_root(void **state)
{
	(void)state;
	struct document *d = parse("# nothing\n");
	assert_null(document_root(d));
	document_free(d);
}

static void refuses_what_yaml_has_too_much_of(void **state)
{
	(void)state;
	refuses("a: &x 1", "f:1:4: anchors (&name) are not read");
	refuses("a: *x", "f:1:4: aliases (*name) are not read");
	refuses("a: !!int 1", "f:1:4: tags (!name) are not read");
	refuses("&k a: 1", "f:1:1: anchors (&name) are not read");
	refuses("{[a]: 1}", "f:1:2: a key must be plain text");
	refuses("a: 1\nb: 2\na: 3", "f:3:1: the key 'a' was given before, at line 1");
	refuses("a: 1\n---\nb: 2", "f:2:1: more than one document");
	refuses("a: \"\\0\"", "f:1:4: a NUL byte is no text");
}

static void refuses_depth_size_and_number(void **state)
{
	(void)state;
	struct buffer text = {0}, error = {0};
	for (int i = 0; i <= DOCUMENT_MAX_DEPTH; i++)
		buffer_add_char(&text, '[');
	assert_null(document_parse(buffer_slice(&text), "f", &error));
	assert_non_null(strstr(error.ptr, "nested too deep"));
	buffer_clear(&text);
	buffer_clear(&error);
	for (int i = 0; i <= DOCUMENT_MAX_MEMBERS; i++)
		buffer_add_format(&text, "k%d: v\n", i);
	assert_null(document_parse(buffer_slice(&text), "f", &error));
	assert_non_null(strstr(error.ptr, "too many keys"));
	buffer_clear(&error);
	while (text.len <= DOCUMENT_MAX_SIZE)
		buffer_add_text(&text, "# a comment that fills the file\n");
	assert_null(document_parse(buffer_slice(&text), "f", &error));
	assert_non_null(strstr(error.ptr, "larger than"));
	buffer_release(&text);
	buffer_release(&error);
}

static void suggests_keys(void **state)
{
	(void)state;
	struct document *d = parse("formt: x");
	struct buffer error = {0};
	assert_true(document_check_keys(d, document_root(d), "formt", &error));
	assert_false(document_check_keys(d, document_root(d), "color format", &error));
	assert_string_equal(error.ptr, "f:1:1: there is no key 'formt'; did you mean 'format'?");
	buffer_clear(&error);
	assert_false(document_check_keys(d, document_root(d), "color", &error));
	assert_string_equal(error.ptr, "f:1:1: there is no key 'formt'; known are: color");
	buffer_release(&error);
	document_free(d);
}

static void a_missing_file_is_no_wrong_one(void **state)
{
	(void)state;
	struct buffer error = {0};
	int number = 0;
	assert_null(document_load("/nonexistent/x", &error, &number));
	assert_int_not_equal(number, 0);
	assert_null(document_load("/", &error, &number));
	assert_int_not_equal(number, 0);
	buffer_release(&error);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_maps_and_lists),
		cmocka_unit_test(keeps_scalars_as_text),
		cmocka_unit_test(knows_places),
		cmocka_unit_test(an_empty_file_has_no_root),
		cmocka_unit_test(refuses_what_yaml_has_too_much_of),
		cmocka_unit_test(refuses_depth_size_and_number),
		cmocka_unit_test(suggests_keys),
		cmocka_unit_test(a_missing_file_is_no_wrong_one),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
