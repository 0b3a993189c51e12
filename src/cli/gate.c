#include "gate.h"

#include <inttypes.h>
#include <string.h>
#include <time.h>

#include "baseline.h"
#include "say.h"
#include "settings.h"
#include "suppressions.h"

bool gate_open(struct gate *g, const struct settings *settings, struct buffer *error)
{
	char today[16] = "";
	time_t now = time(NULL);
	struct tm parts;
	if (gmtime_r(&now, &parts))
		strftime(today, sizeof today, "%Y-%m-%d", &parts);
	*g = (struct gate){.fail_on = settings->fail_on, .severity = settings->severity};
	if (settings->baseline && !(g->baseline = baseline_load(settings->baseline, error)))
		return false;
	return !settings->suppressions || (g->suppressions = suppressions_load(settings->suppressions, today, error));
}

static bool in_baseline(const struct gate *g, const struct finding *f)
{
	return g->baseline && baseline_holds(g->baseline, f);
}

static bool is_suppressed(const struct gate *g, const struct finding *f)
{
	return g->suppressions && suppressions_cover(g->suppressions, f);
}

bool gate_shows(const struct gate *g, const struct finding *f)
{
	return (long)f->severity >= g->severity && !is_suppressed(g, f) && !in_baseline(g, f);
}

/* By rule, in the order of their first finding; what comes after REPORT_MAX_HIDDEN rules is a number only. */
static void count_hidden(struct gate *g, const struct finding *f)
{
	unsigned i = 0;
	g->hidden++;
	while (i < g->hidden_rule_count && strcmp(g->hidden_rules[i].rule->id, f->rule->id) != 0)
		i++;
	if (i == REPORT_MAX_HIDDEN)
		return;
	if (i == g->hidden_rule_count)
		g->hidden_rules[g->hidden_rule_count++] = (struct report_hidden){.rule = f->rule, .line = f->line};
	g->hidden_rules[i].count++;
}

void gate_count(struct gate *g, const struct finding *f)
{
	if (is_suppressed(g, f)) {
		g->suppressed++;
	} else if (in_baseline(g, f)) {
		g->in_baseline++;
	} else {
		g->counts[f->severity]++;
		if ((long)f->severity < g->severity)
			count_hidden(g, f);
		g->failed |= (long)f->severity >= g->fail_on;
	}
}

void gate_tell_known(const struct gate *g, bool complete)
{
	if (g->suppressed)
		tell_notice("suppressed: %" PRIu64 " %s", g->suppressed, g->suppressed == 1 ? "finding" : "findings");
	if (g->in_baseline)
		tell_notice("in the baseline: %" PRIu64 " %s", g->in_baseline,
			g->in_baseline == 1 ? "finding" : "findings");
	if (g->suppressions && complete)
		suppressions_tell_unused(g->suppressions);
	if (g->baseline && complete)
		baseline_tell_stale(g->baseline);
}

void gate_close(struct gate *g)
{
	baseline_free(g->baseline);
	suppressions_free(g->suppressions);
	g->baseline = NULL;
	g->suppressions = NULL;
}
