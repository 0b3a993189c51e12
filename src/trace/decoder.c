#include "decoder.h"

#include <errno.h>
#include <stdlib.h>

#include <ipcdiag/memory.h>

static const struct codec *const codecs[] = {&codec_gzip, &codec_zstd, &codec_xz};

struct decoder *decoder_new(struct slice head)
{
	for (size_t i = 0; i < sizeof codecs / sizeof *codecs; i++) {
		if (!slice_starts(head, (struct slice){codecs[i]->magic, codecs[i]->magic_size}))
			continue;
		struct decoder *d = memory_alloc(sizeof *d);
		d->codec = codecs[i];
		d->state = d->codec->start();
		return d;
	}
	return NULL;
}

void decoder_free(struct decoder *d)
{
	if (!d)
		return;
	d->codec->stop(d->state);
	free(d);
}

/* Behind a member only another one may follow; anything else (padding) ends the input. */
static bool at_member(const struct decoder *d)
{
	struct slice rest = {d->raw + d->at, d->have - d->at};
	return slice_starts(rest, (struct slice){d->codec->magic, d->codec->magic_size}) ||
		rest.len < d->codec->magic_size;
}

static ptrdiff_t fill(struct input *in, struct decoder *d)
{
	memmove(d->raw, d->raw + d->at, d->have - d->at);
	d->have -= d->at;
	d->at = 0;
	ptrdiff_t n = input_read_raw(in, d->raw + d->have, sizeof d->raw - d->have);
	if (n > 0)
		d->have += (size_t)n;
	return n;
}

/* Is there something to decode? A member that has begun may hold output back even when no input is left. */
static bool can_run(const struct decoder *d)
{
	return d->inside || (d->have > d->at && at_member(d));
}

ptrdiff_t decoder_read(struct input *in, char *into, size_t size)
{
	struct decoder *d = in->decoder;
	for (bool end = false; !d->failed;) {
		size_t made = 0;
		if (can_run(d))
			d->failed = !d->codec->run(d, into, size, &made);
		else if (d->have > d->at)
			break; /* padding */
		if (made)
			return (ptrdiff_t)made;
		if (end || d->failed)
			break;
		ptrdiff_t n = fill(in, d);
		if (n < 0)
			return n;
		end = n == 0;
	}
	in->truncated |= d->inside || d->failed;
	return 0;
}
