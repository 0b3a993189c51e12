/* Names and numbers of errors, as most architectures number them, with the kernel's internal ones that a trace shows.
 */
#include <stdlib.h>

#include <ipcdiag/event.h>

struct errno_row {
	const char *name;
	short number;
	bool alias; /* another name is the usual one */
};

/* In byte order of the names. */
static const struct errno_row rows[] = {
	{"E2BIG", 7, false},
	{"EACCES", 13, false},
	{"EADDRINUSE", 98, false},
	{"EADDRNOTAVAIL", 99, false},
	{"EADV", 68, false},
	{"EAFNOSUPPORT", 97, false},
	{"EAGAIN", 11, false},
	{"EALREADY", 114, false},
	{"EBADCOOKIE", 523, false},
	{"EBADE", 52, false},
	{"EBADF", 9, false},
	{"EBADFD", 77, false},
	{"EBADHANDLE", 521, false},
	{"EBADMSG", 74, false},
	{"EBADR", 53, false},
	{"EBADRQC", 56, false},
	{"EBADSLT", 57, false},
	{"EBADTYPE", 527, false},
	{"EBFONT", 59, false},
	{"EBUSY", 16, false},
	{"ECANCELED", 125, false},
	{"ECHILD", 10, false},
	{"ECHRNG", 44, false},
	{"ECOMM", 70, false},
	{"ECONNABORTED", 103, false},
	{"ECONNREFUSED", 111, false},
	{"ECONNRESET", 104, false},
	{"EDEADLK", 35, false},
	{"EDEADLOCK", 35, true},
	{"EDESTADDRREQ", 89, false},
	{"EDOM", 33, false},
	{"EDOTDOT", 73, false},
	{"EDQUOT", 122, false},
	{"EEXIST", 17, false},
	{"EFAULT", 14, false},
	{"EFBIG", 27, false},
	{"EHOSTDOWN", 112, false},
	{"EHOSTUNREACH", 113, false},
	{"EHWPOISON", 133, false},
	{"EIDRM", 43, false},
	{"EILSEQ", 84, false},
	{"EINPROGRESS", 115, false},
	{"EINTR", 4, false},
	{"EINVAL", 22, false},
	{"EIO", 5, false},
	{"EIOCBQUEUED", 529, false},
	{"EISCONN", 106, false},
	{"EISDIR", 21, false},
	{"EISNAM", 120, false},
	{"EJUKEBOX", 528, false},
	{"EKEYEXPIRED", 127, false},
	{"EKEYREJECTED", 129, false},
	{"EKEYREVOKED", 128, false},
	{"EL2HLT", 51, false},
	{"EL2NSYNC", 45, false},
	{"EL3HLT", 46, false},
	{"EL3RST", 47, false},
	{"ELIBACC", 79, false},
	{"ELIBBAD", 80, false},
	{"ELIBEXEC", 83, false},
	{"ELIBMAX", 82, false},
	{"ELIBSCN", 81, false},
	{"ELNRNG", 48, false},
	{"ELOOP", 40, false},
	{"EMEDIUMTYPE", 124, false},
	{"EMFILE", 24, false},
	{"EMLINK", 31, false},
	{"EMSGSIZE", 90, false},
	{"EMULTIHOP", 72, false},
	{"ENAMETOOLONG", 36, false},
	{"ENAVAIL", 119, false},
	{"ENETDOWN", 100, false},
	{"ENETRESET", 102, false},
	{"ENETUNREACH", 101, false},
	{"ENFILE", 23, false},
	{"ENOANO", 55, false},
	{"ENOBUFS", 105, false},
	{"ENOCSI", 50, false},
	{"ENODATA", 61, false},
	{"ENODEV", 19, false},
	{"ENOENT", 2, false},
	{"ENOEXEC", 8, false},
	{"ENOGRACE", 531, false},
	{"ENOIOCTLCMD", 515, false},
	{"ENOKEY", 126, false},
	{"ENOLCK", 37, false},
	{"ENOLINK", 67, false},
	{"ENOMEDIUM", 123, false},
	{"ENOMEM", 12, false},
	{"ENOMSG", 42, false},
	{"ENONET", 64, false},
	{"ENOPARAM", 519, false},
	{"ENOPKG", 65, false},
	{"ENOPROTOOPT", 92, false},
	{"ENOSPC", 28, false},
	{"ENOSR", 63, false},
	{"ENOSTR", 60, false},
	{"ENOSYS", 38, false},
	{"ENOTBLK", 15, false},
	{"ENOTCONN", 107, false},
	{"ENOTDIR", 20, false},
	{"ENOTEMPTY", 39, false},
	{"ENOTNAM", 118, false},
	{"ENOTRECOVERABLE", 131, false},
	{"ENOTSOCK", 88, false},
	{"ENOTSUP", 95, true},
	{"ENOTSUPP", 524, false},
	{"ENOTSYNC", 522, false},
	{"ENOTTY", 25, false},
	{"ENOTUNIQ", 76, false},
	{"ENXIO", 6, false},
	{"EOPENSTALE", 518, false},
	{"EOPNOTSUPP", 95, false},
	{"EOVERFLOW", 75, false},
	{"EOWNERDEAD", 130, false},
	{"EPERM", 1, false},
	{"EPFNOSUPPORT", 96, false},
	{"EPIPE", 32, false},
	{"EPROBE_DEFER", 517, false},
	{"EPROTO", 71, false},
	{"EPROTONOSUPPORT", 93, false},
	{"EPROTOTYPE", 91, false},
	{"ERANGE", 34, false},
	{"ERECALLCONFLICT", 530, false},
	{"EREMCHG", 78, false},
	{"EREMOTE", 66, false},
	{"EREMOTEIO", 121, false},
	{"ERESTART", 85, false},
	{"ERESTARTNOHAND", 514, false},
	{"ERESTARTNOINTR", 513, false},
	{"ERESTARTSYS", 512, false},
	{"ERESTART_RESTARTBLOCK", 516, false},
	{"ERFKILL", 132, false},
	{"EROFS", 30, false},
	{"ESERVERFAULT", 526, false},
	{"ESHUTDOWN", 108, false},
	{"ESOCKTNOSUPPORT", 94, false},
	{"ESPIPE", 29, false},
	{"ESRCH", 3, false},
	{"ESRMNT", 69, false},
	{"ESTALE", 116, false},
	{"ESTRPIPE", 86, false},
	{"ETIME", 62, false},
	{"ETIMEDOUT", 110, false},
	{"ETOOMANYREFS", 109, false},
	{"ETOOSMALL", 525, false},
	{"ETXTBSY", 26, false},
	{"EUCLEAN", 117, false},
	{"EUNATCH", 49, false},
	{"EUSERS", 87, false},
	{"EWOULDBLOCK", 11, true},
	{"EXDEV", 18, false},
	{"EXFULL", 54, false},
};

enum { ROW_COUNT = sizeof rows / sizeof *rows };

static int compare(const void *key, const void *row)
{
	const struct slice *name = key;
	const struct errno_row *r = row;
	size_t length = strlen(r->name), shorter = name->len < length ? name->len : length;
	int order = memcmp(name->ptr, r->name, shorter);
	return order ? order : (name->len > length) - (name->len < length);
}

int errno_number(struct slice name)
{
	const struct errno_row *r = name.len ? bsearch(&name, rows, ROW_COUNT, sizeof *rows, compare) : NULL;
	return r ? r->number : 0;
}

const char *errno_name(int number)
{
	for (size_t i = 0; i < ROW_COUNT; i++)
		if (rows[i].number == number && !rows[i].alias)
			return rows[i].name;
	return NULL;
}
