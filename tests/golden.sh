#!/bin/bash
# usage: tests/golden.sh [--bless] [PATTERN]...
# Golden tests: what the program says about a trace must be what the file beside the trace says.
#   fixtures/trace/NAME.strace               NAME.records    ipcdiag records
#   fixtures/state/NAME.strace               NAME.channels   ipcdiag channels
#   fixtures/report/NAME.strace              NAME.FORMAT     ipcdiag --format=FORMAT --severity=note, for each such file
#   fixtures/rules/MECHANISM/RULE/*.strace   NAME.findings   tests/findings.jq of the JSON report; beyond that, "fires" must hold a
#                                                            finding of the rule, "quiet" must hold no error or warning of it
# A NAME.strace may be a directory (strace -ff). NAME.args beside it holds further options, one a line.
# With PATTERN only traces whose path holds one of them. --bless writes the expected files: read the diff before committing it.
set -u
cd "$(dirname "$0")/.." || exit 2
export IPCDIAG=${IPCDIAG:-$PWD/build/ipcdiag} FILTER=$PWD/tests/findings.jq BLESS=
[ "${1-}" = --bless ] && { BLESS=yes; shift; }
export LC_ALL=C.UTF-8

fail() { echo "FAIL $1: $2"; }

# compare EXPECTED COMMAND...: standard output against the file
compare() {
	local expected=$1 got status
	shift
	got=$(mktemp)
	"$@" >"$got" 2>"$got.err"
	status=$?
	if [ $status -gt 3 ]; then
		fail "$dir/$expected" "status $status"
		tail -n 30 "$got.err"
	elif [ -n "$BLESS" ]; then
		cmp -s "$got" "$expected" || { cp "$got" "$expected"; echo "blessed $dir/$expected"; }
	elif [ ! -e "$expected" ]; then
		fail "$dir/$expected" "is not there (make bless)"
	elif ! diff -u --label "$dir/$expected" --label got "$expected" "$got"; then
		fail "$dir/$expected" "differs"
	else
		echo "pass $dir/$expected"
	fi
	rm -f "$got" "$got.err"
}

findings() { # NAME OPTION...
	local name=$1 report status
	shift
	report=$("$IPCDIAG" check --format=json --severity=note "$@" "$name.strace" 2>/dev/null)
	status=$?
	[ $status -le 3 ] || return $status
	jq -r --arg status $status -f "$FILTER" <<<"$report" || return 9
}

# The rule that gave the folder its name is there, or is not.
judge_rule() { # NAME
	local rule=${dir#fixtures/rules/} name=$1
	[ -e "$name.findings" ] || return
	case $name in
	fires*) grep -qE "^[^ ]+ [a-z]+ $rule( |$)" "$name.findings" || fail "$dir/$name" "no finding of $rule" ;;
	quiet*) ! grep -E "^[^ ]+ (error|warning) $rule( |$)" "$name.findings" || fail "$dir/$name" "must be quiet" ;;
	esac
}

one() {
	dir=$(dirname "$1")
	local name expected options=()
	name=$(basename "$1" .strace)
	cd "$dir" || exit 2
	[ -e "$name.args" ] && mapfile -t options <"$name.args"
	case $dir in
	fixtures/trace*) compare "$name.records" "$IPCDIAG" records "${options[@]}" "$name.strace" ;;
	fixtures/state*) compare "$name.channels" "$IPCDIAG" channels "${options[@]}" "$name.strace" ;;
	fixtures/rules*)
		compare "$name.findings" findings "$name" "${options[@]}"
		judge_rule "$name"
		;;
	fixtures/report*)
		for expected in "$name".*; do
			case $expected in
			*.strace | *.args) ;;
			*) compare "$expected" "$IPCDIAG" check --format="${expected##*.}" --severity=note --color=never "${options[@]}" "$name.strace" ;;
			esac
		done
		;;
	esac
}
export -f one compare findings judge_rule fail

traces() {
	local folders=()
	for f in trace state report rules; do
		[ -d "fixtures/$f" ] && folders+=("fixtures/$f")
	done
	[ ${#folders[@]} -gt 0 ] && find "${folders[@]}" -name '*.strace' | sort
}
patterns=$(printf '%s\n' "$@")
log=$(mktemp)
trap 'rm -f "$log"' EXIT
traces | grep -F -- "$patterns" | xargs -r -P "$(nproc)" -n 1 bash -c 'one "$1"' one >"$log"
grep -v '^pass' "$log"
passed=$(grep -c '^pass' "$log")
failed=$(grep -c '^FAIL' "$log")
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
