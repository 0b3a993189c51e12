/* The parts of the HTML report. */
#ifndef IPCDIAG_REPORT_HTML_PARTS_H
#define IPCDIAG_REPORT_HTML_PARTS_H

#include <ipcdiag/report.h>
#include <ipcdiag/xml.h>

/* The style sheet; holds none of & < >, which XML and HTML read differently there. */
extern const char html_style[];

/* The swim-lane chart: one lane a process, numbered markers that link to the cards. Nothing when there is no evidence.
 */
void html_add_chart(struct xml *x, const struct report *r);
/* The card of finding `number`, with the anchor "fNUMBER". */
void html_add_card(struct xml *x, const struct finding *f, unsigned number);

#endif
