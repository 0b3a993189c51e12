#!/bin/bash
# From a trace to each of the formats: whatever programs, paths, payloads and files are called, no shell, browser, CI system or terminal
# obeys it. The traces are those on which the rules fire, with attacks written into them (injection.py).
set -u
cd "$(dirname "$0")/.." || exit 2
top=$PWD
ipcdiag=${IPCDIAG:-$PWD/build/ipcdiag}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
chmod 755 "$work"
export LC_ALL=C.UTF-8
passed=0 failed=0

check() { # NAME COMMAND...
	local name=$1
	shift
	if "$@" >"$work/log" 2>&1; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		echo "FAIL $name"
		head -c 3000 "$work/log" | cat -v | head -n 20
	fi
}
clean() { ! LC_ALL=C grep -naP '[\x00-\x08\x0b-\x1f\x7f]|\xc2[\x80-\x9f]|\xe2\x80[\xaa-\xae]' "$@"; }

mkdir "$work/traces"
find fixtures/rules fixtures/demo -type f \( -name 'fires*.strace' -o -name backup.strace \) | LC_ALL=C sort | xargs -d '\n' python3 tests/injection.py "$work/traces" >"$work/names"
outputs=()
for format in text short json jsonl sarif junit github gitlab markdown html none; do
	outputs+=(-o "$format:$work/report.$format")
done
"$ipcdiag" --no-config --severity=note --fail-on=never -0 --files-from="$work/names" -f text --color=never "${outputs[@]}" >"$work/stdout" 2>"$work/stderr"
check "it found enough to attack" jq -e '.findings | length > 50' "$work/report.json"
check "messages are clean" clean "$work/stderr"
check "color adds only its own" clean <("$ipcdiag" --no-config --severity=note --color=always -0 --files-from="$work/names" 2>&1 | sed 's/\x1b\[[0-9;]*m//g')
for format in text short json jsonl sarif junit github gitlab markdown html none; do
	check "$format is clean" clean "$work/report.$format"
done
check "JSON" jq -e '.schema' "$work/report.json"
check "JSON Lines" jq -e '.type' "$work/report.jsonl"
check "SARIF" jq -e '.version == "2.1.0"' "$work/report.sarif"
check "GitLab" jq -e 'length > 0' "$work/report.gitlab"
check "JUnit" xmllint --noout "$work/report.junit"
check "HTML" xmllint --noout "$work/report.html"
check "HTML is safe" python3 tests/schema/check.py html "$work/report.html"
check "GitHub commands are ours" python3 tests/schema/check.py github "$work/report.github"
if command -v cmark-gfm >/dev/null; then
	cmark-gfm --unsafe -e table -e autolink -e strikethrough "$work/report.markdown" >"$work/markdown.html"
	check "Markdown is safe" python3 tests/schema/check.py markdown "$work/markdown.html"
fi
check "no line of a text report begins a command of a CI system" bash -c '! grep -nE "^(::|##\[|##vso)" "$@"' - "$work"/report.{text,short,markdown} "$work/stdout" "$work/stderr"
"$ipcdiag" records "$work"/traces/0* >"$work/records" 2>/dev/null
check "records" jq -e .kind "$work/records"
check "records are clean" clean "$work/records"
"$ipcdiag" channels "$work"/traces/0* >"$work/channels" 2>/dev/null
check "channels are clean" clean "$work/channels"
"$ipcdiag" merge --no-config --severity=note --fail-on=never -f text "$work/report.jsonl" >"$work/merged" 2>&1
check "merge is clean" clean "$work/merged"
"$ipcdiag" --no-config --severity=note --gen-suppressions -0 --files-from="$work/names" >"$work/known.yaml" 2>/dev/null
check "ready suppressions are clean" clean "$work/known.yaml"
"$ipcdiag" --no-config --severity=note --suppressions="$work/known.yaml" -0 --files-from="$work/names" -f json >"$work/left.json" 2>"$work/err"
check "ready suppressions can be read, and cover all" jq -e '.findings == []' "$work/left.json"

# Commands and advice, pasted: as nobody, with nothing to call, with a harmless kill.
mkdir -m 777 "$work/sandbox"
jq -r '.findings[] | .check[], .fix[]' "$work/report.json" | sort -u >"$work/commands"
jq -r '.findings[] | .check[]' "$work/report.json" | sort -u >"$work/checks"
check "there are commands" test "$(grep -c OWNED "$work/checks")" -gt 5
check "there is advice" test "$(grep -c OWNED "$work/commands")" -gt 20
nobody=()
[ "$(id -u)" = 0 ] && nobody=(setpriv --reuid=65534 --regid=65534 --clear-groups)
cd "$work/sandbox" || exit 2
while IFS= read -r command; do
	timeout 10 "${nobody[@]}" env -i PATH=/nonexistent /bin/sh -c "kill() { :; }
$command" >/dev/null 2>&1 </dev/null
	check "harmless: $command" test ! -e OWNED
	rm -f OWNED
done <"$work/commands"
while IFS= read -r command; do
	check "the shell reads: $command" sh -n -c "$command"
done <"$work/checks"

echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
