#include "who.h"

#include <pwd.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include <ipcdiag/text.h>

#include "proc.h"

enum { COMMAND_LENGTH = 80 };

void who_add(struct buffer *out, pid_t pid)
{
	struct buffer name = {0};
	proc_read(&name, "/proc/%d/comm", (int)pid);
	if (name.len && name.ptr[name.len - 1] == '\n')
		name.len--;
	text_add_visible(out, buffer_slice(&name));
	buffer_add_format(out, "[%d]", (int)pid);
	buffer_release(&name);
}

/* Only the file: name services may ask the network, and take their time. */
void who_add_user(struct buffer *out, uid_t user)
{
	FILE *file = fopen("/etc/passwd", "re");
	struct passwd *p = NULL;
	while (file && (p = fgetpwent(file)) && p->pw_uid != user)
		;
	if (p)
		text_add_visible(out, slice_of(p->pw_name));
	else
		buffer_add_number(out, user);
	if (file)
		fclose(file);
}

/* Seconds since 1970 of a process's start: field 22 of proc_pid_stat(5), in clock ticks since boot. */
static time_t start_time(pid_t pid)
{
	struct buffer text = {0}, boot = {0};
	time_t start = 0;
	if (proc_read(&text, "/proc/%d/stat", (int)pid) && proc_read(&boot, "/proc/stat")) {
		char *end = strrchr(text.ptr, ')');
		struct slice rest = slice_of(end ? end + 1 : ""), booted, line, whole = buffer_slice(&boot);
		for (int field = 3; field < 22; field++)
			proc_next_word(&rest);
		while (proc_next_line(&whole, &line)) {
			booted = proc_next_word(&line);
			if (slice_is(booted, "btime"))
				start = (time_t)(proc_number(proc_next_word(&line), 10) +
					proc_number(proc_next_word(&rest), 10) / (uint64_t)sysconf(_SC_CLK_TCK));
		}
	}
	buffer_release(&text);
	buffer_release(&boot);
	return start;
}

/* The time of day, or the day when it was not today. */
static void add_start(struct buffer *out, pid_t pid)
{
	time_t start = start_time(pid), now = time(NULL);
	struct tm when, today;
	char text[32];
	if (!start || !localtime_r(&start, &when) || !localtime_r(&now, &today))
		return;
	bool same = when.tm_yday == today.tm_yday && when.tm_year == today.tm_year;
	strftime(text, sizeof text, same ? "%H:%M:%S" : "%Y-%m-%d %H:%M", &when);
	buffer_add_format(out, ", since %s", text);
}

static void add_command(struct buffer *out, pid_t pid)
{
	struct buffer text = {0};
	if (proc_read(&text, "/proc/%d/cmdline", (int)pid)) {
		while (text.len && !text.ptr[text.len - 1])
			text.len--;
		for (size_t i = 0; i < text.len; i++)
			if (!text.ptr[i])
				text.ptr[i] = ' ';
		buffer_add_text(out, ", ");
		text_add_visible(out, slice_take(buffer_slice(&text), COMMAND_LENGTH));
		buffer_add_text(out, text.len > COMMAND_LENGTH ? "..." : "");
	}
	buffer_release(&text);
}

void who_add_all(struct buffer *out, pid_t pid, bool redact)
{
	struct buffer text = {0};
	who_add(out, pid);
	if (proc_read(&text, "/proc/%d/status", (int)pid)) {
		struct slice ids = proc_field(buffer_slice(&text), "Uid");
		buffer_add_text(out, " (user ");
		who_add_user(out, (uid_t)proc_number(proc_next_word(&ids), 10));
		add_start(out, pid);
		if (!redact)
			add_command(out, pid);
		buffer_add_char(out, ')');
	}
	buffer_release(&text);
}
