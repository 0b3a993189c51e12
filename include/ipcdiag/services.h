/* Services that programs look for on their own, known by where they listen. One table, src/words/services.c. */
#ifndef IPCDIAG_SERVICES_H
#define IPCDIAG_SERVICES_H

#include <stdint.h>

enum missed_by {
	MISSED_BY_NOBODY,   /* a cache or a hint: everything works without it */
	MISSED_BY_SOMEBODY, /* log, bus, display, agent: programs go on without it, and people may miss it */
	MISSED_BY_CALLER    /* the program was started to talk to it */
};

struct service {
	const char *path;  /* part of a socket's path, NULL: by port */
	int64_t port;      /* TCP or UDP, 0: by path */
	const char *name;  /* "the system bus (D-Bus)" */
	const char *words; /* as programs call it when they complain, small letters, between blanks; may be NULL */
	enum missed_by missed_by;
	const char *start;  /* command that starts it, NULL: not by hand */
	const char *source; /* where this is from */
};

/* The service of a Unix socket's path (unescaped), or of a port; NULL: none that is listed. */
const struct service *service_by_path(const char *path);
const struct service *service_by_port(int64_t port);

#endif
