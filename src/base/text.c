#include <ipcdiag/text.h>

/* --- UTF-8 --- */

/* How a sequence that begins with `lead` goes on: its length and what the second byte may be (overlong forms,
 * surrogates and everything beyond U+10FFFF are thus refused). Length 0: `lead` begins nothing. */
struct sequence {
	unsigned char length, low, high;
};

static struct sequence sequence_of(unsigned char lead)
{
	if (lead >= 0xc2 && lead <= 0xdf)
		return (struct sequence){2, 0x80, 0xbf};
	if (lead >= 0xe0 && lead <= 0xef)
		return (struct sequence){3, lead == 0xe0 ? 0xa0 : 0x80, lead == 0xed ? 0x9f : 0xbf};
	if (lead >= 0xf0 && lead <= 0xf4)
		return (struct sequence){4, lead == 0xf0 ? 0x90 : 0x80, lead == 0xf4 ? 0x8f : 0xbf};
	return (struct sequence){0};
}

size_t text_next_char(struct slice text, uint32_t *code)
{
	const unsigned char *s = (const unsigned char *)text.ptr;
	if (s[0] < 0x80) {
		*code = s[0];
		return 1;
	}
	struct sequence q = sequence_of(s[0]);
	*code = TEXT_INVALID;
	if (!q.length)
		return 1;
	uint32_t value = s[0] & (0x7fu >> q.length);
	for (size_t i = 1; i < q.length; i++) {
		unsigned char low = i == 1 ? q.low : 0x80, high = i == 1 ? q.high : 0xbf;
		if (i >= text.len || s[i] < low || s[i] > high)
			return i;
		value = value << 6 | (s[i] & 0x3fu);
	}
	*code = value;
	return q.length;
}

/* --- what a reader must not meet raw --- */

struct range {
	uint32_t first, last;
};

static const struct range unseen[] = {
	{0x00, 0x1f},
	{0x7f, 0x9f},
	{0xad, 0xad},
	{0x34f, 0x34f},
	{0x61c, 0x61c},
	{0x115f, 0x1160},
	{0x17b4, 0x17b5},
	{0x180b, 0x180f},
	{0x200b, 0x200f},
	{0x2028, 0x202e},
	{0x2060, 0x206f},
	{0x3164, 0x3164},
	{0xfe00, 0xfe0f},
	{0xfeff, 0xfeff},
	{0xffa0, 0xffa0},
	{0xfff0, 0xfffb},
	{0xfffe, 0xffff},
	{0x1bca0, 0x1bca3},
	{0x1d173, 0x1d17a},
	{0xe0000, 0xe0fff},
};

bool text_is_unseen(uint32_t code)
{
	for (size_t i = 0; i < sizeof unseen / sizeof *unseen && unseen[i].first <= code; i++)
		if (code <= unseen[i].last)
			return true;
	return false;
}

/* Length of the printable ASCII that `text` begins with: nearly all of every trace. */
static size_t plain_length(struct slice text)
{
	size_t n = 0;
	while (n < text.len && text.ptr[n] >= 0x20 && text.ptr[n] < 0x7f)
		n++;
	return n;
}

/* Length of the beginning of `text` that may be shown as it is. */
static size_t visible_length(struct slice text)
{
	size_t n = 0;
	while (n < text.len) {
		uint32_t code;
		n += plain_length(slice_skip(text, n));
		if (n == text.len)
			break;
		size_t step = text_next_char(slice_skip(text, n), &code);
		if (code == TEXT_INVALID || text_is_unseen(code))
			break;
		n += step;
	}
	return n;
}

static void add_hex_bytes(struct buffer *out, struct slice bytes)
{
	for (size_t i = 0; i < bytes.len; i++)
		buffer_add_format(out, "\\x%02x", (unsigned)(unsigned char)bytes.ptr[i]);
}

static void add_escape(struct buffer *out, struct slice bytes, uint32_t code)
{
	if (code == '\t')
		buffer_add_text(out, "\\t");
	else if (code == '\n')
		buffer_add_text(out, "\\n");
	else if (code == '\r')
		buffer_add_text(out, "\\r");
	else if (code < 0x80 || code == TEXT_INVALID)
		add_hex_bytes(out, bytes);
	else
		buffer_add_format(out, code > 0xffff ? "\\U%08x" : "\\u%04x", code);
}

void text_add_visible(struct buffer *out, struct slice text)
{
	while (text.len) {
		uint32_t code;
		size_t n = visible_length(text);
		buffer_add(out, slice_take(text, n));
		text = slice_skip(text, n);
		if (!text.len)
			break;
		n = text_next_char(text, &code);
		add_escape(out, slice_take(text, n), code);
		text = slice_skip(text, n);
	}
}

/* --- shell words --- */

