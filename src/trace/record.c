#include <ipcdiag/record.h>

const char *record_kind_name(enum record_kind kind)
{
	static const char *const names[RECORD_KINDS] = {
		[RECORD_SYSCALL] = "syscall",
		[RECORD_UNFINISHED] = "unfinished",
		[RECORD_RESUMED] = "resumed",
		[RECORD_SIGNAL] = "signal",
		[RECORD_EXIT] = "exit",
		[RECORD_KILLED] = "killed",
		[RECORD_ATTACH] = "attach",
		[RECORD_SUPERSEDED] = "superseded",
		[RECORD_PERSONALITY] = "personality",
		[RECORD_DIAG] = "diag",
		[RECORD_TABLE] = "table",
		[RECORD_CONTINUATION] = "continuation",
		[RECORD_OUTPUT] = "output",
	};
	return kind < RECORD_KINDS ? names[kind] : "output";
}

const char *record_end_name(enum record_end end)
{
	switch (end) {
	case END_DETACHED:
		return "detached";
	case END_EOF:
		return "eof";
	case END_PID_CHANGED:
		return "pid changed";
	case END_PTRACE:
		return "ptrace";
	default:
		return NULL;
	}
}
