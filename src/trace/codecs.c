#include <stdlib.h>

#include <lzma.h>
#include <zlib.h>
#include <zstd.h>

#include <ipcdiag/memory.h>

#include "decoder.h"

/* --- gzip --- */

static void *gzip_start(void)
{
	z_stream *z = memory_alloc(sizeof *z);
	if (inflateInit2(z, 15 + 16) != Z_OK)
		memory_exhausted();
	return z;
}

static bool gzip_run(struct decoder *d, char *into, size_t size, size_t *made)
{
	z_stream *z = d->state;
	z->next_in = (Bytef *)d->raw + d->at;
	z->avail_in = (uInt)(d->have - d->at);
	z->next_out = (Bytef *)into;
	z->avail_out = (uInt)size;
	d->inside = true;
	int result = inflate(z, Z_NO_FLUSH);
	d->at = d->have - z->avail_in;
	*made = size - z->avail_out;
	if (result == Z_STREAM_END) {
		d->inside = false;
		inflateReset(z);
	}
	return result == Z_OK || result == Z_STREAM_END || result == Z_BUF_ERROR;
}

static void gzip_stop(void *state)
{
	inflateEnd(state);
	free(state);
}

const struct codec codec_gzip = {"\x1f\x8b", 2, gzip_start, gzip_run, gzip_stop};

/* --- zstd --- */

static void *zstd_start(void)
{
	ZSTD_DStream *z = ZSTD_createDStream();
	if (!z)
		memory_exhausted();
	return z;
}

static bool zstd_run(struct decoder *d, char *into, size_t size, size_t *made)
{
	ZSTD_inBuffer in = {d->raw, d->have, d->at};
	ZSTD_outBuffer out = {into, size, 0};
	size_t result = ZSTD_decompressStream(d->state, &out, &in);
	d->at = in.pos;
	*made = out.pos;
	d->inside = result != 0;
	return !ZSTD_isError(result);
}

static void zstd_stop(void *state)
{
	ZSTD_freeDStream(state);
}

const struct codec codec_zstd = {"\x28\xb5\x2f\xfd", 4, zstd_start, zstd_run, zstd_stop};

/* --- xz --- */

enum { XZ_MEMORY = 256 << 20 }; /* bytes a hostile dictionary may ask for */

static void begin_xz(lzma_stream *z)
{
	if (lzma_stream_decoder(z, XZ_MEMORY, 0) != LZMA_OK)
		memory_exhausted();
}

static void *xz_start(void)
{
	lzma_stream *z = memory_alloc(sizeof *z), init = LZMA_STREAM_INIT;
	*z = init;
	begin_xz(z);
	return z;
}

static bool xz_run(struct decoder *d, char *into, size_t size, size_t *made)
{
	lzma_stream *z = d->state;
	z->next_in = (const uint8_t *)d->raw + d->at;
	z->avail_in = d->have - d->at;
	z->next_out = (uint8_t *)into;
	z->avail_out = size;
	d->inside = true;
	lzma_ret result = lzma_code(z, LZMA_RUN);
	d->at = d->have - z->avail_in;
	*made = size - z->avail_out;
	if (result == LZMA_STREAM_END) {
		d->inside = false;
		begin_xz(z);
	}
	return result == LZMA_OK || result == LZMA_STREAM_END || result == LZMA_BUF_ERROR;
}

static void xz_stop(void *state)
{
	lzma_end(state);
	free(state);
}

const struct codec codec_xz = {"\xfd"
			       "7zXZ\0",
	6, xz_start, xz_run, xz_stop};
