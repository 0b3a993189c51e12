/* What a change is about: the address, path, key, channel ... that tells two failures of one call apart. */
#ifndef IDENTITY_H
#define IDENTITY_H

#include <ipcdiag/buffer.h>
#include <ipcdiag/change.h>

/* Copies the address that the change is about (free its path); false: it is about none. */
bool identity_address(const struct change *c, struct endpoint_address *out);

/* The path that it is about, as printed; ptr == NULL: none. */
struct slice identity_path(const struct change *c);

/* Key (set `*known`) and id (-1) of a System V object. */
int64_t identity_key(const struct change *c, bool *known);
int64_t identity_id(const struct change *c);

/* Adds the object as text that is equal for equal objects within this run. False: equal only within one process.
 * ABOUT_SERVICE: the addresses under which programs try one and the same service are equal too. */
enum about_sense { ABOUT_OBJECT, ABOUT_SERVICE };
bool identity_add(struct buffer *out, const struct change *c, enum about_sense sense);

/* Adds what of the object stays the same from run to run: no host, ephemeral port, key, id, and with each number in a
 * path replaced by N. */
void identity_add_normal(struct buffer *out, const struct change *c);
/* Adds `text` with each run of digits replaced by N. */
void identity_add_without_numbers(struct buffer *out, struct slice text);

#endif
