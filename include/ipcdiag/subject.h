/* What a finding is about in the model, for `examine` and above all for `settle`, when the change is long gone. All of
 * it is valid until the finding is settled; everything may be NULL when it is not known. Include <ipcdiag/finding.h>.
 */
#ifndef IPCDIAG_SUBJECT_H
#define IPCDIAG_SUBJECT_H

#include <stdbool.h>
#include <stdint.h>

struct channel;
struct endpoint_address;
struct finding;
struct open_file;
struct process;
struct segment;
struct step;

struct process *finding_process(const struct finding *f);
struct channel *finding_channel(const struct finding *f);
struct open_file *finding_file(const struct finding *f);
struct segment *finding_segment(const struct finding *f);
/* The address that the call was about: its argument, or that of the socket. */
const struct endpoint_address *finding_address(const struct finding *f);

/* The line of the finding; the last one of a repeated finding (the same when it came once). f->count says how often. */
struct step *finding_step(const struct finding *f);
struct step *finding_last_step(const struct finding *f);

/* Did it work later (only for rules with a recovery)? `step` becomes the line of the success, `same_object` whether it
 * was on the same address, path, key, channel ...; both may be NULL. */
bool finding_recovered(const struct finding *f, struct step **step, bool *same_object);

/* In settle: what worked later was something else (the maker's own call, not the client's next attempt). The severity
 * is the rule's. */
void finding_deny_recovery(struct finding *f);

/* The severity that the rule gave stays, whatever became of the call. */
void finding_keep_severity(struct finding *f);

/* In settle: there is no finding after all. */
void finding_cancel(struct finding *f);

/* Notes from examine to settle: numbers (0 at first), lines and processes (NULL at first; references are held). */
enum { FINDING_MEMOS = 4 };
int64_t finding_memo(const struct finding *f, unsigned i);
void finding_set_memo(struct finding *f, unsigned i, int64_t value);
struct step *finding_kept_step(const struct finding *f, unsigned i);
void finding_keep_step(struct finding *f, unsigned i, struct step *step);
struct process *finding_kept_process(const struct finding *f, unsigned i);
void finding_keep_process(struct finding *f, unsigned i, struct process *process);

#endif
