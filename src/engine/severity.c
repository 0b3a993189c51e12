#include <ipcdiag/rule.h>
#include <string.h>

static const char *const names[] = {
	[SEVERITY_NOTE] = "note", [SEVERITY_WARNING] = "warning", [SEVERITY_ERROR] = "error"};

const char *severity_name(enum severity s)
{
	return names[s];
}

bool severity_parse(const char *text, enum severity *s)
{
	for (int i = SEVERITY_NOTE; i <= SEVERITY_ERROR; i++) {
		if (strcmp(text, names[i]) == 0) {
			*s = (enum severity)i;
			return true;
		}
	}
	return false;
}

bool aim_parse(const char *text, enum aim *a)
{
	static const char *const aims[] = {[AIM_NONE] = "none",
		[AIM_OWN] = "own",
		[AIM_ASK] = "ask",
		[AIM_PEER] = "peer",
		[AIM_BYE] = "bye",
		[AIM_WISH] = "wish",
		[AIM_LIMIT] = "limit"};
	for (size_t i = 0; i < sizeof aims / sizeof *aims; i++) {
		if (strcmp(text, aims[i]) == 0) {
			*a = (enum aim)i;
			return true;
		}
	}
	return false;
}
