/* Any bytes as a configuration or rule file. */
#include <ipcdiag/document.h>

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	struct buffer error = {0};
	document_free(document_parse((struct slice){(const char *)data, size}, "fuzz", &error));
	buffer_release(&error);
	return 0;
}
