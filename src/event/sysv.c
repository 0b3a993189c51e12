/* System V shared memory, semaphores and message queues. */
#include "decoders.h"

static int64_t read_key(struct slice arg)
{
	static const struct slice private = SLICE("IPC_PRIVATE");
	return arg.len && slice_starts(arg, private) ? 0 : operand_number(arg, -1);
}

static void read_get_flags(struct slice arg, struct event *e)
{
	struct flags f = operand_flags(arg);
	e->creat = flags_have(&f, "IPC_CREAT", 01000);
	e->excl = flags_have(&f, "IPC_EXCL", 02000);
	e->mode = arg.ptr ? (int64_t)(f.bits & 0777) : -1;
}

bool decode_shmget(const struct args *a, struct event *e)
{
	struct slice arg[3];
	args_split(a, arg, 3);
	e->key = read_key(arg[0]);
	e->size = operand_number(arg[1], -1);
	read_get_flags(arg[2], e);
	return true;
}

bool decode_msgget(const struct args *a, struct event *e)
{
	struct slice arg[2];
	args_split(a, arg, 2);
	e->key = read_key(arg[0]);
	read_get_flags(arg[1], e);
	return true;
}

bool decode_shmat(const struct args *a, struct event *e)
{
	struct slice arg[3];
	args_split(a, arg, 3);
	struct flags f = operand_flags(arg[2]);
	e->id = operand_number(arg[0], -1);
	e->addr = operand_address(arg[1]);
	e->rdonly = flags_have(&f, "SHM_RDONLY", 010000);
	return true;
}

bool decode_shmdt(const struct args *a, struct event *e)
{
	e->addr = operand_address(args_first(a));
	return true;
}

/* "IPC_64|IPC_RMID", "0x100|0": the command without the version bit. */
static struct slice command_name(struct slice arg, const struct number_name *names)
{
	size_t bar = slice_find_char(arg, '|', 0);
	int64_t number;
	if (bar != SIZE_MAX)
		arg = slice_skip(arg, bar + 1);
	if (arg.len && arg_number(arg, &number) && (number & 0x100))
		for (; names->name; names++)
			if (names->number == (number & 0xff))
				return slice_of(names->name);
	return operand_name(arg, names);
}

/* shmctl and msgctl; of IPC_STAT the numbers that tell something. */
bool decode_shmctl(const struct args *a, struct event *e)
{
	struct slice arg[3];
	bool shm = e->kind == EVENT_SHMCTL;
	args_split(a, arg, 3);
	e->id = operand_number(arg[0], -1);
	e->op = command_name(arg[1], shm ? names_shm : names_msg);
	if (arg[2].len && arg[2].ptr[0] == '{') {
		e->value = operand_number(operand_member(arg[2], shm ? "shm_nattch" : "msg_qnum", 99), -1);
		e->size = operand_number(operand_member(arg[2], shm ? "shm_segsz" : "msg_qbytes", 99), -1);
	}
	return true;
}

bool decode_semctl(const struct args *a, struct event *e)
{
	enum { SEMVMX = 32767 };
	struct slice arg[4];
	args_split(a, arg, 4);
	e->id = operand_number(arg[0], -1);
	e->fd2 = operand_number(arg[1], -1);
	e->op = command_name(arg[2], names_sem);
	e->list = arg[3];
	if (slice_is(e->op, "SETVAL"))
		e->value = operand_cell(arg[3], operand_number(arg[3], -1));
	else if (slice_is(e->op, "GETVAL") && e->returned)
		e->value = e->ret;
	if (e->value > SEMVMX)
		e->value = -1; /* a pointer to it */
	return true;
}

bool event_next_semop(const struct event *e, size_t *position, int64_t *num, int64_t *op, bool *undo, bool *nowait)
{
	struct slice element;
	while (e->list.len && (e->list.ptr[0] == '[' || e->list.ptr[0] == '{') &&
		arg_next_element(e->list, position, &element)) {
		struct slice number = operand_member(element, "sem_num", 0);
		if (!number.ptr)
			continue; /* "..." */
		struct flags f = operand_flags(operand_member(element, "sem_flg", 2));
		*num = operand_number(number, -1);
		*op = (int16_t)operand_number(operand_member(element, "sem_op", 1), 0);
		*undo = flags_have(&f, "SEM_UNDO", 0x1000);
		*nowait = flags_have(&f, "IPC_NOWAIT", 04000);
		return true;
	}
	return false;
}

bool decode_semop(const struct args *a, struct event *e)
{
	struct slice arg[4];
	int64_t num, op;
	bool undo, nowait;
	args_split(a, arg, 4);
	e->id = operand_number(arg[0], -1);
	e->list = arg[1];
	e->size = operand_number(arg[2], -1);
	if (arg[3].ptr)
		operand_timespec(arg[3], false, e);
	else if (strcmp(e->call, "semop") == 0)
		e->timeout = TIMEOUT_INFINITE;
	for (size_t position = 0; event_next_semop(e, &position, &num, &op, &undo, &nowait);) {
		e->undo |= undo;
		e->nonblock |= nowait;
	}
	return true;
}

static int64_t message_type(struct slice message)
{
	if (!message.len || message.ptr[0] != '{')
		return INT64_MIN;
	return operand_number(operand_member(message, "mtype", 0), INT64_MIN);
}

bool decode_msgsnd(const struct args *a, struct event *e)
{
	struct slice arg[4];
	args_split(a, arg, 4);
	struct flags f = operand_flags(arg[3]);
	e->id = operand_number(arg[0], -1);
	e->mtype = message_type(arg[1]);
	e->size = operand_number(arg[2], -1);
	e->nonblock = flags_have(&f, "IPC_NOWAIT", 04000);
	return true;
}

/* 32-bit calls through ipc() lack the type in some versions. */
bool decode_msgrcv(const struct args *a, struct event *e)
{
	struct slice arg[5];
	size_t n = args_split(a, arg, 5);
	bool typed = n == 5;
	struct flags f = operand_flags(typed ? arg[4] : arg[3]);
	e->id = operand_number(arg[0], -1);
	e->size = operand_number(arg[2], -1);
	e->mtype = typed ? operand_number(arg[3], INT64_MIN) : INT64_MIN;
	e->value = message_type(arg[1]);
	e->nonblock = flags_have(&f, "IPC_NOWAIT", 04000);
	return true;
}
