/* Maps against a plain list that does the same. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include <ipcdiag/map.h>

enum { KEYS = 300, STEPS = 60000 };

struct twin {
	uint64_t order[KEYS]; /* keys, as they were put in first */
	size_t count;
	void *values[KEYS];
};

static uint64_t key_of(unsigned n)
{
	return n % 3 == 0 ? n : n % 3 == 1 ? (uint64_t)n << 40 : UINT64_MAX - n;
}

static void twin_put(struct twin *t, unsigned n, void *value)
{
	if (!t->values[n])
		t->order[t->count++] = key_of(n);
	t->values[n] = value;
}

static void twin_remove(struct twin *t, unsigned n)
{
	size_t i = 0;
	if (!t->values[n])
		return;
	while (t->order[i] != key_of(n))
		i++;
	t->count--;
	for (; i < t->count; i++)
		t->order[i] = t->order[i + 1];
	t->values[n] = NULL;
}

static void assert_same(const struct map *m, const struct twin *t)
{
	struct map_slot *s;
	size_t seen = 0;
	assert_int_equal(m->count, t->count);
	for (size_t i = 0; (s = map_next(m, &i)); seen++)
		assert_int_equal(s->key, t->order[seen]);
	assert_int_equal(seen, t->count);
	for (unsigned n = 0; n < KEYS; n++)
		assert_ptr_equal(map_get(m, key_of(n)), t->values[n]);
}

static void does_what_a_list_does(void **state)
{
	static char values[KEYS];
	struct map m = {0};
	struct twin t = {0};
	uint32_t random = 1;
	(void)state;
	for (int step = 0; step < STEPS; step++) {
		random = random * 1664525 + 1013904223;
		unsigned n = (random >> 8) % KEYS,
			 phase = (unsigned)step / 5000 % 2 ? 3 : 1; /* it grows and shrinks in turn */
		if (random >> 30 >= phase) {
			map_put(&m, key_of(n), &values[(random >> 20) % KEYS]);
			twin_put(&t, n, &values[(random >> 20) % KEYS]);
		} else {
			assert_ptr_equal(map_remove(&m, key_of(n)), t.values[n]);
			twin_remove(&t, n);
		}
		if (step % 100 == 0)
			assert_same(&m, &t);
	}
	map_release(&m);
	assert_null(map_get(&m, 1));
	assert_null(map_remove(&m, 1));
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(does_what_a_list_does)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
