/* Facts and templates: what becomes of {facts} in prose and in shell commands. */
#include "engine_sample.h"

#include <ipcdiag/text.h>

#include "engine/template.h"

static struct facts facts;
static struct buffer out;

static int set_up(void **state)
{
	(void)state;
	facts_set(&facts, SLICE("pid"), SLICE("4242"), FACT_LENGTH);
	facts_set(&facts, SLICE("port"), SLICE("8080"), FACT_LENGTH);
	facts_set(&facts, SLICE("name"), SLICE("gen"), FACT_LENGTH);
	facts_set(&facts, SLICE("path"), SLICE("/tmp/it's here"), FACT_LENGTH);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	facts_release(&facts);
	buffer_release(&out);
	return 0;
}

static const char *prose(const char *template)
{
	buffer_clear(&out);
	template_fill(&out, &facts, template, FILL_PROSE);
	return out.ptr ? out.ptr : "";
}

static const char *command(const char *template)
{
	buffer_clear(&out);
	return template_fill_command(&out, &facts, template) ? out.ptr : NULL;
}

/* --- facts --- */

static void facts_keep_the_newest_value(void **state)
{
	(void)state;
	const char *old = facts_get(&facts, SLICE("name"))->value;
	facts_set(&facts, SLICE("name"), SLICE("filter"), FACT_LENGTH);
	assert_string_equal(facts_get(&facts, SLICE("name"))->value, "filter");
	assert_string_equal(old, "gen"); /* what was handed out stays readable */
	facts_set(&facts, SLICE("name"), SLICE(""), FACT_LENGTH);
	assert_null(facts_get(&facts, SLICE("name")));
}

static void facts_are_cut_between_characters(void **state)
{
	(void)state;
	facts_set(&facts, SLICE("long"), SLICE("ab\xc3\xa9zz"), 3);
	assert_string_equal(facts_get(&facts, SLICE("long"))->value, "ab");
	assert_string_equal(prose("{long}!"), "ab...!");
	assert_null(command("ls {long}")); /* half a path names another file */
}

static void facts_are_limited_in_number(void **state)
{
	(void)state;
	char name[16];
	for (int i = 0; i < 10 * FACTS_MAX; i++) {
		snprintf(name, sizeof name, "f%d", i);
		facts_set(&facts, slice_of(name), SLICE("x"), FACT_LENGTH);
	}
	assert_int_equal(facts.count, FACTS_MAX);
	for (int i = 0; i < 100000; i++)
		facts_set(&facts, SLICE("name"), SLICE("0123456789"), FACT_LENGTH);
	assert_true(facts.bytes <= FACTS_BYTES);
}

/* --- prose --- */

static void prose_is_filled(void **state)
{
	(void)state;
	assert_string_equal(prose("{name}[{pid}] at {pid}"), "gen[4242] at 4242");
	assert_string_equal(prose("no {fact} here"), "no ? here");
	assert_string_equal(prose("awk '{print $1}' {} {{pid}"), "awk '{print $1}' {} {4242");
}

static void prose_leaves_out_optional_parts(void **state)
{
	(void)state;
	assert_string_equal(prose("a<< by {name}>><< on {host}>>."), "a by gen.");
	assert_string_equal(prose("a<< {name} {host}>>b<<c>>"), "abc");
	assert_string_equal(prose("open << {pid}"), "open << 4242");
}

static void prose_shows_nothing_raw(void **state)
{
	(void)state;
	facts_set(&facts, SLICE("evil"), SLICE("\033[31m\n\xff"), FACT_LENGTH);
	assert_string_equal(prose("{evil}"), "\\x1b[31m\\n\\xff");
}

static void values_are_no_templates(void **state)
{
	(void)state;
	facts_set(&facts, SLICE("evil"), SLICE("<<{pid}>>"), FACT_LENGTH);
	assert_string_equal(prose("{evil}"), "<<{pid}>>");
}

/* --- commands --- */

static void plain_values_stay_as_they_are(void **state)
{
	(void)state;
	assert_string_equal(command("ss -tulnp 'sport = :{port}'"), "ss -tulnp 'sport = :8080'");
	assert_string_equal(command("ls -l /proc/{pid}/fd | wc -l"), "ls -l /proc/4242/fd | wc -l");
	assert_string_equal(command("kill $(pgrep {name}) 2>/dev/null"), "kill $(pgrep gen) 2>/dev/null");
	assert_string_equal(command("ls /proc/{pid}/*"), "ls /proc/4242/*");
}

