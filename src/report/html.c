/* One self-contained page: no script, no request to anywhere. Well-formed as XML too, so that any reader can check it.
 */
#include <inttypes.h>

#include "formats.h"
#include "html_parts.h"
#include "report_parts.h"

enum { MAX_CARDS = 500 };

static void add_head(struct xml *x)
{
	xml_open(x, "head");
	xml_open(x, "meta");
	xml_add_attribute(x, "charset", "utf-8");
	xml_close(x);
	xml_open(x, "meta");
	xml_add_attribute(x, "http-equiv", "Content-Security-Policy");
	xml_add_attribute(x, "content", "default-src 'none'; style-src 'unsafe-inline'");
	xml_close(x);
	xml_open(x, "meta");
	xml_add_attribute(x, "name", "viewport");
	xml_add_attribute(x, "content", "width=device-width, initial-scale=1");
	xml_close(x);
	xml_open(x, "meta");
	xml_add_attribute(x, "name", "color-scheme");
	xml_add_attribute(x, "content", "light dark");
	xml_close(x);
	xml_add_element(x, "title", "ipcdiag report");
	xml_open(x, "style");
	xml_add_lines(x, slice_of(html_style));
	xml_close(x);
	xml_close(x);
}

static void add_count(struct xml *x, const struct report *r, enum severity s)
{
	struct buffer text = {0};
	buffer_add_format(&text, "count %s%s", severity_name(s), r->counts[s] ? "" : " none");
	xml_open(x, "span");
	xml_add_attribute(x, "class", text.ptr);
	buffer_clear(&text);
	parts_add_counted(&text, r->counts[s], severity_name(s));
	xml_add_slice(x, buffer_slice(&text));
	xml_close(x);
	buffer_release(&text);
}

static void add_input(struct xml *x, const struct report_input *input)
{
	struct buffer text = {0};
	if (input->file_count == 1)
		parts_add_text(&text, input->files[0]);
	else
		parts_add_counted(&text, input->file_count, "input");
	buffer_add_text(&text, ": ");
	parts_add_counted(&text, input->lines, "line");
	buffer_add_text(&text, ", ");
	parts_add_counted(&text, input->processes, "process");
	buffer_add_text(&text, ", ");
	parts_add_counted(&text, input->threads, "thread");
	if (input->unparsed) {
		buffer_add_text(&text, ", ");
		parts_add_counted(&text, input->unparsed, "line");
		buffer_add_text(&text, " not understood");
	}
	xml_open(x, "p");
	xml_add_attribute(x, "class", "input");
	xml_add_slice(x, buffer_slice(&text));
	xml_close(x);
	buffer_release(&text);
}

static void add_header(struct xml *x, const struct report *r)
{
	xml_open(x, "header");
	xml_add_element(x, "h1", "ipcdiag");
	add_input(x, &r->input);
	xml_open(x, "p");
	xml_add_attribute(x, "class", "counts");
	add_count(x, r, SEVERITY_ERROR);
	add_count(x, r, SEVERITY_WARNING);
	add_count(x, r, SEVERITY_NOTE);
	xml_close(x);
	xml_close(x);
}

static void add_remark(struct xml *x, uint64_t count, const char *before, const char *after)
{
	struct buffer text = {0};
	if (!count)
		return;
	parts_add_counted(&text, count, before);
	buffer_add_text(&text, after);
	xml_open(x, "p");
	xml_add_attribute(x, "class", "remark");
	xml_add_slice(x, buffer_slice(&text));
	xml_close(x);
	buffer_release(&text);
}

static void add_cards(struct xml *x, const struct report *r)
{
	unsigned shown = r->finding_count < MAX_CARDS ? r->finding_count : MAX_CARDS;
	xml_open(x, "section");
	if (!r->finding_count) {
		xml_open(x, "p");
		xml_add_attribute(x, "class", "clean");
		xml_add_text(x,
			"Nothing to show: no fault of inter-process communication was found at the chosen severity.");
		xml_close(x);
	}
	for (unsigned i = 0; i < shown; i++)
		html_add_card(x, r->findings[i], i + 1);
	add_remark(x, r->finding_count - shown, "more finding",
		" left out of this page; the other formats have all of them.");
	add_remark(x, r->hidden, "more finding", " below the chosen severity: --severity=note shows everything.");
	xml_close(x);
}

static void add_notes(struct xml *x, const struct report_input *input)
{
	if (!input->note_count)
		return;
	xml_open(x, "section");
	xml_add_attribute(x, "class", "notes");
	xml_add_element(x, "h2", "About the trace");
	xml_open(x, "ul");
	for (unsigned i = 0; i < input->note_count; i++) {
		struct buffer text = {0};
		parts_add_note_place(&text, &input->notes[i]);
		buffer_add_text(&text, ": ");
		parts_add_note_text(&text, &input->notes[i]);
		xml_add_element(x, "li", text.ptr);
		buffer_release(&text);
	}
	xml_close(x);
	xml_close(x);
}

static void add_footer(struct xml *x, const struct report *r)
{
	xml_open(x, "footer");
	xml_add_text(x, "ipcdiag ");
	xml_add_text(x, r->version);
	xml_close(x);
}

static void write_end(struct buffer *out, const struct report *r)
{
	struct xml x = xml_start(out, true);
	buffer_add_text(out, "<!DOCTYPE html>");
	xml_open(&x, "html");
	xml_add_attribute(&x, "xmlns", "http://www.w3.org/1999/xhtml");
	xml_add_attribute(&x, "lang", "en");
	add_head(&x);
	xml_open(&x, "body");
	add_header(&x, r);
	xml_open(&x, "main");
	html_add_chart(&x, r);
	add_cards(&x, r);
	add_notes(&x, &r->input);
	xml_close(&x);
	add_footer(&x, r);
	xml_close(&x);
	xml_close(&x);
	buffer_add_char(out, '\n');
}

const struct report_format report_html = {
	.name = "html",
	.about = "one HTML page with a chart, without scripts",
	.end = write_end,
};
