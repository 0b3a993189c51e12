/* Calls on sockets, addresses in all forms, messages and what passes with them. */
#include "event_sample.h"

static const struct sample sockets[] = {
	{"socket(AF_INET, SOCK_STREAM|SOCK_CLOEXEC|SOCK_NONBLOCK, IPPROTO_TCP) = 3<TCP:[9]>",
		"socket ret=3 domain=AF_INET type=SOCK_STREAM protocol=IPPROTO_TCP cloexec nonblock"},
	{"socket(PF_LOCAL, SOCK_DGRAM, 0) = 3", "socket ret=3 domain=AF_UNIX type=SOCK_DGRAM protocol=0"},
	{"socket(PF_FILE, SOCK_STREAM, 0) = 3", "socket ret=3 domain=AF_UNIX type=SOCK_STREAM protocol=0"},
	{"socket(PF_INET6, SOCK_DGRAM, IPPROTO_IP) = 3",
		"socket ret=3 domain=AF_INET6 type=SOCK_DGRAM protocol=IPPROTO_IP"},
	{"socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE) = 30",
		"socket ret=30 domain=AF_NETLINK type=SOCK_RAW protocol=NETLINK_ROUTE"},
	{"socket(AF_INET, SOCK_STREAM, IPPROTO_IP) = -1 EMFILE (Too many open files)",
		"socket ret=-1 error=EMFILE domain=AF_INET type=SOCK_STREAM protocol=IPPROTO_IP"},
	{"socketpair(AF_UNIX, SOCK_SEQPACKET|SOCK_CLOEXEC, 0, [6<UNIX:[1->2]>, 7<UNIX:[2->1]>]) = 0",
		"socketpair ret=0 fd=6 fd2=7 note=UNIX:[1->2] note2=UNIX:[2->1] domain=AF_UNIX type=SOCK_SEQPACKET protocol=0 cloexec"},
	{"socketpair(AF_UNIX, SOCK_STREAM, 0, 0x7ffc) = -1 EAFNOSUPPORT (Address family not supported by protocol)",
		"socketpair ret=-1 error=EAFNOSUPPORT domain=AF_UNIX type=SOCK_STREAM protocol=0"},
	{"listen(3, 128) = 0", "listen ret=0 fd=3 size=128"},
	{"shutdown(3, SHUT_WR) = 0", "shutdown ret=0 fd=3 op=SHUT_WR"},
	{"shutdown(3, 2 /* send and receive */) = -1 ENOTCONN (Transport endpoint is not connected)",
		"shutdown ret=-1 error=ENOTCONN fd=3 op=SHUT_RDWR"},
	{"shutdown(3, 0 /* receive */) = 0", "shutdown ret=0 fd=3 op=SHUT_RD"},
	{"accept(3, {sa_family=AF_INET, sin_port=htons(37666), sin_addr=inet_addr(\"127.0.0.1\")}, [16]) = 4",
		"accept ret=4 fd=3 address=AF_INET host=127.0.0.1 port=37666"},
	{"accept(5, {sa_family=AF_UNIX}, [110 => 2]) = 7", "accept ret=7 fd=5 address=AF_UNIX"},
	{"accept4(3<TCP:[127.0.0.1:80]>, NULL, NULL, SOCK_CLOEXEC|SOCK_NONBLOCK) = -1 EAGAIN (Resource temporarily unavailable)",
		"accept ret=-1 error=EAGAIN fd=3 note=TCP:[127.0.0.1:80] cloexec nonblock"},
	{"accept(3,  <unfinished ...>", "enter accept fd=3"},
	{"getsockopt(4, SOL_SOCKET, SO_ERROR, [ECONNREFUSED], [4]) = 0",
		"getsockopt ret=0 fd=4 so_error=111 op=SO_ERROR"},
	{"getsockopt(4, SOL_SOCKET, SO_ERROR, [111], [4]) = 0",
		"getsockopt ret=0 fd=4 value=111 so_error=111 op=SO_ERROR"},
	{"getsockopt(4, SOL_SOCKET, SO_ERROR, [0], [4]) = 0", "getsockopt ret=0 fd=4 value=0 op=SO_ERROR"},
	{"setsockopt(3, SOL_SOCKET, SO_REUSEADDR, [1], 4) = 0", "setsockopt ret=0 fd=3 value=1 op=SO_REUSEADDR"},
};

