/* socket/startup-race: the client came before the server, tried again, and got through. */
#include <ipcdiag/explain_socket.h>

static bool examine(struct finding *f, const struct change *c, const struct world *w)
{
	(void)c;
	(void)w;
	return !socket_is_optional(finding_address(f));
}

static void settle(struct finding *f, const struct world *w)
{
	enum { MANY = 20 };
	struct listener l = socket_find_listener(w, f);
	struct step *success;
	if (!socket_is_startup_race(f, &l) || !finding_recovered(f, &success, NULL)) {
		finding_cancel(f);
		return;
	}
	explain_listener(f, &l);
	explain_place(f, "success_at", success);
	socket_set_times(f);
	double waited = step_seconds(success) - step_seconds(finding_step(f));
	if (f->count <= MANY && (step_seconds(finding_step(f)) < 0 || waited < 5))
		f->severity = SEVERITY_NOTE; /* a few attempts: that is what a retry is for */
}

const struct rule rule_socket_startup_race = {
	.id = "socket/startup-race",
	.severity = SEVERITY_WARNING,
	.title = "client started before its server listened",
	.about =
		"A connect failed because the server began to listen only later; a later attempt worked. A few attempts are a note; "
		"many, or a long "
		"delay, a warning.",
	.match = {{CHANGE_CALL, "connect getsockopt", "ECONNREFUSED", NULL}, {CHANGE_CALL, "connect", "ENOENT", NULL}},
	.recovery = RECOVERY_SAME,
	.message =
		"{process} tried {address} before the server listened there<<, {times} times>>; it worked at {success_at}",
	.cause =
		"{listener} binds {listener_address} at {bind_at}<< and listens at {listen_at}>>, after the first attempt",
	.check = {"ss -ltnp 'sport = :{port}'", "ss -xlp src {path}"},
	.fix = {"start the client when the server has told that it listens (a byte on a pipe, sd_notify, socket activation)",
		"keep the retry, with a pause and a limit"},
	.why = "Between the start of a server and its listen() there is a time in which every connection is refused. Without a retry "
	       "the client "
	       "depends on luck; with one it only loses time.",
	.references = {"connect(2)", "listen(2)", "systemd.socket(5)"},
	.example =
		"20 connect(3, {sa_family=AF_INET, sin_port=htons(7001), sin_addr=inet_addr(\"127.0.0.1\")}, 16) = -1 "
		"ECONNREFUSED (Connection refused)\n"
		"21 bind(3, {sa_family=AF_INET, sin_port=htons(7001), sin_addr=inet_addr(\"127.0.0.1\")}, 16) = 0\n"
		"21 listen(3, 8) = 0\n"
		"20 connect(3, {sa_family=AF_INET, sin_port=htons(7001), sin_addr=inet_addr(\"127.0.0.1\")}, 16) = 0",
	.examine = examine,
	.settle = settle,
};
