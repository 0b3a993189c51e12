/* One event's text through the grammar, its arguments through all readers. */
#include <ipcdiag/record.h>

#include "trace/leader.h"
#include "trace/parse.h"

static void read_argument(struct slice arg)
{
	struct slice element;
	size_t position = 0;
	int64_t number;
	bool cut;
	arg_number(arg, &number);
	arg_note(arg);
	arg_string(arg, &cut);
	arg_has_flag(arg, "O_CREAT");
	arg_member(arg, "events");
	for (unsigned i = 0; i < 64 && arg_next_element(arg, &position, &element); i++)
		arg_number(element, &number);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct slice line = {(const char *)data, size}, args[8];
	struct leader leader;
	struct record r = {0};
	leader_parse(line, &leader);
	struct slice text = slice_skip(line, leader.end);
	if (parse_event(text, &r) != PARSE_DONE)
		parse_damaged(text, size % 2 == 0, &r);
	size_t count = record_split(r.args.ptr ? r.args : text, args, 8);
	for (size_t i = 0; i < count && i < 8; i++)
		read_argument(args[i]);
	return 0;
}