static const struct sample addresses[] = {
	{"connect(4, {sa_family=AF_INET, sin_port=htons(36007), sin_addr=inet_addr(\"10.0.0.1\")}, 16) = 0",
		"connect ret=0 fd=4 size=16 address=AF_INET host=10.0.0.1 port=36007"},
	{"bind(5, {sa_family=AF_INET6, sin6_port=htons(80), sin6_flowinfo=htonl(0), inet_pton(AF_INET6, \"::1\", &sin6_addr), sin6_scope_id=0}, 28) = 0",
		"bind ret=0 fd=5 size=28 address=AF_INET6 host=::1 port=80"},
	{"bind(5, {sa_family=AF_INET6, sin6_port=htons(0), inet_pton(AF_INET6, \"fe80::1\", &sin6_addr), sin6_flowinfo=0, sin6_scope_id=if_nametoindex(\"eth0\")}, 28) = 0",
		"bind ret=0 fd=5 size=28 address=AF_INET6 host=fe80::1 port=0"},
	{"connect(3, {sa_family=AF_UNIX, sun_path=\"/run/a, \\\"b\\\"\"}, 110) = -1 ENOENT (No such file or directory)",
		"connect ret=-1 error=ENOENT fd=3 size=110 address=AF_UNIX name=/run/a, \\\"b\\\""},
	{"connect(3, {sa_family=AF_UNIX, sun_path=@\"abs\\0x\"}, 12) = 0",
		"connect ret=0 fd=3 size=12 address=AF_UNIX abstract=abs\\0x"},
	{"connect(3, {sa_family=AF_FILE, path=\"/dev/log\"}, 16) = -1 ECONNREFUSED (Connection refused)",
		"connect ret=-1 error=ECONNREFUSED fd=3 size=16 address=AF_UNIX name=/dev/log"},
	{"connect(3, {sa_family=AF_LOCAL, sun_path=\"/tmp/mysql.sock\"}, 110) = 0",
		"connect ret=0 fd=3 size=110 address=AF_UNIX name=/tmp/mysql.sock"},
	{"bind(3, {sa_family=AF_UNIX, sun_path=\"\\x2f\\x74\"}, 110) = 0",
		"bind ret=0 fd=3 size=110 address=AF_UNIX name=\\x2f\\x74"},
	{"bind(3, {sa_family=AF_NETLINK, nl_pid=0, nl_groups=00000000}, 12) = 0",
		"bind ret=0 fd=3 size=12 address=AF_NETLINK"},
	{"connect(3, {sa_family=AF_UNSPEC, sa_data=\"\\0\\0\"}, 16) = 0",
		"connect ret=0 fd=3 size=16 address=AF_UNSPEC"},
	{"connect(3, {sa_family=0x4a3 /* AF_??? */, sa_data=\"x\"}, 16) = -1 EAFNOSUPPORT (Address family not supported by protocol)",
		"connect ret=-1 error=EAFNOSUPPORT fd=3 size=16 address=0x4a3"},
	{"connect(3, 0x7ffc, 16) = -1 EFAULT (Bad address)", "connect ret=-1 error=EFAULT fd=3 size=16"},
	{"connect(3, {sa_family=0x2, sin_port=\"\\xab\\xef\", sin_addr=\"\\x0a\\x00\\x00\\x01\"}, 16) = 0",
		"connect ret=0 fd=3 size=16 address=AF_INET host=10.0.0.1 port=44015"},
	{"bind(5, {sa_family=0xa, sin6_port=\"\\x00\\x50\", sin6_flowinfo=\"\\x00\\x00\\x00\\x00\", sin6_addr=\"\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x01\", sin6_scope_id=0}, 28) = 0",
		"bind ret=0 fd=5 size=28 address=AF_INET6 host=::1 port=80"},
	{"bind(3, {sa_family=0x2 /* AF_INET */, sin_port=\"\\x00\\x50\" /* htons(80) */, sin_addr=\"\\x7f\\x00\\x00\\x01\" /* inet_addr(\"127.0.0.1\") */}, 16) = 0",
		"bind ret=0 fd=3 size=16 address=AF_INET host=127.0.0.1 port=80"},
	{"accept(3, {sa_family=0x1 /* AF_UNIX */}, [110 => 2]) = 4", "accept ret=4 fd=3 address=AF_UNIX"},
	{"getpeername(0, 0x7ffc, [16]) = -1 ENOTSOCK (Socket operation on non-socket)",
		"peername ret=-1 error=ENOTSOCK fd=0"},
	{"getsockname(24, {sa_family=AF_UNIX, sun_path=@\"fk\"}, [110->9]) = 0",
		"sockname ret=0 fd=24 address=AF_UNIX abstract=fk"},
};

