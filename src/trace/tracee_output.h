/* What a traced program wrote to the file that the trace goes to stands inside its own write: `write(1, "hi\n", 3hi` LF
 * `) = 3`. The call says which bytes these are. */
#ifndef TRACEE_OUTPUT_H
#define TRACEE_OUTPUT_H

#include <ipcdiag/slice.h>

enum { OUTPUT_MAX = 1 << 20 }; /* bytes of one write that are looked for */

struct output {
	struct slice string; /* write: escaped, without quotes */
	bool cut;            /* "..." */
	struct slice vector; /* writev: "[{iov_base=..., iov_len=...}, ...]" */
	size_t count, elements;
	const char *digits; /* the count of a write, of a writev's elements; foreign bytes may follow at once */
};

/* Finds the data in "write(..." or "writev(...", complete or not. False: another call, or the data is not shown. */
bool tracee_output_find(struct slice text, struct output *o);

/* Does the count stand alone, or do other bytes follow that could be the output? */
bool tracee_output_is_suspect(const struct output *o, const char *end);

/* If the first digits say `number`: how many bytes of data that means; 0: it cannot be. */
size_t tracee_output_count(const struct output *o, size_t number);

/* How many of the raw bytes behind the digits are the output of `count` bytes; SIZE_MAX: they are something else. With
 * `crlf` a terminal has made CR LF of each LF. */
size_t tracee_output_match(const struct output *o, size_t count, struct slice raw, bool crlf);

#endif
