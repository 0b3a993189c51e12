/* shm/size: the size that was asked for cannot be had. */
#include <ipcdiag/explain_shm.h>

static bool examine(struct finding *f, const struct change *c, const struct world *w);

const struct rule rule_shm_size = {
	.id = "shm/size",
	.severity = SEVERITY_ERROR,
	.aim = AIM_OWN,
	.title = "shared memory segment of a size that cannot be had",
	.about =
		"shmget fails with EINVAL: the size is 0 (below SHMMIN) or above SHMMAX for a new segment, or larger than the "
		"segment that the key already names.",
	.match = {{CHANGE_CALL, "shmget", "EINVAL", NULL}},
	.recovery = RECOVERY_ANY,
	.message = "{process} asked shmget for {size} bytes (key {key}) and was refused with EINVAL",
	.check = {"ipcs -m", "ipcs -m | grep {padded_key}", "ipcs -lm", "sysctl kernel.shmmax"},
	.why = "A segment keeps the size that it was made with. shmget may ask for less or for 0 to get one that exists, never for "
	       "more; only a new segment takes the size that is asked for, from SHMMIN (1 byte) to SHMMAX.",
	.references = {"shmget(2)", "ipcs(1)"},
	.example = "10217 shmget(0x5150, 4096, IPC_CREAT|0600) = 0\n"
		   "10217 shmget(0x5150, 8192, 0600) = -1 EINVAL (Invalid argument)",
	.examine = examine,
};

static void too_large(struct finding *f)
{
	finding_say_cause(f,
		"a new segment of {size} bytes is larger than SHMMAX, the largest size of one segment "
		"(kernel.shmmax), or has a bad huge page size");
	finding_add_fix(f, "$ sudo sysctl -w kernel.shmmax={size}");
	finding_add_fix(f, "set kernel.shmmax in /etc/sysctl.conf to keep it, or ask for less");
}

static void other_size(struct finding *f)
{
	finding_add_fix(f,
		"let all programs that share key {key} use one size; ask for size 0 to get an existing segment whatever its size");
	finding_add_fix(f, "$ ipcrm -M {key}");
	finding_add_fix(f,
		"the last command removes the old segment, if it is only left over: then it is made anew with the new size");
}

static bool examine(struct finding *f, const struct change *c, const struct world *w)
{
	const struct event *e = c->event;
	const struct segment *s = world_segment_by_key(w, e->key);
	explain_key(f, e->key);
	if (s && !s->removed && s->created && s->size >= 0 && e->size > s->size) {
		explain_segment(f, s);
		finding_say_cause(f,
			"key {key} already names segment {segment_id} with {segment_size} bytes, made by {maker} at "
			"{made_at}; {size} bytes are more than it has");
		other_size(f);
	} else if (e->size == 0 && (e->creat || e->key == 0)) {
		finding_say_cause(f, "a new segment needs at least SHMMIN, that is 1 byte");
		finding_add_fix(f, "compute the size before the call: 0 is only good for a segment that exists");
	} else if (e->key == 0 || (e->creat && e->excl)) {
		too_large(f);
	} else if (!e->creat) {
		finding_say_cause(f,
			"key {key} names an existing segment that is smaller than {size} bytes; it was made outside of this trace");
		other_size(f);
	} else {
		f->confidence = CONFIDENCE_LIKELY;
		finding_say_cause(f,
			"either key {key} names a segment, made outside of this trace, that is smaller than {size} "
			"bytes (`ipcs -m` shows it), or {size} bytes are more than SHMMAX (kernel.shmmax)");
		other_size(f);
	}
	return true;
}