static const struct sample messages[] = {
	{"sendto(4, \"GET, (\\\"\", 18, MSG_NOSIGNAL|MSG_DONTWAIT, NULL, 0) = 18",
		"send ret=18 fd=4 asked=18 op=MSG_NOSIGNAL|MSG_DONTWAIT dontwait"},
	{"send(3, \"<13>Nov\"..., 79, MSG_NOSIGNAL) = 79", "send ret=79 fd=3 asked=79 op=MSG_NOSIGNAL"},
	{"sendto(5, \"x\", 1, 0, {sa_family=AF_INET, sin_port=htons(9), sin_addr=inet_addr(\"127.0.0.1\")}, 16) = 1",
		"send ret=1 fd=5 asked=1 op=0 address=AF_INET host=127.0.0.1 port=9"},
	{"recvfrom(4, \"x\", 64, MSG_PEEK, NULL, NULL) = 1", "recv ret=1 fd=4 asked=64 op=MSG_PEEK peek"},
	{"recvfrom(4,  <unfinished ...>", "enter recv fd=4"},
	{"recv(4, 0x7ffc, 4, MSG_DONTWAIT) = -1 EAGAIN (Resource temporarily unavailable)",
		"recv ret=-1 error=EAGAIN fd=4 asked=4 op=MSG_DONTWAIT dontwait"},
	{"sendmsg(6, {msg_name=NULL, msg_namelen=0, msg_iov=[{iov_base=\"fd!\", iov_len=3}], msg_iovlen=1, msg_control=[{cmsg_len=24, cmsg_level=SOL_SOCKET, "
	 "cmsg_type=SCM_RIGHTS, cmsg_data=[3<TCP:[127.0.0.1:34771]>, 5]}], msg_controllen=24, msg_flags=0}, MSG_EOR) = 3",
		"send ret=3 fd=6 asked=3 passed=3,5 op=MSG_EOR"},
	{"recvmsg(7, {msg_name={sa_family=AF_UNIX, sun_path=\"/s\"}, msg_namelen=4, msg_iov=[{iov_base=\"fd!\", iov_len=64}], msg_iovlen=1, "
	 "msg_control=[{cmsg_len=28, cmsg_level=SOL_SOCKET, cmsg_type=SCM_CREDENTIALS, cmsg_data={pid=1, uid=0, gid=0}}, {cmsg_len=20, "
	 "cmsg_level=SOL_SOCKET, cmsg_type=SCM_RIGHTS, cmsg_data=[8]}], msg_controllen=24, msg_flags=MSG_TRUNC|MSG_CTRUNC}, 0) = 64",
		"recv ret=64 fd=7 asked=64 passed=8 op=0 address=AF_UNIX name=/s truncated ctrunc"},
	{"recvmsg(7, {msg_name(0)=NULL, msg_iov(1)=[{\"x\", 1}], msg_controllen=24, {cmsg_len=20, cmsg_level=SOL_SOCKET, cmsg_type=SCM_RIGHTS, {5}}, "
	 "msg_flags=0}, 0) = 1",
		"recv ret=1 fd=7 asked=1 passed=5 op=0"},
	{"sendmsg(3, {msg_name=NULL, msg_namelen=0, msg_iov=[{iov_base=\"a\", iov_len=1}], msg_iovlen=1, msg_control=[{cmsg_len=20, cmsg_level=SOL_IP, "
	 "cmsg_type=0x1, cmsg_data=[5]}], msg_controllen=20, msg_flags=0}, 0) = 1",
		"send ret=1 fd=3 asked=1 op=0"},
	{"sendmmsg(6, [{msg_hdr={msg_name=NULL, msg_namelen=0, msg_iov=[{iov_base=\"m1\", iov_len=2}], msg_iovlen=1, msg_controllen=0, msg_flags=0}, "
	 "msg_len=2}, {msg_hdr={msg_name=NULL, msg_namelen=0, msg_iov=[{iov_base=\"m22\", iov_len=3}], msg_iovlen=1, msg_controllen=0, msg_flags=0}, "
	 "msg_len=3}], 2, MSG_DONTWAIT) = 2",
		"send ret=2 fd=6 asked=5 size=5 op=MSG_DONTWAIT dontwait"},
	{"recvmmsg(7, [{msg_hdr={msg_name=NULL, msg_namelen=0, msg_iov=[{iov_base=\"m1\", iov_len=64}], msg_iovlen=1, msg_controllen=0, msg_flags=0}, "
	 "msg_len=2}], 2, MSG_WAITFORONE, NULL) = 1 (left {tv_sec=0, tv_nsec=1})",
		"recv ret=1 fd=7 asked=64 size=2 op=MSG_WAITFORONE"},
	{"recvmmsg(7, 0x7ffc, 2, MSG_DONTWAIT, NULL) = -1 EAGAIN (Resource temporarily unavailable)",
		"recv ret=-1 error=EAGAIN fd=7 op=MSG_DONTWAIT dontwait"},
};

