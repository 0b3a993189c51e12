#!/bin/bash
# usage: tests/run.sh [static] BUILD...
# Runs the static checks once, and for each build directory its unit tests, the golden tests and all other tests/*.sh.
# Each test is a program: status 0 is a pass. What failed is printed in full; the last line counts.
set -u
cd "$(dirname "$0")/.."
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT

# One "BUILD TEST" a line. What takes longest goes first.
list() {
	local what
	for what in "$@"; do
		if [ "$what" = static ]; then
			printf 'build %s\n' tests/static/*.sh
			continue
		fi
		for t in tests/*.sh; do
			[ "$t" = tests/run.sh ] || echo "$what $t"
		done
		for t in tests/unit/test_*.c; do
			[ -e "$t" ] && echo "$what $what/${t%.c}"
		done
	done
}

one() {
	local build=$1 test=$2 log=$out/${1//\//_}.${2//\//_}
	IPCDIAG=$PWD/$build/ipcdiag BUILD=$build CMOCKA_TEST_ABORT=0 timeout 600 "$test" >"$log" 2>&1 </dev/null
	local status=$?
	if [ $status = 0 ]; then
		echo "ok   $build $test"
		mv "$log" "$log.ok"
	else
		echo "FAIL $build $test (status $status)"
		mv "$log" "$log.failed"
	fi
}
export -f one
export out

list "$@" | xargs -P "$(nproc)" -L 1 bash -c 'one "$@"' one
for log in "$out"/*.failed; do
	[ -e "$log" ] && { echo; echo "=== ${log##*/}"; cat "$log"; }
done

# Scripts end with "N passed, N failed", cmocka programs with "[  PASSED  ] N test(s)."; anything else counts as one.
count() { # SUFFIX WORD CMOCKA-WORD
	local sum=0 n log
	for log in "$out"/*."$1"; do
		[ -e "$log" ] || continue
		n=$(sed -n -E "s/^.*\b([0-9]+) $2\b.*$/\1/p; s/^\[  $3  \] ([0-9]+) test.*$/\1/p" "$log" | tail -1)
		[ -n "$n" ] || { [ "$2" = failed ] && [ "$1" = failed ] && n=1 || n=$([ "$1" = ok ] && [ "$2" = passed ] && echo 1 || echo 0); }
		sum=$((sum + n))
	done
	echo "$sum"
}
passed=$(($(count ok passed PASSED) + $(count failed passed PASSED)))
failed=$(($(count ok failed FAILED) + $(count failed failed FAILED)))
broken=$(ls "$out" | grep -c '\.failed$')
[ "$broken" -le "$failed" ] || failed=$broken
echo
echo "$passed passed, $failed failed"
[ "$broken" = 0 ] && [ "$passed" -gt 0 ]
