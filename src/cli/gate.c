#include "gate.h"

bool gate_shows(const struct gate *g, const struct finding *f)
{
	return (long)f->severity >= g->severity;
}

void gate_count(struct gate *g, const struct finding *f)
{
	g->counts[f->severity]++;
	g->hidden += !gate_shows(g, f);
	g->failed |= (long)f->severity >= g->fail_on;
}
