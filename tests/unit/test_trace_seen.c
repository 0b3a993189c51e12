/* Texts that came before: the records of a trace whose texts are numbered must be those that reading each line gives.
 */
#include "trace_sample.h"

#include <glob.h>

#include <ipcdiag/event.h>

#include "cli/records.h"
#include "trace/seen.h"

/* What a caller of trace_number_texts() keeps: the last record of each number, with memory of its own. */
struct kept {
	struct record record;
	struct buffer text;
};

static struct kept *kept;

static struct slice moved(struct slice part, const struct record *r, struct buffer *text)
{
	if (!part.ptr || (part.ptr >= r->text.ptr && part.ptr + part.len <= r->text.ptr + r->text.len))
		return part.ptr ? (struct slice){text->ptr + (part.ptr - r->text.ptr), part.len} : part;
	char *copy = test_malloc(part.len + 1); /* of a joined call */
	memcpy(copy, part.ptr, part.len);
	return (struct slice){copy, part.len};
}

static void keep(const struct record *r)
{
	struct kept *k = &kept[r->text_id];
	if (k->record.args.ptr &&
		!(k->record.args.ptr >= k->text.ptr && k->record.args.ptr <= k->text.ptr + k->text.len))
		test_free((char *)k->record.args.ptr);
	buffer_clear(&k->text);
	buffer_add(&k->text, r->text);
	k->record = *r;
	k->record.name = moved(r->name, r, &k->text);
	k->record.args = moved(r->args, r, &k->text);
	k->record.args_tail = moved(r->args_tail, r, &k->text);
	k->record.ret = moved(r->ret, r, &k->text);
	k->record.err = moved(r->err, r, &k->text);
	k->record.retnote = moved(r->retnote, r, &k->text);
	for (size_t i = 0; i < r->aux_count; i++)
		k->record.aux[i] = moved(r->aux[i], r, &k->text);
	size_t tail = r->duration.ptr ? r->duration.len + 3 : 0;
	k->record.text = (struct slice){k->text.ptr, r->text.len - tail};
}

static void release_kept(void)
{
	for (size_t i = 0; i <= TRACE_MAX_TEXT_ID; i++) {
		struct kept *k = &kept[i];
		if (k->record.args.ptr &&
			!(k->record.args.ptr >= k->text.ptr && k->record.args.ptr <= k->text.ptr + k->text.len))
			test_free((char *)k->record.args.ptr);
		buffer_release(&k->text);
	}
	test_free(kept);
}

/* The record as it would be if its text had been read, and the text without the duration, which numbers do not stand
 * for. */
static struct record whole(const struct record *r)
{
	struct record all = *r;
	if (r->text_known) {
		all = kept[r->text_id].record;
		memcpy(&all, r, offsetof(struct record, comm));
	} else if (r->duration.ptr) {
		all.text.len = (size_t)(r->duration.ptr - r->text.ptr) - 2;
	}
	all.text_id = 0;
	all.text_known = false;
	return all;
}

static void read_all(const char *path, bool numbered, struct buffer *out, struct trace_stats *stats, size_t *known)
{
	struct record r;
	struct trace *t = sample_open(event_wants, path);
	if (numbered)
		trace_number_texts(t);
	kept = test_calloc(TRACE_MAX_TEXT_ID + 1, sizeof *kept);
	for (int got; (got = trace_next(t, &r));) {
		if (got < 0)
			continue;
		if (r.text_id && !r.text_known)
			keep(&r);
		*known += r.text_known;
		struct record all = whole(&r);
		records_add(out, "x", &all);
	}
	*stats = *trace_statistics(t);
	release_kept();
	trace_free(t);
}

