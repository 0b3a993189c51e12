/* socket/path: the path of a Unix socket is no good. */
#include <errno.h>

#include <ipcdiag/explain_socket.h>

enum { ADDRESS_MAX = 110 }; /* sizeof(struct sockaddr_un) */

static bool examine(struct finding *f, const struct change *c, const struct world *w)
{
	const struct endpoint_address *a = finding_address(f);
	const struct event *e = c->event;
	(void)w;
	if (!a || a->family != FAMILY_UNIX)
		return false;
	bool too_long = e->size > ADDRESS_MAX;
	if (e->kind != EVENT_BIND && c->error != ENAMETOOLONG && c->error != ELOOP && c->error != ENOTDIR && !too_long)
		return false;
	if (c->error == EINVAL && !too_long)
		return false;
	finding_set_number(f, "length", e->size);
	if (too_long) {
		finding_say_cause(f,
			"the address is {length} bytes long; sun_path holds 108 bytes, so that {length} is more "
			"than the 110 bytes of the whole "
			"structure. The path above is cut by strace");
		finding_add_fix(f,
			"use a shorter path (107 characters and the end), for example in /run or $XDG_RUNTIME_DIR; or "
			"chdir() and use a relative one");
	} else if (c->error == ENOENT || c->error == ENOTDIR) {
		finding_say_cause(f, "the folder of {path} does not exist, or a part of it is no folder");
		finding_add_fix(f,
			"make the folder before the server starts (RuntimeDirectory= in a systemd unit, or mkdir -p)");
	} else if (c->error == EROFS) {
		finding_say_cause(f, "{path} is on a file system that is mounted read-only");
	} else if (c->error == EACCES || c->error == EPERM) {
		finding_say_cause(f, "{process} may not make files in the folder of {path}");
		finding_add_fix(
			f, "let the server's user own the folder (RuntimeDirectory= in a systemd unit, or chown)");
	}
	socket_remember(f, c);
	return true;
}

const struct rule rule_socket_path = {
	.id = "socket/path",
	.severity = SEVERITY_ERROR,
	.aim = AIM_OWN,
	.title = "path of a Unix socket cannot be used",
	.about =
		"bind to a Unix path failed: its folder is missing (ENOENT, ENOTDIR), may not be written (EACCES, EROFS), or the "
		"path is longer than 107 "
		"characters (EINVAL).",
	.match = {{CHANGE_CALL, "bind connect sendto",
		"ENOENT ENOTDIR EINVAL EROFS EACCES EPERM ENAMETOOLONG ELOOP ENOSPC", NULL}},
	.recovery = RECOVERY_ANY,
	.message = "{process} could not {call} the Unix socket {path} ({errno})<<, {times} times>>",
	.cause = "the file system does not take this path",
	.check = {"namei -l -- {path}", "ls -ld -- {path}", "findmnt -T {path}"},
	.fix = {"correct the path {path}"},
	.why = "bind() on a Unix socket makes a file: the folder must exist and be writable, and the path with its ending NUL must "
	       "fit into the 108 bytes of "
	       "sun_path.",
	.references = {"unix(7)", "bind(2)", "namei(1)"},
	.example =
		"socket(AF_UNIX, SOCK_STREAM, 0) = 3\n"
		"bind(3, {sa_family=AF_UNIX, sun_path=\"/run/none/a.sock\"}, 110) = -1 ENOENT (No such file or directory)",
	.examine = examine,
	.settle = socket_settle,
};
