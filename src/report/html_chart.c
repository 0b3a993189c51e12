/* The swim-lane chart as SVG. The horizontal axis is the order of the evidence lines, not a clock. */
#include <inttypes.h>

#include <ipcdiag/text.h>

#include "html_parts.h"
#include "lanes.h"
#include "report_parts.h"

enum {
	GUTTER = 150,
	TOP = 44,
	LANE_HEIGHT = 46,
	MARGIN = 28,
	TAIL = 60,
	BAR = 16,
	WIDTH = 860,
	MIN_PITCH = 26,
	MAX_PITCH = 96
};

static const char legend[] =
	"From left to right in order of the trace. A number is a finding, a circle a line that it rests on, \u00d7 the end of "
	"a process, hatching a call that does not return.";

struct chart {
	struct xml *x;
	const struct report *report;
	struct lanes lanes;
	unsigned pitch;
};

static unsigned column_x(const struct chart *c, unsigned column)
{
	return GUTTER + MARGIN + column * c->pitch;
}

static unsigned lane_y(unsigned lane)
{
	return TOP + lane * LANE_HEIGHT + LANE_HEIGHT / 2;
}

static unsigned chart_width(const struct chart *c)
{
	return column_x(c, c->lanes.column_count - 1) + TAIL + 10;
}

static unsigned chart_height(const struct chart *c)
{
	return TOP + c->lanes.lane_count * LANE_HEIGHT + 8;
}

/* Where a lane's bar ends: at the line that says so, else behind the last column of its input. */
static unsigned lane_right(const struct chart *c, const struct lane *lane)
{
	bool outermost = lane->end + 1 == c->lanes.column_count;
	return column_x(c, lane->end) + (lane->ended ? 0 : outermost ? TAIL : c->pitch / 2);
}

/* --- small shapes --- */

static void add_number(struct chart *c, const char *name, unsigned value)
{
	xml_add_attribute_number(c->x, name, value);
}

static void add_line(struct chart *c, const char *class, const unsigned ends[4])
{
	xml_open(c->x, "line");
	xml_add_attribute(c->x, "class", class);
	add_number(c, "x1", ends[0]);
	add_number(c, "y1", ends[1]);
	add_number(c, "x2", ends[2]);
	add_number(c, "y2", ends[3]);
	xml_close(c->x);
}

static void add_box(struct chart *c, const char *class, unsigned left, unsigned right, unsigned y)
{
	xml_open(c->x, "rect");
	xml_add_attribute(c->x, "class", class);
	add_number(c, "x", left);
	add_number(c, "y", y - BAR / 2);
	add_number(c, "width", right - left);
	add_number(c, "height", BAR);
	add_number(c, "rx", BAR / 2);
	xml_close(c->x);
}

static void add_label(struct chart *c, const char *class, unsigned x, unsigned y, const struct buffer *text)
{
	xml_open(c->x, "text");
	xml_add_attribute(c->x, "class", class);
	add_number(c, "x", x);
	add_number(c, "y", y);
	xml_add_slice(c->x, buffer_slice(text));
	xml_close(c->x);
}

/* --- axis and lanes --- */

static bool begins_file(const struct chart *c, unsigned column)
{
	const struct column *columns = c->lanes.columns;
	return !column || strcmp(columns[column].file, columns[column - 1].file) != 0;
}

static void add_axis(struct chart *c)
{
	bool several = !slice_equal(
		slice_of(c->lanes.columns[0].file), slice_of(c->lanes.columns[c->lanes.column_count - 1].file));
	struct buffer caption = {0};
	buffer_add_text(&caption, "trace line");
	add_label(c, "caption", GUTTER - 6, TOP - 14, &caption);
	buffer_release(&caption);
	for (unsigned i = 0; i < c->lanes.column_count; i++) {
		struct buffer text = {0};
		unsigned x = column_x(c, i);
		if (several && begins_file(c, i)) {
			parts_add_start(&text, c->lanes.columns[i].file, 28);
			add_label(c, "file", x - 8, 14, &text);
			add_line(c, "border", (unsigned[]){x - 14, 4, x - 14, chart_height(c)});
			buffer_clear(&text);
		}
		add_line(c, "grid", (unsigned[]){x, TOP - 6, x, chart_height(c) - 6});
		buffer_add_number(&text, (int64_t)c->lanes.columns[i].line);
		add_label(c, "tick", x, TOP - 14, &text);
		buffer_release(&text);
	}
}

static void add_lane_name(struct chart *c, const struct lane *lane, unsigned y)
{
	struct buffer text = {0};
	if (lane->name)
		parts_add_start(&text, lane->name, 11);
	if (lane->pid >= 0)
		buffer_add_format(&text, lane->name ? "[%" PRId64 "]" : "%" PRId64, lane->pid);
	else if (!lane->name)
		buffer_add_text(&text, "the program");
	add_label(c, "name", GUTTER - 6, y + 4, &text);
	buffer_release(&text);
}