static size_t compare(const char *path)
{
	struct buffer numbered = {0}, plain = {0};
	struct trace_stats a, b;
	size_t known = 0, none = 0;
	read_all(path, true, &numbered, &a, &known);
	read_all(path, false, &plain, &b, &none);
	if (!slice_equal(buffer_slice(&numbered), buffer_slice(&plain)) || memcmp(&a, &b, sizeof a) != 0)
		fail_msg("%s: numbering texts changes the records", path);
	assert_int_equal(none, 0);
	buffer_release(&numbered);
	buffer_release(&plain);
	return known;
}

static void reads_all_fixtures_the_same(void **state)
{
	static const char *const patterns[] = {"fixtures/trace/*.strace", "fixtures/demo/*.strace",
		"fixtures/rules/*/*/*.strace", "fixtures/hostile/*"};
	glob_t found;
	size_t count = 0, known = 0;
	struct stat st;
	(void)state;
	for (size_t i = 0; i < sizeof patterns / sizeof *patterns; i++) {
		if (glob(patterns[i], 0, NULL, &found))
			continue;
		for (size_t n = 0; n < found.gl_pathc; n++, count++)
			if (stat(found.gl_pathv[n], &st) == 0 && S_ISREG(st.st_mode))
				known += compare(sample_repeated(found.gl_pathv[n], 4));
		globfree(&found);
	}
	assert_true(count > 20);
	assert_true(known > 5000); /* else this test would compare nothing */
}

/* More texts than there is room for, halves that cross, texts that go and come back, calls that wait while theirs
 * should go. */
static void reads_more_texts_than_it_keeps(void **state)
{
	enum { ROUNDS = 60000 };
	struct buffer text = {0};
	unsigned seed = 1;
	(void)state;
	for (int i = 0; i < ROUNDS; i++) {
		seed = seed * 1103515245 + 12345;
		unsigned x = seed >> 16, pid = 100 + x % 40, n = x % 7 ? x % 300 : x % 9000;
		switch (x % 5) {
		case 0:
			buffer_add_format(&text, "%u read(%u,  <unfinished ...>\n", pid, n);
			break;
		case 1:
			buffer_add_format(
				&text, "%u <... read resumed>\"%u\", 512) = %u <0.%06d>\n", pid, n, n % 100, i);
			break;
		case 2:
			buffer_add_format(&text, "%u write(%u<pipe:[%u]>, \"x\", 1) = 1 <0.%06d>\n", pid, n % 9, n, i);
			break;
		case 3:
			buffer_add_format(&text,
				"%u poll([{fd=%u, events=POLLIN}], 1, -1) = 1 ([{fd=%u, revents=POLLIN}])\n", pid, n,
				n);
			break;
		default:
			buffer_add_format(&text, "%u lseek(%u, 0, SEEK_CUR) = -1 ESPIPE (Illegal seek)\n", pid, n);
		}
	}
	assert_true(compare(sample_bytes("many.strace", text.ptr, text.len)) > ROUNDS / 10);
	buffer_release(&text);
}

/* Texts with the same place push each other out, but not one that a waiting call holds. */
static void keeps_what_is_held(void **state)
{
	struct seen *s = test_calloc(1, sizeof *s);
	struct slice first = SLICE("read(3, ");
	uint64_t place = UINT64_C(1) << 63 | 0x1234;
	(void)state;
	assert_null(seen_add(s, first, place));
	struct seen_text *held = seen_add(s, first, place);
	assert_non_null(held);
	held->pins = 1;
	for (uint64_t i = 1; i < 20; i++) {
		char text[16];
		int n = snprintf(text, sizeof text, "close(%d)", (int)i);
		seen_add(s, (struct slice){text, (size_t)n}, place | i << 32);
		seen_add(s, (struct slice){text, (size_t)n}, place | i << 32);
	}
	assert_ptr_equal(seen_find(s, first, place), held);
	test_free(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		SAMPLE_TEST(reads_all_fixtures_the_same),
		SAMPLE_TEST(reads_more_texts_than_it_keeps),
		cmocka_unit_test(keeps_what_is_held),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
