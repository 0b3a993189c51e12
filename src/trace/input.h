/* Bytes of one input: a file, standard input, plain or compressed. */
#ifndef TRACE_INPUT_H
#define TRACE_INPUT_H

#include <ipcdiag/slice.h>

struct decoder;

struct input {
	int fd;                  /* -1: closed */
	bool may_block;          /* a pipe, terminal or socket: reading may wait for a writer */
	size_t size;             /* of a file as it lies there; 0: not known */
	bool truncated;          /* compressed data ended early or is damaged */
	struct decoder *decoder; /* NULL: plain */
	const char *transient; /* path of a file that is opened for each read, so that families need few descriptors */
	int64_t at;            /* how far a transient one was read */
	bool begun;            /* the magic bytes were looked at */
	char head[8];          /* what was read for that, not yet handed out */
	size_t head_at, head_len;
};

/* The bytes as they are in the file, for the decoders. */
ptrdiff_t input_read_raw(struct input *in, char *into, size_t size);

/* Opens `path` ("-" is standard input). 0 or an errno value. */
int input_open(struct input *in, const char *path);

/* The same for a member of a family; `path` must stay. */
int input_open_transient(struct input *in, const char *path);
void input_close(struct input *in);

/* Up to `size` bytes; 0 at the end; -1 with errno set. */
ptrdiff_t input_read(struct input *in, char *into, size_t size);

/* Is there something to read (or the end) within `milliseconds`? Always true for files. */
bool input_wait(const struct input *in, int milliseconds);

#endif
