/* socket/unix-missing: there is no socket file at the path. */
#include <ipcdiag/explain_socket.h>

static bool examine(struct finding *f, const struct change *c, const struct world *w)
{
	const struct endpoint_address *a = finding_address(f);
	(void)w;
	if (!a || a->family != FAMILY_UNIX || socket_is_missed_by_nobody(a))
		return false;
	socket_remember(f, c);
	return true;
}

static void say_why(struct finding *f, const struct listener *l)
{
	const struct process *p = finding_process(f);
	switch (l->how) {
	case LISTENING_LATER:
	case LISTENING_NEVER:
		finding_say_cause(f,
			"start-up race: {listener} makes the socket at {bind_at}, after this attempt, and the "
			"client did not try again");
		finding_add_fix(f,
			"let the client wait until the server is ready: try again after a pause, or have the server "
			"tell that it listens");
		break;
	case LISTENING_GONE:
		finding_say_cause(f,
			"{listener} had listened on {listener_address}<< since {listen_at}>>, but it "
			"{listener_end}, and the file is gone");
		break;
	case LISTENING_OTHER_PORT:
		f->confidence = CONFIDENCE_LIKELY;
		finding_say_cause(f,
			"no process in this trace makes {path}; {listener} listens on {listener_address} (since "
			"{listen_at}): the client or the server has "
			"the wrong path");
		break;
	default:
		if (p && p->chroot)
			finding_say_cause(f,
				"the process has changed its root directory: the path is looked up inside of it, "
				"where no server has made the socket");
		else
			finding_say_cause(f,
				"no process in this trace makes this socket: its server is not running, uses "
				"another path, or is in another mount "
				"namespace (a container, a chroot)");
		if (p)
			finding_add_evidence(f, p->chroot, "the root directory is changed");
	}
}

static void settle(struct finding *f, const struct world *w)
{
	struct listener l = socket_find_listener(w, f);
	if (socket_is_startup_race(f, &l)) {
		finding_cancel(f);
		return;
	}
	explain_listener(f, &l);
	say_why(f, &l);
	socket_set_times(f);
}

const struct rule rule_socket_unix_missing = {
	.id = "socket/unix-missing",
	.severity = SEVERITY_ERROR,
	.aim = AIM_OWN,
	.title = "Unix socket that does not exist",
	.about =
		"A connect or send to the path of a Unix socket found no such file (ENOENT): the server has not made it, or makes "
		"it elsewhere. Looking "
		"for nscd and other optional services is left out.",
	.match = {{CHANGE_CALL, "connect sendto sendmsg sendmmsg", "ENOENT", "socket unknown"}},
	.recovery = RECOVERY_ANY,
	.message = "{process} could not connect to {path}: there is no such socket ({errno})<<, {times} times>>",
	.check = {"ls -l -- {path}", "ss -xlp | grep -F -- {path}", "sudo lsof -U | grep -F -- {path}"},
	.fix = {"start the server that makes {path}", "give client and server the same path",
		"in a container or chroot: make the socket's directory visible inside (bind mount)"},
	.why = "A Unix socket is a file that the server makes with bind(). Until it has done so, or when the path differs by a "
	       "character, there is "
	       "nothing to connect to.",
	.references = {"unix(7)", "connect(2)", "bind(2)"},
	.example =
		"socket(AF_UNIX, SOCK_STREAM, 0) = 3\n"
		"connect(3, {sa_family=AF_UNIX, sun_path=\"/tmp/mysql.sock\"}, 110) = -1 ENOENT (No such file or directory)",
	.examine = examine,
	.settle = settle,
};
