/* Compressed input: gzip, zstd, xz, known by their magic bytes; members one after the other are read as one text. */
#ifndef TRACE_DECODER_H
#define TRACE_DECODER_H

#include "input.h"

enum { DECODER_MAGIC = 6, DECODER_BLOCK = 1 << 17 };

struct codec;

struct decoder {
	const struct codec *codec;
	void *state;
	bool inside; /* a member has begun and not ended */
	bool failed;
	size_t at, have; /* what of `raw` is not used yet */
	char raw[DECODER_BLOCK];
};

/* What the codecs do with the bytes at raw[at..have): move `at` on, fill `into`. */
struct codec {
	const char *magic;
	size_t magic_size;
	void *(*start)(void);
	/* Number of bytes made; `inside` follows the member's begin and end. False: the data is damaged. */
	bool (*run)(struct decoder *d, char *into, size_t size, size_t *made);
	void (*stop)(void *state);
};

extern const struct codec codec_gzip, codec_zstd, codec_xz;

/* A decoder for data that begins so, or NULL for plain text. */
struct decoder *decoder_new(struct slice head);
void decoder_free(struct decoder *d);

/* As input_read; sets in->truncated when the data ends inside a member or is damaged. */
ptrdiff_t decoder_read(struct input *in, char *into, size_t size);

#endif
