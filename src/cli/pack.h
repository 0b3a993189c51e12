/* Records on their way to another core, packed: what that core has to fetch is what it waits for. A record whose text
 * is known takes 16 bytes and its stamps, any other is copied whole, with its text unless that is long; what is not in
 * the text points where it pointed. */
#ifndef CLI_PACK_H
#define CLI_PACK_H

#include <ipcdiag/trace.h>

struct pack {
	size_t used;
	uint64_t line; /* of the record that was added last */
	uint32_t file;
	_Alignas(16) char bytes[1 << 15];
};

/* Is there room for one more, whatever it is? */
bool pack_has_room(const struct pack *p);

void pack_add(struct pack *p, const struct record *r);

/* Copies a full pack to where another thread reads it, past the caches: that thread's core has the lines of the pack
 * that was there before, and to be given them back one by one takes longer than all the rest. Publish it with a release
 * operation. */
void pack_copy(struct pack *to, const struct pack *from);

/* Unpacks the record at `*at` (0: the first) into `r`, which still holds the one before, and moves on; it points into
 * the pack. False: there are no more. */
bool pack_next(const struct pack *p, size_t *at, struct record *r);

#endif
