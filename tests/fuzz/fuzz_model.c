/* The model attacked: bytes as sequences of well-formed calls (random_model.h), the parts of the model held against
 * each other after each event, and the findings of the fast way against those of the plain one. */
#include "../random_model.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buffer text = model_text(data, size), fast = {0}, plain = {0};
	model_diagnose(buffer_slice(&text), true, &fast);
	model_diagnose(buffer_slice(&text), false, &plain);
	if (!slice_equal(buffer_slice(&fast), buffer_slice(&plain)))
		abort();
	buffer_release(&text);
	buffer_release(&fast);
	buffer_release(&plain);
	return 0;
}
