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