static void add_cross(struct chart *c, unsigned x, unsigned y)
{
	add_line(c, "end", (unsigned[]){x - 6, y - 6, x + 6, y + 6});
	add_line(c, "end", (unsigned[]){x - 6, y + 6, x + 6, y - 6});
}

static void add_lanes(struct chart *c)
{
	for (unsigned i = 0; i < c->lanes.lane_count; i++) {
		const struct lane *lane = &c->lanes.lanes[i];
		add_lane_name(c, lane, lane_y(i));
		add_box(c, "life", column_x(c, lane->first) - 12, lane_right(c, lane), lane_y(i));
	}
}

static void add_ends(struct chart *c)
{
	for (unsigned i = 0; i < c->lanes.lane_count; i++)
		if (c->lanes.lanes[i].ended)
			add_cross(c, column_x(c, c->lanes.lanes[i].end), lane_y(i));
}

/* --- findings --- */

static bool never_returns(const struct finding *f)
{
	return f->text && slice_ends(slice_of(f->text), SLICE("<unfinished ...>"));
}

/* The call of the finding does not return: hatched to the end of the process. */
static void add_blocked(struct chart *c, const struct finding *f)
{
	for (unsigned i = 0; i < f->evidence_count; i++) {
		const struct evidence *e = &f->evidence[i];
		unsigned lane = lanes_find_lane(&c->lanes, e), from = column_x(c, lanes_find_column(&c->lanes, e));
		if (lane == LANES_NONE || !never_returns(f) || !parts_is_own_line(f, e))
			continue;
		unsigned right = lane_right(c, &c->lanes.lanes[lane]);
		if (right > from)
			add_box(c, "blocked", from, right, lane_y(lane));
	}
}

static void add_arrow(struct chart *c, const struct finding *f, unsigned from, unsigned to)
{
	const struct evidence *a = &f->evidence[from], *b = &f->evidence[to];
	unsigned la = lanes_find_lane(&c->lanes, a), lb = lanes_find_lane(&c->lanes, b);
	if (la == LANES_NONE || lb == LANES_NONE)
		return;
	unsigned xa = column_x(c, lanes_find_column(&c->lanes, a)), xb = column_x(c, lanes_find_column(&c->lanes, b));
	unsigned ya = lane_y(la), yb = lane_y(lb), middle = xa / 2 + xb / 2;
	struct buffer text = {0};
	xml_open(c->x, "path");
	buffer_add_format(&text, "arrow %s", severity_name(f->severity));
	xml_add_attribute(c->x, "class", text.ptr);
	buffer_clear(&text);
	buffer_add_format(&text, "M%u %u C%u %u %u %u %u %u", xa, ya, middle, ya, middle, yb, xb, yb);
	xml_add_attribute(c->x, "d", text.ptr);
	xml_close(c->x);
	buffer_release(&text);
}

static void add_tooltip(struct chart *c, const struct evidence *e)
{
	struct buffer text = {0};
	parts_add_text(&text, e->file);
	buffer_add_format(&text, ":%" PRIu64, e->line);
	if (e->role) {
		buffer_add_text(&text, ": ");
		parts_add_text(&text, e->role);
	}
	if (e->text) {
		buffer_add_char(&text, '\n');
		parts_add_excerpt(&text, e->text);
	}
	xml_open(c->x, "title");
	xml_add_lines(c->x, buffer_slice(&text));
	xml_close(c->x);
	buffer_release(&text);
}

static void open_circle(struct chart *c, const char *class, const struct evidence *e, unsigned radius)
{
	xml_open(c->x, "circle");
	xml_add_attribute(c->x, "class", class);
	add_number(c, "cx", column_x(c, lanes_find_column(&c->lanes, e)));
	add_number(c, "cy", lane_y(lanes_find_lane(&c->lanes, e)));
	add_number(c, "r", radius);
}

static void add_dot(struct chart *c, const struct evidence *e)
{
	open_circle(c, "dot", e, 4);
	add_tooltip(c, e);
	xml_close(c->x);
}

static void add_marker(struct chart *c, const struct finding *f, const struct evidence *e, unsigned number)
{
	struct buffer text = {0};
	buffer_add_format(&text, "#f%u", number);
	xml_open(c->x, "a");
	xml_add_attribute(c->x, "href", text.ptr);
	buffer_clear(&text);
	buffer_add_format(&text, "marker %s", severity_name(f->severity));
	open_circle(c, text.ptr, e, 11);
	add_tooltip(c, e);
	xml_close(c->x);
	buffer_clear(&text);
	buffer_add_format(&text, "%u", number);
	add_label(c, "number", column_x(c, lanes_find_column(&c->lanes, e)), lane_y(lanes_find_lane(&c->lanes, e)) + 4,
		&text);
	xml_close(c->x);
	buffer_release(&text);
}

