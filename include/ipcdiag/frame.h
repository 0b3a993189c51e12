/* Stack frames, as strace prints them behind a call (-k, --stack-trace). */
#ifndef IPCDIAG_FRAME_H
#define IPCDIAG_FRAME_H

#include <ipcdiag/slice.h>

enum { FRAMES_MAX = 32 };

struct frame {
	char *module;     /* path of the program or library */
	char *function;   /* NULL: not known */
	uint64_t offset;  /* in the function */
	uint64_t address; /* in the module: a virtual address of its file, or an offset in it (strace with libunwind) */
	char *file;       /* source, NULL: not known */
	unsigned line;
};

struct frames {
	unsigned count;
	struct frame list[FRAMES_MAX]; /* innermost first */
};

/* Is this line one, in any layout since strace 4.9? " > /bin/x(main+0x12) [0x1234] main.c:7" */
bool frame_is_line(struct slice line);

/* Frames from lines of that form; lines of another form are passed over. NULL: there are none. Free with frames_free.
 */
struct frames *frames_parse(struct slice lines);
struct frames *frames_copy(const struct frames *f);
void frames_free(struct frames *f);

/* Is it in a library or program of the system's? Nobody who reads a report can change its source. */
bool frame_is_systems(const struct frame *f);

/* The innermost frame of the user's own code, not of the system's libraries and programs, that has a source file; else
 * the innermost one with a function. NULL: there is none. */
const struct frame *frames_own(const struct frames *f);

#endif
