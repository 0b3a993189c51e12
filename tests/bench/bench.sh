#!/bin/bash
# usage: tests/bench/bench.sh [IPCDIAG [LINES [ROUNDS [TRACE]...]]]
# Speed beside `wc -l`, `grep` and, if it is there, ripgrep: on made-up traces, on three recorded from real workloads, and on the given
# ones. Made-up traces repeat themselves more than real ones do, and texts that come again are read faster (src/trace/seen.h). Peak memory, and instructions a line (callgrind: about the same in every run, to compare commits by).
set -eu
cd "$(dirname "$0")/../.."
ipcdiag=${1:-build/ipcdiag} lines=${2:-1000000} rounds=${3:-5}
shift $(($# < 3 ? $# : 3))
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

make_trace() { # NAME KIND LINES [PROCESSES]
	tests/bench/generate.sh "$2" "$3" "${4:-}" >"$work/$1"
}

echo "$(date +%F), $(nproc) x $(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1)"
python3 tests/bench/measure.py --heading
make_trace files files "$lines"
make_trace pipes pipes "$lines"
make_trace pipes-x10 pipes $((lines * 10))
make_trace server server "$lines"
make_trace server-1000 server "$lines" 1000
for kind in files loops build; do
	tests/bench/record.sh "$work/real-$kind" $kind || echo "no strace: nothing is recorded"
done
for trace in "$work"/* "$@"; do
	python3 tests/bench/measure.py "$rounds" "$trace" "$ipcdiag" check -q -f none --fail-on=never
done

command -v valgrind >/dev/null || { echo "no valgrind: instructions are not counted"; exit 0; }
# Two sizes: the difference is what the lines cost, without the start.
instructions() { # KIND LINES
	make_trace fixed "$1" "$2"
	valgrind --tool=callgrind --callgrind-out-file=/dev/null "$ipcdiag" check -q -f none --fail-on=never "$work/fixed" 2>&1 |
		sed -n 's/.*Collected : \([0-9]*\).*/\1/p'
}
for kind in pipes server; do
	few=$(instructions $kind 4000) many=$(instructions $kind 24000)
	echo "$kind: $(((many - few) / 20000)) instructions a line"
done
