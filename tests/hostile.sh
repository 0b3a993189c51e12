#!/bin/bash
# Hostile input: whatever the bytes are, the program ends by itself with a status of its own, within its memory, and lets nothing
# raw through to a terminal. fixtures/hostile holds traces that were trouble once; the rest is made here.
set -u
shopt -s lastpipe # what counts stands at the end of pipes
cd "$(dirname "$0")/.." || exit 2
ipcdiag=${IPCDIAG:-$PWD/build/ipcdiag}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export LC_ALL=C.UTF-8
passed=0 failed=0

# AddressSanitizer reserves terabytes of addresses: no limit there.
limit() { [[ $ipcdiag == */asan/* ]] || ulimit -v 1000000; }

fail() {
	failed=$((failed + 1))
	echo "FAIL $*"
}

try() { # NAME FILE
	local format status
	for format in text json html; do
		(limit; exec timeout 120 "$ipcdiag" -f $format --severity=note --color=never "$2") >"$work/out" 2>"$work/err" </dev/null
		status=$?
		if [ $status -gt 3 ]; then
			fail "$1, $format: status $status"
			tail -n 20 "$work/err"
		elif LC_ALL=C grep -qaP '[\x00-\x08\x0b-\x1f\x7f]' "$work/out" "$work/err"; then
			fail "$1, $format: control bytes come through"
		elif [ $format = json ] && ! jq -e .schema "$work/out" >/dev/null; then
			fail "$1: no JSON"
		else
			passed=$((passed + 1))
		fi
	done
	(limit; exec timeout 120 "$ipcdiag" records "$2") >"$work/out" 2>"$work/err" </dev/null
	status=$?
	if [ $status -gt 3 ]; then
		fail "$1, records: status $status"
	elif ! jq -n 'reduce inputs as $x (0; . + 1)' "$work/out" >/dev/null; then
		fail "$1, records: no JSON Lines"
	else
		passed=$((passed + 1))
	fi
}

make_input() { # NAME, bytes on standard input
	cat >"$work/$1"
	try "$1" "$work/$1"
	rm -f "$work/$1"
}

for file in fixtures/hostile/*; do
	[ -e "$file" ] && try "$file" "$file"
done

repeat() { awk -v n="$1" -v text="$2" 'BEGIN { for (i = 0; i < n; i++) printf "%s", text }'; }
numbered() { awk -v n="$1" "BEGIN { for (i = 0; i < n; i++) { $2 } }"; }

: | make_input nothing
printf '\n\n\n' | make_input blank-lines
printf '1 write(1, "x", 1) = 1' | make_input no-line-end
head -c 1000000 /dev/zero | make_input zeros
repeat 3000000 'a' | make_input one-long-line
{ printf '1 write(1, "'; repeat 3000000 'a'; echo '", 3000000) = -1 EPIPE (Broken pipe)'; } | make_input long-string
{ printf '1 f('; repeat 300000 '{['; echo ') = 0'; } | make_input deep
{ printf '1 poll(['; repeat 200000 '{fd=3, events=POLLIN}, '; echo '], 1, -1) = 0'; } | make_input long-list
numbered 50000 'print i+1, "read(3,  <unfinished ...>"' | make_input many-open-calls
numbered 50000 'print 1, "clone(child_stack=NULL) = " i+2' | make_input many-children
numbered 50000 'print 1, "pipe([" 2*i+3 ", " 2*i+4 "]) = 0"' | make_input many-pipes
numbered 20000 'print 1, "socketpair(AF_UNIX, SOCK_STREAM, 0, [" 4+(i%2)*2 ", " 5+(i%2)*2 "]) = 0"; if (i) print 1, "sendmsg(" 5+(i%2)*2 ", {msg_name=NULL, msg_namelen=0, msg_iov=NULL, msg_iovlen=0, msg_control=[{cmsg_len=20, cmsg_level=SOL_SOCKET, cmsg_type=SCM_RIGHTS, cmsg_data=[" 4+(i+1)%2*2 "]}], msg_controllen=24, msg_flags=0}, 0) = 1"; print 1, "close(" 5+(i%2)*2 ") = 0"' | make_input sent-within-each-other
numbered 50000 'print 1, "socket(AF_INET, SOCK_STREAM, 0) = 3"; print 1, "connect(3, {sa_family=AF_INET, sin_port=htons(" i ")}, 16) = -1 ECONNREFUSED (Connection refused)"' | make_input many-findings
numbered 50000 'print 1, "execve(\"/bin/p" i "\", [\"p\"], 0x7ff) = 0"' | make_input many-programs
numbered 50000 'print i+1, "write(4, \"x\", 1) = -1 EPIPE (Broken pipe)"; print i+1, "--- SIGPIPE {si_signo=SIGPIPE} ---"; print i+1, "+++ killed by SIGPIPE +++"' | make_input many-deaths
numbered 20000 'print 1, "futex(0x" i ", FUTEX_WAIT, 1, NULL <unfinished ...>"' | make_input reopened-calls
printf '1 execve("/bin/\\33[31m", ["\033[2J"], 0) = 0\n1 pipe([3, 4]) = 0\n1 close(3) = 0\n1 write(4</tmp/\033]0;title\007>, "\033[31m", 5) = -1 EPIPE (Broken pipe)\n' | make_input escapes
printf '1 write(99999999999999999999999, "x", 18446744073709551616) = -1 EPIPE\n-5 close(-2147483649) = 0\n1 close(4294967295) = -1 EBADF (Bad file descriptor)\n' | make_input numbers
printf '\xff\xfe\x00\x01 write(\xc3(\xe2\x80\xae) = -1 EPIPE (\xf0\x9f)\n' | make_input no-text
head -c 300000 /dev/zero | tr '\0' '(' | make_input parentheses
{ gzip -c fixtures/demo/backup.strace | head -c 3000; } | make_input cut-gzip
head -c 20000000 /dev/zero | gzip -c | make_input zip-bomb
{ printf '\x28\xb5\x2f\xfd'; head -c 1000 /dev/urandom; } | make_input broken-zstd

# Pieces of a real trace in any order, and with bytes changed.
shuf --random-source=<(yes) fixtures/demo/backup.strace | make_input shuffled
for seed in 1 2 3 4; do
	awk -v seed=$seed 'BEGIN { srand(seed) } { n = int(rand() * length($0)); print rand() < 0.5 ? $0 : substr($0, 1, n) substr("\001(\"<>,=+\\", 1 + rand() * 9, 1) substr($0, n + 2) }' \
		fixtures/demo/backup.strace | make_input "changed-$seed"
done

echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
