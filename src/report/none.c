/* Nothing at all: for runs of which only the exit status counts. */
#include "formats.h"

const struct report_format report_none = {
	.name = "none",
	.about = "nothing; only the exit status counts",
};
