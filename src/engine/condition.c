/* Conditions of rows, condition.h. */
#include <ipcdiag/condition.h>

#include <stdlib.h>

#include <ipcdiag/buffer.h>
#include <ipcdiag/explain_socket.h>

enum { VALUE_MAX = 64 };

/* --- words of the model --- */

static const char *domain_word(const struct socket *s)
{
	static const char *const words[][2] = {{"AF_UNIX AF_LOCAL PF_UNIX PF_LOCAL PF_FILE", "unix"},
		{"AF_INET PF_INET", "inet"}, {"AF_INET6 PF_INET6", "inet6"}, {"AF_NETLINK PF_NETLINK", "netlink"},
		{"AF_PACKET PF_PACKET", "packet"}};
	for (size_t i = 0; s && s->domain && i < sizeof words / sizeof *words; i++)
		if (slice_in_words(slice_of(s->domain), words[i][0]))
			return words[i][1];
	return NULL;
}

static const struct socket *socket_of(const struct finding *f)
{
	return finding_file(f) ? finding_file(f)->socket : NULL;
}

static const char *family(const struct finding *f)
{
	const struct endpoint_address *a = finding_address(f);
	enum address_family known = a ? a->family : FAMILY_NONE;
	return known == FAMILY_UNIX     ? "unix"
		: known == FAMILY_INET  ? "inet"
		: known == FAMILY_INET6 ? "inet6"
					: domain_word(socket_of(f));
}

static const char *kind(const struct finding *f)
{
	const struct open_file *file = finding_file(f);
	return file && file->object != OBJECT_UNKNOWN ? object_name(file->object) : NULL;
}

static bool starts(const char *text, const char *with)
{
	return slice_starts(slice_of(text), slice_of(with));
}

/* ip(7), ipv6(7): fe80::/10 and 169.254/16, ff00::/8 and 224/4; the broadcast address of a network is known only where
 * it is that of all. */
static const char *scope_of_host(const struct endpoint_address *a)
{
	long first = strtol(a->host, NULL, 10);
	if (address_is_wildcard(a))
		return "wildcard";
	if (address_is_local(a))
		return "loopback";
	if (a->family == FAMILY_INET6)
		return starts(a->host, "fe8") || starts(a->host, "fe9") || starts(a->host, "fea") ||
				starts(a->host, "feb")
			? "link-local"
			: starts(a->host, "ff") ? "multicast"
						: "other";
	if (strcmp(a->host, "255.255.255.255") == 0)
		return "broadcast";
	return starts(a->host, "169.254.") ? "link-local" : first >= 224 && first < 240 ? "multicast" : "other";
}

static const char *scope(const struct finding *f)
{
	const struct endpoint_address *a = finding_address(f);
	if (!a)
		return NULL;
	if (a->family == FAMILY_UNIX)
		return a->abstract ? "abstract" : a->path ? "path" : "unnamed";
	return a->family == FAMILY_INET || a->family == FAMILY_INET6 ? scope_of_host(a) : NULL;
}

static const char *sends(const struct finding *f)
{
	const struct socket *s = socket_of(f);
	return !s || !s->type ? NULL : s->stream ? "stream" : "datagram";
}

static const char *waits(const struct finding *f)
{
	const struct open_file *file = finding_file(f);
	return !file ? NULL : file->nonblock ? "nonblocking" : "blocking";
}

static const char *fate_of(const struct process *p)
{
	static const char faults[] = "SIGSEGV SIGABRT SIGBUS SIGFPE SIGILL SIGSYS SIGTRAP";
	if (!p)
		return NULL;
	if (process_alive(p))
		return "alive";
	if (p->end == END_EXITED)
		return p->status == 0 ? "ended" : "failed";
	if (p->end != END_KILLED || !p->signal)
		return NULL;
	return slice_in_words(slice_of(p->signal), faults) ? "crashed" : "stopped";
}

static const char *process_fate(const struct finding *f)
{
	return fate_of(finding_process(f));
}

static const char *peer(const struct finding *f)
{
	const struct process *p = finding_channel(f) ? socket_peer_process(f) : NULL;
	return p ? fate_of(p) : "outside";
}

static const char fates[] = "alive ended failed crashed stopped";

static const struct word {
	const char *name;
	const char *(*value)(const struct finding *f);
	const char *values; /* NULL: many */
} words[] = {
	{"family", family, "unix inet inet6 netlink packet"},
	{"kind", kind, NULL},
	{"scope", scope, "abstract path unnamed loopback link-local multicast broadcast wildcard other"},
	{"sends", sends, "stream datagram"},
	{"waits", waits, "blocking nonblocking"},
	{"process", process_fate, fates},
	{"peer", peer, "alive ended failed crashed stopped outside"},
};

