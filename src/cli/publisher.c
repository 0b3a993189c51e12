#include "publisher.h"

enum { FLUSH_AT = 65536 };

static void begin(struct publisher *p, const struct report *r)
{
	if (!p->begun && p->format->begin)
		p->format->begin(&p->text, r);
	p->begun = true;
}

bool publisher_can_stream(const struct publisher *p)
{
	return p->format->finding != NULL;
}

void publisher_add(struct publisher *p, const struct report *r, const struct finding *f)
{
	begin(p, r);
	p->format->finding(&p->text, r, f);
	if (p->text.len >= FLUSH_AT)
		publisher_flush(p);
}

void publisher_flush(struct publisher *p)
{
	output_write(&p->output, buffer_slice(&p->text));
	buffer_clear(&p->text);
}

int publisher_end(struct publisher *p, const struct report *r)
{
	begin(p, r);
	for (unsigned i = 0; i < r->finding_count && !r->live && publisher_can_stream(p); i++)
		publisher_add(p, r, r->findings[i]);
	if (p->format->end)
		p->format->end(&p->text, r);
	publisher_flush(p);
	buffer_release(&p->text);
	return output_close(&p->output);
}
