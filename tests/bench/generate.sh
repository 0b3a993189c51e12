#!/bin/sh
# usage: tests/bench/generate.sh KIND LINES [PROCESSES]: a made-up trace of about that many lines on standard output; the same bytes every time.
#   files    one process that opens, reads and closes files: nothing for the model but descriptors
#   pipes    -f: a writer and a reader on a pipe, most calls cut into unfinished and resumed halves
#   server   -f -yy -ttt -T: eight workers, or PROCESSES, that accept, read, write and close connections
exec awk -v kind="$1" -v lines="$2" -v processes="${3:-8}" '
function file(i) {
	print "openat(AT_FDCWD, \"/usr/share/data/file-" i % 977 ".txt\", O_RDONLY|O_CLOEXEC) = 3"
	print "newfstatat(3, \"\", {st_mode=S_IFREG|0644, st_size=" 100 + i % 4000 ", ...}, AT_EMPTY_PATH) = 0"
	print "read(3, \"The quick brown fox jumps over t\"..., 4096) = " 100 + i % 3996
	print "read(3, \"\", 4096)                       = 0"
	print "close(3)                                = 0"
}
function pass(i) {
	print "4242  write(4, \"line " i " of the stream\\n\"..., 4096 <unfinished ...>"
	print "4243  <... read resumed>\"line of the stream\\n\"..., 4096) = 4096"
	print "4242  <... write resumed>)              = 4096"
	print "4243  read(3,  <unfinished ...>"
}
function stamp(i) { return sprintf("%d.%06d", 1700000000 + i / 1000, i % 1000 * 1000) }
function serve(i,    pid, c) {
	pid = 5000 + i % processes
	c = "TCP:[127.0.0.1:8080->127.0.0.1:" 32768 + i % 20000 "]"
	print pid, stamp(i), "accept4(3<TCP:[0.0.0.0:8080]>, {sa_family=AF_INET, sin_port=htons(" 32768 + i % 20000 "), sin_addr=inet_addr(\"127.0.0.1\")}, [16], SOCK_CLOEXEC) = 5<" c "> <0.000210>"
	print pid, stamp(i), "read(5<" c ">, \"GET /index.html HTTP/1.1\\r\\nHost: \"..., 8192) = 217 <0.000012>"
	print pid, stamp(i), "write(5<" c ">, \"HTTP/1.1 200 OK\\r\\nContent-Length: \"..., 1024) = 1024 <0.000034>"
	print pid, stamp(i), "close(5<" c ">) = 0 <0.000009>"
}
BEGIN {
	if (kind == "files") {
		print "execve(\"/usr/bin/scan\", [\"scan\"], 0x7ffe12345678 /* 20 vars */) = 0"
		for (i = 0; i < lines / 5; i++) file(i)
	} else if (kind == "pipes") {
		print "4242  execve(\"/usr/bin/gen\", [\"gen\"], 0x7ffe12345678 /* 20 vars */) = 0"
		print "4242  pipe2([3, 4], 0)                  = 0"
		print "4242  clone(child_stack=NULL, flags=CLONE_CHILD_CLEARTID|CLONE_CHILD_SETTID|SIGCHLD, child_tidptr=0x7f0) = 4243"
		print "4242  close(3)                          = 0"
		print "4243  close(4)                          = 0"
		print "4243  read(3,  <unfinished ...>"
		for (i = 0; i < lines / 4; i++) pass(i)
	} else {
		for (p = 0; p < processes; p++)
			print 5000 + p, "1700000000.000000 execve(\"/usr/sbin/served\", [\"served\"], 0x7ffe12345678 /* 20 vars */) = 0 <0.000400>"
		for (i = 0; i < lines / 4; i++) serve(i)
	}
}'
