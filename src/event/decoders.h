/* Inside of the event layer: the table of calls and their decoders. No decoder allocates; all slices of an event point
 * into its record, to static text or (text of an address that was printed as bytes) into the event. */
#ifndef EVENT_DECODERS_H
#define EVENT_DECODERS_H

#include "operands.h"

/* Fills the operands of `e` (its kind is set; may be changed). False: nothing that the model wants. */
typedef bool decoder(const struct args *a, struct event *e);

enum { ENTRY_ALL = 9 };

struct syscall {
	const char *name;
	decoder *decode;
	unsigned char kind;
	unsigned char entry; /* arguments that strace prints when the call is entered, the rest when it returns */
};

/* The call of this name, or NULL (generated from syscall_names.gperf). */
const struct syscall *syscall_find(const char *name, size_t length);

decoder decode_nothing;
/* fd.c */
decoder decode_fd, decode_close_range, decode_dup, decode_dup2, decode_fcntl, decode_ioctl, decode_flock;
decoder decode_read, decode_pread, decode_readv, decode_splice, decode_tee, decode_sendfile, decode_copy_file_range;
/* file.c */
decoder decode_open, decode_creat, decode_openat, decode_openat2, decode_open_by_handle, decode_path, decode_pathat;
decoder decode_rename, decode_renameat, decode_mknod, decode_mknodat, decode_truncate, decode_ftruncate,
	decode_fallocate;
decoder decode_stat, decode_statat, decode_fstat;
/* make.c */
decoder decode_make, decode_bpf, decode_io_uring;
decoder decode_io_uring_register;
/* poll.c */
decoder decode_poll, decode_ppoll, decode_select, decode_epoll_ctl, decode_epoll_wait;
/* pipe.c */
decoder decode_pipe;
/* socket.c */
decoder decode_socket, decode_socketpair, decode_bind, decode_listen, decode_accept, decode_sockname, decode_shutdown;
decoder decode_getsockopt, decode_setsockopt;
/* message.c */
decoder decode_send, decode_recv, decode_sendmsg, decode_recvmsg, decode_mmsg;
/* process.c */
decoder decode_fork, decode_clone, decode_clone3, decode_exec, decode_execveat, decode_exit, decode_wait, decode_waitid;
decoder decode_setuid, decode_setreuid, decode_own_id, decode_prlimit, decode_setrlimit, decode_getrlimit;
/* signal.c */
decoder decode_kill, decode_tgkill, decode_pidfd_kill, decode_sigaction, decode_signal_call, decode_sigmask;
/* time.c */
decoder decode_nanosleep, decode_clock_nanosleep, decode_pause, decode_sigtimedwait, decode_restart;
/* sysv.c */
decoder decode_shmget, decode_msgget, decode_shmat, decode_shmdt, decode_shmctl, decode_semctl, decode_semop,
	decode_msgsnd;
decoder decode_msgrcv;
/* posix.c */
decoder decode_mmap, decode_munmap, decode_mq_open, decode_mq_transfer, decode_mq_setattr, decode_mq_unlink;
/* sync.c */
decoder decode_futex, decode_futex_wait, decode_futex_wake, decode_futex_waitv;

/* O_* flags into access, creat, excl, trunc, nonblock, cloexec (file.c). */
void read_open_flags(struct slice arg, struct event *e);

/* A delivered signal (signal.c). */
bool decode_signal_record(const struct record *r, struct event *e);

#endif