static void the_whole_word_is_quoted(void **state)
{
	(void)state;
	assert_string_equal(command("ls {path}"), "ls '/tmp/it'\\''s here'");
	assert_string_equal(command("ls {path}.lock"), "ls '/tmp/it'\\''s here.lock'");
	assert_string_equal(command("grep 'a {path}' f"), "grep 'a /tmp/it'\\''s here' f");
	assert_string_equal(command("grep \"a {path}\" f"), "grep 'a /tmp/it'\\''s here' f");
	assert_string_equal(command("(ls {path};x)"), "(ls '/tmp/it'\\''s here';x)");
}

static void a_doubtful_command_is_left_out(void **state)
{
	(void)state;
	assert_null(command("ls {unknown}"));
	assert_null(command("ls {path}/*"));
	assert_null(command("echo \"$(ls {path})\""));
	assert_null(command("echo $HOME{path}"));
	facts_set(&facts, SLICE("option"), SLICE("-rf"), FACT_LENGTH);
	assert_null(command("rm {option}"));
	assert_null(command("rm -- x | rm {option}"));
	assert_null(command("rm '{option}'"));
	assert_string_equal(command("rm -- {option}"), "rm -- -rf");
	assert_string_equal(command("rm ./{option}"), "rm ./-rf");
}

static void a_comment_is_prose(void **state)
{
	(void)state;
	facts_set(&facts, SLICE("evil"), SLICE("a'\nb"), FACT_LENGTH);
	assert_string_equal(command("ls /x#y # the shell's {evil}"), "ls /x#y # the shell's a'\\nb");
}

static void trace_escapes_are_decoded(void **state)
{
	(void)state;
	facts_set(&facts, SLICE("path"), SLICE("/tmp/caf\\303\\251"), FACT_LENGTH);
	assert_string_equal(command("ls {path}"), "ls '/tmp/caf\xc3\xa9'");
}

/* What `shell` hands to a program as the one argument that `template` makes of {value}. */
static void run(const char *shell, const char *template, struct buffer *result)
{
	char line[4096], block[512];
	const char *text = command(template);
	assert_non_null(text);
	assert_null(strchr(text, '\n'));
	char name[] = "/tmp/ipcdiag-test-XXXXXX";
	int fd = mkstemp(name);
	FILE *script = fdopen(fd, "w");
	fputs(text, script);
	fclose(script);
	snprintf(line, sizeof line, "%s %s", shell, name);
	FILE *p = popen(line, "r");
	for (size_t n; (n = fread(block, 1, sizeof block, p)) > 0;)
		buffer_add(result, (struct slice){block, n});
	assert_int_equal(pclose(p), 0);
	remove(name);
}

static const char *const hostile[] = {
	"a b",
	"'",
	"\"",
	"$(touch /tmp/pwned)",
	"`id`",
	"a;b",
	"a&&b",
	"x\\\\",
	"*",
	"~root",
	"#x",
	"a'$(id)'b",
	"!!",
	"{a,b}",
	"|",
	">f",
	"%s%n",
	"=x",
	"a\tb",
	"''",
	"\\\\'",
	"é",
};

static const char *const spots[] = {
	"printf %s -{value}-", "printf %s '-{value}-'", "printf %s \"-{value}-\"", "printf %s \\-{value}'-'"};

static void the_shell_gets_the_true_value(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof hostile / sizeof *hostile; i++) {
		struct buffer want = {0};
		buffer_add_char(&want, '-');
		text_add_unescaped(&want, slice_of(hostile[i]));
		buffer_add_char(&want, '-');
		facts_set(&facts, SLICE("value"), slice_of(hostile[i]), FACT_LENGTH);
		for (size_t k = 0; k < sizeof spots / sizeof *spots; k++) {
			struct buffer got = {0};
			run(strchr(hostile[i], '\t') ? "bash" : "sh", spots[k], &got);
			assert_string_equal(got.ptr, want.ptr);
			buffer_release(&got);
		}
		buffer_release(&want);
	}
}

static void control_bytes_reach_bash(void **state)
{
	(void)state;
	struct buffer got = {0};
	facts_set(&facts, SLICE("value"), SLICE("a\\n\\33\\377'b"), FACT_LENGTH);
	run("bash", "printf %s '-{value}-'", &got);
	assert_string_equal(got.ptr, "-a\n\033\377'b-");
	buffer_release(&got);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(facts_keep_the_newest_value),
		CASE(facts_are_cut_between_characters),
		CASE(facts_are_limited_in_number),
		CASE(prose_is_filled),
		CASE(prose_leaves_out_optional_parts),
		CASE(prose_shows_nothing_raw),
		CASE(values_are_no_templates),
		CASE(plain_values_stay_as_they_are),
		CASE(the_whole_word_is_quoted),
		CASE(a_doubtful_command_is_left_out),
		CASE(a_comment_is_prose),
		CASE(trace_escapes_are_decoded),
		CASE(the_shell_gets_the_true_value),
		CASE(control_bytes_reach_bash),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
