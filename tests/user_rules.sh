#!/bin/bash
# usage: tests/user_rules.sh [--bless]: rules that users write.
#   - each example of ipcdiag-rules(5) is a file of fixtures/user-rules and finds there what NAME.expected says
#   - patterns that would take for ever do not
set -u
cd "$(dirname "$0")/.." || exit 2
ipcdiag=${IPCDIAG:-$PWD/build/ipcdiag}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
passed=0 failed=0

check() { # NAME COMMAND...
	local name=$1
	shift
	if "$@" >"$work/log" 2>&1; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		echo "FAIL $name"
		head -n 20 "$work/log"
	fi
}

# The literal blocks of the page, one file each.
sed 's/\\e/\\/g' man/ipcdiag-rules.5 | awk -v folder="$work" '
	/^\.Bd -literal/ { n++; inside = 1; next }
	/^\.Ed/ { inside = 0 }
	inside { print >(folder "/example." n) }'

for rule in fixtures/user-rules/*.yaml; do
	name=${rule%.yaml}
	check "$rule is right" "$ipcdiag" --no-config --rules="$rule" --check-rules
	"$ipcdiag" --no-config --rules="$rule" -e 'local/*' --severity=note "$name.strace" >"$work/out" 2>&1
	[ "${1-}" = --bless ] && cp "$work/out" "$name.expected"
	check "$name" diff -u "$name.expected" "$work/out"
	check "$rule stands in the manual page" bash -c 'for f in "$2"/example.*; do cmp -s "$1" "$f" && exit; done; exit 1' - "$rule" "$work"
done
check "the manual page has six examples" test "$(ls "$work"/example.* | wc -l)" = 6

# An aim has the severity follow from what became of the call: the probe is a note, though the rule says error.
printf -- '- id: local/aimed\n  title: t\n  severity: error\n  aim: own\n  when: {calls: connect, errors: ECONNREFUSED}\n  message: refused\n' >"$work/aim.yaml"
probe=fixtures/rules/socket/connect-refused/quiet_probe.strace
check "an aim is judged" bash -c '"$1" --no-config --rules="$2" -e "local/*" --severity=note -f short "$3" | grep -q "note: refused"' - "$ipcdiag" "$work/aim.yaml" "$probe"
sed 's/aim: own/aim: most/' "$work/aim.yaml" >"$work/no-aim.yaml"
check "no such aim" bash -c '! "$1" --no-config --rules="$2" --check-rules' - "$ipcdiag" "$work/no-aim.yaml"

# 20,000 arguments on which each of these patterns backtracks for years.
awk 'BEGIN { for (n = 0; n < 20000; n++) printf "1 connect(3, {sa_family=AF_UNIX, sun_path=\"/run/%s\"}, 110) = -1 ENOENT (No such file or directory)\n", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" n }' >"$work/long.strace"
for pattern in '(a+)+$' '(a|a)*b' '(a*)*\1c' '(?:a?){40}a{40}!' '(.*a){20}!' '^(?=(a|aa)+$)'; do
	printf -- "- id: local/slow\n  title: x\n  when: {calls: connect}\n  arguments: '/run/%s'\n  message: x\n" "${pattern/^/}" >"$work/slow.yaml"
	timeout 100 "$ipcdiag" --no-config --rules="$work/slow.yaml" -e local/slow "$work/long.strace" >"$work/out" 2>"$work/err"
	check "$pattern ends ($(head -c 200 "$work/err"))" test $? -le 1
done
check "what took too long is told" grep -q 'rule local/slow: its pattern took too long 1000 times' "$work/err"

# What a capture caught is text of a trace: it is quoted in commands.
cat >"$work/quote.yaml" <<'END'
- id: local/quote
  title: x
  when: {calls: connect}
  arguments: 'sun_path="(?<socket_path>[^"]*)"'
  message: no {socket_path}
  check: printf %s {socket_path}
END
printf '%s\n' "1 connect(3, {sa_family=AF_UNIX, sun_path=\"/run/\$(touch $work/owned);\`touch $work/owned\`'x\"}, 110) = -1 ENOENT (No such file or directory)" >"$work/quote.strace"
"$ipcdiag" --no-config --rules="$work/quote.yaml" -e local/quote -f json "$work/quote.strace" 2>"$work/err" | jq -r '.findings[].check[]' >"$work/command.sh"
check "there is a command" test -s "$work/command.sh"
sh "$work/command.sh" >"$work/out" 2>&1
check "the command does no harm" test ! -e "$work/owned"
check "the command gets the very bytes" grep -qF '$(touch' "$work/out"

echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