static void test_sockets(void **state)
{
	(void)state;
	CHECK_SAMPLES(sockets);
}

static void test_addresses(void **state)
{
	(void)state;
	CHECK_SAMPLES(addresses);
}

static void test_messages(void **state)
{
	(void)state;
	CHECK_SAMPLES(messages);
}

/* More descriptors than an event holds: the first ones are kept. */
static void test_many_passed(void **state)
{
	struct buffer line = {0};
	struct opened o;
	(void)state;
	buffer_add_text(&line,
		"recvmsg(7, {msg_name=NULL, msg_namelen=0, msg_iov=[{iov_base=\"x\", iov_len=1}], msg_iovlen=1, msg_control=[{cmsg_len=1, "
		"cmsg_level=SOL_SOCKET, cmsg_type=SCM_RIGHTS, cmsg_data=[10");
	for (int i = 11; i < 100; i++)
		buffer_add_format(&line, ", %d", i);
	buffer_add_text(&line, "]}], msg_controllen=1, msg_flags=0}, 0) = 1\n");
	sample_open(&o, line.ptr);
	assert_int_equal(o.event.passed_count, EVENT_MAX_PASSED);
	for (int i = 0; i < EVENT_MAX_PASSED; i++)
		assert_int_equal(o.event.passed[i], 10 + i);
	sample_close(&o);
	buffer_release(&line);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sockets),
		cmocka_unit_test(test_addresses),
		cmocka_unit_test(test_messages),
		cmocka_unit_test(test_many_passed),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
