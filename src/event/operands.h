/* Reading arguments of calls: what strace prints for one operand, in all its forms, becomes a value. */
#ifndef EVENT_OPERANDS_H
#define EVENT_OPERANDS_H

#include <ipcdiag/event.h>

/* The arguments of one call. */
struct args {
	struct slice text; /* as printed; may end early (PHASE_ENTER); ptr == NULL: nothing is known */
	size_t unseen;     /* how many arguments stood on a line that was not seen; `text` begins with the next one */
};

/* The first `max` arguments, without `ident=` of -N and outer blanks; what is not there has ptr == NULL. Returns how
 * many of the `max` there are. */
size_t args_split(const struct args *a, struct slice *out, size_t max);

/* The text from the first argument on; ptr == NULL if the first argument was not seen. */
struct slice args_first(const struct args *a);

/* The number an argument begins with, or `otherwise`. */
int64_t operand_number(struct slice arg, int64_t otherwise);
/* A 32-bit number: "0xffffffff" and "4294967295" are -1. -1 if there is none. */
int64_t operand_int(struct slice arg);
/* A descriptor and its annotation; -1 if there is none. */
int64_t operand_fd(struct slice arg, struct slice *note);
/* A process number as strace sees it (of two, the one in the comment "5092 in strace's PID NS"). -1 if there is none.
 */
int64_t operand_pid(struct slice arg);
/* The number in "[5]", "[5 => 3]"; `otherwise` if there is none. */
int64_t operand_cell(struct slice arg, int64_t otherwise);
uint64_t operand_address(struct slice arg);
/* The inside of a string, ptr == NULL if it is none. */
struct slice operand_string(struct slice arg);
/* NULL, 0 and 0x0. */
bool operand_is_null(struct slice arg);
/* The member of a struct, or, in old versions that print no names, its element `index`. */
struct slice operand_member(struct slice arg, const char *name, size_t index);

/* Bytes in a vector "[{iov_base=..., iov_len=3}, ...]"; -1 if it is not printed in full. */
int64_t operand_iov(struct slice list);

/* A set of flags: words, numbers (-X raw, unknown bits), or both (-X verbose). */
struct flags {
	struct slice text;
	uint64_t bits; /* of the parts that are numbers */
};
struct flags operand_flags(struct slice arg);
static inline bool flags_have(const struct flags *f, const char *word, uint64_t bit)
{
	return (f->bits & bit) != 0 || (f->text.ptr && arg_has_flag(f->text, word));
}

/* The names in a flags argument, one after the other; false at the end. Start with *at = 0. */
bool flags_next(const struct flags *f, size_t *at, struct slice *name);

/* Timeouts: a struct timespec or timeval (NULL: infinite), and milliseconds (negative: infinite). */
void operand_timespec(struct slice arg, bool microseconds, struct event *e);
void operand_milliseconds(struct slice arg, struct event *e);
/* A deadline instead of a duration: how long it is, is not known. */
void operand_deadline(struct slice arg, struct event *e);

/* --- names.c: numbers that have names --- */

struct number_name {
	int64_t number;
	const char *name; /* NULL ends a table */
};

extern const struct number_name names_fcntl[], names_ioctl[], names_family[], names_socket_type[], names_shutdown[];
extern const struct number_name names_sockopt[], names_signal[], names_sigmask[], names_rlimit[], names_epoll[],
	names_futex[];
extern const struct number_name names_shm[], names_msg[], names_sem[], names_idtype[], names_locktype[],
	names_siginfo[];
extern const struct number_name names_siginfo_chld[], names_siginfo_segv[], names_siginfo_bus[], names_uring[];

/* The name a value is printed with; of numbers the one in the comment behind it or in the table. As printed if there is
 * no name; ptr == NULL if there is no argument. */
struct slice operand_name(struct slice arg, const struct number_name *names);
/* The number of a printed value: of a name the one in the table. -1 if not known. */
int64_t operand_code(struct slice arg, const struct number_name *names);

/* An address or protocol family under its present name (address.c). */
struct slice operand_family(struct slice arg);

#endif
