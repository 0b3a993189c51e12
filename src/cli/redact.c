#include "redact.h"

#include <ipcdiag/frame.h>

/* Calls whose strings are data. */
static const char data_calls[] =
	"read pread pread64 readv preadv preadv2 write pwrite pwrite64 writev pwritev pwritev2 send sendto sendmsg sendmmsg "
	"sendmmsg_time64 recv recvfrom recvmsg recvmmsg recvmmsg_time64 socketcall mq_send mq_timedsend mq_timedsend_time64 mq_receive "
	"mq_timedreceive mq_timedreceive_time64 msgsnd msgrcv ipc vmsplice process_vm_readv process_vm_writev getrandom "
	"setsockopt getsockopt ioctl add_key keyctl ptrace setxattr fsetxattr lsetxattr getxattr fgetxattr lgetxattr";

/* What stands in front of a string that is an address. */
static const char *const address_marks[] = {
	"inet_addr(", "inet_pton(AF_INET, ", "inet_pton(AF_INET6, ", "sun_path=", "sun_path=@"};

static bool is_address(struct slice before)
{
	for (size_t i = 0; i < sizeof address_marks / sizeof *address_marks; i++)
		if (slice_ends(before, slice_of(address_marks[i])))
			return true;
	return false;
}

/* Position behind the closing quote of the string whose opening one is at `start`; the end when there is none. */
static size_t string_end(struct slice text, size_t start)
{
	for (size_t i = start + 1; i < text.len; i++) {
		if (text.ptr[i] == '\\')
			i++;
		else if (text.ptr[i] == '"')
			return i + 1;
	}
	return text.len;
}

/* Adds `text` without the insides of its strings, but for addresses and the first `keep` ones. */
static void add_without_strings(struct buffer *out, struct slice text, unsigned keep)
{
	for (size_t quote; (quote = slice_find_char(text, '"', 0)) != SIZE_MAX;) {
		size_t end = string_end(text, quote);
		if (keep || is_address(slice_take(text, quote))) {
			buffer_add(out, slice_take(text, end));
			keep -= keep > 0;
			text = slice_skip(text, end);
			continue;
		}
		buffer_add(out, slice_take(text, quote));
		buffer_add_text(out, "\"\"...");
		text = slice_skip(text, end);
		if (slice_starts(text, SLICE("...")))
			text = slice_skip(text, 3);
	}
	buffer_add(out, text);
}

static bool has_data(const struct record *r)
{
	return r->kind <= RECORD_RESUMED && slice_in_words(r->name, data_calls);
}

static bool starts_program(const struct record *r)
{
	return r->kind <= RECORD_RESUMED && (slice_is(r->name, "execve") || slice_is(r->name, "execveat"));
}

void redact_record(struct record *r, struct buffer *scratch)
{
	enum { PARTS = 3, COMMAND_STRINGS = 2 }; /* path and argv[0] say which program it is */
	struct slice *const parts[PARTS] = {&r->args, &r->args_tail, &r->text};
	size_t ends[PARTS];
	bool foreign = r->kind == RECORD_OUTPUT || (r->kind == RECORD_CONTINUATION && !frame_is_line(r->text));
	if (!foreign && !has_data(r) && !starts_program(r))
		return;
	buffer_clear(scratch);
	for (unsigned i = 0; i < PARTS; i++) {
		if (!foreign)
			add_without_strings(scratch, *parts[i], starts_program(r) ? COMMAND_STRINGS : 0);
		ends[i] = scratch->len;
	}
	for (unsigned i = 0, start = 0; i < PARTS; start = (unsigned)ends[i++])
		if (parts[i]->ptr)
			*parts[i] = (struct slice){buffer_slice(scratch).ptr + start, ends[i] - start};
}
