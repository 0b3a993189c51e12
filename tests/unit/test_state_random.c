/* Random models (random_model.h), always the same ones. MODEL_SEED=N runs one of them and prints its trace;
 * MODEL_COUNT=N runs so many. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "random_model.h"

static uint64_t seed;

/* xorshift64* (Vigna 2016) over the seed */
static void fill(uint8_t *bytes, size_t size)
{
	uint64_t x = seed * UINT64_C(0x9e3779b97f4a7c15) + 1;
	for (size_t i = 0; i < size; i++) {
		x ^= x >> 12;
		x ^= x << 25;
		x ^= x >> 27;
		bytes[i] = (uint8_t)(x * UINT64_C(0x2545f4914f6cdd1d) >> 56);
	}
}

static struct buffer make_text(void)
{
	uint8_t bytes[900];
	size_t size = 50 + seed * 7 % (sizeof bytes - 50);
	fill(bytes, size);
	return model_text(bytes, size);
}

static void say_seed(void)
{
	fprintf(stderr, "in the random model MODEL_SEED=%llu\n", (unsigned long long)seed);
}

static void try_seed(void)
{
	struct buffer text = make_text(), fast = {0}, plain = {0};
	model_diagnose(buffer_slice(&text), true, &fast);
	model_diagnose(buffer_slice(&text), false, &plain);
	if (!slice_equal(buffer_slice(&fast), buffer_slice(&plain))) {
		say_seed();
		fail_msg("the fast way changes the findings:\n%s\nto\n%s", plain.ptr, fast.ptr);
	}
	buffer_release(&text);
	buffer_release(&fast);
	buffer_release(&plain);
}

/* Sanitizers tell of their end, others abort. */
extern void __sanitizer_set_death_callback(void (*callback)(void)) __attribute__((weak));

static void random_models_hold(void **state)
{
	const char *only = getenv("MODEL_SEED"), *count = getenv("MODEL_COUNT");
	uint64_t last = count ? strtoull(count, NULL, 10) : 3000;
	(void)state;
	if (__sanitizer_set_death_callback)
		__sanitizer_set_death_callback(say_seed);
	seed = only ? strtoull(only, NULL, 10) : 1;
	if (only) {
		struct buffer text = make_text();
		fputs(text.ptr, stdout);
		fflush(stdout);
		buffer_release(&text);
	}
	do
		try_seed();
	while (!only && ++seed <= last);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(random_models_hold)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
