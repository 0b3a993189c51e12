#!/bin/bash
# The example that `ipcdiag explain` shows of a rule is one: the rule finds something in it. A line that ends with
# "(a hundred times and more)" is repeated; an example with "(and so on" is only looked for.
set -u
cd "$(dirname "$0")/.." || exit 2
ipcdiag=${IPCDIAG:-$PWD/build/ipcdiag}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
passed=0 failed=0
for rule in $("$ipcdiag" rules --no-config | cut -d' ' -f1); do
	"$ipcdiag" explain --no-config "$rule" | sed '1,/^Example trace:$/d; s/^    //' |
		awk '{ n = sub(/ +\(a hundred times and more\)$/, "") ? 300 : 1; while (n-- > 0) print }' >"$work/example"
	if [ ! -s "$work/example" ]; then
		echo "FAIL $rule: no example"
		failed=$((failed + 1))
	elif grep -q '^(and so on' "$work/example"; then
		passed=$((passed + 1))
	elif "$ipcdiag" --no-config --severity=note -f json "$work/example" 2>"$work/err" | jq -e --arg rule "$rule" 'any(.findings[]; .rule == $rule)' >/dev/null; then
		passed=$((passed + 1))
	else
		echo "FAIL $rule: finds nothing in its example"
		head -n 2 "$work/err"
		failed=$((failed + 1))
	fi
done
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