static bool is_safe_in_shell(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
		(c && strchr("_./:@%+,-", c));
}

static bool is_safe_word(struct slice text)
{
	for (size_t i = 0; i < text.len; i++)
		if (!is_safe_in_shell(text.ptr[i]))
			return false;
	return text.len > 0;
}

static void add_single_quoted(struct buffer *out, struct slice text)
{
	buffer_add_char(out, '\'');
	for (size_t at; (at = slice_find_char(text, '\'', 0)) != SIZE_MAX; text = slice_skip(text, at + 1)) {
		buffer_add(out, slice_take(text, at));
		buffer_add_text(out, "'\\''");
	}
	buffer_add(out, text);
	buffer_add_char(out, '\'');
}

/* Three octal digits mean the same to every shell that knows $'...', whatever follows. A quote and '!' are written so
 * too because the history expansion of an interactive bash does not know \' here. */
static void add_dollar_quoted(struct buffer *out, struct slice text)
{
	buffer_add_text(out, "$'");
	while (text.len) {
		uint32_t code;
		size_t n = text_next_char(text, &code);
		bool raw = code != TEXT_INVALID && code != '\'' && code != '\\' && code != '!' && !text_is_unseen(code);
		for (size_t i = 0; !raw && i < n; i++)
			buffer_add_format(out, "\\%03o", (unsigned)(unsigned char)text.ptr[i]);
		if (raw)
			buffer_add(out, slice_take(text, n));
		text = slice_skip(text, n);
	}
	buffer_add_char(out, '\'');
}

static void add_word(struct buffer *out, struct slice text)
{
	if (is_safe_word(text))
		buffer_add(out, text);
	else if (visible_length(text) == text.len)
		add_single_quoted(out, text);
	else
		add_dollar_quoted(out, text);
}

void text_add_shell_word(struct buffer *out, struct slice text)
{
	if (slice_find_char(text, '\0', 0) == SIZE_MAX) {
		add_word(out, text);
		return;
	}
	struct buffer copy = {0};
	buffer_add(&copy, text);
	for (size_t i = 0; i < copy.len; i++)
		if (!copy.ptr[i])
			copy.ptr[i] = '@';
	add_word(out, buffer_slice(&copy));
	buffer_release(&copy);
}

/* --- strace's escapes --- */

static int hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

static size_t decode_octal(struct slice text, char *byte)
{
	unsigned value = 0;
	size_t n = 1;
	while (n < text.len && n < 4 && text.ptr[n] >= '0' && text.ptr[n] <= '7')
		value = value * 8 + (unsigned)(text.ptr[n++] - '0');
	*byte = (char)value;
	return n > 1 && value <= 0xff ? n : 0;
}

static size_t decode_hex(struct slice text, char *byte)
{
	if (text.len < 4 || hex_value(text.ptr[2]) < 0 || hex_value(text.ptr[3]) < 0)
		return 0;
	*byte = (char)(hex_value(text.ptr[2]) * 16 + hex_value(text.ptr[3]));
	return 4;
}

struct letter {
	char name, byte;
};

static const struct letter letters[] = {
	{'n', '\n'},
	{'t', '\t'},
	{'r', '\r'},
	{'f', '\f'},
	{'v', '\v'},
	{'"', '"'},
	{'\\', '\\'},
};

/* The escape that begins `text` (at its backslash): its length, or 0 if it is none. */
static size_t decode_escape(struct slice text, char *byte)
{
	if (text.len < 2)
		return 0;
	for (size_t i = 0; i < sizeof letters / sizeof *letters; i++) {
		if (text.ptr[1] == letters[i].name) {
			*byte = letters[i].byte;
			return 2;
		}
	}
	return text.ptr[1] == 'x' ? decode_hex(text, byte) : decode_octal(text, byte);
}

/* Decodes into `out`, or only counts when that is NULL. */
static size_t unescape(struct buffer *out, struct slice text)
{
	size_t total = 0;
	while (text.len) {
		size_t plain = slice_find_char(text, '\\', 0);
		plain = plain == SIZE_MAX ? text.len : plain;
		char byte = '\\';
		size_t used = plain < text.len ? decode_escape(slice_skip(text, plain), &byte) : 0;
		if (!used && plain < text.len) {
			byte = '\\'; /* a decoder that gave up may have left something else */
			used = 1;
		}
		if (out) {
			buffer_add(out, slice_take(text, plain));
			buffer_add(out, (struct slice){&byte, used > 0});
		}
		total += plain + (used > 0);
		text = slice_skip(text, plain + used);
	}
	return total;
}

size_t text_add_unescaped(struct buffer *out, struct slice text)
{
	return unescape(out, text);
}

size_t text_unescaped_length(struct slice text)
{
	return unescape(NULL, text);
}
