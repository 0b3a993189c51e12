#!/bin/bash
# The line in the source: stacks of a traced program lead to file and line, in every format that names places.
set -u
cd "$(dirname "$0")/.." || exit 2
IPCDIAG=${IPCDIAG:-$PWD/build/ipcdiag}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
passed=0 failed=0

check() { # NAME EXPECTED GOT
	if [[ $3 == *"$2"* ]]; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		printf 'FAIL %s: no "%s" in:\n%s\n' "$1" "$2" "$3"
	fi
}

mkdir "$work/src"
cat >"$work/src/pool.c" <<'C'
#include <signal.h>
#include <unistd.h>
static int worker(int fd)
{
	return write(fd, "x", 1) != 1; /* line 5 */
}
int main(void)
{
	int ends[2];
	signal(SIGPIPE, SIG_IGN);
	if (pipe(ends) != 0)
		return 2;
	close(ends[0]);
	return worker(ends[1]) + 0;
}
C
cd "$work" || exit 2
if ! ${CC:-gcc} -g -O0 -o pool src/pool.c || ! strace -k -f -yy -o k.strace ./pool || ! grep -q '^ > .*pool(' k.strace; then
	[ -s k.strace ] && grep -q ' > ' k.strace || { echo "left out: no strace with stacks here"; echo "0 passed, 0 failed"; exit 0; }
fi
run() { "$IPCDIAG" --no-config "$@"; }

check text "at worker() src/pool.c:5" "$(run k.strace)"
check json '"src/pool.c",5,"worker"' "$(run -f json k.strace | jq -r '.findings[0].source | [.file, .line, .function] | @csv')"
check github "file=src/pool.c,line=5," "$(run -f github k.strace)"
check gitlab '{"path":"src/pool.c","lines":{"begin":5}}' "$(run -f gitlab k.strace | jq -c '.[0].location')"
check sarif '"src/pool.c"},"region":{"startLine":5}' "$(run -f sarif k.strace | jq -c '.runs[0].results[0].locations')"
check "the trace is related evidence" k.strace "$(run -f sarif k.strace | jq -c '.runs[0].results[0].relatedLocations')"
run -f json k.strace >report.json
check merge "file=src/pool.c,line=5," "$("$IPCDIAG" merge --no-config -f github report.json)"
cd / || exit 2
check "a root" "at worker() src/pool.c:5" "$(run --source-root="$work" "$work/k.strace")"
check "a mapped root" "at worker() lib/pool/src/pool.c:5" "$(run --source-root="$work=lib/pool" "$work/k.strace")"
cd "$work" || exit 2
check "run --stack" "at worker() src/pool.c:5" "$("$IPCDIAG" run --no-config --stack ./pool 2>&1)"
check "a pipe is no artifact" '"src/pool.c"' "$(run -f sarif <k.strace | jq -c '.runs[0].results[0].locations')"
check "without a stack there is no artifact" '[{"logicalLocations"' "$(grep -v '^ > ' k.strace | run -f sarif | jq -c '.runs[0].results[0].locations')"

strace -k -ff -o ff ./pool
strace -k -ff -ttt -o ft sh -c './pool; exit 1'
check "a family of files" "at worker() src/pool.c:5" "$(run ff)"
check "a family of files with stamps" "at worker() src/pool.c:5" "$(run ft)"

# Another program of that name: what strace saw is not where it is now, so no line is made up.
{ printf 'int more(int n) { return n * n + 1; }\n\n\n'; sed 's/int main/int other(int n) { return more(n) - 1; } int main/; s/return write/fd += 0 * more(fd); fd -= 0 * more(fd + 1); return write/' src/pool.c; } >src/new.c
${CC:-gcc} -g -O0 -o pool src/new.c
check "a module that was built anew" "at worker() in $work/pool" "$(run k.strace)"
rm pool
check "a module that is gone" "at worker() in $work/pool" "$(run k.strace)"
mkfifo pool
check "a module that is no file" "at worker() in $work/pool" "$(timeout 20 "$IPCDIAG" --no-config k.strace)"
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
