#!/bin/bash
# usage: tests/bench/bench.sh [IPCDIAG [LINES [ROUNDS]]]
# Speed beside `wc -l` and `grep` on made-up traces, peak memory, and instructions a line (callgrind: the same in every run).
set -eu
cd "$(dirname "$0")/../.."
ipcdiag=${1:-build/ipcdiag} lines=${2:-1000000} rounds=${3:-5}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

printf '%-10s%8s%10s%9s%9s%9s%9s%9s%9s\n' trace MB lines MB/s ns/line 'peak MB' 'wc MB/s' 'grep MB/s' 'x grep'
for kind in files pipes server; do
	tests/bench/generate.sh $kind "$lines" >"$work/$kind"
	python3 tests/bench/measure.py "$rounds" "$work/$kind" "$ipcdiag" check -q -f none --fail-on=never
done

command -v valgrind >/dev/null || { echo "no valgrind: instructions are not counted"; exit 0; }
# Two sizes: the difference is what the lines cost, without the start.
instructions() { # KIND LINES
	tests/bench/generate.sh "$1" "$2" >"$work/fixed"
	valgrind --tool=callgrind --callgrind-out-file=/dev/null "$ipcdiag" check -q -f none --fail-on=never "$work/fixed" 2>&1 |
		sed -n 's/.*Collected : \([0-9]*\).*/\1/p'
}
for kind in pipes server; do
	few=$(instructions $kind 4000) many=$(instructions $kind 24000)
	echo "$kind: $(((many - few) / 20000)) instructions a line"
done