static const struct word *find_word(struct slice name)
{
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (slice_is(name, words[i].name))
			return &words[i];
	return NULL;
}

/* --- a condition --- */

struct term {
	struct slice name, values;
	char test; /* '=', '!' (differs), '<', '>', '?' (known), '-' (not known) */
};

static bool is_name(struct slice s)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz0123456789_";
	for (size_t i = 0; i < s.len; i++)
		if (!memchr(letters, s.ptr[i], sizeof letters - 1))
			return false;
	return s.len > 0;
}

/* Takes the first term off; false: there is none, or it is unsound. */
static bool take_term(struct slice *left, struct term *t)
{
	struct slice word = slice_trim(*left);
	word = slice_take(word, slice_find_char(word, ' ', 0));
	*left = slice_skip(slice_trim(*left), word.len);
	size_t n = 0;
	bool bare = word.len && word.ptr[0] == '!';
	while (n < word.len && !strchr("=<>!", word.ptr[n]))
		n++;
	if (bare || n == word.len) {
		*t = (struct term){.name = slice_skip(word, bare), .test = bare ? '-' : '?'};
		return is_name(t->name);
	}
	bool differs = word.ptr[n] == '!';
	*t = (struct term){slice_take(word, n), slice_skip(word, n + 1 + differs), word.ptr[n]};
	return is_name(t->name) && t->values.len && (!differs || word.ptr[n + 1] == '=');
}

static bool takes_value(struct slice *values, struct slice *value)
{
	if (!values->len)
		return false;
	*value = slice_take(*values, slice_find_char(*values, '|', 0));
	*values = slice_skip(*values, value->len + (value->len < values->len));
	return true;
}

static const char *value_of(const struct finding *f, struct slice name)
{
	char text[VALUE_MAX];
	const struct word *w = find_word(name);
	if (w)
		return w->value(f);
	if (name.len >= sizeof text)
		return NULL;
	memcpy(text, name.ptr, name.len);
	text[name.len] = '\0';
	return finding_get(f, text);
}

static bool is_one_of(const char *value, struct slice values)
{
	for (struct slice one; takes_value(&values, &one);)
		if (slice_is(one, value))
			return true;
	return false;
}

static bool term_holds(const struct finding *f, const struct term *t)
{
	const char *value = value_of(f, t->name);
	int64_t number, limit;
	if (!value || t->test == '-' || t->test == '?')
		return t->test == '-' ? !value : value != NULL;
	if (t->test == '=' || t->test == '!')
		return is_one_of(value, t->values) == (t->test == '=');
	if (!slice_number(slice_of(value), &number) || !slice_number(t->values, &limit))
		return false;
	return t->test == '<' ? number < limit : number > limit;
}

bool condition_holds(const struct finding *f, const char *when)
{
	struct term t;
	for (struct slice left = slice_of(when); slice_trim(left).len;)
		if (!take_term(&left, &t) || !term_holds(f, &t))
			return false;
	return true;
}

static bool check_term(const struct term *t, struct buffer *error)
{
	const struct word *w = find_word(t->name);
	struct slice values = t->values;
	int64_t number;
	if ((t->test == '<' || t->test == '>') && !slice_number(values, &number)) {
		buffer_add_format(error, "'%.*s' is no number", (int)values.len, values.ptr);
		return false;
	}
	for (struct slice one; w && w->values && takes_value(&values, &one);) {
		if (slice_in_words(one, w->values))
			continue;
		buffer_add_format(
			error, "%s is never '%.*s'; it is one of %s", w->name, (int)one.len, one.ptr, w->values);
		return false;
	}
	return true;
}

bool condition_check(const char *when, bool (*knows_fact)(const void *context, struct slice name), const void *context,
	struct buffer *error)
{
	struct term t;
	for (struct slice left = slice_of(when); slice_trim(left).len;) {
		if (!take_term(&left, &t)) {
			buffer_add_format(error, "'%s' is no condition", when);
			return false;
		}
		if (!find_word(t.name) && !knows_fact(context, t.name)) {
			buffer_add_format(error, "there is no word '%.*s'", (int)t.name.len, t.name.ptr);
			return false;
		}
		if (!check_term(&t, error))
			return false;
	}
	return true;
}

/* --- rows --- */

static enum confidence confidence_of(const char *word)
{
	return strcmp(word, "certain") == 0   ? CONFIDENCE_CERTAIN
		: strcmp(word, "likely") == 0 ? CONFIDENCE_LIKELY
					      : CONFIDENCE_POSSIBLE;
}

void cause_choose(struct finding *f)
{
	const struct cause *c = f->rule->causes;
	while (c && c->when && !condition_holds(f, c->when))
		c++;
	f->row = c && c->when ? c : NULL;
	if (f->row && f->row->confidence)
		f->confidence = confidence_of(f->row->confidence);
}