/* What lies below is drawn first: hatches, arrows, dots, ends, markers. */
static void add_findings(struct chart *c)
{
	const struct finding *const *findings = c->report->findings;
	for (unsigned i = 0; i < c->lanes.finding_count; i++)
		add_blocked(c, findings[i]);
	for (unsigned i = 0; i < c->lanes.finding_count; i++)
		for (unsigned k = 1; k < findings[i]->evidence_count; k++)
			add_arrow(c, findings[i], k - 1, k);
	for (unsigned i = 0; i < c->lanes.finding_count; i++)
		for (unsigned k = 0; k < findings[i]->evidence_count; k++)
			if (lanes_find_lane(&c->lanes, &findings[i]->evidence[k]) != LANES_NONE)
				add_dot(c, &findings[i]->evidence[k]);
	add_ends(c);
	for (unsigned i = c->lanes.finding_count; i-- > 0;) /* the most severe on top */
		for (unsigned k = 0; k < findings[i]->evidence_count; k++)
			if (parts_is_own_line(findings[i], &findings[i]->evidence[k]) &&
				lanes_find_lane(&c->lanes, &findings[i]->evidence[k]) != LANES_NONE)
				add_marker(c, findings[i], &findings[i]->evidence[k], i + 1);
}

/* --- the whole --- */

static void add_hatch(struct xml *x)
{
	xml_open(x, "defs");
	xml_open(x, "pattern");
	xml_add_attribute(x, "id", "hatch");
	xml_add_attribute(x, "width", "7");
	xml_add_attribute(x, "height", "7");
	xml_add_attribute(x, "patternUnits", "userSpaceOnUse");
	xml_add_attribute(x, "patternTransform", "rotate(45)");
	xml_open(x, "rect");
	xml_add_attribute(x, "class", "stripe");
	xml_add_attribute(x, "width", "3");
	xml_add_attribute(x, "height", "7");
	xml_close(x);
	xml_close(x);
	xml_close(x);
}

static void add_svg(struct chart *c)
{
	struct buffer box = {0};
	buffer_add_format(&box, "0 0 %u %u", chart_width(c), chart_height(c));
	xml_open(c->x, "svg");
	xml_add_attribute(c->x, "xmlns", "http://www.w3.org/2000/svg");
	xml_add_attribute(c->x, "viewBox", box.ptr);
	add_number(c, "width", chart_width(c));
	add_number(c, "height", chart_height(c));
	xml_add_attribute(c->x, "role", "img");
	xml_add_attribute(c->x, "aria-label", "Processes and the trace lines of the findings");
	add_hatch(c->x);
	add_axis(c);
	add_lanes(c);
	add_findings(c);
	xml_close(c->x);
	buffer_release(&box);
}

static void add_hidden(struct chart *c)
{
	struct buffer text = {0};
	if (c->lanes.hidden_lanes)
		parts_add_counted(&text, c->lanes.hidden_lanes, "more process");
	if (c->lanes.hidden_findings) {
		buffer_add_text(&text, text.len ? " and " : "");
		parts_add_counted(&text, c->lanes.hidden_findings, "more finding");
	}
	if (text.len) {
		buffer_add_text(&text, " not drawn.");
		xml_open(c->x, "p");
		xml_add_attribute(c->x, "class", "remark");
		xml_add_slice(c->x, buffer_slice(&text));
		xml_close(c->x);
	}
	buffer_release(&text);
}

void html_add_chart(struct xml *x, const struct report *r)
{
	struct chart c = {.x = x, .report = r, .lanes = lanes_new(r)};
	if (c.lanes.column_count) {
		unsigned pitch = WIDTH / c.lanes.column_count;
		c.pitch = pitch < MIN_PITCH ? MIN_PITCH : pitch > MAX_PITCH ? MAX_PITCH : pitch;
		xml_open(x, "section");
		xml_add_attribute(x, "class", "chart");
		xml_add_element(x, "h2", "Processes and the trace lines that matter");
		xml_open(x, "div");
		xml_add_attribute(x, "class", "scroll");
		add_svg(&c);
		xml_close(x);
		xml_open(x, "p");
		xml_add_attribute(x, "class", "remark");
		xml_add_text(x, legend);
		xml_close(x);
		add_hidden(&c);
		xml_close(x);
	}
	lanes_release(&c.lanes);
}
